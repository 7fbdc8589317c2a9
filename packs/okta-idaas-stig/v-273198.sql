-- id: v-273198
-- title: Okta must enforce password complexity by requiring that at least one numeric character be used.
-- severity: medium
-- description: >-
--   Each password policy has to ask for at least one numeric character.
-- remediation: >-
--   Ask for a numeric character in each password policy.
-- references:
--   - title: "DISA, Okta Identity as a Service (IDaaS) STIG, V1R2"
--     url: https://cyber.trackr.live/stig/Okta_Identity_as_a_Service_%28IDaaS%29/1/2
--     id: V-273198
--   - title: "DISA, rule of the same STIG"
--     url: https://cyber.trackr.live/stig/Okta_Identity_as_a_Service_%28IDaaS%29/1/2
--     id: SV-273198r1098861_rule
--   - title: "DISA, security requirement behind it"
--     url: https://cyber.trackr.live/stig/Okta_Identity_as_a_Service_%28IDaaS%29/1/2
--     id: SRG-APP-000168
-- needs: [okta.policies.read]
SELECT p.name AS resource,
  CASE WHEN coalesce(p.conditions->'authProvider'->>'provider', 'OKTA') <> 'OKTA' THEN 'skip' WHEN p.settings.password.complexity.minNumber >= 1 THEN 'ok' ELSE 'alarm' END AS status,
  CASE WHEN coalesce(p.conditions->'authProvider'->>'provider', 'OKTA') <> 'OKTA' THEN 'Its users come from ' || (p.conditions->'authProvider'->>'provider') || ', which has to do this itself.'
    ELSE 'Asks for ' || coalesce(p.settings.password.complexity.minNumber, 0) || ' numeric characters.' END AS reason,
  p.id AS policyId
FROM okta.policies.policies p
WHERE p.type = 'PASSWORD' AND p.status = 'ACTIVE'
ORDER BY status, resource;
