-- id: enrolment-required
-- title: Enrolment policies require a second factor
-- severity: high
-- description: >-
--   Where every authenticator besides the password is optional, users are left with the password.
-- remediation: >-
--   Make one authenticator besides the password required in each enrolment policy.
-- references:
--   - title: "Okta HealthInsight, security tasks and recommendations"
--     url: https://help.okta.com/en/prod/Content/Topics/Security/healthinsight/healthinsight.htm
--   - title: "NIST SP 800-53 Rev. 5, multi-factor authentication to non-privileged accounts"
--     url: https://csrc.nist.gov/pubs/sp/800/53/r5/upd1/final
--     id: IA-2(2)
-- needs: [okta.policies.read]
SELECT name AS resource,
  CASE WHEN count(key) = 0 THEN 'skip'
    WHEN count(*) FILTER (WHERE self = 'REQUIRED' AND key NOT IN ('okta_password', 'okta_email', 'security_question')) = 0 THEN 'alarm' ELSE 'ok' END AS status,
  CASE WHEN count(key) = 0 THEN 'The policy names no authenticators.'
    ELSE 'Required: ' || coalesce(string_agg(key, ', ' ORDER BY key) FILTER (WHERE self = 'REQUIRED'), 'none') || '.' END AS reason,
  id AS policyId
FROM (
  SELECT p.id, p.name, e.value->>'key' AS key, e.value->'enroll'->>'self' AS self
  FROM okta.policies.policies p
  LEFT JOIN json_each(p.settings->'authenticators') AS e ON true
  WHERE p.type = 'MFA_ENROLL' AND p.status = 'ACTIVE'
) AS listed
GROUP BY id, name
ORDER BY status, resource;
