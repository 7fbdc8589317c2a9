-- id: policies-changed-lately
-- title: Who changed policies lately
-- severity: info
-- description: >-
--   Not a finding by itself: what an auditor asks for, and a reviewer looks through.
-- remediation: >-
--   See that each change was meant.
-- references:
--   - title: "NIST SP 800-53 Rev. 5, configuration change control"
--     url: https://csrc.nist.gov/pubs/sp/800/53/r5/upd1/final
--     id: CM-3
--   - title: "NIST SP 800-53 Rev. 5, audit record review"
--     url: https://csrc.nist.gov/pubs/sp/800/53/r5/upd1/final
--     id: AU-6
-- parameters:
--   days: { default: 30, description: Days to look back. }
-- needs: [okta.logs.read]
SELECT target->0->>'displayName' AS resource, 'info' AS status,
  displayMessage || ' by ' || coalesce(actor->>'alternateId', actor->>'id') || ' on ' || strftime(published, '%Y-%m-%d %H:%M') || ' UTC.' AS reason,
  published, eventType
FROM okta.logs.system_log_events
WHERE eventType IN ('policy.lifecycle.create', 'policy.lifecycle.update', 'policy.lifecycle.delete', 'policy.lifecycle.deactivate',
    'policy.rule.add', 'policy.rule.update', 'policy.rule.delete', 'policy.rule.deactivate')
  AND published >= now() - to_days($days)
ORDER BY published DESC;
