-- id: v-273206
-- title: Okta must be configured to disable persistent global session cookies.
-- severity: medium
-- description: >-
--   The first rule of the default global session policy, which must not be the built-in one, may not keep the cookie
--   when the browser is closed.
-- remediation: >-
--   Disable in that rule that the cookie persists across browser sessions.
-- references:
--   - title: "DISA, Okta Identity as a Service (IDaaS) STIG, V1R2"
--     url: https://cyber.trackr.live/stig/Okta_Identity_as_a_Service_%28IDaaS%29/1/2
--     id: V-273206
--   - title: "DISA, rule of the same STIG"
--     url: https://cyber.trackr.live/stig/Okta_Identity_as_a_Service_%28IDaaS%29/1/2
--     id: SV-273206r1098885_rule
--   - title: "DISA, STIG version of the rule"
--     url: https://cyber.trackr.live/stig/Okta_Identity_as_a_Service_%28IDaaS%29/1/2
--     id: OKTA-APP-001710
--   - title: "DISA, security requirement behind it"
--     url: https://cyber.trackr.live/stig/Okta_Identity_as_a_Service_%28IDaaS%29/1/2
--     id: SRG-APP-000400
-- needs: [okta.policies.read]
SELECT p.name AS resource,
  CASE WHEN r.id IS NULL THEN 'alarm' WHEN (r.actions->'signon'->'session'->>'usePersistentCookie') = 'false' THEN 'ok' ELSE 'alarm' END AS status,
  CASE WHEN r.id IS NULL THEN 'No active rule of priority 1 besides the Default Rule.' ELSE r.name || ': ' || CASE (r.actions->'signon'->'session'->>'usePersistentCookie') WHEN 'false' THEN 'the cookie ends with the browser.' ELSE 'the cookie persists.' END END AS reason,
  p.id AS policyId, r.id AS ruleId
FROM okta.policies.policies p
LEFT JOIN okta.policies.policy_rules r
  ON r.policyId = p.id AND r.status = 'ACTIVE' AND r.priority = 1 AND NOT r.system AND r.name <> 'Default Rule'
WHERE p.type = 'OKTA_SIGN_ON' AND p.system;
