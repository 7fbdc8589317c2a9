-- id: weak-authenticators-off
-- title: Weak authenticators sign nobody in
-- severity: medium
-- description: >-
--   Phone and security question can be intercepted or looked up. They may be kept for recovery at most.
-- remediation: >-
--   Deactivate the authenticator, or allow it for recovery only.
-- references:
--   - title: "Okta HealthInsight, security tasks and recommendations"
--     url: https://help.okta.com/en/prod/Content/Topics/Security/healthinsight/healthinsight.htm
--   - title: "NIST SP 800-63B-4, authentication and authenticator management"
--     url: https://pages.nist.gov/800-63-4/sp800-63b.html
--     id: restricted authenticators
-- needs: [okta.authenticators.read]
SELECT name AS resource,
  CASE WHEN key IN ('phone_number', 'security_question', 'okta_email') AND status = 'ACTIVE'
      AND coalesce(settings->>'allowedFor', 'any') NOT IN ('recovery', 'none') THEN 'alarm' ELSE 'ok' END AS status,
  'Is ' || status || coalesce(', allowed for ' || (settings->>'allowedFor'), '') || '.' AS reason, id AS authenticatorId
FROM okta.authenticators.authenticators
ORDER BY status, resource;
