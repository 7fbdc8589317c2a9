-- id: keys-not-shared
-- title: No key is stored in two applications
-- severity: high
-- description: >-
--   Whoever has the private half can act as each of these applications, and the log cannot tell which of them it
--   was. Keys are compared by their RFC 7638 thumbprint, because the same key may have another kid in each
--   application.
-- remediation: >-
--   Give each application a key pair of its own, made where it is used.
-- references:
--   - { title: "RFC 7638, JSON Web Key Thumbprint", url: https://www.rfc-editor.org/rfc/rfc7638, id: RFC 7638 }
--   - title: "NIST SP 800-53 Rev. 5, authenticator management"
--     url: https://csrc.nist.gov/pubs/sp/800/53/r5/upd1/final
--     id: IA-5
-- needs: [okta.apps.read]
SELECT thumbprint AS resource,
  CASE WHEN count(DISTINCT appId) > 1 THEN 'alarm' ELSE 'ok' END AS status,
  'Stored in ' || string_agg(DISTINCT label, ', ' ORDER BY label) || '.' AS reason,
  count(DISTINCT appId) AS apps
FROM (
  SELECT jwk_thumbprint(j.kty, j.n, j.e, j.crv, j.x, j.y) AS thumbprint, a.id AS appId, a.label
  FROM okta.apps.applications a
  JOIN okta.apps.jwks j ON j.appId = a.id
) AS keys
GROUP BY thumbprint
ORDER BY apps DESC, thumbprint;
