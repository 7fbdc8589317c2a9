-- id: password-history
-- title: Passwords are not used again soon
-- severity: low
-- description: >-
--   Without a history, a change that was asked for is a change back.
-- remediation: >-
--   Set the history in each password policy.
-- references:
--   - title: "NIST SP 800-53 Rev. 5, password-based authentication"
--     url: https://csrc.nist.gov/pubs/sp/800/53/r5/upd1/final
--     id: IA-5(1)
--   - title: "DISA, Okta Identity as a Service (IDaaS) STIG, V1R2"
--     url: https://cyber.trackr.live/stig/Okta_Identity_as_a_Service_%28IDaaS%29/1/2
--     id: V-273209
-- parameters:
--   passwords: { default: 5, description: Passwords that may not be used again. }
-- needs: [okta.policies.read]
SELECT p.name AS resource,
  CASE WHEN p.settings.password.age.historyCount >= $passwords THEN 'ok' ELSE 'alarm' END AS status,
  coalesce('The last ' || p.settings.password.age.historyCount || ' are refused.', 'Keeps no history.') AS reason,
  p.id AS policyId
FROM okta.policies.policies p
WHERE p.type = 'PASSWORD' AND p.status = 'ACTIVE'
ORDER BY status, resource;
