-- id: api-tokens-from-zones
-- title: API tokens work from known networks only
-- severity: high
-- description: >-
--   A token that works from everywhere works for whoever copied it, wherever they are.
-- remediation: >-
--   Restrict the token to the network zones from which it is used.
-- references:
--   - title: "Okta Support, restrict which IP address may use an API token"
--     url: https://support.okta.com/help/s/article/restrict-which-ip-address-device-is-allowed-to-use-an-api-token
--   - title: "DISA, Okta Identity as a Service (IDaaS) STIG, V1R2"
--     url: https://cyber.trackr.live/stig/Okta_Identity_as_a_Service_%28IDaaS%29/1/2
--     id: V-279689
--   - title: "NIST SP 800-53 Rev. 5, information flow enforcement"
--     url: https://csrc.nist.gov/pubs/sp/800/53/r5/upd1/final
--     id: AC-4
-- needs: [okta.apiTokens.read]
SELECT name AS resource,
  CASE WHEN coalesce(network->>'connection', 'ANYWHERE') = 'ANYWHERE' THEN 'alarm' ELSE 'ok' END AS status,
  'Works from: ' || coalesce(network->>'connection', 'ANYWHERE') || '.' AS reason,
  id AS tokenId
FROM okta.api_tokens.api_tokens
ORDER BY status, resource;
