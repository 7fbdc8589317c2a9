-- id: users-seen
-- title: Active users have signed in lately
-- severity: medium
-- description: >-
--   An account that nobody uses is an account whose misuse nobody sees.
-- remediation: >-
--   Suspend the account, or deactivate it.
-- references:
--   - title: "NIST SP 800-53 Rev. 5, account management, disable accounts"
--     url: https://csrc.nist.gov/pubs/sp/800/53/r5/upd1/final
--     id: AC-2(3)
--   - title: "CIS Critical Security Controls v8, disable dormant accounts"
--     url: https://www.cisecurity.org/controls/v8
--     id: "5.3"
--   - title: "DISA, Okta Identity as a Service (IDaaS) STIG, V1R2"
--     url: https://cyber.trackr.live/stig/Okta_Identity_as_a_Service_%28IDaaS%29/1/2
--     id: V-273188
-- parameters:
--   days: { default: 90, description: Days after which an account is dormant. }
-- needs: [okta.users.read]
-- chart: days
SELECT profile.login AS resource,
  CASE WHEN lastLogin < now() - to_days($days) THEN 'alarm' ELSE 'ok' END AS status,
  'Signed in ' || date_sub('day', lastLogin, now()) || ' days ago.' AS reason, date_sub('day', lastLogin, now()) AS days, id AS userId
FROM okta.users.users
WHERE status = 'ACTIVE' AND lastLogin IS NOT NULL
ORDER BY days DESC, resource;
