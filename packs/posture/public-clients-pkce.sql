-- id: public-clients-pkce
-- title: Public clients use PKCE
-- severity: medium
-- description: >-
--   A native or browser application has no secret. Without PKCE whoever gets hold of its code gets its token.
-- remediation: >-
--   Require PKCE in the application.
-- references:
--   - { title: "RFC 7636, Proof Key for Code Exchange", url: https://www.rfc-editor.org/rfc/rfc7636, id: RFC 7636 }
--   - title: "RFC 9700, Best Current Practice for OAuth 2.0 Security"
--     url: https://www.rfc-editor.org/rfc/rfc9700
--     id: RFC 9700 section 2.1.1
-- needs: [okta.apps.read]
SELECT label AS resource,
  CASE WHEN (credentials->'oauthClient'->>'pkce_required') = 'true' THEN 'ok' ELSE 'alarm' END AS status,
  CASE WHEN (credentials->'oauthClient'->>'pkce_required') = 'true' THEN 'PKCE is required.' ELSE 'PKCE is not required.' END AS reason, id AS appId
FROM okta.apps.applications
WHERE status = 'ACTIVE' AND (settings->'oauthClient'->>'application_type') IN ('native', 'browser')
ORDER BY status, resource;
