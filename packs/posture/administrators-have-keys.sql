-- id: administrators-have-keys
-- title: Administrators have a factor that cannot be phished
-- severity: high
-- description: >-
--   A code or a push can be given to a site that only looks like Okta. A security key, a passkey or FastPass is
--   bound to the real one.
-- remediation: >-
--   Have each administrator enrol a security key (FIDO2 WebAuthn) or Okta FastPass.
-- references:
--   - title: "NIST SP 800-63B-4, authentication and authenticator management"
--     url: https://pages.nist.gov/800-63-4/sp800-63b.html
--     id: phishing resistance
--   - title: "DISA, Okta Identity as a Service (IDaaS) STIG, V1R2"
--     url: https://cyber.trackr.live/stig/Okta_Identity_as_a_Service_%28IDaaS%29/1/2
--     id: V-273191
-- needs: [okta.roles.read, okta.users.read]
SELECT u.profile.login AS resource,
  CASE WHEN count(f.id) = 0 THEN 'alarm' ELSE 'ok' END AS status,
  CASE WHEN count(f.id) = 0 THEN 'No security key, passkey or FastPass.' ELSE 'Has ' || string_agg(DISTINCT f.factorType, ', ' ORDER BY f.factorType) || '.' END AS reason,
  u.id AS userId
FROM (SELECT DISTINCT userId FROM (SELECT a.id AS userId, r.type, r.label
  FROM okta.iam.users_with_role_assignments a
  JOIN okta.users.role_assignment_users r ON r.userId = a.id
  WHERE r.status = 'ACTIVE') AS roles) AS admins
JOIN okta.users.users u ON u.id = admins.userId
LEFT JOIN okta.users.factors f ON f.userId = admins.userId AND f.status = 'ACTIVE' AND f.factorType IN ('webauthn', 'u2f', 'signed_nonce')
GROUP BY u.profile.login, u.id
ORDER BY status, resource;
