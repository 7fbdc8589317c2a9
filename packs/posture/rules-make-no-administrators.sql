-- id: rules-make-no-administrators
-- title: No group rule makes administrators
-- severity: high
-- description: >-
--   A rule adds whoever fits its expression. Where its group grants a role, whoever can change a profile can make
--   administrators.
-- remediation: >-
--   Assign the members of the group by hand or by an approval, and delete the rule.
-- references:
--   - title: "NIST SP 800-53 Rev. 5, least privilege"
--     url: https://csrc.nist.gov/pubs/sp/800/53/r5/upd1/final
--     id: AC-6
--   - title: "NIST SP 800-53 Rev. 5, account management"
--     url: https://csrc.nist.gov/pubs/sp/800/53/r5/upd1/final
--     id: AC-2
-- needs: [okta.groups.read, okta.roles.read]
SELECT r.name AS resource,
  CASE WHEN bool_or(granted.groupId IS NOT NULL) THEN 'alarm' ELSE 'ok' END AS status,
  CASE WHEN bool_or(granted.groupId IS NOT NULL) THEN 'Adds members to a group that grants ' || max(granted.roles) || '.' ELSE 'Adds members to groups that grant no role.' END AS reason,
  r.id AS ruleId
FROM (
  SELECT id, name, unnest(from_json(actions->'assignUserToGroups'->'groupIds', '["VARCHAR"]')) AS groupId
  FROM okta.groups.rules
  WHERE status = 'ACTIVE'
) AS r
LEFT JOIN (SELECT groupId, string_agg(coalesce(label, type), ', ' ORDER BY label) AS roles
  FROM okta.groups.assigned_roles
  WHERE status = 'ACTIVE'
  GROUP BY groupId) AS granted ON granted.groupId = r.groupId
GROUP BY r.name, r.id
ORDER BY status, resource;
