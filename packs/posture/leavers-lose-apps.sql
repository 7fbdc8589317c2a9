-- id: leavers-lose-apps
-- title: Who was suspended or deactivated has no application
-- severity: high
-- description: >-
--   An assignment that stayed active lets whoever left sign in where the application keeps an account of its own.
-- remediation: >-
--   Take the application away, and see why provisioning did not.
-- references:
--   - title: "NIST SP 800-53 Rev. 5, personnel termination"
--     url: https://csrc.nist.gov/pubs/sp/800/53/r5/upd1/final
--     id: PS-4
--   - title: "NIST SP 800-53 Rev. 5, account management, disable accounts"
--     url: https://csrc.nist.gov/pubs/sp/800/53/r5/upd1/final
--     id: AC-2(3)
-- needs: [okta.apps.read, okta.users.read]
SELECT u.profile.login AS resource,
  CASE WHEN count(au.id) FILTER (WHERE au.status IN ('ACTIVE', 'PROVISIONED')) > 0 THEN 'alarm' ELSE 'ok' END AS status,
  'Is ' || u.status || ', and has ' || count(au.id) FILTER (WHERE au.status IN ('ACTIVE', 'PROVISIONED')) || ' active assignments'
    || coalesce(': ' || string_agg(DISTINCT a.label, ', ' ORDER BY a.label) FILTER (WHERE au.status IN ('ACTIVE', 'PROVISIONED')), '') || '.' AS reason,
  u.id AS userId
FROM okta.users.users u
LEFT JOIN (okta.apps.applications a JOIN okta.apps.application_users au ON au.appId = a.id) ON au.id = u.id
WHERE u.status IN ('SUSPENDED', 'DEPROVISIONED')
GROUP BY u.profile.login, u.status, u.id
ORDER BY status, resource;
