-- id: verify-knows-user
-- title: Okta Verify makes sure of its user
-- severity: low
-- description: >-
--   Without it, whoever holds the unlocked device is the user.
-- remediation: >-
--   Require user verification by a PIN or biometrics in the settings of Okta Verify.
-- references:
--   - title: "NIST SP 800-63B-4, authentication and authenticator management"
--     url: https://pages.nist.gov/800-63-4/sp800-63b.html
--     id: activation factors
-- needs: [okta.authenticators.read]
SELECT name AS resource,
  CASE WHEN status <> 'ACTIVE' THEN 'skip'
    WHEN coalesce(settings->>'userVerification', 'NONE') = 'REQUIRED' THEN 'ok' ELSE 'alarm' END AS status,
  CASE WHEN status <> 'ACTIVE' THEN 'Okta Verify is not active.'
    ELSE 'User verification: ' || coalesce(settings->>'userVerification', 'NONE') || '.' END AS reason,
  id AS authenticatorId
FROM okta.authenticators.authenticators
WHERE key = 'okta_verify';
