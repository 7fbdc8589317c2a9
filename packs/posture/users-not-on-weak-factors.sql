-- id: users-not-on-weak-factors
-- title: No user has weak factors only
-- severity: medium
-- description: >-
--   Text messages, calls, e-mail and questions can be intercepted, forwarded or looked up.
-- remediation: >-
--   Have the user enrol Okta Verify, a security key or another authenticator app.
-- references:
--   - title: "Okta HealthInsight, security tasks and recommendations"
--     url: https://help.okta.com/en/prod/Content/Topics/Security/healthinsight/healthinsight.htm
--   - title: "NIST SP 800-63B-4, authentication and authenticator management"
--     url: https://pages.nist.gov/800-63-4/sp800-63b.html
--     id: restricted authenticators
-- needs: [okta.users.read]
SELECT u.profile.login AS resource,
  CASE WHEN count(f.id) FILTER (WHERE f.factorType NOT IN ('sms', 'call', 'email', 'question')) = 0 THEN 'alarm' ELSE 'ok' END AS status,
  'Has ' || string_agg(DISTINCT f.factorType, ', ' ORDER BY f.factorType) || '.' AS reason, u.id AS userId
FROM okta.users.users u
JOIN okta.users.factors f ON f.userId = u.id AND f.status = 'ACTIVE'
WHERE u.status = 'ACTIVE'
GROUP BY u.profile.login, u.id
ORDER BY status, resource;
