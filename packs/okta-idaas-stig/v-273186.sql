-- id: v-273186
-- title: Okta must log out a session after a 15-minute period of inactivity.
-- severity: medium
-- description: >-
--   The first rule of the default global session policy, which must not be the built-in one, has to end idle
--   sessions after 15 minutes.
-- remediation: >-
--   Add a rule above the Default Rule of the default global session policy, with a maximum idle time of 15 minutes.
-- references:
--   - title: "DISA, Okta Identity as a Service (IDaaS) STIG, V1R2"
--     url: https://cyber.trackr.live/stig/Okta_Identity_as_a_Service_%28IDaaS%29/1/2
--     id: V-273186
--   - title: "DISA, rule of the same STIG"
--     url: https://cyber.trackr.live/stig/Okta_Identity_as_a_Service_%28IDaaS%29/1/2
--     id: SV-273186r1098825_rule
--   - title: "DISA, STIG version of the rule"
--     url: https://cyber.trackr.live/stig/Okta_Identity_as_a_Service_%28IDaaS%29/1/2
--     id: OKTA-APP-000020
--   - title: "DISA, security requirement behind it"
--     url: https://cyber.trackr.live/stig/Okta_Identity_as_a_Service_%28IDaaS%29/1/2
--     id: SRG-APP-000003
-- parameters:
--   minutes: { default: 15, description: Idle minutes after which a session has to end. }
-- needs: [okta.policies.read]
SELECT p.name AS resource,
  CASE WHEN r.id IS NULL THEN 'alarm' WHEN TRY_CAST(r.actions->'signon'->'session'->>'maxSessionIdleMinutes' AS INTEGER) BETWEEN 1 AND $minutes THEN 'ok' ELSE 'alarm' END AS status,
  CASE WHEN r.id IS NULL THEN 'No active rule of priority 1 besides the Default Rule.' ELSE r.name || ': ' || coalesce(TRY_CAST(r.actions->'signon'->'session'->>'maxSessionIdleMinutes' AS INTEGER) || ' idle minutes.', 'no idle time.') END AS reason,
  p.id AS policyId, r.id AS ruleId
FROM okta.policies.policies p
LEFT JOIN okta.policies.policy_rules r
  ON r.policyId = p.id AND r.status = 'ACTIVE' AND r.priority = 1 AND NOT r.system AND r.name <> 'Default Rule'
WHERE p.type = 'OKTA_SIGN_ON' AND p.system;
