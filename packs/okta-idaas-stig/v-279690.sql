-- id: v-279690
-- title: Okta API tokens must be created under new dedicated user accounts.
-- severity: medium
-- description: >-
--   A token of a super administrator is an alarm. That the account of any other token was made for it, and has the
--   role that the access control policy gives it, no API tells: such a token is info.
-- remediation: >-
--   Make the token anew under an account of its own with a scoped role, and revoke this one.
-- references:
--   - title: "DISA, Okta Identity as a Service (IDaaS) STIG, V1R2"
--     url: https://cyber.trackr.live/stig/Okta_Identity_as_a_Service_%28IDaaS%29/1/2
--     id: V-279690
--   - title: "DISA, rule of the same STIG"
--     url: https://cyber.trackr.live/stig/Okta_Identity_as_a_Service_%28IDaaS%29/1/2
--     id: SV-279690r1155069_rule
--   - title: "DISA, STIG version of the rule"
--     url: https://cyber.trackr.live/stig/Okta_Identity_as_a_Service_%28IDaaS%29/1/2
--     id: OKTA-APP-003241
--   - title: "DISA, security requirement behind it"
--     url: https://cyber.trackr.live/stig/Okta_Identity_as_a_Service_%28IDaaS%29/1/2
--     id: SRG-APP-001010
-- needs: [okta.apiTokens.read, okta.roles.read]
SELECT t.name AS resource,
  CASE WHEN admins.userId IS NOT NULL THEN 'alarm' ELSE 'info' END AS status,
  CASE WHEN admins.userId IS NOT NULL THEN 'Its owner is a super administrator.' ELSE 'Its owner is no super administrator; confirm that the account was made for this token.' END AS reason,
  t.id AS tokenId, t.userId
FROM okta.api_tokens.api_tokens t
LEFT JOIN (
  SELECT DISTINCT a.id AS userId
  FROM okta.iam.users_with_role_assignments a
  JOIN okta.users.role_assignment_users r ON r.userId = a.id
  WHERE r.status = 'ACTIVE' AND r.type = 'SUPER_ADMIN'
) AS admins ON admins.userId = t.userId
ORDER BY status, resource;
