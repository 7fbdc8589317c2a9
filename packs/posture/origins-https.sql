-- id: origins-https
-- title: "Trusted origins are https, and of one host"
-- severity: medium
-- description: >-
--   A trusted origin may call Okta with the session of whoever visits it. Without https, whoever is on the way is
--   that origin; with an asterisk, any host below it.
-- remediation: >-
--   Use https and full host names; delete origins that were for development.
-- references:
--   - title: "NIST SP 800-53 Rev. 5, transmission confidentiality and integrity"
--     url: https://csrc.nist.gov/pubs/sp/800/53/r5/upd1/final
--     id: SC-8
--   - title: OWASP Application Security Verification Standard
--     url: https://owasp.org/www-project-application-security-verification-standard/
-- needs: [okta.trustedOrigins.read]
SELECT name AS resource,
  CASE WHEN origin NOT LIKE 'https://%' OR origin LIKE '%*%' THEN 'alarm' ELSE 'ok' END AS status,
  'Trusts ' || origin || '.' AS reason, id AS originId
FROM okta.trustedorigins.trusted_origins
WHERE status = 'ACTIVE'
ORDER BY status, resource;
