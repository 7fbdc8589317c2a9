-- id: sessions-idle-end
-- title: Sessions end when nobody uses them
-- severity: medium
-- description: >-
--   A session that waits for hours is there for whoever comes to the machine, or copies its cookie.
-- remediation: >-
--   Set the maximum idle time in each rule of the global session policies.
-- references:
--   - title: "Okta HealthInsight, enforce a limited session lifetime"
--     url: https://help.okta.com/oie/en-us/Content/Topics/Security/healthinsight/session-lifetime.htm
--   - title: "NIST SP 800-53 Rev. 5, session termination"
--     url: https://csrc.nist.gov/pubs/sp/800/53/r5/upd1/final
--     id: AC-12
--   - title: "DISA, Okta Identity as a Service (IDaaS) STIG, V1R2"
--     url: https://cyber.trackr.live/stig/Okta_Identity_as_a_Service_%28IDaaS%29/1/2
--     id: V-273186
-- parameters:
--   minutes: { default: 120, description: Idle minutes after which a session has to end. }
-- needs: [okta.policies.read]
SELECT p.name || ': ' || r.name AS resource,
  CASE WHEN TRY_CAST(r.actions->'signon'->'session'->>'maxSessionIdleMinutes' AS INTEGER) BETWEEN 1 AND $minutes THEN 'ok' ELSE 'alarm' END AS status,
  coalesce('Ends after ' || TRY_CAST(r.actions->'signon'->'session'->>'maxSessionIdleMinutes' AS INTEGER) || ' idle minutes.', 'Names no idle time.') AS reason,
  r.id AS ruleId, p.id AS policyId
FROM okta.policies.policies p
JOIN okta.policies.policy_rules r ON r.policyId = p.id
WHERE p.type = 'OKTA_SIGN_ON' AND p.status = 'ACTIVE' AND r.status = 'ACTIVE' AND coalesce(r.actions->'signon'->>'access', 'ALLOW') <> 'DENY'
ORDER BY status, resource;
