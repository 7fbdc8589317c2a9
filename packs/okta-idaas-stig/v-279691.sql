-- id: v-279691
-- title: The Okta Global Session policy must be configured to allow or deny IP based access in accordance with the Access Control policy for Okta.
-- severity: medium
-- description: >-
--   The API tells whether rules of the default global session policy name network zones. Whether these are the
--   networks of the access control policy, which is a document, is left to compare: such a rule is info, and none is
--   an alarm.
-- remediation: >-
--   Name the allowed or denied zones in the rules of the default global session policy, as the access control policy
--   says.
-- references:
--   - title: "DISA, Okta Identity as a Service (IDaaS) STIG, V1R2"
--     url: https://cyber.trackr.live/stig/Okta_Identity_as_a_Service_%28IDaaS%29/1/2
--     id: V-279691
--   - title: "DISA, rule of the same STIG"
--     url: https://cyber.trackr.live/stig/Okta_Identity_as_a_Service_%28IDaaS%29/1/2
--     id: SV-279691r1155072_rule
--   - title: "DISA, STIG version of the rule"
--     url: https://cyber.trackr.live/stig/Okta_Identity_as_a_Service_%28IDaaS%29/1/2
--     id: OKTA-APP-003242
--   - title: "DISA, security requirement behind it"
--     url: https://cyber.trackr.live/stig/Okta_Identity_as_a_Service_%28IDaaS%29/1/2
--     id: SRG-APP-000033
-- needs: [okta.policies.read]
SELECT p.name AS resource,
  CASE WHEN count(r.id) FILTER (WHERE (r.conditions->'network'->>'connection') = 'ZONE') = 0 THEN 'alarm' ELSE 'info' END AS status,
  coalesce('Rules with zones: ' || string_agg(r.name, ', ' ORDER BY r.name) FILTER (WHERE (r.conditions->'network'->>'connection') = 'ZONE')
    || '. Compare them with the access control policy.', 'No rule names a network zone.') AS reason,
  p.id AS policyId
FROM okta.policies.policies p
LEFT JOIN okta.policies.policy_rules r ON r.policyId = p.id AND r.status = 'ACTIVE'
WHERE p.type = 'OKTA_SIGN_ON' AND p.system
GROUP BY p.name, p.id;
