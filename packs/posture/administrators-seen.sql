-- id: administrators-seen
-- title: Administrators have signed in lately
-- severity: medium
-- description: >-
--   An administrator who has not signed in for weeks does not need the role, or has an account that nobody would
--   notice being used.
-- remediation: >-
--   Take the role away, or note down why the account is kept for emergencies.
-- references:
--   - title: "NIST SP 800-53 Rev. 5, account management, disable accounts"
--     url: https://csrc.nist.gov/pubs/sp/800/53/r5/upd1/final
--     id: AC-2(3)
--   - title: "CIS Critical Security Controls v8, disable dormant accounts"
--     url: https://www.cisecurity.org/controls/v8
--     id: "5.3"
-- parameters:
--   days: { default: 30, description: Days within which an administrator has to have signed in. }
-- needs: [okta.roles.read, okta.users.read]
-- chart: days
SELECT u.profile.login AS resource,
  CASE WHEN u.lastLogin IS NULL OR u.lastLogin < now() - to_days($days) THEN 'alarm' ELSE 'ok' END AS status,
  coalesce('Signed in ' || date_sub('day', u.lastLogin, now()) || ' days ago.', 'Never signed in.') AS reason,
  date_sub('day', u.lastLogin, now()) AS days, u.id AS userId
FROM (SELECT DISTINCT userId FROM (SELECT a.id AS userId, r.type, r.label
  FROM okta.iam.users_with_role_assignments a
  JOIN okta.users.role_assignment_users r ON r.userId = a.id
  WHERE r.status = 'ACTIVE') AS roles) AS admins
JOIN okta.users.users u ON u.id = admins.userId
ORDER BY status, resource;
