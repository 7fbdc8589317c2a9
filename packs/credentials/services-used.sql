-- id: services-used
-- title: Applications with keys are used
-- severity: low
-- description: >-
--   An application with an active key for which nobody asked for a token in all these days has a credential that
--   nobody would miss, and nobody would see misused. The log names the application, not the key.
-- remediation: >-
--   Ask its owner; deactivate the application, or delete its keys.
-- references:
--   - title: "NIST SP 800-53 Rev. 5, account management, disable accounts"
--     url: https://csrc.nist.gov/pubs/sp/800/53/r5/upd1/final
--     id: AC-2(3)
--   - title: "CIS Critical Security Controls v8, disable dormant accounts"
--     url: https://www.cisecurity.org/controls/v8
--     id: "5.3"
-- parameters:
--   days: { default: 30, description: Days in which a token has to have been asked for; Okta keeps its log for 90. }
-- needs: [okta.apps.read, okta.logs.read]
-- chart: days
SELECT a.label AS resource,
  CASE WHEN t.lastToken IS NULL THEN 'alarm' ELSE 'ok' END AS status,
  coalesce('Its last token is ' || date_sub('day', t.lastToken, now()) || ' days old.', 'No token in ' || $days || ' days.') AS reason,
  date_sub('day', t.lastToken, now()) AS days, a.id AS appId
FROM okta.apps.applications a
JOIN (SELECT appId FROM okta.apps.jwks WHERE status = 'ACTIVE' GROUP BY appId) AS k ON k.appId = a.id
LEFT JOIN (
  SELECT target->0->>'id' AS appId, max(published) AS lastToken
  FROM okta.logs.system_log_events
  WHERE eventType = 'app.oauth2.token.grant.access_token' AND published >= now() - to_days($days)
  GROUP BY 1
) AS t ON t.appId = a.id
WHERE a.status = 'ACTIVE'
ORDER BY status, resource;
