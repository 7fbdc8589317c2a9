-- id: v-273187
-- title: The Okta Admin Console must log out a session after a 15-minute period of inactivity.
-- severity: medium
-- description: >-
--   The Admin Console has an idle time of its own, beside that of the global session.
-- remediation: >-
--   Set the maximum app session idle time to 15 minutes on the sign-on tab of the Okta Admin Console.
-- references:
--   - title: "DISA, Okta Identity as a Service (IDaaS) STIG, V1R2"
--     url: https://cyber.trackr.live/stig/Okta_Identity_as_a_Service_%28IDaaS%29/1/2
--     id: V-273187
--   - title: "DISA, rule of the same STIG"
--     url: https://cyber.trackr.live/stig/Okta_Identity_as_a_Service_%28IDaaS%29/1/2
--     id: SV-273187r1098828_rule
--   - title: "DISA, STIG version of the rule"
--     url: https://cyber.trackr.live/stig/Okta_Identity_as_a_Service_%28IDaaS%29/1/2
--     id: OKTA-APP-000025
--   - title: "DISA, security requirement behind it"
--     url: https://cyber.trackr.live/stig/Okta_Identity_as_a_Service_%28IDaaS%29/1/2
--     id: SRG-APP-000003
-- parameters:
--   minutes: { default: 15, description: Idle minutes after which a session has to end. }
-- needs: [okta.apps.read]
SELECT 'Okta Admin Console' AS resource,
  CASE WHEN sessionIdleTimeoutMinutes IS NULL THEN 'skip' WHEN sessionIdleTimeoutMinutes BETWEEN 1 AND $minutes THEN 'ok' ELSE 'alarm' END AS status,
  coalesce(sessionIdleTimeoutMinutes || ' idle minutes.', 'Okta does not say.') AS reason
FROM okta.first_party_app_settings.first_party_app_settings
WHERE appName = 'admin-console';
