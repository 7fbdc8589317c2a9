-- id: users-begun
-- title: Accounts that were made have been used
-- severity: low
-- description: >-
--   An account that was made and never used waits with a password or a link that somebody was sent.
-- remediation: >-
--   Delete the account, or invite its user again.
-- references:
--   - title: "NIST SP 800-53 Rev. 5, account management, disable accounts"
--     url: https://csrc.nist.gov/pubs/sp/800/53/r5/upd1/final
--     id: AC-2(3)
--   - title: "CIS Critical Security Controls v8, disable dormant accounts"
--     url: https://www.cisecurity.org/controls/v8
--     id: "5.3"
-- parameters:
--   days: { default: 30, description: Days within which a new account has to have been used. }
-- needs: [okta.users.read]
SELECT profile.login AS resource,
  CASE WHEN lastLogin IS NULL AND created < now() - to_days($days) THEN 'alarm' ELSE 'ok' END AS status,
  CASE WHEN lastLogin IS NULL THEN 'Is ' || status || ', was made ' || date_sub('day', created, now()) || ' days ago, and never signed in.' ELSE 'Has signed in.' END AS reason, id AS userId
FROM okta.users.users
WHERE status IN ('ACTIVE', 'STAGED', 'PROVISIONED')
ORDER BY status, resource;
