-- id: role-groups-owned
-- title: Groups that grant an administrator role have an owner
-- severity: medium
-- description: >-
--   Somebody has to answer for who is in such a group, and to look through it.
-- remediation: >-
--   Name an owner of the group.
-- references:
--   - title: "NIST SP 800-53 Rev. 5, account management"
--     url: https://csrc.nist.gov/pubs/sp/800/53/r5/upd1/final
--     id: AC-2
-- needs: [okta.groups.read, okta.roles.read]
SELECT g.profile.name AS resource,
  CASE WHEN count(o.id) = 0 THEN 'alarm' ELSE 'ok' END AS status,
  'Grants ' || granted.roles || CASE WHEN count(o.id) = 0 THEN ', and has no owner.' ELSE ', and belongs to ' || string_agg(o.displayName, ', ' ORDER BY o.displayName) || '.' END AS reason,
  g.id AS groupId
FROM okta.groups.groups g
JOIN (SELECT groupId, string_agg(coalesce(label, type), ', ' ORDER BY label) AS roles
  FROM okta.groups.assigned_roles
  WHERE status = 'ACTIVE'
  GROUP BY groupId) AS granted ON granted.groupId = g.id
LEFT JOIN okta.groups.owners o ON o.groupId = granted.groupId
GROUP BY g.profile.name, g.id, granted.roles
ORDER BY status, resource;
