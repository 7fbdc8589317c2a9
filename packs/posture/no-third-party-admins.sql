-- id: no-third-party-admins
-- title: Third-party administrators are not allowed
-- severity: low
-- description: >-
--   Such administrators are treated as outsiders: they get none of the notices that Okta sends about the org.
-- remediation: >-
--   Turn third-party administrators off, or know who they are.
-- references:
--   - title: Okta Management API
--     url: https://developer.okta.com/docs/api/openapi/okta-management/guides/overview/
--   - title: "NIST SP 800-53 Rev. 5, account management"
--     url: https://csrc.nist.gov/pubs/sp/800/53/r5/upd1/final
--     id: AC-2
-- needs: [okta.orgs.read]
SELECT 'Third-party administrators' AS resource,
  CASE WHEN thirdPartyAdmin IS NULL THEN 'skip' WHEN thirdPartyAdmin THEN 'alarm' ELSE 'ok' END AS status,
  CASE WHEN thirdPartyAdmin IS NULL THEN 'Okta does not say.' WHEN thirdPartyAdmin THEN 'They are allowed.' ELSE 'They are not allowed.' END AS reason
FROM okta.org.third_party_admin_setting;
