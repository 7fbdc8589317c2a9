-- id: v-273195
-- title: Okta must enforce a minimum 15-character password length.
-- severity: medium
-- description: >-
--   Each password policy has to ask for at least 15 characters.
-- remediation: >-
--   Set the minimum length of each password policy to 15.
-- references:
--   - title: "DISA, Okta Identity as a Service (IDaaS) STIG, V1R2"
--     url: https://cyber.trackr.live/stig/Okta_Identity_as_a_Service_%28IDaaS%29/1/2
--     id: V-273195
--   - title: "DISA, rule of the same STIG"
--     url: https://cyber.trackr.live/stig/Okta_Identity_as_a_Service_%28IDaaS%29/1/2
--     id: SV-273195r1098852_rule
--   - title: "DISA, security requirement behind it"
--     url: https://cyber.trackr.live/stig/Okta_Identity_as_a_Service_%28IDaaS%29/1/2
--     id: SRG-APP-000164
-- needs: [okta.policies.read]
SELECT p.name AS resource,
  CASE WHEN coalesce(p.conditions->'authProvider'->>'provider', 'OKTA') <> 'OKTA' THEN 'skip' WHEN p.settings.password.complexity.minLength >= 15 THEN 'ok' ELSE 'alarm' END AS status,
  CASE WHEN coalesce(p.conditions->'authProvider'->>'provider', 'OKTA') <> 'OKTA' THEN 'Its users come from ' || (p.conditions->'authProvider'->>'provider') || ', which has to do this itself.'
    ELSE coalesce('At least ' || p.settings.password.complexity.minLength || ' characters.', 'Names no length.') END AS reason,
  p.id AS policyId
FROM okta.policies.policies p
WHERE p.type = 'PASSWORD' AND p.status = 'ACTIVE'
ORDER BY status, resource;
