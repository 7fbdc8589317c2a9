-- Which SAML apps have a certificate that ends within {{ days }} days, and is it the one in use?
-- A finding that is in use breaks the sign-in to its app on expiresAt; one that is not can be ignored.
-- Requests: 5 on the demo org: 1 per 200 apps, and 1 for each SAML app.
SELECT a.label, a.id AS appId, k.kid, k.expiresAt, date_diff('day', now(), k.expiresAt) AS daysLeft,
  k.kid = (a.credentials->'signing'->>'kid') AS inUse
FROM okta.apps.applications a
JOIN okta.apps.keys k ON k.appId = a.id AND k.subdomain = a.subdomain
WHERE a.subdomain = '{{ subdomain }}' AND a.signOnMode = 'SAML_2_0' AND a.status = 'ACTIVE'
  AND k.expiresAt < now() + to_days({{ days }})
ORDER BY inUse DESC, k.expiresAt, a.label;
