-- id: push-number-challenge
-- title: Okta Verify asks for a number with a push
-- severity: medium
-- description: >-
--   A push that is only confirmed is confirmed by whoever is tired of them. With a number challenge the user has to
--   see the sign-in that they confirm.
-- remediation: >-
--   Require the number challenge for all pushes, or for risky ones, in the settings of Okta Verify.
-- references:
--   - title: "Okta HealthInsight, security tasks and recommendations"
--     url: https://help.okta.com/en/prod/Content/Topics/Security/healthinsight/healthinsight.htm
--   - title: "CIS Critical Security Controls v8, require MFA for administrative access"
--     url: https://www.cisecurity.org/controls/v8
--     id: "6.5"
-- needs: [okta.authenticators.read]
SELECT name AS resource,
  CASE WHEN status <> 'ACTIVE' THEN 'skip'
    WHEN coalesce(settings->'channelBinding'->>'required', 'NEVER') = 'NEVER' THEN 'alarm' ELSE 'ok' END AS status,
  CASE WHEN status <> 'ACTIVE' THEN 'Okta Verify is not active.'
    ELSE 'A number is asked for: ' || coalesce(settings->'channelBinding'->>'required', 'NEVER') || '.' END AS reason,
  id AS authenticatorId
FROM okta.authenticators.authenticators
WHERE key = 'okta_verify';
