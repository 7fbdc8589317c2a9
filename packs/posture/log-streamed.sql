-- id: log-streamed
-- title: The log goes to a place of its own
-- severity: high
-- description: >-
--   Okta keeps its log for 90 days, and an administrator gone bad is in the same org.
-- remediation: >-
--   Stream the log to a central store, or let one fetch it, and note that down.
-- references:
--   - title: "DISA, Okta Identity as a Service (IDaaS) STIG, V1R2"
--     url: https://cyber.trackr.live/stig/Okta_Identity_as_a_Service_%28IDaaS%29/1/2
--     id: V-273202
--   - title: "NIST SP 800-53 Rev. 5, transfer to alternate storage"
--     url: https://csrc.nist.gov/pubs/sp/800/53/r5/upd1/final
--     id: AU-4(1)
--   - title: "CIS Critical Security Controls v8, centralize audit logs"
--     url: https://www.cisecurity.org/controls/v8
--     id: "8.9"
-- needs: [okta.logStreams.read]
SELECT 'Log streams' AS resource,
  CASE WHEN count(*) FILTER (WHERE status = 'ACTIVE') = 0 THEN 'alarm' ELSE 'ok' END AS status,
  CASE WHEN count(*) FILTER (WHERE status = 'ACTIVE') = 0 THEN 'No log stream is active.' ELSE 'Active: ' || string_agg(name, ', ' ORDER BY name) FILTER (WHERE status = 'ACTIVE') || '.' END AS reason
FROM okta.logstreams.log_streams;
