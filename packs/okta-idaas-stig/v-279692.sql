-- id: v-279692
-- title: Okta must be configured with Network Zones defined to block anonymized proxies according to organizationally defined policy.
-- severity: medium
-- description: >-
--   A blocklist zone that keeps all anonymizers out holds. A list of addresses is info: whether it is the list that
--   was provided is left to compare.
-- remediation: >-
--   Fill the IP blocklist with the list that was provided, or activate the enhanced dynamic zone blocklist.
-- references:
--   - title: "DISA, Okta Identity as a Service (IDaaS) STIG, V1R2"
--     url: https://cyber.trackr.live/stig/Okta_Identity_as_a_Service_%28IDaaS%29/1/2
--     id: V-279692
--   - title: "DISA, rule of the same STIG"
--     url: https://cyber.trackr.live/stig/Okta_Identity_as_a_Service_%28IDaaS%29/1/2
--     id: SV-279692r1155075_rule
--   - title: "DISA, STIG version of the rule"
--     url: https://cyber.trackr.live/stig/Okta_Identity_as_a_Service_%28IDaaS%29/1/2
--     id: OKTA-APP-003243
--   - title: "DISA, security requirement behind it"
--     url: https://cyber.trackr.live/stig/Okta_Identity_as_a_Service_%28IDaaS%29/1/2
--     id: SRG-APP-000039
-- needs: [okta.networkZones.read]
SELECT 'Blocklist zones' AS resource,
  CASE WHEN count(*) = 0 THEN 'skip'
    WHEN coalesce(bool_or(usage = 'BLOCKLIST' AND status = 'ACTIVE' AND blocksAnonymizers), false) THEN 'ok'
    WHEN coalesce(bool_or(usage = 'BLOCKLIST' AND status = 'ACTIVE' AND addresses > 0), false) THEN 'info'
    ELSE 'alarm' END AS status,
  CASE WHEN count(*) = 0 THEN 'No zone was seen.'
    ELSE coalesce(string_agg(name || CASE WHEN blocksAnonymizers THEN ' blocks anonymizers' ELSE ' lists ' || addresses || ' networks; compare them with the list that was provided' END, '. ' ORDER BY name)
      FILTER (WHERE usage = 'BLOCKLIST' AND status = 'ACTIVE'), 'No blocklist zone is active') || '.' END AS reason
FROM (
  SELECT name, usage, status, coalesce(json_array_length(gateways), 0) AS addresses,
    coalesce(json_contains(ipServiceCategories, '{"include": ["ALL_ANONYMIZERS"]}'), false) AS blocksAnonymizers
  FROM okta.zones.network_zones
) AS zones;
