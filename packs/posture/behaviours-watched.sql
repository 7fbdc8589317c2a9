-- id: behaviours-watched
-- title: Unusual behaviour is detected
-- severity: low
-- description: >-
--   Rules can ask for more where the place, the device or the speed of travel is new for the user, only if
--   behaviours are defined.
-- remediation: >-
--   Activate a behaviour of each kind, and use them in rules.
-- references:
--   - title: "NIST SP 800-53 Rev. 5, account monitoring for atypical usage"
--     url: https://csrc.nist.gov/pubs/sp/800/53/r5/upd1/final
--     id: AC-2(12)
-- parameters:
--   least: { default: 1, description: Active behaviours that there have to be. }
-- needs: [okta.behaviors.read]
SELECT 'Behaviours' AS resource,
  CASE WHEN count(*) FILTER (WHERE status = 'ACTIVE') < $least THEN 'alarm' ELSE 'ok' END AS status,
  coalesce('Active: ' || string_agg(name, ', ' ORDER BY name) FILTER (WHERE status = 'ACTIVE'), 'None is active') || '.' AS reason
FROM okta.behaviors.behavior_detection_rules;
