-- id: v-273205
-- title: The Okta Verify application must be configured to connect only to FIPS-compliant devices.
-- severity: medium
-- description: >-
--   Okta Verify has to be set to devices with FIPS-validated cryptography.
-- remediation: >-
--   Enable FIPS compliance in the settings of Okta Verify.
-- references:
--   - title: "DISA, Okta Identity as a Service (IDaaS) STIG, V1R2"
--     url: https://cyber.trackr.live/stig/Okta_Identity_as_a_Service_%28IDaaS%29/1/2
--     id: V-273205
--   - title: "DISA, rule of the same STIG"
--     url: https://cyber.trackr.live/stig/Okta_Identity_as_a_Service_%28IDaaS%29/1/2
--     id: SV-273205r1098882_rule
--   - title: "DISA, security requirement behind it"
--     url: https://cyber.trackr.live/stig/Okta_Identity_as_a_Service_%28IDaaS%29/1/2
--     id: SRG-APP-000395
-- needs: [okta.authenticators.read]
SELECT name AS resource,
  CASE WHEN (settings->'compliance'->>'fips') = 'REQUIRED' THEN 'ok' ELSE 'alarm' END AS status,
  'FIPS compliance: ' || coalesce(settings->'compliance'->>'fips', 'not said') || '; the authenticator is ' || status || '.' AS reason, id AS authenticatorId
FROM okta.authenticators.authenticators
WHERE key = 'okta_verify';
