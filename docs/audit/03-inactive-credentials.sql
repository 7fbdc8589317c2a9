-- Which keys and client secrets have been inactive for more than {{ days }} days?
-- A finding is nothing but a credential that someone may switch on again: delete it.
-- Requests: 23 on the demo org: 1 per 200 apps, 1 for each app that has keys, and 1 for each app with a client
-- secret. Okta's log notes that secrets were read; they are masked in the answer.
SELECT 'key' AS kind, j.appId, j.id, j.kid, date_sub('day', j.lastUpdated, now()) AS inactiveDays
FROM okta.apps.jwks j
WHERE j.subdomain = '{{ subdomain }}' AND j.status = 'INACTIVE' AND j.lastUpdated < now() - to_days({{ days }})
UNION ALL
SELECT 'secret', s.appId, s.id, NULL, date_sub('day', s.lastUpdated, now())
FROM okta.apps.applications a
JOIN okta.apps.secrets s ON s.appId = a.id AND s.subdomain = a.subdomain
WHERE a.subdomain = '{{ subdomain }}'
  AND (a.credentials->'oauthClient'->>'token_endpoint_auth_method') LIKE 'client_secret_%'
  AND s.status = 'INACTIVE' AND s.lastUpdated < now() - to_days({{ days }})
ORDER BY inactiveDays DESC, id;
