-- id: new-clients-without-roles
-- title: New service applications become no administrators by themselves
-- severity: high
-- description: >-
--   Where the setting is on, a service application that asks for scopes is made a super administrator as it is
--   created.
-- remediation: >-
--   Turn the setting off (Settings, Account, public client app administrators), and give roles one by one.
-- references:
--   - title: Okta Management API
--     url: https://developer.okta.com/docs/api/openapi/okta-management/guides/overview/
--   - title: "NIST SP 800-53 Rev. 5, least privilege"
--     url: https://csrc.nist.gov/pubs/sp/800/53/r5/upd1/final
--     id: AC-6
-- needs: [okta.orgs.read]
SELECT 'Roles of new clients' AS resource,
  CASE WHEN clientPrivilegesSetting IS NULL THEN 'skip' WHEN clientPrivilegesSetting THEN 'alarm' ELSE 'ok' END AS status,
  CASE WHEN clientPrivilegesSetting IS NULL THEN 'Okta does not say.' WHEN clientPrivilegesSetting THEN 'New clients are made super administrators.' ELSE 'New clients have no role.' END AS reason
FROM okta.org.client_privileges_setting;
