-- id: access-tokens-short
-- title: Access tokens of authorization servers end soon
-- severity: low
-- description: >-
--   A token cannot be taken back from whoever has it before it ends.
-- remediation: >-
--   Shorten the lifetime in the rules of the authorization servers, and let clients refresh.
-- references:
--   - title: "RFC 9700, Best Current Practice for OAuth 2.0 Security"
--     url: https://www.rfc-editor.org/rfc/rfc9700
--     id: RFC 9700 section 2.2
-- parameters:
--   minutes: { default: 60, description: Minutes for which an access token may be good. }
-- needs: [okta.authorizationServers.read]
SELECT s.name || ': ' || p.name || ': ' || r.name AS resource,
  CASE WHEN TRY_CAST(r.actions->'token'->>'accessTokenLifetimeMinutes' AS INTEGER) BETWEEN 1 AND $minutes THEN 'ok' ELSE 'alarm' END AS status,
  coalesce('Access tokens are good for ' || (r.actions->'token'->>'accessTokenLifetimeMinutes') || ' minutes.', 'Names no lifetime.') AS reason,
  r.id AS ruleId, p.authServerId
FROM okta.authorizationservers.authorization_servers s
JOIN okta.authorizationservers.policies p ON p.authServerId = s.id
JOIN okta.authorizationservers.rules r ON r.authServerId = p.authServerId AND r.policyId = p.id
WHERE s.status = 'ACTIVE' AND p.status = 'ACTIVE' AND r.status = 'ACTIVE'
ORDER BY status, resource;
