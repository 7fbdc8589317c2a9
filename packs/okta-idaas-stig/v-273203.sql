-- id: v-273203
-- title: Okta must be configured to limit the global session lifetime to 18 hours.
-- severity: medium
-- description: >-
--   The first rule of the default global session policy, which must not be the built-in one, has to end every
--   session after 18 hours.
-- remediation: >-
--   Set the maximum lifetime in that rule to 18 hours.
-- references:
--   - title: "DISA, Okta Identity as a Service (IDaaS) STIG, V1R2"
--     url: https://cyber.trackr.live/stig/Okta_Identity_as_a_Service_%28IDaaS%29/1/2
--     id: V-273203
--   - title: "DISA, rule of the same STIG"
--     url: https://cyber.trackr.live/stig/Okta_Identity_as_a_Service_%28IDaaS%29/1/2
--     id: SV-273203r1099958_rule
--   - title: "DISA, STIG version of the rule"
--     url: https://cyber.trackr.live/stig/Okta_Identity_as_a_Service_%28IDaaS%29/1/2
--     id: OKTA-APP-001665
--   - title: "DISA, security requirement behind it"
--     url: https://cyber.trackr.live/stig/Okta_Identity_as_a_Service_%28IDaaS%29/1/2
--     id: SRG-APP-000389
-- parameters:
--   minutes: { default: 1080, description: Minutes after which a session has to end. }
-- needs: [okta.policies.read]
SELECT p.name AS resource,
  CASE WHEN r.id IS NULL THEN 'alarm' WHEN TRY_CAST(r.actions->'signon'->'session'->>'maxSessionLifetimeMinutes' AS INTEGER) BETWEEN 1 AND $minutes THEN 'ok' ELSE 'alarm' END AS status,
  CASE WHEN r.id IS NULL THEN 'No active rule of priority 1 besides the Default Rule.' ELSE r.name || ': ' || CASE WHEN coalesce(TRY_CAST(r.actions->'signon'->'session'->>'maxSessionLifetimeMinutes' AS INTEGER), 0) = 0 THEN 'no lifetime.' ELSE TRY_CAST(r.actions->'signon'->'session'->>'maxSessionLifetimeMinutes' AS INTEGER) || ' minutes.' END END AS reason,
  p.id AS policyId, r.id AS ruleId
FROM okta.policies.policies p
LEFT JOIN okta.policies.policy_rules r
  ON r.policyId = p.id AND r.status = 'ACTIVE' AND r.priority = 1 AND NOT r.system AND r.name <> 'Default Rule'
WHERE p.type = 'OKTA_SIGN_ON' AND p.system;
