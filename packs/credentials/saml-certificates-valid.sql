-- id: saml-certificates-valid
-- title: No SAML certificate that is in use ends soon
-- severity: high
-- description: >-
--   When the certificate with which Okta signs for an application ends, sign-in to it breaks. One that is not in use
--   can end.
-- remediation: >-
--   Generate a new certificate, give its metadata to the application, and make it the active one.
-- references:
--   - title: Okta Management API
--     url: https://developer.okta.com/docs/api/openapi/okta-management/guides/overview/
--   - title: "NIST SP 800-53 Rev. 5, cryptographic key establishment and management"
--     url: https://csrc.nist.gov/pubs/sp/800/53/r5/upd1/final
--     id: SC-12
-- parameters:
--   days: { default: 30, description: Days before its end in which a certificate has to be replaced. }
-- needs: [okta.apps.read]
-- chart: days
SELECT a.label AS resource,
  CASE
    WHEN k.kid IS DISTINCT FROM (a.credentials->'signing'->>'kid') THEN 'info'
    WHEN k.expiresAt < now() + to_days($days) THEN 'alarm'
    ELSE 'ok'
  END AS status,
  'The certificate ' || k.kid || CASE WHEN k.kid IS DISTINCT FROM (a.credentials->'signing'->>'kid') THEN ', which is not in use,' ELSE '' END
    || ' ends in ' || date_diff('day', now(), k.expiresAt) || ' days.' AS reason,
  date_diff('day', now(), k.expiresAt) AS days, a.id AS appId
FROM okta.apps.applications a
JOIN okta.apps.keys k ON k.appId = a.id
WHERE a.signOnMode = 'SAML_2_0' AND a.status = 'ACTIVE'
ORDER BY days, resource;
