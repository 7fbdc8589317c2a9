-- id: blocklist-filled
-- title: A blocklist zone keeps somebody out
-- severity: low
-- description: >-
--   The blocklist is looked at before any policy. An empty one keeps out nobody.
-- remediation: >-
--   List known bad addresses, or activate the enhanced dynamic zone that keeps anonymizers out.
-- references:
--   - title: "DISA, Okta Identity as a Service (IDaaS) STIG, V1R2"
--     url: https://cyber.trackr.live/stig/Okta_Identity_as_a_Service_%28IDaaS%29/1/2
--     id: V-279692
--   - title: "NIST SP 800-53 Rev. 5, information flow enforcement"
--     url: https://csrc.nist.gov/pubs/sp/800/53/r5/upd1/final
--     id: AC-4
-- needs: [okta.networkZones.read]
SELECT 'Blocklist zones' AS resource,
  CASE WHEN count(*) = 0 THEN 'skip' WHEN bool_or(status = 'ACTIVE' AND entries > 0) THEN 'ok' ELSE 'alarm' END AS status,
  CASE WHEN count(*) = 0 THEN 'There is no zone of this use.' ELSE string_agg(name || ': ' || entries || ' entries, ' || status, '; ' ORDER BY name) || '.' END AS reason
FROM (
  SELECT name, status, coalesce(json_array_length(gateways), 0) + coalesce(json_array_length(ipServiceCategories->'include'), 0)
    + coalesce(json_array_length(locations->'include'), 0) + coalesce(json_array_length(asns->'include'), 0) AS entries
  FROM okta.zones.network_zones
  WHERE usage = 'BLOCKLIST'
) AS zones;
