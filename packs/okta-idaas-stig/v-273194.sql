-- id: v-273194
-- title: The Okta Dashboard application must be configured to use multifactor authentication.
-- severity: high
-- description: >-
--   The first rule of the policy to which the Okta Dashboard is linked has to ask for two factor types. A chain of
--   authentication methods is info: it has to be looked at.
-- remediation: >-
--   Ask for a password and another factor, or any two factor types, in the top rule of the policy of the Okta
--   Dashboard.
-- references:
--   - title: "DISA, Okta Identity as a Service (IDaaS) STIG, V1R2"
--     url: https://cyber.trackr.live/stig/Okta_Identity_as_a_Service_%28IDaaS%29/1/2
--     id: V-273194
--   - title: "DISA, rule of the same STIG"
--     url: https://cyber.trackr.live/stig/Okta_Identity_as_a_Service_%28IDaaS%29/1/2
--     id: SV-273194r1098849_rule
--   - title: "DISA, security requirement behind it"
--     url: https://cyber.trackr.live/stig/Okta_Identity_as_a_Service_%28IDaaS%29/1/2
--     id: SRG-APP-000150
-- needs: [okta.apps.read, okta.policies.read]
SELECT label AS resource,
  CASE WHEN isDenied THEN 'ok' WHEN isChain THEN 'info' WHEN holds THEN 'ok' ELSE 'alarm' END AS status,
  policy || ', ' || rule || ': ' || CASE WHEN isDenied THEN 'access is denied.' WHEN isChain THEN 'a chain of methods, to be looked at.' ELSE finding END AS reason,
  appId, policyId, ruleId
FROM (
  SELECT a.label, a.id AS appId, p.name AS policy, p.id AS policyId, r.name AS rule, r.id AS ruleId,
    (r.actions->'appSignOn'->>'access') = 'DENY' AS isDenied, coalesce((r.actions->'appSignOn'->'verificationMethod'->>'type') = 'AUTH_METHOD_CHAIN', false) AS isChain,
    coalesce((r.actions->'appSignOn'->'verificationMethod'->>'factorMode') = '2FA', false) AS holds, 'asks for ' || coalesce((r.actions->'appSignOn'->'verificationMethod'->>'factorMode'), 'nothing that is known') || '.' AS finding,
    row_number() OVER (PARTITION BY a.id ORDER BY r.priority) AS place
  FROM okta.apps.applications a
  JOIN okta.policies.policies p ON p.id = regexp_extract(a._links->'accessPolicy'->>'href', '[^/]+$') AND p.type = 'ACCESS_POLICY'
  JOIN okta.policies.policy_rules r ON r.policyId = p.id
  WHERE a.name = 'okta_enduser' AND r.status = 'ACTIVE'
) AS ranked
WHERE place = 1;
