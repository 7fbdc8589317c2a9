-- id: password-not-name
-- title: Passwords that hold the user name are refused
-- severity: low
-- description: >-
--   The name is the first thing that is tried.
-- remediation: >-
--   Exclude the user name in each password policy.
-- references:
--   - title: "NIST SP 800-63B-4, authentication and authenticator management"
--     url: https://pages.nist.gov/800-63-4/sp800-63b.html
--     id: passwords
-- needs: [okta.policies.read]
SELECT p.name AS resource,
  CASE WHEN p.settings.password.complexity.excludeUsername THEN 'ok' ELSE 'alarm' END AS status,
  CASE WHEN p.settings.password.complexity.excludeUsername THEN 'The user name is refused.' ELSE 'The user name is taken.' END AS reason,
  p.id AS policyId
FROM okta.policies.policies p
WHERE p.type = 'PASSWORD' AND p.status = 'ACTIVE'
ORDER BY status, resource;
