-- id: group-rules-valid
-- title: Group rules work
-- severity: medium
-- description: >-
--   A rule becomes invalid when a group that it names is gone. From then on nobody is added to its groups, or taken
--   out of them.
-- remediation: >-
--   Mend the rule, or delete it.
-- references:
--   - title: "NIST SP 800-53 Rev. 5, account management"
--     url: https://csrc.nist.gov/pubs/sp/800/53/r5/upd1/final
--     id: AC-2
-- needs: [okta.groups.read]
SELECT name AS resource,
  CASE status WHEN 'INVALID' THEN 'alarm' ELSE 'ok' END AS status,
  'Is ' || status || '.' AS reason, id AS ruleId
FROM okta.groups.rules
ORDER BY 2, resource;
