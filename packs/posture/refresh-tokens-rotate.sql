-- id: refresh-tokens-rotate
-- title: Refresh tokens of public clients are used once
-- severity: low
-- description: >-
--   A refresh token that is good for ever is as good as a password for whoever copied it. Rotated ones show that
--   they were copied.
-- remediation: >-
--   Rotate the refresh token after each use.
-- references:
--   - title: "RFC 9700, Best Current Practice for OAuth 2.0 Security"
--     url: https://www.rfc-editor.org/rfc/rfc9700
--     id: RFC 9700 section 2.2.2
-- needs: [okta.apps.read]
SELECT label AS resource,
  CASE WHEN (settings->'oauthClient'->'refresh_token'->>'rotation_type') = 'ROTATE' THEN 'ok' ELSE 'alarm' END AS status,
  'Its refresh tokens are ' || coalesce(settings->'oauthClient'->'refresh_token'->>'rotation_type', 'not rotated') || '.' AS reason, id AS appId
FROM okta.apps.applications
WHERE status = 'ACTIVE' AND (settings->'oauthClient'->>'application_type') IN ('native', 'browser')
  AND json_contains(settings->'oauthClient'->'grant_types', '"refresh_token"')
ORDER BY status, resource;
