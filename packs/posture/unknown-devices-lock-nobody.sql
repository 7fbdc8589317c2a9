-- id: unknown-devices-lock-nobody
-- title: Strangers cannot lock accounts
-- severity: low
-- description: >-
--   Where failures from unknown devices count, anybody who knows a name can lock its account.
-- remediation: >-
--   Turn on that lockouts from unknown devices are prevented.
-- references:
--   - title: Okta Management API
--     url: https://developer.okta.com/docs/api/openapi/okta-management/guides/overview/
--   - title: "NIST SP 800-53 Rev. 5, unsuccessful logon attempts"
--     url: https://csrc.nist.gov/pubs/sp/800/53/r5/upd1/final
--     id: AC-7
-- needs: [okta.orgs.read]
SELECT 'Lockouts from unknown devices' AS resource,
  CASE WHEN preventBruteForceLockoutFromUnknownDevices IS NULL THEN 'skip' WHEN preventBruteForceLockoutFromUnknownDevices THEN 'ok' ELSE 'alarm' END AS status,
  CASE WHEN preventBruteForceLockoutFromUnknownDevices IS NULL THEN 'Okta does not say.' WHEN preventBruteForceLockoutFromUnknownDevices THEN 'They are prevented.' ELSE 'They lock the account everywhere.' END AS reason
FROM okta.attack_protection.lockout_settings;
