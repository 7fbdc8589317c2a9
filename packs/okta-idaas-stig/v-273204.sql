-- id: v-273204
-- title: Okta must be configured to accept Personal Identity Verification (PIV) credentials.
-- severity: medium
-- description: >-
--   The smart card authenticator has to be there and active.
-- remediation: >-
--   Add the Smart Card Authenticator, with an identity provider of the smart card type behind it, and activate it.
-- references:
--   - title: "DISA, Okta Identity as a Service (IDaaS) STIG, V1R2"
--     url: https://cyber.trackr.live/stig/Okta_Identity_as_a_Service_%28IDaaS%29/1/2
--     id: V-273204
--   - title: "DISA, rule of the same STIG"
--     url: https://cyber.trackr.live/stig/Okta_Identity_as_a_Service_%28IDaaS%29/1/2
--     id: SV-273204r1098879_rule
--   - title: "DISA, security requirement behind it"
--     url: https://cyber.trackr.live/stig/Okta_Identity_as_a_Service_%28IDaaS%29/1/2
--     id: SRG-APP-000391
-- needs: [okta.authenticators.read]
SELECT 'Smart Card Authenticator' AS resource,
  CASE WHEN count(*) = 0 THEN 'skip' WHEN count(*) FILTER (WHERE key = 'smart_card_idp' AND status = 'ACTIVE') > 0 THEN 'ok' ELSE 'alarm' END AS status,
  CASE WHEN count(*) = 0 THEN 'No authenticator was seen.'
    ELSE coalesce('Is ' || string_agg(status, ', ') FILTER (WHERE key = 'smart_card_idp') || '.', 'There is none.') END AS reason
FROM okta.authenticators.authenticators;
