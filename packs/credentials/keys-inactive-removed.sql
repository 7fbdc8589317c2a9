-- id: keys-inactive-removed
-- title: Inactive keys are deleted
-- severity: low
-- description: >-
--   A key that was deactivated and kept can be switched on again with one call, by whoever still has its private
--   half and a way into the org.
-- remediation: >-
--   Delete the key.
-- references:
--   - title: "NIST SP 800-53 Rev. 5, authenticator management"
--     url: https://csrc.nist.gov/pubs/sp/800/53/r5/upd1/final
--     id: IA-5
-- parameters:
--   days: { default: 30, description: Days for which an inactive key may be kept. }
-- needs: [okta.apps.read]
-- chart: days
SELECT a.label AS resource,
  CASE WHEN j.status = 'INACTIVE' AND j.lastUpdated < now() - to_days($days) THEN 'alarm' ELSE 'ok' END AS status,
  CASE WHEN j.status = 'INACTIVE' THEN 'The key ' || coalesce(j.kid, j.id) || ' has been inactive for ' || date_sub('day', j.lastUpdated, now()) || ' days.'
    ELSE 'The key ' || coalesce(j.kid, j.id) || ' is active.' END AS reason,
  CASE WHEN j.status = 'INACTIVE' THEN date_sub('day', j.lastUpdated, now()) END AS days, j.appId, j.id AS keyId
FROM okta.apps.applications a
JOIN okta.apps.jwks j ON j.appId = a.id
ORDER BY status, resource;
