-- id: role-groups-small
-- title: Groups that grant an administrator role are small
-- severity: medium
-- description: >-
--   Whoever may add members to such a group makes administrators. A large one grants the role to people who do not
--   know that they have it.
-- remediation: >-
--   Grant the role to a group that was made for it, and to nobody else.
-- references:
--   - title: "NIST SP 800-53 Rev. 5, least privilege, privileged accounts"
--     url: https://csrc.nist.gov/pubs/sp/800/53/r5/upd1/final
--     id: AC-6(5)
-- parameters:
--   most: { default: 20, description: Members that a group which grants a role may have. }
-- needs: [okta.groups.read, okta.roles.read]
SELECT g.profile.name AS resource,
  CASE WHEN count(m.id) > $most THEN 'alarm' ELSE 'ok' END AS status,
  'Grants ' || granted.roles || ' to ' || count(m.id) || ' members.' AS reason, g.id AS groupId
FROM okta.groups.groups g
JOIN (SELECT groupId, string_agg(coalesce(label, type), ', ' ORDER BY label) AS roles
  FROM okta.groups.assigned_roles
  WHERE status = 'ACTIVE'
  GROUP BY groupId) AS granted ON granted.groupId = g.id
LEFT JOIN okta.groups.users m ON m.groupId = granted.groupId
GROUP BY g.profile.name, g.id, granted.roles
ORDER BY status, resource;
