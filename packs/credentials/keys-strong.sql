-- id: keys-strong
-- title: "Keys are strong, and say what they are for"
-- severity: medium
-- description: >-
--   RSA keys of fewer than 2048 bits or with the exponent 3, and curves that are none of P-256, P-384 and P-521, are
--   below what is recommended. A key without `use` is refused by some clients, and by others taken for both
--   purposes.
-- remediation: >-
--   Replace the key by one of at least 2048 bits with the exponent 65537, or on P-256, and name its use.
-- references:
--   - title: "RFC 7518, JSON Web Algorithms"
--     url: https://www.rfc-editor.org/rfc/rfc7518
--     id: RFC 7518 section 3.3
--   - { title: "RFC 7517, JSON Web Key", url: https://www.rfc-editor.org/rfc/rfc7517, id: RFC 7517 section 4.2 }
--   - title: "NIST SP 800-53 Rev. 5, cryptographic key establishment and management"
--     url: https://csrc.nist.gov/pubs/sp/800/53/r5/upd1/final
--     id: SC-12
-- needs: [okta.apps.read]
SELECT label AS resource,
  CASE WHEN finding IS NULL THEN 'ok' ELSE 'alarm' END AS status,
  'The key ' || coalesce(kid, keyId) || ' (' || kty || ' ' || size || ') ' || coalesce(finding, 'is strong') || '.' AS reason,
  appId, keyId
FROM (
  SELECT a.label, j.appId, j.id AS keyId, j.kid, j.kty, coalesce(j.crv, jwk_bits(j.n)::VARCHAR) AS size,
    CASE
      WHEN j.kty = 'RSA' AND jwk_bits(j.n) < 2048 THEN 'has a short modulus'
      WHEN j.kty = 'RSA' AND j.e = 'Aw' THEN 'has the exponent 3'
      WHEN j.kty = 'EC' AND coalesce(j.crv, '') NOT IN ('P-256', 'P-384', 'P-521') THEN 'is on another curve'
      WHEN j.use IS NULL THEN 'does not say what it is for'
    END AS finding
  FROM okta.apps.applications a
  JOIN okta.apps.jwks j ON j.appId = a.id
) AS keys
ORDER BY status, resource, keyId;
