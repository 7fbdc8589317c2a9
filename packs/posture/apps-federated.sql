-- id: apps-federated
-- title: Applications sign in without passwords of their own
-- severity: low
-- description: >-
--   Where Okta fills in a form, the application has a password that somebody knows, and its own door.
-- remediation: >-
--   Use SAML or OpenID Connect where the application can.
-- references:
--   - title: "NIST SP 800-53 Rev. 5, identification and authentication"
--     url: https://csrc.nist.gov/pubs/sp/800/53/r5/upd1/final
--     id: IA-2
-- needs: [okta.apps.read]
SELECT label AS resource,
  CASE WHEN signOnMode IN ('AUTO_LOGIN', 'BASIC_AUTH', 'BROWSER_PLUGIN', 'SECURE_PASSWORD_STORE') THEN 'alarm' ELSE 'ok' END AS status,
  'Signs in by ' || signOnMode || '.' AS reason, id AS appId
FROM okta.apps.applications
WHERE status = 'ACTIVE' AND signOnMode <> 'BOOKMARK'
ORDER BY 2, resource;
