-- id: clients-redirect-https
-- title: "Applications are redirected to over https, and to exact addresses"
-- severity: medium
-- description: >-
--   A code or a token goes to the address of the redirect. Without https others read it; with a wildcard others may
--   be the address.
-- remediation: >-
--   Name full https addresses; loopback is fine for native applications.
-- references:
--   - title: "RFC 9700, Best Current Practice for OAuth 2.0 Security"
--     url: https://www.rfc-editor.org/rfc/rfc9700
--     id: RFC 9700 section 2.1
-- needs: [okta.apps.read]
SELECT label AS resource,
  CASE WHEN coalesce(wildcard, 'DISABLED') <> 'DISABLED' OR bool_or(uri LIKE '%*%' OR (uri LIKE 'http://%' AND NOT regexp_matches(uri, '^http://(localhost|127\.0\.0\.1|\[::1\])([:/]|$)'))) THEN 'alarm' ELSE 'ok' END AS status,
  'Redirects to ' || string_agg(uri, ', ' ORDER BY uri) || CASE WHEN coalesce(wildcard, 'DISABLED') <> 'DISABLED' THEN ', with wildcards.' ELSE '.' END AS reason,
  id AS appId
FROM (
  SELECT a.id, a.label, a.settings->'oauthClient'->>'wildcard_redirect' AS wildcard, u.value->>'$' AS uri
  FROM okta.apps.applications a, json_each(a.settings->'oauthClient'->'redirect_uris') AS u
  WHERE a.status = 'ACTIVE' AND a.signOnMode = 'OPENID_CONNECT'
) AS uris
GROUP BY id, label, wildcard
ORDER BY status, resource;
