-- Which apps take their keys from a URL, and which may change the org although all they have is a client secret?
-- A key URL moves trust to whoever serves it, and without https to whoever is on the way. A client secret can be
-- copied, which a private key that never leaves its machine cannot.
-- Requests: 9 on the demo org: 1 per 200 apps, 1 for each active app with a client secret for its
-- grants, and 1 for each of these for its roles.
WITH client AS (
  SELECT id, label, settings->'oauthClient'->>'jwks_uri' AS uri
  FROM okta.apps.applications
  WHERE subdomain = '{{ subdomain }}' AND status = 'ACTIVE'
)
SELECT label, id AS appId, 'keys at a URL' AS finding, uri AS detail
FROM client
WHERE uri IS NOT NULL
UNION ALL
SELECT a.label, a.id, 'client secret with a grant', g.scopeId
FROM okta.apps.applications a
JOIN okta.apps.grants g ON g.appId = a.id AND g.subdomain = a.subdomain
WHERE a.subdomain = '{{ subdomain }}' AND a.status = 'ACTIVE'
  AND (a.credentials->'oauthClient'->>'token_endpoint_auth_method') LIKE 'client_secret_%'
  AND g.status = 'ACTIVE' AND g.scopeId LIKE 'okta.%.manage'
UNION ALL
SELECT a.label, a.id, 'client secret with a role', r.type
FROM okta.apps.applications a
JOIN okta.oauth2.client_roles r ON r.clientId = a.id AND r.subdomain = a.subdomain
WHERE a.subdomain = '{{ subdomain }}' AND a.status = 'ACTIVE'
  AND (a.credentials->'oauthClient'->>'token_endpoint_auth_method') LIKE 'client_secret_%'
  AND r.status = 'ACTIVE'
ORDER BY finding, label;
