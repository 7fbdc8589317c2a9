-- What can the holder of each active signing key do in the org: which scopes, which administrator roles?
-- A finding with a manage scope or a role is a key whose private half is worth as much as an administrator's password.
-- Requests: 31 on the demo org: 1 per 200 apps, 1 for each active app with an active key for its grants,
-- and 1 for each of these for its roles.
SELECT a.label, j.id AS keyId, j.kid, g.scopes, r.roles
FROM okta.apps.applications a
JOIN okta.apps.jwks j ON j.appId = a.id AND j.subdomain = a.subdomain
LEFT JOIN (
  SELECT appId, string_agg(scopeId, ', ' ORDER BY scopeId) AS scopes
  FROM okta.apps.grants
  WHERE subdomain = '{{ subdomain }}' AND status = 'ACTIVE'
  GROUP BY appId
) AS g ON g.appId = j.appId
LEFT JOIN (
  SELECT clientId, string_agg(type, ', ' ORDER BY type) AS roles
  FROM okta.oauth2.client_roles
  WHERE subdomain = '{{ subdomain }}' AND status = 'ACTIVE'
  GROUP BY clientId
) AS r ON r.clientId = j.appId
WHERE a.subdomain = '{{ subdomain }}' AND a.status = 'ACTIVE' AND j.status = 'ACTIVE' AND coalesce(j.use, 'sig') = 'sig'
  AND (g.scopes LIKE '%.manage%' OR r.roles IS NOT NULL)
ORDER BY a.label, j.kid;
