-- id: v-273200
-- title: Okta must enforce 24 hours/one day as the minimum password lifetime.
-- severity: medium
-- description: >-
--   Each password policy has to keep a new password for a day, so that a history cannot be run through.
-- remediation: >-
--   Set the minimum age of each password policy to 24 hours.
-- references:
--   - title: "DISA, Okta Identity as a Service (IDaaS) STIG, V1R2"
--     url: https://cyber.trackr.live/stig/Okta_Identity_as_a_Service_%28IDaaS%29/1/2
--     id: V-273200
--   - title: "DISA, rule of the same STIG"
--     url: https://cyber.trackr.live/stig/Okta_Identity_as_a_Service_%28IDaaS%29/1/2
--     id: SV-273200r1098867_rule
--   - title: "DISA, security requirement behind it"
--     url: https://cyber.trackr.live/stig/Okta_Identity_as_a_Service_%28IDaaS%29/1/2
--     id: SRG-APP-000173
-- needs: [okta.policies.read]
SELECT p.name AS resource,
  CASE WHEN coalesce(p.conditions->'authProvider'->>'provider', 'OKTA') <> 'OKTA' THEN 'skip' WHEN p.settings.password.age.minAgeMinutes >= 1440 THEN 'ok' ELSE 'alarm' END AS status,
  CASE WHEN coalesce(p.conditions->'authProvider'->>'provider', 'OKTA') <> 'OKTA' THEN 'Its users come from ' || (p.conditions->'authProvider'->>'provider') || ', which has to do this itself.'
    ELSE 'Kept for at least ' || coalesce(p.settings.password.age.minAgeMinutes, 0) || ' minutes.' END AS reason,
  p.id AS policyId
FROM okta.policies.policies p
WHERE p.type = 'PASSWORD' AND p.status = 'ACTIVE'
ORDER BY status, resource;
