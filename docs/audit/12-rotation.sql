-- How is the signing key of an app replaced, without a minute in which it cannot sign in?
-- Three statements that stop at the first error. Run the file once with the new key; give the app its private half; run
-- it again, as often as wanted, to deactivate what the new key has replaced and to delete what has been inactive for
-- {{ days }} days. A statement that has nothing left to do changes nothing.
-- Variables: appId, kid and n (base64url) of the new 2048-bit RSA key, minutes until the old keys are deactivated,
-- days.
-- Requests: 5 on the demo org: 1 to read the keys for each of the three statements, and 1 for each key that is added,
-- deactivated or deleted.

-- The new key, unless it is there.
INSERT INTO okta.apps.jwks (subdomain, appId, kty, e, n, kid, use, alg)
SELECT '{{ subdomain }}', '{{ appId }}', 'RSA', 'AQAB', '{{ n }}', '{{ kid }}', 'sig', 'RS256'
WHERE NOT EXISTS (
  SELECT 1 FROM okta.apps.jwks
  WHERE subdomain = '{{ subdomain }}' AND appId = '{{ appId }}' AND kid = '{{ kid }}'
);

-- The other signing keys, once the new one is old enough.
UPDATE okta.apps.jwks SET status = 'INACTIVE'
WHERE subdomain = '{{ subdomain }}' AND appId = '{{ appId }}' AND kid <> '{{ kid }}'
  AND status = 'ACTIVE' AND coalesce(use, 'sig') = 'sig'
  AND EXISTS (
    SELECT 1 FROM okta.apps.jwks
    WHERE subdomain = '{{ subdomain }}' AND appId = '{{ appId }}' AND kid = '{{ kid }}'
      AND status = 'ACTIVE' AND created <= now() - to_minutes({{ minutes }})
  );

-- What nobody has missed.
DELETE FROM okta.apps.jwks
WHERE subdomain = '{{ subdomain }}' AND appId = '{{ appId }}' AND kid <> '{{ kid }}'
  AND status = 'INACTIVE' AND coalesce(use, 'sig') = 'sig' AND lastUpdated < now() - to_days({{ days }});
