-- id: administrators-have-factors
-- title: Administrators have a second factor
-- severity: critical
-- description: >-
--   An administrator who has only a password is one phished password away from whoever wants the org.
-- remediation: >-
--   Have the administrator enrol a factor before anything else.
-- references:
--   - title: "Okta HealthInsight, security tasks and recommendations"
--     url: https://help.okta.com/en/prod/Content/Topics/Security/healthinsight/healthinsight.htm
--   - title: Securing Okta administrator accounts
--     url: https://innovate.cloud/securing-okta-administrator-accounts/
--   - title: "NIST SP 800-53 Rev. 5, multi-factor authentication to privileged accounts"
--     url: https://csrc.nist.gov/pubs/sp/800/53/r5/upd1/final
--     id: IA-2(1)
-- needs: [okta.roles.read, okta.users.read]
SELECT u.profile.login AS resource,
  CASE WHEN count(f.id) = 0 THEN 'alarm' ELSE 'ok' END AS status,
  CASE WHEN count(f.id) = 0 THEN 'No active factor.' ELSE 'Has ' || string_agg(DISTINCT f.factorType, ', ' ORDER BY f.factorType) || '.' END AS reason,
  u.id AS userId
FROM (SELECT DISTINCT userId FROM (SELECT a.id AS userId, r.type, r.label
  FROM okta.iam.users_with_role_assignments a
  JOIN okta.users.role_assignment_users r ON r.userId = a.id
  WHERE r.status = 'ACTIVE') AS roles) AS admins
JOIN okta.users.users u ON u.id = admins.userId
LEFT JOIN okta.users.factors f ON f.userId = admins.userId AND f.status = 'ACTIVE' AND f.factorType NOT IN ('question', 'email')
GROUP BY u.profile.login, u.id
ORDER BY status, resource;
