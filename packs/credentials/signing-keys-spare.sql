-- id: signing-keys-spare
-- title: Service applications have a second active key to go over to
-- severity: medium
-- description: >-
--   An application with one active key cannot get a new one without a moment in which both sides have to change
--   together; one with none cannot sign in at all.
-- remediation: >-
--   Add a second key, so that the next rotation is a change on one side at a time.
-- references:
--   - title: "NIST SP 800-53 Rev. 5, authenticator management"
--     url: https://csrc.nist.gov/pubs/sp/800/53/r5/upd1/final
--     id: IA-5
--   - { title: "RFC 7517, JSON Web Key", url: https://www.rfc-editor.org/rfc/rfc7517, id: RFC 7517 section 4.5 }
-- needs: [okta.apps.read]
SELECT a.label AS resource,
  CASE WHEN count(j.id) FILTER (WHERE j.status = 'ACTIVE') < 2 THEN 'alarm' ELSE 'ok' END AS status,
  count(j.id) FILTER (WHERE j.status = 'ACTIVE') || ' active signing keys of ' || count(j.id) || '.' AS reason,
  a.id AS appId
FROM okta.apps.applications a
LEFT JOIN okta.apps.jwks j ON j.appId = a.id AND coalesce(j.use, 'sig') = 'sig'
WHERE a.status = 'ACTIVE'
  AND (a.settings->'oauthClient'->>'application_type') = 'service'
  AND (a.credentials->'oauthClient'->>'token_endpoint_auth_method') = 'private_key_jwt'
  AND (a.settings->'oauthClient'->>'jwks_uri') IS NULL
GROUP BY a.label, a.id
ORDER BY status, resource;
