-- id: users-have-factors
-- title: Active users have a second factor
-- severity: high
-- description: >-
--   An account without a factor is protected by its password alone, and whoever has that can enrol a factor of their
--   own.
-- remediation: >-
--   Require enrolment in the enrolment policy, and follow up those who are left.
-- references:
--   - title: "Okta HealthInsight, security tasks and recommendations"
--     url: https://help.okta.com/en/prod/Content/Topics/Security/healthinsight/healthinsight.htm
--   - title: "NIST SP 800-53 Rev. 5, multi-factor authentication to non-privileged accounts"
--     url: https://csrc.nist.gov/pubs/sp/800/53/r5/upd1/final
--     id: IA-2(2)
--   - title: "CIS Critical Security Controls v8, require MFA for externally-exposed applications"
--     url: https://www.cisecurity.org/controls/v8
--     id: "6.3"
-- needs: [okta.users.read]
SELECT u.profile.login AS resource,
  CASE WHEN count(f.id) = 0 THEN 'alarm' ELSE 'ok' END AS status,
  CASE WHEN count(f.id) = 0 THEN 'No active factor.' ELSE 'Has ' || string_agg(DISTINCT f.factorType, ', ' ORDER BY f.factorType) || '.' END AS reason,
  u.id AS userId
FROM okta.users.users u
LEFT JOIN okta.users.factors f ON f.userId = u.id AND f.status = 'ACTIVE'
WHERE u.status = 'ACTIVE'
GROUP BY u.profile.login, u.id
ORDER BY status, resource;
