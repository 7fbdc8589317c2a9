-- id: console-phishing-resistant
-- title: The Admin Console takes only factors that cannot be phished
-- severity: high
-- description: >-
--   Administrators are who phishing is for. Each rule has to require phishing resistance in all of its alternatives.
-- remediation: >-
--   Require phishing-resistant possession factors in each rule of the policy of the Okta Admin Console.
-- references:
--   - title: "DISA, Okta Identity as a Service (IDaaS) STIG, V1R2"
--     url: https://cyber.trackr.live/stig/Okta_Identity_as_a_Service_%28IDaaS%29/1/2
--     id: V-273191
--   - title: "NIST SP 800-63B-4, authentication and authenticator management"
--     url: https://pages.nist.gov/800-63-4/sp800-63b.html
--     id: phishing resistance
-- needs: [okta.apps.read, okta.policies.read]
SELECT p.name || ': ' || r.name AS resource,
  CASE WHEN (r.actions->'appSignOn'->'verificationMethod'->>'type') = 'AUTH_METHOD_CHAIN' THEN 'info' WHEN (coalesce(json_array_length(r.actions->'appSignOn'->'verificationMethod'->'constraints'), 0) > 0 AND NOT list_contains(list_transform(from_json(r.actions->'appSignOn'->'verificationMethod'->'constraints', '["JSON"]'), lambda c: coalesce(c->'possession'->>'phishingResistant', '') = 'REQUIRED'), false)) THEN 'ok' ELSE 'alarm' END AS status,
  CASE WHEN (r.actions->'appSignOn'->'verificationMethod'->>'type') = 'AUTH_METHOD_CHAIN' THEN 'A chain of methods; see which.' WHEN (coalesce(json_array_length(r.actions->'appSignOn'->'verificationMethod'->'constraints'), 0) > 0 AND NOT list_contains(list_transform(from_json(r.actions->'appSignOn'->'verificationMethod'->'constraints', '["JSON"]'), lambda c: coalesce(c->'possession'->>'phishingResistant', '') = 'REQUIRED'), false)) THEN 'Phishing resistance is required.' ELSE 'Phishing resistance is not required.' END AS reason,
  r.id AS ruleId, p.id AS policyId
FROM okta.apps.applications a
JOIN okta.policies.policies p ON p.id = regexp_extract(a._links->'accessPolicy'->>'href', '[^/]+$') AND p.type = 'ACCESS_POLICY'
JOIN okta.policies.policy_rules r ON r.policyId = p.id
WHERE a.name = 'saasure' AND r.status = 'ACTIVE' AND coalesce(r.actions->'appSignOn'->>'access', 'ALLOW') <> 'DENY'
ORDER BY status, resource;
