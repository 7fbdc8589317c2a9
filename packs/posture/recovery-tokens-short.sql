-- id: recovery-tokens-short
-- title: Links to recover an account end soon
-- severity: low
-- description: >-
--   A link in a mailbox is good for whoever reads the mailbox, until it ends.
-- remediation: >-
--   Shorten the lifetime of recovery tokens in each password policy.
-- references:
--   - title: "NIST SP 800-63B-4, authentication and authenticator management"
--     url: https://pages.nist.gov/800-63-4/sp800-63b.html
--     id: account recovery
-- parameters:
--   minutes: { default: 60, description: Minutes after which a link has to end. }
-- needs: [okta.policies.read]
SELECT p.name AS resource,
  CASE WHEN TRY_CAST(p.settings->'recovery'->'factors'->'okta_email'->'properties'->'recoveryToken'->>'tokenLifetimeMinutes' AS INTEGER) IS NULL THEN 'skip' WHEN TRY_CAST(p.settings->'recovery'->'factors'->'okta_email'->'properties'->'recoveryToken'->>'tokenLifetimeMinutes' AS INTEGER) <= $minutes THEN 'ok' ELSE 'alarm' END AS status,
  coalesce('They end after ' || (p.settings->'recovery'->'factors'->'okta_email'->'properties'->'recoveryToken'->>'tokenLifetimeMinutes') || ' minutes.', 'The policy does not say.') AS reason,
  p.id AS policyId
FROM okta.policies.policies p
WHERE p.type = 'PASSWORD' AND p.status = 'ACTIVE'
  AND (p.settings->'recovery'->'factors'->'okta_email'->>'status') = 'ACTIVE'
ORDER BY status, resource;
