-- Which service apps sign with a private key, and have no second active key to go over to?
-- A finding with one active key cannot be rotated without an overlap; one with none cannot sign in at all.
-- Requests: 1 on the demo org: 1 per 200 apps. The list of apps carries the keys.
SELECT a.label, a.id AS appId, count(j.id) FILTER (WHERE j.status = 'ACTIVE') AS activeKeys, count(j.id) AS keys
FROM okta.apps.applications a
LEFT JOIN okta.apps.jwks j
  ON j.appId = a.id AND j.subdomain = a.subdomain AND coalesce(j.use, 'sig') = 'sig'
WHERE a.subdomain = '{{ subdomain }}' AND a.status = 'ACTIVE'
  AND (a.settings->'oauthClient'->>'application_type') = 'service'
  AND (a.credentials->'oauthClient'->>'token_endpoint_auth_method') = 'private_key_jwt'
  AND (a.settings->'oauthClient'->>'jwks_uri') IS NULL
GROUP BY a.label, a.id
HAVING count(j.id) FILTER (WHERE j.status = 'ACTIVE') < 2
ORDER BY activeKeys, a.label;
