-- Which active signing keys are older than {{ days }} days, and which of them were never replaced by a newer one?
-- A finding is a key to rotate; isNewest says that its app has no newer active key to go over to.
-- Requests: 18 on the demo org: 1 per 200 apps, and 1 for each app that has keys, because only the keys' own list
-- says when they were created.
SELECT label, appId, keyId, kid, date_sub('day', created, now()) AS ageDays, isNewest
FROM (
  SELECT a.label, j.appId, j.keyId, j.kid, j.created, j.status,
    j.created = max(j.created) FILTER (WHERE j.status = 'ACTIVE') OVER (PARTITION BY j.appId) AS isNewest
  FROM okta.apps.applications a
  JOIN okta.apps.jwks j ON j.appId = a.id AND j.subdomain = a.subdomain
  WHERE a.subdomain = '{{ subdomain }}' AND coalesce(j.use, 'sig') = 'sig'
) AS keys
WHERE status = 'ACTIVE' AND created < now() - to_days({{ days }})
ORDER BY ageDays DESC, label;
