-- id: password-lockout
-- title: Guessing passwords locks the account
-- severity: medium
-- description: >-
--   Without a lockout an attacker may guess for ever.
-- remediation: >-
--   Set the number of attempts in each password policy.
-- references:
--   - title: "NIST SP 800-53 Rev. 5, unsuccessful logon attempts"
--     url: https://csrc.nist.gov/pubs/sp/800/53/r5/upd1/final
--     id: AC-7
-- parameters:
--   attempts: { default: 10, description: Attempts after which an account has to lock. }
-- needs: [okta.policies.read]
SELECT p.name AS resource,
  CASE WHEN p.settings.password.lockout.maxAttempts BETWEEN 1 AND $attempts THEN 'ok' ELSE 'alarm' END AS status,
  CASE WHEN coalesce(p.settings.password.lockout.maxAttempts, 0) = 0 THEN 'Never locks.' ELSE 'Locks after ' || p.settings.password.lockout.maxAttempts || ' attempts.' END AS reason,
  p.id AS policyId
FROM okta.policies.policies p
WHERE p.type = 'PASSWORD' AND p.status = 'ACTIVE'
ORDER BY status, resource;
