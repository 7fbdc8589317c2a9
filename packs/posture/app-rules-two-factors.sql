-- id: app-rules-two-factors
-- title: Sign-on rules of applications ask for two factors
-- severity: high
-- description: >-
--   An application is as well protected as the weakest rule by which somebody gets in, and the last rule is for
--   everybody.
-- remediation: >-
--   Ask for two factors in the rule, or deny access by the last one.
-- references:
--   - title: "Okta HealthInsight, security tasks and recommendations"
--     url: https://help.okta.com/en/prod/Content/Topics/Security/healthinsight/healthinsight.htm
--   - title: "NIST SP 800-53 Rev. 5, multi-factor authentication to non-privileged accounts"
--     url: https://csrc.nist.gov/pubs/sp/800/53/r5/upd1/final
--     id: IA-2(2)
--   - title: "CIS Critical Security Controls v8, require MFA for externally-exposed applications"
--     url: https://www.cisecurity.org/controls/v8
--     id: "6.3"
-- needs: [okta.policies.read]
SELECT p.name || ': ' || r.name AS resource,
  CASE WHEN (r.actions->'appSignOn'->'verificationMethod'->>'factorMode') = '2FA' THEN 'ok' WHEN (r.actions->'appSignOn'->'verificationMethod'->>'type') = 'AUTH_METHOD_CHAIN' THEN 'info' ELSE 'alarm' END AS status,
  CASE WHEN (r.actions->'appSignOn'->'verificationMethod'->>'type') = 'AUTH_METHOD_CHAIN' THEN 'A chain of methods; see which.' ELSE 'Asks for ' || coalesce((r.actions->'appSignOn'->'verificationMethod'->>'factorMode'), 'nothing that is known') || '.' END AS reason,
  r.id AS ruleId, p.id AS policyId
FROM okta.policies.policies p
JOIN okta.policies.policy_rules r ON r.policyId = p.id
WHERE p.type = 'ACCESS_POLICY' AND p.status = 'ACTIVE' AND r.status = 'ACTIVE' AND coalesce(r.actions->'appSignOn'->>'access', 'ALLOW') <> 'DENY'
ORDER BY status, resource;
