-- id: everyone-grants-nothing
-- title: The group of all users grants no role
-- severity: critical
-- description: >-
--   What the built-in group Everyone grants, each new account has at once.
-- remediation: >-
--   Take the role from the group, and give it to a group that was made for it.
-- references:
--   - title: "NIST SP 800-53 Rev. 5, least privilege"
--     url: https://csrc.nist.gov/pubs/sp/800/53/r5/upd1/final
--     id: AC-6
-- needs: [okta.groups.read, okta.roles.read]
SELECT g.profile.name AS resource,
  CASE WHEN granted.roles IS NULL THEN 'ok' ELSE 'alarm' END AS status,
  CASE WHEN granted.roles IS NULL THEN 'Grants no role.' ELSE 'Grants ' || granted.roles || ' to everyone.' END AS reason,
  g.id AS groupId
FROM okta.groups.groups g
LEFT JOIN (SELECT groupId, string_agg(coalesce(label, type), ', ' ORDER BY label) AS roles
  FROM okta.groups.assigned_roles
  WHERE status = 'ACTIVE'
  GROUP BY groupId) AS granted ON granted.groupId = g.id
WHERE g.type = 'BUILT_IN' AND g.profile.name = 'Everyone';
