-- id: client-secrets-young
-- title: Active client secrets are not older than they may be
-- severity: medium
-- description: >-
--   A client secret is a password that several people have seen and that stands in configuration. Okta notes in its
--   log that secrets were read; they are masked in what this control shows.
-- remediation: >-
--   Create a second secret, give it to the application, deactivate the first one and delete it.
-- references:
--   - title: "NIST SP 800-53 Rev. 5, authenticator management"
--     url: https://csrc.nist.gov/pubs/sp/800/53/r5/upd1/final
--     id: IA-5
--   - title: "RFC 9700, Best Current Practice for OAuth 2.0 Security"
--     url: https://www.rfc-editor.org/rfc/rfc9700
--     id: RFC 9700 section 2.5
-- parameters:
--   days: { default: 180, description: Age in days above which a secret is too old. }
-- needs: [okta.apps.read]
-- chart: days
SELECT a.label AS resource,
  CASE WHEN s.created < now() - to_days($days) THEN 'alarm' ELSE 'ok' END AS status,
  'The secret ' || s.id || ' is ' || date_sub('day', s.created, now()) || ' days old.' AS reason,
  date_sub('day', s.created, now()) AS days, s.appId, s.id AS secretId
FROM okta.apps.applications a
JOIN okta.apps.secrets s ON s.appId = a.id
WHERE a.status = 'ACTIVE' AND (a.credentials->'oauthClient'->>'token_endpoint_auth_method') LIKE 'client_secret_%'
  AND s.status = 'ACTIVE'
ORDER BY days DESC, resource;
