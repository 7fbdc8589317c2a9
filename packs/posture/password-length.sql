-- id: password-length
-- title: Passwords are long
-- severity: medium
-- description: >-
--   Length is what makes a password hard to guess; rules about signs make it hard to remember.
-- remediation: >-
--   Raise the minimum length in each password policy.
-- references:
--   - title: "NIST SP 800-63B-4, authentication and authenticator management"
--     url: https://pages.nist.gov/800-63-4/sp800-63b.html
--     id: passwords
--   - title: "NIST SP 800-53 Rev. 5, password-based authentication"
--     url: https://csrc.nist.gov/pubs/sp/800/53/r5/upd1/final
--     id: IA-5(1)
-- parameters:
--   length: { default: 12, description: Characters that a password has to have. }
-- needs: [okta.policies.read]
SELECT p.name AS resource,
  CASE WHEN p.settings.password.complexity.minLength >= $length THEN 'ok' ELSE 'alarm' END AS status,
  coalesce('At least ' || p.settings.password.complexity.minLength || ' characters.', 'Names no length.') AS reason,
  p.id AS policyId
FROM okta.policies.policies p
WHERE p.type = 'PASSWORD' AND p.status = 'ACTIVE'
ORDER BY status, resource;
