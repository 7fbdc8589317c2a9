-- id: password-common-refused
-- title: Common passwords are refused
-- severity: medium
-- description: >-
--   Guessing begins with the passwords that everybody uses.
-- remediation: >-
--   Turn the common password check on in each password policy.
-- references:
--   - title: "NIST SP 800-63B-4, authentication and authenticator management"
--     url: https://pages.nist.gov/800-63-4/sp800-63b.html
--     id: passwords
--   - title: "DISA, Okta Identity as a Service (IDaaS) STIG, V1R2"
--     url: https://cyber.trackr.live/stig/Okta_Identity_as_a_Service_%28IDaaS%29/1/2
--     id: V-273208
-- needs: [okta.policies.read]
SELECT p.name AS resource,
  CASE WHEN p.settings.password.complexity.dictionary.common.exclude THEN 'ok' ELSE 'alarm' END AS status,
  CASE WHEN p.settings.password.complexity.dictionary.common.exclude THEN 'Common passwords are refused.' ELSE 'Common passwords are taken.' END AS reason,
  p.id AS policyId
FROM okta.policies.policies p
WHERE p.type = 'PASSWORD' AND p.status = 'ACTIVE'
ORDER BY status, resource;
