-- id: v-273189
-- title: Okta must enforce the limit of three consecutive invalid login attempts by a user during a 15-minute time period.
-- severity: medium
-- description: >-
--   Each password policy has to lock the account after three attempts. A policy for users of another directory is
--   skipped: the directory has to do it.
-- remediation: >-
--   Set the lockout of each password policy to three attempts.
-- references:
--   - title: "DISA, Okta Identity as a Service (IDaaS) STIG, V1R2"
--     url: https://cyber.trackr.live/stig/Okta_Identity_as_a_Service_%28IDaaS%29/1/2
--     id: V-273189
--   - title: "DISA, rule of the same STIG"
--     url: https://cyber.trackr.live/stig/Okta_Identity_as_a_Service_%28IDaaS%29/1/2
--     id: SV-273189r1098834_rule
--   - title: "DISA, STIG version of the rule"
--     url: https://cyber.trackr.live/stig/Okta_Identity_as_a_Service_%28IDaaS%29/1/2
--     id: OKTA-APP-000170
--   - title: "DISA, security requirement behind it"
--     url: https://cyber.trackr.live/stig/Okta_Identity_as_a_Service_%28IDaaS%29/1/2
--     id: SRG-APP-000065
-- needs: [okta.policies.read]
SELECT p.name AS resource,
  CASE WHEN coalesce(p.conditions->'authProvider'->>'provider', 'OKTA') <> 'OKTA' THEN 'skip' WHEN p.settings.password.lockout.maxAttempts BETWEEN 1 AND 3 THEN 'ok' ELSE 'alarm' END AS status,
  CASE WHEN coalesce(p.conditions->'authProvider'->>'provider', 'OKTA') <> 'OKTA' THEN 'Its users come from ' || (p.conditions->'authProvider'->>'provider') || ', which has to do this itself.'
    ELSE CASE WHEN coalesce(p.settings.password.lockout.maxAttempts, 0) = 0 THEN 'Never locks.' ELSE 'Locks after ' || p.settings.password.lockout.maxAttempts || ' attempts.' END END AS reason,
  p.id AS policyId
FROM okta.policies.policies p
WHERE p.type = 'PASSWORD' AND p.status = 'ACTIVE'
ORDER BY status, resource;
