-- id: console-two-factors
-- title: The Admin Console asks for two factors
-- severity: critical
-- description: >-
--   Every rule by which somebody gets into the Admin Console is judged.
-- remediation: >-
--   Edit the rule of the policy of the Okta Admin Console, so that it asks for two factor types.
-- references:
--   - title: "Okta HealthInsight, MFA for the Admin Console"
--     url: https://help.okta.com/oie/en-us/content/topics/security/healthinsight/mfa-admin-console.htm
--   - title: "DISA, Okta Identity as a Service (IDaaS) STIG, V1R2"
--     url: https://cyber.trackr.live/stig/Okta_Identity_as_a_Service_%28IDaaS%29/1/2
--     id: V-273193
--   - title: "NIST SP 800-53 Rev. 5, multi-factor authentication to privileged accounts"
--     url: https://csrc.nist.gov/pubs/sp/800/53/r5/upd1/final
--     id: IA-2(1)
-- needs: [okta.apps.read, okta.policies.read]
SELECT p.name || ': ' || r.name AS resource,
  CASE WHEN (r.actions->'appSignOn'->'verificationMethod'->>'type') = 'AUTH_METHOD_CHAIN' THEN 'info' WHEN (r.actions->'appSignOn'->'verificationMethod'->>'factorMode') = '2FA' THEN 'ok' ELSE 'alarm' END AS status,
  CASE WHEN (r.actions->'appSignOn'->'verificationMethod'->>'type') = 'AUTH_METHOD_CHAIN' THEN 'A chain of methods; see which.' ELSE 'Asks for ' || coalesce((r.actions->'appSignOn'->'verificationMethod'->>'factorMode'), 'nothing that is known') || '.' END AS reason,
  r.id AS ruleId, p.id AS policyId
FROM okta.apps.applications a
JOIN okta.policies.policies p ON p.id = regexp_extract(a._links->'accessPolicy'->>'href', '[^/]+$') AND p.type = 'ACCESS_POLICY'
JOIN okta.policies.policy_rules r ON r.policyId = p.id
WHERE a.name = 'saasure' AND r.status = 'ACTIVE' AND coalesce(r.actions->'appSignOn'->>'access', 'ALLOW') <> 'DENY'
ORDER BY status, resource;
