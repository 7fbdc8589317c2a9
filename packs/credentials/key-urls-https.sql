-- id: key-urls-https
-- title: Keys that stand at a URL are fetched over https
-- severity: high
-- description: >-
--   An application whose keys Okta fetches from a URL trusts whoever answers there. Without https that is also
--   whoever is on the way, who can then sign as the application.
-- remediation: >-
--   Serve the keys over https from a host of your own, or store them in Okta.
-- references:
--   - { title: "RFC 7517, JSON Web Key", url: https://www.rfc-editor.org/rfc/rfc7517, id: RFC 7517 section 5 }
--   - title: "RFC 9700, Best Current Practice for OAuth 2.0 Security"
--     url: https://www.rfc-editor.org/rfc/rfc9700
--     id: RFC 9700 section 2.5
-- needs: [okta.apps.read]
SELECT label AS resource,
  CASE WHEN uri NOT LIKE 'https://%' THEN 'alarm' ELSE 'ok' END AS status,
  'Its keys stand at ' || uri || '.' AS reason, appId
FROM (
  SELECT label, id AS appId, settings->'oauthClient'->>'jwks_uri' AS uri
  FROM okta.apps.applications
  WHERE status = 'ACTIVE'
) AS clients
WHERE uri IS NOT NULL
ORDER BY status, resource;
