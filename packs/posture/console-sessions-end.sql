-- id: console-sessions-end
-- title: Sessions of the Admin Console end
-- severity: medium
-- description: >-
--   The Admin Console has limits of its own. An administrator who walks away leaves the org open for as long as they
--   allow.
-- remediation: >-
--   Set both limits on the sign-on tab of the Okta Admin Console.
-- references:
--   - title: Securing Okta administrator accounts
--     url: https://innovate.cloud/securing-okta-administrator-accounts/
--   - title: "DISA, Okta Identity as a Service (IDaaS) STIG, V1R2"
--     url: https://cyber.trackr.live/stig/Okta_Identity_as_a_Service_%28IDaaS%29/1/2
--     id: V-273187
--   - title: "NIST SP 800-53 Rev. 5, session termination"
--     url: https://csrc.nist.gov/pubs/sp/800/53/r5/upd1/final
--     id: AC-12
-- parameters:
--   idle: { default: 15, description: Idle minutes. }
--   lifetime: { default: 720, description: Minutes in any case. }
-- needs: [okta.apps.read]
SELECT 'Okta Admin Console' AS resource,
  CASE WHEN sessionIdleTimeoutMinutes IS NULL OR sessionMaxLifetimeMinutes IS NULL THEN 'skip'
    WHEN sessionIdleTimeoutMinutes BETWEEN 1 AND $idle AND sessionMaxLifetimeMinutes BETWEEN 1 AND $lifetime THEN 'ok' ELSE 'alarm' END AS status,
  coalesce('Ends after ' || sessionIdleTimeoutMinutes || ' idle minutes, and after ' || sessionMaxLifetimeMinutes || ' in any case.', 'Okta does not say.') AS reason
FROM okta.first_party_app_settings.first_party_app_settings
WHERE appName = 'admin-console';
