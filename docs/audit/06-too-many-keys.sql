-- Which apps have more than one active signing key, or nearly the 50 keys that Okta stores for an app?
-- Two active keys are a rotation that was not finished; an app whose ID tokens shall be encrypted needs an active
-- encryption key too.
-- Requests: 1 on the demo org: 1 per 200 apps. The list of apps carries the keys.
SELECT label, appId, keys, activeSigning, activeEncryption,
  CASE
    WHEN keys >= 45 THEN 'nearly 50 keys'
    WHEN activeSigning > 1 THEN 'several active signing keys'
    ELSE 'no active encryption key'
  END AS finding
FROM (
  SELECT a.label, a.id AS appId, count(j.id) AS keys,
    count(j.id) FILTER (WHERE j.status = 'ACTIVE' AND coalesce(j.use, 'sig') = 'sig') AS activeSigning,
    count(j.id) FILTER (WHERE j.status = 'ACTIVE' AND j.use = 'enc') AS activeEncryption,
    bool_or((a.settings->'oauthClient'->>'id_token_encrypted_response_alg') IS NOT NULL) AS encrypts
  FROM okta.apps.applications a
  LEFT JOIN okta.apps.jwks j ON j.appId = a.id AND j.subdomain = a.subdomain
  WHERE a.subdomain = '{{ subdomain }}'
  GROUP BY a.label, a.id
) AS counted
WHERE keys >= 45 OR activeSigning > 1 OR (encrypts AND activeEncryption = 0)
ORDER BY keys DESC, label;
