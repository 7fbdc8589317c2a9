-- id: sessions-end
-- title: Sessions end however much they are used
-- severity: medium
-- description: >-
--   Without a limit a stolen session is good for as long as its thief keeps it busy.
-- remediation: >-
--   Set the maximum lifetime in each rule of the global session policies.
-- references:
--   - title: "NIST SP 800-53 Rev. 5, session termination"
--     url: https://csrc.nist.gov/pubs/sp/800/53/r5/upd1/final
--     id: AC-12
--   - title: "DISA, Okta Identity as a Service (IDaaS) STIG, V1R2"
--     url: https://cyber.trackr.live/stig/Okta_Identity_as_a_Service_%28IDaaS%29/1/2
--     id: V-273203
-- parameters:
--   minutes: { default: 1080, description: Minutes after which a session has to end. }
-- needs: [okta.policies.read]
SELECT p.name || ': ' || r.name AS resource,
  CASE WHEN TRY_CAST(r.actions->'signon'->'session'->>'maxSessionLifetimeMinutes' AS INTEGER) BETWEEN 1 AND $minutes THEN 'ok' ELSE 'alarm' END AS status,
  CASE WHEN coalesce(TRY_CAST(r.actions->'signon'->'session'->>'maxSessionLifetimeMinutes' AS INTEGER), 0) = 0 THEN 'Never ends while it is used.' ELSE 'Ends after ' || TRY_CAST(r.actions->'signon'->'session'->>'maxSessionLifetimeMinutes' AS INTEGER) || ' minutes.' END AS reason,
  r.id AS ruleId, p.id AS policyId
FROM okta.policies.policies p
JOIN okta.policies.policy_rules r ON r.policyId = p.id
WHERE p.type = 'OKTA_SIGN_ON' AND p.status = 'ACTIVE' AND r.status = 'ACTIVE' AND coalesce(r.actions->'signon'->>'access', 'ALLOW') <> 'DENY'
ORDER BY status, resource;
