-- id: bots-stopped
-- title: Bots are stopped
-- severity: low
-- description: >-
--   Bot protection that only logs lets them through.
-- remediation: >-
--   Enforce bot protection for sign-in.
-- references:
--   - title: Okta Management API
--     url: https://developer.okta.com/docs/api/openapi/okta-management/guides/overview/
--   - title: "NIST SP 800-53 Rev. 5, system monitoring"
--     url: https://csrc.nist.gov/pubs/sp/800/53/r5/upd1/final
--     id: SI-4
-- needs: [okta.botProtection.read]
SELECT 'Bot protection' AS resource,
  CASE mode WHEN 'ENFORCED' THEN 'ok' WHEN 'LOG_ONLY' THEN 'alarm' WHEN 'DISABLED' THEN 'alarm' ELSE 'skip' END AS status,
  coalesce('Its mode is ' || mode || '.', 'Okta does not say.') AS reason
FROM okta.bot_protection.bot_protection_configuration;
