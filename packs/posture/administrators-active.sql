-- id: administrators-active
-- title: Administrators are active users
-- severity: high
-- description: >-
--   A role stays with an account that is suspended, locked or never activated, and is there again when the account
--   is.
-- remediation: >-
--   Take the role away from whoever does not administer the org any more.
-- references:
--   - title: Securing Okta administrator accounts
--     url: https://innovate.cloud/securing-okta-administrator-accounts/
--   - title: "NIST SP 800-53 Rev. 5, account management"
--     url: https://csrc.nist.gov/pubs/sp/800/53/r5/upd1/final
--     id: AC-2
-- needs: [okta.roles.read, okta.users.read]
SELECT u.profile.login AS resource,
  CASE WHEN u.status = 'ACTIVE' THEN 'ok' ELSE 'alarm' END AS status,
  'Is ' || u.status || ', and has ' || admins.roles || '.' AS reason, u.id AS userId
FROM (
  SELECT userId, string_agg(coalesce(label, type), ', ' ORDER BY label) AS roles
  FROM (SELECT a.id AS userId, r.type, r.label
  FROM okta.iam.users_with_role_assignments a
  JOIN okta.users.role_assignment_users r ON r.userId = a.id
  WHERE r.status = 'ACTIVE') AS roles
  GROUP BY userId
) AS admins
JOIN okta.users.users u ON u.id = admins.userId
ORDER BY status, resource;
