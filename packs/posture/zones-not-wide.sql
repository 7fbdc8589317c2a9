-- id: zones-not-wide
-- title: Network zones are not wide
-- severity: low
-- description: >-
--   A zone that holds a large part of the internet makes every rule that trusts it trust strangers.
-- remediation: >-
--   Name the networks that are yours.
-- references:
--   - title: "NIST SP 800-53 Rev. 5, information flow enforcement"
--     url: https://csrc.nist.gov/pubs/sp/800/53/r5/upd1/final
--     id: AC-4
-- parameters:
--   bits: { default: 12, description: Length of the prefix below which a block of IPv4 addresses is too wide. }
-- needs: [okta.networkZones.read]
SELECT name AS resource,
  CASE WHEN bool_or(bits < $bits) THEN 'alarm' ELSE 'ok' END AS status,
  CASE WHEN min(bits) IS NULL THEN 'No block of addresses.' ELSE 'Its widest block is a /' || min(bits) || '.' END AS reason, id AS zoneId
FROM (
  SELECT z.id, z.name, TRY_CAST(regexp_extract(g.value->>'value', '^[0-9.]+/(\d+)$', 1) AS INTEGER) AS bits
  FROM okta.zones.network_zones z
  LEFT JOIN json_each(z.gateways) AS g ON true
  WHERE z.usage = 'POLICY' AND z.status = 'ACTIVE' AND z.type = 'IP'
) AS blocks
GROUP BY id, name
ORDER BY status, resource;
