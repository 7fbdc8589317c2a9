-- id: clients-no-implicit
-- title: No application uses the implicit or the password grant
-- severity: medium
-- description: >-
--   The implicit grant puts tokens into addresses of pages, the password grant shows the password to the
--   application.
-- remediation: >-
--   Use the authorization code grant with PKCE.
-- references:
--   - title: "RFC 9700, Best Current Practice for OAuth 2.0 Security"
--     url: https://www.rfc-editor.org/rfc/rfc9700
--     id: RFC 9700 section 2.1.2
-- needs: [okta.apps.read]
SELECT label AS resource,
  CASE WHEN json_contains(grants, '"implicit"') OR json_contains(grants, '"password"') THEN 'alarm' ELSE 'ok' END AS status,
  'Uses ' || coalesce(array_to_string(from_json(grants, '["VARCHAR"]'), ', '), 'no grant') || '.' AS reason, id AS appId
FROM (SELECT id, label, settings->'oauthClient'->'grant_types' AS grants FROM okta.apps.applications WHERE status = 'ACTIVE' AND signOnMode = 'OPENID_CONNECT') AS apps
WHERE grants IS NOT NULL
ORDER BY status, resource;
