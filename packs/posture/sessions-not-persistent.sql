-- id: sessions-not-persistent
-- title: Sessions end with the browser
-- severity: low
-- description: >-
--   A persistent cookie survives the browser, and is on the disk for whoever reads it.
-- remediation: >-
--   Turn persistent global session cookies off in each rule.
-- references:
--   - title: "DISA, Okta Identity as a Service (IDaaS) STIG, V1R2"
--     url: https://cyber.trackr.live/stig/Okta_Identity_as_a_Service_%28IDaaS%29/1/2
--     id: V-273206
--   - title: "NIST SP 800-53 Rev. 5, session termination"
--     url: https://csrc.nist.gov/pubs/sp/800/53/r5/upd1/final
--     id: AC-12
-- needs: [okta.policies.read]
SELECT p.name || ': ' || r.name AS resource,
  CASE (r.actions->'signon'->'session'->>'usePersistentCookie') WHEN 'false' THEN 'ok' ELSE 'alarm' END AS status,
  CASE (r.actions->'signon'->'session'->>'usePersistentCookie') WHEN 'false' THEN 'Its cookie ends with the browser.' ELSE 'Its cookie is kept.' END AS reason,
  r.id AS ruleId, p.id AS policyId
FROM okta.policies.policies p
JOIN okta.policies.policy_rules r ON r.policyId = p.id
WHERE p.type = 'OKTA_SIGN_ON' AND p.status = 'ACTIVE' AND r.status = 'ACTIVE' AND coalesce(r.actions->'signon'->>'access', 'ALLOW') <> 'DENY'
ORDER BY status, resource;
