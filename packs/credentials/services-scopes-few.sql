-- id: services-scopes-few
-- title: Service applications were granted few scopes that change things
-- severity: medium
-- description: >-
--   Each manage scope is a part of the org that whoever holds the key can change. What a service does not need is
--   there for whoever takes it over.
-- remediation: >-
--   Revoke the grants that the service does not use.
-- references:
--   - title: "NIST SP 800-53 Rev. 5, least privilege"
--     url: https://csrc.nist.gov/pubs/sp/800/53/r5/upd1/final
--     id: AC-6
--   - title: "CIS Critical Security Controls v8, define and maintain role-based access control"
--     url: https://www.cisecurity.org/controls/v8
--     id: "6.8"
-- parameters:
--   most: { default: 0, description: Manage scopes that a service may have. }
-- needs: [okta.appGrants.read, okta.apps.read]
SELECT a.label AS resource,
  CASE WHEN count(g.scopeId) FILTER (WHERE g.scopeId LIKE 'okta.%.manage') > $most THEN 'alarm' ELSE 'ok' END AS status,
  CASE WHEN count(g.scopeId) = 0 THEN 'No scope of Okta''s API.'
    ELSE 'Granted ' || string_agg(g.scopeId, ', ' ORDER BY g.scopeId) || '.' END AS reason,
  a.id AS appId
FROM okta.apps.applications a
LEFT JOIN okta.apps.grants g ON g.appId = a.id AND g.status = 'ACTIVE'
WHERE a.status = 'ACTIVE' AND (a.settings->'oauthClient'->>'application_type') = 'service'
GROUP BY a.label, a.id
ORDER BY status, resource;
