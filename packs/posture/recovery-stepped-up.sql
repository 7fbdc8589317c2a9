-- id: recovery-stepped-up
-- title: Resetting a password takes more than one proof
-- severity: medium
-- description: >-
--   Where a mail is enough, the mailbox is the password of everything.
-- remediation: >-
--   Require additional verification in the rules of each password policy.
-- references:
--   - title: "NIST SP 800-63B-4, authentication and authenticator management"
--     url: https://pages.nist.gov/800-63-4/sp800-63b.html
--     id: account recovery
-- needs: [okta.policies.read]
SELECT p.name || ': ' || r.name AS resource,
  CASE (r.actions->'selfServicePasswordReset'->'requirement'->'stepUp'->>'required') WHEN 'true' THEN 'ok' WHEN 'false' THEN 'alarm' ELSE 'skip' END AS status,
  CASE (r.actions->'selfServicePasswordReset'->'requirement'->'stepUp'->>'required') WHEN 'true' THEN 'Additional verification is required.' WHEN 'false' THEN 'One proof is enough.' ELSE 'The rule does not say.' END AS reason,
  r.id AS ruleId, p.id AS policyId
FROM okta.policies.policies p
JOIN okta.policies.policy_rules r ON r.policyId = p.id
WHERE p.type = 'PASSWORD' AND p.status = 'ACTIVE' AND r.status = 'ACTIVE' AND coalesce(r.actions->'selfServicePasswordReset'->>'access', 'ALLOW') <> 'DENY'
ORDER BY status, resource;
