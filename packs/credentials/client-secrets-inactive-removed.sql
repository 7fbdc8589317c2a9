-- id: client-secrets-inactive-removed
-- title: Inactive client secrets are deleted
-- severity: low
-- description: >-
--   A secret that was deactivated and kept can be switched on again by anyone who may change the application.
-- remediation: >-
--   Delete the secret.
-- references:
--   - title: "NIST SP 800-53 Rev. 5, authenticator management"
--     url: https://csrc.nist.gov/pubs/sp/800/53/r5/upd1/final
--     id: IA-5
-- parameters:
--   days: { default: 30, description: Days for which an inactive secret may be kept. }
-- needs: [okta.apps.read]
SELECT a.label AS resource,
  CASE WHEN s.status = 'INACTIVE' AND s.lastUpdated < now() - to_days($days) THEN 'alarm' ELSE 'ok' END AS status,
  CASE WHEN s.status = 'INACTIVE' THEN 'The secret ' || s.id || ' has been inactive for ' || date_sub('day', s.lastUpdated, now()) || ' days.'
    ELSE 'The secret ' || s.id || ' is active.' END AS reason,
  s.appId, s.id AS secretId
FROM okta.apps.applications a
JOIN okta.apps.secrets s ON s.appId = a.id
WHERE (a.credentials->'oauthClient'->>'token_endpoint_auth_method') LIKE 'client_secret_%'
ORDER BY status, resource;
