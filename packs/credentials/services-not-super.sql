-- id: services-not-super
-- title: No service application is a super administrator
-- severity: critical
-- description: >-
--   The private key of such a service is worth as much as the account of a super administrator, and there is no
--   second factor behind it.
-- remediation: >-
--   Give the service the standard or custom role that its work needs.
-- references:
--   - title: "NIST SP 800-53 Rev. 5, least privilege, privileged accounts"
--     url: https://csrc.nist.gov/pubs/sp/800/53/r5/upd1/final
--     id: AC-6(5)
--   - title: "DISA, Okta Identity as a Service (IDaaS) STIG, V1R2"
--     url: https://cyber.trackr.live/stig/Okta_Identity_as_a_Service_%28IDaaS%29/1/2
--     id: V-279690
-- needs: [okta.apps.read, okta.roles.read]
SELECT a.label AS resource,
  CASE WHEN bool_or(coalesce(r.type = 'SUPER_ADMIN', false)) THEN 'alarm' ELSE 'ok' END AS status,
  CASE WHEN count(r.id) = 0 THEN 'No administrator role.' ELSE 'Has ' || string_agg(coalesce(r.label, r.type), ', ' ORDER BY r.label) || '.' END AS reason,
  a.id AS appId
FROM okta.apps.applications a
LEFT JOIN okta.oauth2.client_roles r ON r.clientId = a.id AND r.status = 'ACTIVE'
WHERE a.status = 'ACTIVE' AND (a.settings->'oauthClient'->>'application_type') = 'service'
GROUP BY a.label, a.id
ORDER BY status, resource;
