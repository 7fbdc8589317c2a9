-- id: tokens-not-of-super-admins
-- title: No API token belongs to a super administrator
-- severity: high
-- description: >-
--   A token has the rights of its owner. One of a super administrator is a password to everything that needs no
--   second factor.
-- remediation: >-
--   Make the token anew under an account of its own with the role that its work needs, and revoke this one.
-- references:
--   - title: "DISA, Okta Identity as a Service (IDaaS) STIG, V1R2"
--     url: https://cyber.trackr.live/stig/Okta_Identity_as_a_Service_%28IDaaS%29/1/2
--     id: V-279690
--   - title: "NIST SP 800-53 Rev. 5, least privilege"
--     url: https://csrc.nist.gov/pubs/sp/800/53/r5/upd1/final
--     id: AC-6
-- needs: [okta.apiTokens.read, okta.roles.read]
SELECT t.name AS resource,
  CASE WHEN admins.userId IS NULL THEN 'ok' ELSE 'alarm' END AS status,
  CASE WHEN admins.userId IS NULL THEN 'Its owner is no super administrator.' ELSE 'Its owner is a super administrator.' END AS reason,
  t.id AS tokenId, t.userId
FROM okta.api_tokens.api_tokens t
LEFT JOIN (SELECT DISTINCT userId FROM (SELECT a.id AS userId, r.type, r.label
  FROM okta.iam.users_with_role_assignments a
  JOIN okta.users.role_assignment_users r ON r.userId = a.id
  WHERE r.status = 'ACTIVE') AS roles WHERE type = 'SUPER_ADMIN') AS admins ON admins.userId = t.userId
ORDER BY status, resource;
