-- id: client-secrets-without-reach
-- title: Nothing that changes the org proves itself by a client secret
-- severity: high
-- description: >-
--   A secret can be copied wherever it is used, a private key need never leave its machine. An application with a
--   secret that was granted a manage scope or an administrator role is one leaked text away from an administrator.
-- remediation: >-
--   Change the application to private_key_jwt, or take the scope or the role away.
-- references:
--   - title: "RFC 9700, Best Current Practice for OAuth 2.0 Security"
--     url: https://www.rfc-editor.org/rfc/rfc9700
--     id: RFC 9700 section 2.5
--   - title: "NIST SP 800-53 Rev. 5, least privilege"
--     url: https://csrc.nist.gov/pubs/sp/800/53/r5/upd1/final
--     id: AC-6
-- needs: [okta.appGrants.read, okta.apps.read, okta.roles.read]
SELECT a.label AS resource,
  CASE WHEN g.scopes IS NOT NULL OR r.roles IS NOT NULL THEN 'alarm' ELSE 'ok' END AS status,
  CASE WHEN g.scopes IS NULL AND r.roles IS NULL THEN 'Neither a manage scope nor a role.'
    ELSE 'Proves itself by a secret, and has ' || concat_ws(' and ', g.scopes, r.roles) || '.' END AS reason,
  a.id AS appId
FROM okta.apps.applications a
LEFT JOIN (
  SELECT appId, string_agg(scopeId, ', ' ORDER BY scopeId) AS scopes
  FROM okta.apps.grants
  WHERE status = 'ACTIVE' AND scopeId LIKE 'okta.%.manage'
  GROUP BY appId
) AS g ON g.appId = a.id
LEFT JOIN (
  SELECT clientId, string_agg(coalesce(type, label), ', ' ORDER BY type) AS roles
  FROM okta.oauth2.client_roles
  WHERE status = 'ACTIVE'
  GROUP BY clientId
) AS r ON r.clientId = a.id
WHERE a.status = 'ACTIVE' AND (a.credentials->'oauthClient'->>'token_endpoint_auth_method') LIKE 'client_secret_%'
ORDER BY status, resource;
