-- id: v-273209
-- title: Okta must prohibit password reuse for a minimum of five generations.
-- severity: medium
-- description: >-
--   Each password policy has to refuse the last five passwords.
-- remediation: >-
--   Set the history of each password policy to 5.
-- references:
--   - title: "DISA, Okta Identity as a Service (IDaaS) STIG, V1R2"
--     url: https://cyber.trackr.live/stig/Okta_Identity_as_a_Service_%28IDaaS%29/1/2
--     id: V-273209
--   - title: "DISA, rule of the same STIG"
--     url: https://cyber.trackr.live/stig/Okta_Identity_as_a_Service_%28IDaaS%29/1/2
--     id: SV-273209r1098894_rule
--   - title: "DISA, security requirement behind it"
--     url: https://cyber.trackr.live/stig/Okta_Identity_as_a_Service_%28IDaaS%29/1/2
--     id: SRG-APP-000845
-- needs: [okta.policies.read]
SELECT p.name AS resource,
  CASE WHEN coalesce(p.conditions->'authProvider'->>'provider', 'OKTA') <> 'OKTA' THEN 'skip' WHEN p.settings.password.age.historyCount >= 5 THEN 'ok' ELSE 'alarm' END AS status,
  CASE WHEN coalesce(p.conditions->'authProvider'->>'provider', 'OKTA') <> 'OKTA' THEN 'Its users come from ' || (p.conditions->'authProvider'->>'provider') || ', which has to do this itself.'
    ELSE 'The last ' || coalesce(p.settings.password.age.historyCount, 0) || ' are refused.' END AS reason,
  p.id AS policyId
FROM okta.policies.policies p
WHERE p.type = 'PASSWORD' AND p.status = 'ACTIVE'
ORDER BY status, resource;
