-- id: sessions-need-factors
-- title: Global session rules ask for a second factor
-- severity: high
-- description: >-
--   A rule that asks for none lets a password alone open the dashboard, unless every application asks for more.
-- remediation: >-
--   Require a factor in the rule, or let the sign-on policies of the applications decide and see that they all do.
-- references:
--   - title: "Okta HealthInsight, security tasks and recommendations"
--     url: https://help.okta.com/en/prod/Content/Topics/Security/healthinsight/healthinsight.htm
--   - title: "NIST SP 800-53 Rev. 5, identification and authentication"
--     url: https://csrc.nist.gov/pubs/sp/800/53/r5/upd1/final
--     id: IA-2
-- needs: [okta.policies.read]
SELECT p.name || ': ' || r.name AS resource,
  CASE WHEN (r.actions->'signon'->>'requireFactor') = 'true' THEN 'ok' WHEN (r.actions->'signon'->>'primaryFactor') = 'PASSWORD_IDP_ANY_FACTOR' THEN 'info' ELSE 'alarm' END AS status,
  CASE WHEN (r.actions->'signon'->>'requireFactor') = 'true' THEN 'A factor is asked for.' WHEN (r.actions->'signon'->>'primaryFactor') = 'PASSWORD_IDP_ANY_FACTOR' THEN 'The policy of each application decides.' ELSE 'A password is enough.' END AS reason,
  r.id AS ruleId, p.id AS policyId
FROM okta.policies.policies p
JOIN okta.policies.policy_rules r ON r.policyId = p.id
WHERE p.type = 'OKTA_SIGN_ON' AND p.status = 'ACTIVE' AND r.status = 'ACTIVE' AND coalesce(r.actions->'signon'->>'access', 'ALLOW') <> 'DENY'
ORDER BY status, resource;
