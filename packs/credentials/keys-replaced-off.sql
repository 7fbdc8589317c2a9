-- id: keys-replaced-off
-- title: A key that was replaced does not go on signing
-- severity: low
-- description: >-
--   Where an application has a newer active key, the rotation is half done as long as the older one is active too. A
--   young spare key is none: judged is a key that is older than it may be.
-- remediation: >-
--   Deactivate the older key, and delete it when nobody has missed it.
-- references:
--   - title: "NIST SP 800-53 Rev. 5, authenticator management"
--     url: https://csrc.nist.gov/pubs/sp/800/53/r5/upd1/final
--     id: IA-5
-- parameters:
--   days: { default: 180, description: Days after which a replaced key has to be off. }
-- needs: [okta.apps.read]
SELECT label AS resource,
  CASE WHEN created < newest AND created < now() - to_days($days) THEN 'alarm' ELSE 'ok' END AS status,
  'The key ' || coalesce(kid, keyId) || ' is ' || date_sub('day', created, now()) || ' days old, '
    || CASE WHEN created < newest THEN 'and the newest is ' || date_sub('day', newest, now()) || '.' ELSE 'and the newest.' END AS reason,
  appId, keyId
FROM (
  SELECT a.label, a.id AS appId, j.id AS keyId, j.kid, j.created, max(j.created) OVER (PARTITION BY a.id) AS newest
  FROM okta.apps.applications a
  JOIN okta.apps.jwks j ON j.appId = a.id
  WHERE coalesce(j.use, 'sig') = 'sig' AND j.status = 'ACTIVE'
) AS keys
ORDER BY status, resource;
