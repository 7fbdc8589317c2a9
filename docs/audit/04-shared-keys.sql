-- Which keys are stored in more than one app?
-- Whoever has the private half of a finding can act as each of its apps. Keys are compared by their RFC 7638
-- thumbprint, because the same key may have another kid in each app.
-- Requests: 1 on the demo org: 1 per 200 apps. The list of apps carries the keys.
SELECT jwk_thumbprint(j.kty, j.n, j.e, j.crv, j.x, j.y) AS thumbprint, count(DISTINCT j.appId) AS apps,
  string_agg(DISTINCT a.label, ', ' ORDER BY a.label) AS labels
FROM okta.apps.applications a
JOIN okta.apps.jwks j ON j.appId = a.id AND j.subdomain = a.subdomain
WHERE a.subdomain = '{{ subdomain }}'
GROUP BY thumbprint
HAVING count(DISTINCT j.appId) > 1
ORDER BY apps DESC, thumbprint;
