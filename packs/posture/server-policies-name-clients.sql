-- id: server-policies-name-clients
-- title: Policies of authorization servers name their clients
-- severity: low
-- description: >-
--   A policy for all clients lets every application of the org, those still to be made included, ask for tokens.
-- remediation: >-
--   Name the clients of each policy.
-- references:
--   - title: "NIST SP 800-53 Rev. 5, least privilege"
--     url: https://csrc.nist.gov/pubs/sp/800/53/r5/upd1/final
--     id: AC-6
--   - title: "RFC 9700, Best Current Practice for OAuth 2.0 Security"
--     url: https://www.rfc-editor.org/rfc/rfc9700
--     id: RFC 9700 section 2.3
-- needs: [okta.authorizationServers.read]
SELECT s.name || ': ' || p.name AS resource,
  CASE WHEN json_contains(p.conditions, '{"clients": {"include": ["ALL_CLIENTS"]}}') THEN 'alarm' ELSE 'ok' END AS status,
  CASE WHEN json_contains(p.conditions, '{"clients": {"include": ["ALL_CLIENTS"]}}') THEN 'For all clients.' ELSE 'For ' || coalesce(json_array_length(p.conditions->'clients'->'include'), 0) || ' clients.' END AS reason,
  p.id AS policyId, s.id AS authServerId
FROM okta.authorizationservers.authorization_servers s
JOIN okta.authorizationservers.policies p ON p.authServerId = s.id
WHERE s.status = 'ACTIVE' AND p.status = 'ACTIVE'
ORDER BY status, resource;
