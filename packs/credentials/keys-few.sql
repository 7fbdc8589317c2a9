-- id: keys-few
-- title: Applications are far from the number of keys that Okta stores
-- severity: low
-- description: >-
--   Okta stores 50 keys for an application and refuses the next one, which then is the rotation that fails. An
--   application whose ID tokens are to be encrypted needs an active encryption key as well.
-- remediation: >-
--   Delete keys that nothing uses; add the encryption key that is missing.
-- references:
--   - title: Okta Management API
--     url: https://developer.okta.com/docs/api/openapi/okta-management/guides/overview/
-- parameters:
--   most: { default: 44, description: Keys above which an application is close to the limit of 50. }
-- needs: [okta.apps.read]
SELECT label AS resource,
  CASE WHEN keys > $most OR (encrypts AND activeEncryption = 0) THEN 'alarm' ELSE 'ok' END AS status,
  keys || ' keys' || CASE WHEN encrypts AND activeEncryption = 0 THEN ', and no active encryption key although ID tokens are to be encrypted.' ELSE '.' END AS reason,
  appId
FROM (
  SELECT a.label, a.id AS appId, count(j.id) AS keys,
    count(j.id) FILTER (WHERE j.status = 'ACTIVE' AND j.use = 'enc') AS activeEncryption,
    bool_or((a.settings->'oauthClient'->>'id_token_encrypted_response_alg') IS NOT NULL) AS encrypts
  FROM okta.apps.applications a
  LEFT JOIN okta.apps.jwks j ON j.appId = a.id
  WHERE (a.settings->'oauthClient'->>'application_type') IS NOT NULL
  GROUP BY a.label, a.id
) AS counted
ORDER BY keys DESC, resource;
