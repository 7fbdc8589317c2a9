-- id: support-access-closed
-- title: Okta Support has no access
-- severity: medium
-- description: >-
--   Access that was granted for a case stays until it ends. While it is open, people outside can act in the org.
-- remediation: >-
--   Revoke the access when the case is closed.
-- references:
--   - title: Okta Management API
--     url: https://developer.okta.com/docs/api/openapi/okta-management/guides/overview/
--   - title: "NIST SP 800-53 Rev. 5, remote access"
--     url: https://csrc.nist.gov/pubs/sp/800/53/r5/upd1/final
--     id: AC-17
-- needs: [okta.orgs.read]
SELECT 'Access of Okta Support' AS resource,
  CASE support WHEN 'DISABLED' THEN 'ok' WHEN 'ENABLED' THEN 'alarm' ELSE 'skip' END AS status,
  CASE support WHEN 'DISABLED' THEN 'Support has no access.' WHEN 'ENABLED' THEN 'Support has access until ' || coalesce(expiration::VARCHAR, 'further notice') || '.' ELSE 'Okta does not say.' END AS reason
FROM okta.org.support_settings;
