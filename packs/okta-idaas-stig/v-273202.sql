-- id: v-273202
-- title: Okta must off-load audit records onto a central log server.
-- severity: high
-- description: >-
--   An active log stream is seen. A SIEM that fetches the log instead counts as well, and is not seen: without a
--   stream this is an alarm until somebody shows one.
-- remediation: >-
--   Configure a log stream, or have the log fetched, and note that down.
-- references:
--   - title: "DISA, Okta Identity as a Service (IDaaS) STIG, V1R2"
--     url: https://cyber.trackr.live/stig/Okta_Identity_as_a_Service_%28IDaaS%29/1/2
--     id: V-273202
--   - title: "DISA, rule of the same STIG"
--     url: https://cyber.trackr.live/stig/Okta_Identity_as_a_Service_%28IDaaS%29/1/2
--     id: SV-273202r1099766_rule
--   - title: "DISA, security requirement behind it"
--     url: https://cyber.trackr.live/stig/Okta_Identity_as_a_Service_%28IDaaS%29/1/2
--     id: SRG-APP-000358
-- needs: [okta.logStreams.read]
SELECT 'Log streams' AS resource,
  CASE WHEN count(*) FILTER (WHERE status = 'ACTIVE') = 0 THEN 'alarm' ELSE 'ok' END AS status,
  CASE WHEN count(*) FILTER (WHERE status = 'ACTIVE') = 0 THEN 'No log stream is active; ask whether a SIEM fetches the log.' ELSE 'Active: ' || string_agg(name, ', ' ORDER BY name) FILTER (WHERE status = 'ACTIVE') || '.' END AS reason
FROM okta.logstreams.log_streams;
