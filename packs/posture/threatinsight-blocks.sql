-- id: threatinsight-blocks
-- title: ThreatInsight blocks known attackers
-- severity: medium
-- description: >-
--   ThreatInsight knows addresses from which other orgs are attacked. Set to audit it only writes down that they
--   came.
-- remediation: >-
--   Set ThreatInsight to log and enforce.
-- references:
--   - title: "Okta Management API, ThreatInsight"
--     url: https://developer.okta.com/docs/api/openapi/okta-management/management/tags/threatinsight/threatinsight
--   - title: "Okta HealthInsight, security tasks and recommendations"
--     url: https://help.okta.com/en/prod/Content/Topics/Security/healthinsight/healthinsight.htm
--   - title: "NIST SP 800-53 Rev. 5, system monitoring"
--     url: https://csrc.nist.gov/pubs/sp/800/53/r5/upd1/final
--     id: SI-4
-- needs: [okta.threatInsights.read]
SELECT 'ThreatInsight' AS resource,
  CASE action WHEN 'block' THEN 'ok' WHEN 'audit' THEN 'alarm' WHEN 'none' THEN 'alarm' ELSE 'skip' END AS status,
  coalesce('Its action is ' || action || '.', 'Okta does not say.') AS reason
FROM okta.threats.current_configuration;
