-- id: roles-granted-lately
-- title: Who was made an administrator lately
-- severity: info
-- description: >-
--   Not a finding by itself: each of them was to have been approved.
-- remediation: >-
--   See that each grant was meant.
-- references:
--   - title: "NIST SP 800-53 Rev. 5, account management"
--     url: https://csrc.nist.gov/pubs/sp/800/53/r5/upd1/final
--     id: AC-2
--   - title: "NIST SP 800-53 Rev. 5, audit record review"
--     url: https://csrc.nist.gov/pubs/sp/800/53/r5/upd1/final
--     id: AU-6
-- parameters:
--   days: { default: 30, description: Days to look back. }
-- needs: [okta.logs.read]
SELECT coalesce(target->0->>'alternateId', target->0->>'id') AS resource, 'info' AS status,
  displayMessage || ' by ' || coalesce(actor->>'alternateId', actor->>'id') || ' on ' || strftime(published, '%Y-%m-%d %H:%M') || ' UTC.' AS reason,
  published, eventType
FROM okta.logs.system_log_events
WHERE eventType IN ('user.account.privilege.grant', 'group.privilege.grant', 'app.oauth2.client.privilege.grant')
  AND published >= now() - to_days($days)
ORDER BY published DESC;
