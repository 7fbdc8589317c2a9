-- Which keys are weak, or do not say what they are for?
-- Findings are RSA keys below 2048 bits or with the exponent 3 (`Aw`), elliptic curves other than P-256, P-384 and
-- P-521, and keys without `use`, which some clients then refuse.
-- Requests: 1 on the demo org: 1 per 200 apps. The list of apps carries the keys, though not their `alg`.
SELECT a.label, j.appId, j.id AS keyId, j.kty, coalesce(j.crv, jwk_bits(j.n)::VARCHAR) AS size,
  CASE
    WHEN j.kty = 'RSA' AND jwk_bits(j.n) < 2048 THEN 'short modulus'
    WHEN j.kty = 'RSA' AND j.e = 'Aw' THEN 'exponent 3'
    WHEN j.kty = 'EC' AND coalesce(j.crv, '') NOT IN ('P-256', 'P-384', 'P-521') THEN 'unknown curve'
    ELSE 'no use'
  END AS finding
FROM okta.apps.applications a
JOIN okta.apps.jwks j ON j.appId = a.id AND j.subdomain = a.subdomain
WHERE a.subdomain = '{{ subdomain }}'
  AND (j.use IS NULL
    OR (j.kty = 'RSA' AND (jwk_bits(j.n) < 2048 OR j.e = 'Aw'))
    OR (j.kty = 'EC' AND coalesce(j.crv, '') NOT IN ('P-256', 'P-384', 'P-521')))
ORDER BY a.label, keyId;
