-- When did each app with keys last get a token, and who last added a credential to it, in the past {{ days }} days?
-- A finding without lastToken has keys that nobody used: ask whether the app is still needed. The log names the app,
-- not the key.
-- Requests: 3 on the demo org: 1 per 200 apps (its list carries the keys), and 1 per 1,000 such events for each of
-- the two kinds, 1 at least.
SELECT a.label, a.id AS appId, k.activeKeys, t.lastToken, date_sub('day', t.lastToken, now()) AS tokenDays, c.lastAdded, c.addedBy
FROM okta.apps.applications a
JOIN (
  SELECT appId, count(*) AS activeKeys
  FROM okta.apps.jwks
  WHERE subdomain = '{{ subdomain }}' AND status = 'ACTIVE'
  GROUP BY appId
) AS k ON k.appId = a.id
LEFT JOIN (
  SELECT target->0->>'id' AS appId, max(published) AS lastToken
  FROM okta.logs.system_log_events
  WHERE subdomain = '{{ subdomain }}' AND eventType = 'app.oauth2.token.grant.access_token'
    AND published >= now() - to_days({{ days }})
  GROUP BY 1
) AS t ON t.appId = a.id
LEFT JOIN (
  SELECT target->0->>'id' AS appId, max(published) AS lastAdded,
    arg_max(actor->>'alternateId', published) AS addedBy
  FROM okta.logs.system_log_events
  WHERE subdomain = '{{ subdomain }}' AND eventType = 'app.oauth2.credentials.lifecycle.create'
    AND published >= now() - to_days({{ days }})
  GROUP BY 1
) AS c ON c.appId = a.id
WHERE a.subdomain = '{{ subdomain }}' AND a.status = 'ACTIVE'
ORDER BY t.lastToken NULLS FIRST, a.label;
