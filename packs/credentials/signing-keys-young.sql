-- id: signing-keys-young
-- title: Active signing keys are not older than they may be
-- severity: medium
-- description: >-
--   A key that was made long ago has been in more places than anybody remembers: machines, backups, pipelines.
--   Judged is each active signing key by the day on which it was stored in Okta.
-- remediation: >-
--   Add a new key to the application, give the application its private half, deactivate the old key when nothing
--   uses it any more, and delete it. docs/audit/12-rotation.sql does this in steps that can be repeated.
-- references:
--   - title: "NIST SP 800-53 Rev. 5, authenticator management"
--     url: https://csrc.nist.gov/pubs/sp/800/53/r5/upd1/final
--     id: IA-5
--   - title: "NIST SP 800-57 Part 1 Rev. 5, recommendation for key management"
--     url: https://csrc.nist.gov/pubs/sp/800/57/pt1/r5/final
-- parameters:
--   days: { default: 90, description: Age in days above which a key is too old. }
-- needs: [okta.apps.read]
-- chart: days
SELECT a.label AS resource,
  CASE WHEN j.created < now() - to_days($days) THEN 'alarm' ELSE 'ok' END AS status,
  'The key ' || coalesce(j.kid, j.id) || ' is ' || date_sub('day', j.created, now()) || ' days old.' AS reason,
  date_sub('day', j.created, now()) AS days, j.appId, j.id AS keyId
FROM okta.apps.applications a
JOIN okta.apps.jwks j ON j.appId = a.id
WHERE coalesce(j.use, 'sig') = 'sig' AND j.status = 'ACTIVE'
ORDER BY days DESC, resource;
