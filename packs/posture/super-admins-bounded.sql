-- id: super-admins-bounded
-- title: There are between two and five super administrators
-- severity: high
-- description: >-
--   A super administrator can do everything, including making others. With one, an org depends on one person; with
--   many, on the weakest of their accounts.
-- remediation: >-
--   Give administrators the standard or custom role that their work needs, and keep two accounts for emergencies.
-- references:
--   - title: "Okta HealthInsight, security tasks and recommendations"
--     url: https://help.okta.com/en/prod/Content/Topics/Security/healthinsight/healthinsight.htm
--   - title: "NIST SP 800-53 Rev. 5, least privilege, privileged accounts"
--     url: https://csrc.nist.gov/pubs/sp/800/53/r5/upd1/final
--     id: AC-6(5)
--   - title: "CIS Critical Security Controls v8, restrict administrator privileges to dedicated administrator accounts"
--     url: https://www.cisecurity.org/controls/v8
--     id: "5.4"
-- parameters:
--   least: { default: 2, description: Super administrators that there have to be. }
--   most: { default: 5, description: Super administrators that there may be. }
-- needs: [okta.roles.read, okta.users.read]
SELECT 'Super administrators' AS resource,
  CASE WHEN count(*) = 0 THEN 'skip' WHEN count(*) BETWEEN $least AND $most THEN 'ok' ELSE 'alarm' END AS status,
  CASE WHEN count(*) = 0 THEN 'No super administrator was seen, although every org has one.'
    ELSE count(*) || ' super administrators: ' || string_agg(u.profile.login, ', ' ORDER BY u.profile.login) || '.' END AS reason,
  count(*) AS administrators
FROM (SELECT DISTINCT userId FROM (SELECT a.id AS userId, r.type, r.label
  FROM okta.iam.users_with_role_assignments a
  JOIN okta.users.role_assignment_users r ON r.userId = a.id
  WHERE r.status = 'ACTIVE') AS roles WHERE type = 'SUPER_ADMIN') AS admins
JOIN okta.users.users u ON u.id = admins.userId;
