-- id: api-tokens-owner-active
-- title: API tokens belong to someone who is there
-- severity: high
-- description: >-
--   A token has the rights of the user who made it. One whose owner is suspended or gone has nobody who answers for
--   it.
-- remediation: >-
--   Revoke the token, and let a service application of its own do its work.
-- references:
--   - title: "NIST SP 800-53 Rev. 5, account management"
--     url: https://csrc.nist.gov/pubs/sp/800/53/r5/upd1/final
--     id: AC-2
--   - { title: "Okta, create an API token", url: https://developer.okta.com/docs/guides/create-an-api-token/main/ }
-- needs: [okta.apiTokens.read, okta.users.read]
SELECT t.name AS resource,
  CASE WHEN u.status = 'ACTIVE' THEN 'ok' ELSE 'alarm' END AS status,
  coalesce('Its owner ' || u.profile.login || ' is ' || u.status || '.', 'Its owner is no user any more.') AS reason,
  t.id AS tokenId, t.userId
FROM okta.api_tokens.api_tokens t
LEFT JOIN okta.users.users u ON u.id = t.userId
ORDER BY status, resource;
