-- id: apps-have-users
-- title: Active applications are assigned to somebody
-- severity: low
-- description: >-
--   An application that nobody has is a way in that nobody would miss.
-- remediation: >-
--   Deactivate the application.
-- references:
--   - title: "NIST SP 800-53 Rev. 5, least functionality"
--     url: https://csrc.nist.gov/pubs/sp/800/53/r5/upd1/final
--     id: CM-7
-- needs: [okta.apps.read]
SELECT a.label AS resource,
  CASE WHEN users.many IS NULL AND grps.many IS NULL THEN 'alarm' ELSE 'ok' END AS status,
  coalesce(users.many, 0) || ' users, ' || coalesce(grps.many, 0) || ' groups.' AS reason, a.id AS appId
FROM okta.apps.applications a
LEFT JOIN (SELECT appId, count(*) AS many FROM okta.apps.application_users GROUP BY appId) AS users ON users.appId = a.id
LEFT JOIN (SELECT appId, count(*) AS many FROM okta.apps.group_assignments GROUP BY appId) AS grps ON grps.appId = a.id
WHERE a.status = 'ACTIVE' AND coalesce(a.settings->'oauthClient'->>'application_type', '') <> 'service'
  AND a.name NOT IN ('saasure', 'okta_enduser')
ORDER BY status, resource;
