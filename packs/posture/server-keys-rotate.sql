-- id: server-keys-rotate
-- title: Keys of authorization servers are replaced
-- severity: medium
-- description: >-
--   Okta renews the key of a server by itself, unless the server was set to manual.
-- remediation: >-
--   Set the rotation mode of the server to automatic, or rotate its key.
-- references:
--   - title: "NIST SP 800-53 Rev. 5, cryptographic key establishment and management"
--     url: https://csrc.nist.gov/pubs/sp/800/53/r5/upd1/final
--     id: SC-12
-- parameters:
--   days: { default: 90, description: Days after which a key that is rotated by hand has to be new. }
-- needs: [okta.authorizationServers.read]
SELECT name AS resource,
  CASE WHEN mode IS NULL THEN 'skip' WHEN mode = 'AUTO' OR rotated >= now() - to_days($days) THEN 'ok' ELSE 'alarm' END AS status,
  coalesce('Rotation is ' || mode || coalesce(', last ' || date_sub('day', rotated, now()) || ' days ago.', '.'), 'Okta does not say.') AS reason,
  id AS authServerId
FROM (
  SELECT id, name, credentials->'signing'->>'rotationMode' AS mode, TRY_CAST(credentials->'signing'->>'lastRotated' AS TIMESTAMPTZ) AS rotated
  FROM okta.authorizationservers.authorization_servers
) AS servers
ORDER BY status, resource;
