-- id: recovery-no-phone
-- title: No account is recovered by phone
-- severity: medium
-- description: >-
--   Numbers are ported and messages intercepted; whoever has the number has the account.
-- remediation: >-
--   Turn recovery by SMS and by call off in each password policy.
-- references:
--   - title: "NIST SP 800-63B-4, authentication and authenticator management"
--     url: https://pages.nist.gov/800-63-4/sp800-63b.html
--     id: account recovery
-- needs: [okta.policies.read]
SELECT p.name AS resource,
  CASE WHEN (p.settings->'recovery'->'factors'->'okta_sms'->>'status') IS NULL AND (p.settings->'recovery'->'factors'->'okta_call'->>'status') IS NULL THEN 'skip' WHEN (p.settings->'recovery'->'factors'->'okta_sms'->>'status') = 'ACTIVE' OR (p.settings->'recovery'->'factors'->'okta_call'->>'status') = 'ACTIVE' THEN 'alarm' ELSE 'ok' END AS status,
  'SMS ' || coalesce(p.settings->'recovery'->'factors'->'okta_sms'->>'status', 'unknown') || ', call ' || coalesce(p.settings->'recovery'->'factors'->'okta_call'->>'status', 'unknown') || '.' AS reason,
  p.id AS policyId
FROM okta.policies.policies p
WHERE p.type = 'PASSWORD' AND p.status = 'ACTIVE'
ORDER BY status, resource;
