-- id: v-279689
-- title: Okta API tokens must be configured with Network Zones to restrict authorization from known networks.
-- severity: medium
-- description: >-
--   Each token has to name the zones from which it may be used.
-- remediation: >-
--   Edit the security settings of the token, and choose the zones of the application that uses it.
-- references:
--   - title: "DISA, Okta Identity as a Service (IDaaS) STIG, V1R2"
--     url: https://cyber.trackr.live/stig/Okta_Identity_as_a_Service_%28IDaaS%29/1/2
--     id: V-279689
--   - title: "DISA, rule of the same STIG"
--     url: https://cyber.trackr.live/stig/Okta_Identity_as_a_Service_%28IDaaS%29/1/2
--     id: SV-279689r1155066_rule
--   - title: "DISA, STIG version of the rule"
--     url: https://cyber.trackr.live/stig/Okta_Identity_as_a_Service_%28IDaaS%29/1/2
--     id: OKTA-APP-003240
--   - title: "DISA, security requirement behind it"
--     url: https://cyber.trackr.live/stig/Okta_Identity_as_a_Service_%28IDaaS%29/1/2
--     id: SRG-APP-001010
-- needs: [okta.apiTokens.read]
SELECT name AS resource,
  CASE WHEN coalesce(network->>'connection', 'ANYWHERE') <> 'ANYWHERE' AND coalesce(json_array_length(network->'include'), 0) > 0 THEN 'ok' ELSE 'alarm' END AS status,
  'Works from ' || coalesce(network->>'connection', 'ANYWHERE') || ', and names ' || coalesce(json_array_length(network->'include'), 0) || ' zones.' AS reason,
  id AS tokenId
FROM okta.api_tokens.api_tokens
ORDER BY status, resource;
