-- id: v-273190
-- title: The Okta Dashboard application must be configured to allow authentication only via non-phishable authenticators.
-- severity: medium
-- description: >-
--   The first rule of the policy to which the Okta Dashboard is linked has to require phishing-resistant possession
--   factors in each of its alternatives. A chain of authentication methods is info: it has to be looked at.
-- remediation: >-
--   Require phishing resistance in the top rule of the policy of the Okta Dashboard.
-- references:
--   - title: "DISA, Okta Identity as a Service (IDaaS) STIG, V1R2"
--     url: https://cyber.trackr.live/stig/Okta_Identity_as_a_Service_%28IDaaS%29/1/2
--     id: V-273190
--   - title: "DISA, rule of the same STIG"
--     url: https://cyber.trackr.live/stig/Okta_Identity_as_a_Service_%28IDaaS%29/1/2
--     id: SV-273190r1099763_rule
--   - title: "DISA, STIG version of the rule"
--     url: https://cyber.trackr.live/stig/Okta_Identity_as_a_Service_%28IDaaS%29/1/2
--     id: OKTA-APP-000180
--   - title: "DISA, security requirement behind it"
--     url: https://cyber.trackr.live/stig/Okta_Identity_as_a_Service_%28IDaaS%29/1/2
--     id: SRG-APP-000065
-- needs: [okta.apps.read, okta.policies.read]
SELECT label AS resource,
  CASE WHEN isDenied THEN 'ok' WHEN isChain THEN 'info' WHEN holds THEN 'ok' ELSE 'alarm' END AS status,
  policy || ', ' || rule || ': ' || CASE WHEN isDenied THEN 'access is denied.' WHEN isChain THEN 'a chain of methods, to be looked at.' ELSE finding END AS reason,
  appId, policyId, ruleId
FROM (
  SELECT a.label, a.id AS appId, p.name AS policy, p.id AS policyId, r.name AS rule, r.id AS ruleId,
    (r.actions->'appSignOn'->>'access') = 'DENY' AS isDenied, coalesce((r.actions->'appSignOn'->'verificationMethod'->>'type') = 'AUTH_METHOD_CHAIN', false) AS isChain,
    coalesce((coalesce(json_array_length(r.actions->'appSignOn'->'verificationMethod'->'constraints'), 0) > 0 AND NOT list_contains(list_transform(from_json(r.actions->'appSignOn'->'verificationMethod'->'constraints', '["JSON"]'), lambda c: coalesce(c->'possession'->>'phishingResistant', '') = 'REQUIRED'), false)), false) AS holds, CASE WHEN (coalesce(json_array_length(r.actions->'appSignOn'->'verificationMethod'->'constraints'), 0) > 0 AND NOT list_contains(list_transform(from_json(r.actions->'appSignOn'->'verificationMethod'->'constraints', '["JSON"]'), lambda c: coalesce(c->'possession'->>'phishingResistant', '') = 'REQUIRED'), false)) THEN 'phishing resistance is required.' ELSE 'phishing resistance is not required.' END AS finding,
    row_number() OVER (PARTITION BY a.id ORDER BY r.priority) AS place
  FROM okta.apps.applications a
  JOIN okta.policies.policies p ON p.id = regexp_extract(a._links->'accessPolicy'->>'href', '[^/]+$') AND p.type = 'ACCESS_POLICY'
  JOIN okta.policies.policy_rules r ON r.policyId = p.id
  WHERE a.name = 'okta_enduser' AND r.status = 'ACTIVE'
) AS ranked
WHERE place = 1;
