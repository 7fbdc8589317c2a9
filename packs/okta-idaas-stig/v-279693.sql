-- id: v-279693
-- title: "For each application integrated with Okta, network zones must be defined in its authentication policy."
-- severity: medium
-- description: >-
--   Each active application is judged by the policy to which it is linked: one of its active rules has to name
--   network zones.
-- remediation: >-
--   Name the zones from which the application may be used in a rule of its policy.
-- references:
--   - title: "DISA, Okta Identity as a Service (IDaaS) STIG, V1R2"
--     url: https://cyber.trackr.live/stig/Okta_Identity_as_a_Service_%28IDaaS%29/1/2
--     id: V-279693
--   - title: "DISA, rule of the same STIG"
--     url: https://cyber.trackr.live/stig/Okta_Identity_as_a_Service_%28IDaaS%29/1/2
--     id: SV-279693r1155078_rule
--   - title: "DISA, STIG version of the rule"
--     url: https://cyber.trackr.live/stig/Okta_Identity_as_a_Service_%28IDaaS%29/1/2
--     id: OKTA-APP-003244
--   - title: "DISA, security requirement behind it"
--     url: https://cyber.trackr.live/stig/Okta_Identity_as_a_Service_%28IDaaS%29/1/2
--     id: SRG-APP-000039
-- needs: [okta.apps.read, okta.policies.read]
SELECT a.label AS resource,
  CASE WHEN count(r.id) FILTER (WHERE (r.conditions->'network'->>'connection') = 'ZONE') = 0 THEN 'alarm' ELSE 'ok' END AS status,
  p.name || coalesce(', by ' || string_agg(r.name, ', ' ORDER BY r.name) FILTER (WHERE (r.conditions->'network'->>'connection') = 'ZONE') || '.', ': no rule names a network zone.') AS reason,
  a.id AS appId, p.id AS policyId
FROM okta.apps.applications a
JOIN okta.policies.policies p ON p.id = regexp_extract(a._links->'accessPolicy'->>'href', '[^/]+$') AND p.type = 'ACCESS_POLICY'
LEFT JOIN okta.policies.policy_rules r ON r.policyId = p.id AND r.status = 'ACTIVE'
WHERE a.status = 'ACTIVE'
GROUP BY a.label, a.id, p.name, p.id
ORDER BY status, resource;
