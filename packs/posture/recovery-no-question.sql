-- id: recovery-no-question
-- title: No account is recovered by a question
-- severity: medium
-- description: >-
--   The answer to a question can be looked up, guessed, or asked for.
-- remediation: >-
--   Turn the security question off in the recovery settings of each password policy.
-- references:
--   - title: "Okta HealthInsight, security tasks and recommendations"
--     url: https://help.okta.com/en/prod/Content/Topics/Security/healthinsight/healthinsight.htm
--   - title: "NIST SP 800-63B-4, authentication and authenticator management"
--     url: https://pages.nist.gov/800-63-4/sp800-63b.html
--     id: account recovery
-- needs: [okta.policies.read]
SELECT p.name AS resource,
  CASE p.settings->'recovery'->'factors'->'recovery_question'->>'status' WHEN 'ACTIVE' THEN 'alarm' WHEN 'INACTIVE' THEN 'ok' ELSE 'skip' END AS status,
  coalesce('The security question is ' || (p.settings->'recovery'->'factors'->'recovery_question'->>'status') || '.', 'The policy does not say.') AS reason,
  p.id AS policyId
FROM okta.policies.policies p
WHERE p.type = 'PASSWORD' AND p.status = 'ACTIVE'
ORDER BY status, resource;
