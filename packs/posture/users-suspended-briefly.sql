-- id: users-suspended-briefly
-- title: Nobody stays suspended
-- severity: low
-- description: >-
--   Suspension is for a while: the account keeps its groups, its applications and its roles.
-- remediation: >-
--   Deactivate the account, or end the suspension.
-- references:
--   - title: "NIST SP 800-53 Rev. 5, account management, disable accounts"
--     url: https://csrc.nist.gov/pubs/sp/800/53/r5/upd1/final
--     id: AC-2(3)
-- parameters:
--   days: { default: 90, description: Days for which an account may be suspended. }
-- needs: [okta.users.read]
-- chart: days
SELECT profile.login AS resource,
  CASE WHEN statusChanged < now() - to_days($days) THEN 'alarm' ELSE 'ok' END AS status,
  'Suspended for ' || date_sub('day', statusChanged, now()) || ' days.' AS reason, date_sub('day', statusChanged, now()) AS days, id AS userId
FROM okta.users.users
WHERE status = 'SUSPENDED'
ORDER BY days DESC, resource;
