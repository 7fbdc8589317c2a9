-- id: idps-link-within-bounds
-- title: Identity providers link only whom they may
-- severity: medium
-- description: >-
--   Where links are made by themselves and for everybody, whoever can name a user at the other provider signs in as
--   that user here.
-- remediation: >-
--   Link by hand, or only users of groups that belong to that provider.
-- references:
--   - title: "NIST SP 800-53 Rev. 5, identification and authentication, non-organizational users"
--     url: https://csrc.nist.gov/pubs/sp/800/53/r5/upd1/final
--     id: IA-8
-- needs: [okta.idps.read]
SELECT name AS resource,
  CASE WHEN (policy->'accountLink'->>'action') = 'AUTO' AND (policy->'accountLink'->'filter'->'groups'->'include') IS NULL THEN 'alarm' ELSE 'ok' END AS status,
  'Links accounts: ' || coalesce(policy->'accountLink'->>'action', 'not at all')
    || CASE WHEN (policy->'accountLink'->'filter'->'groups'->'include') IS NULL THEN ', of all users.' ELSE ', of some groups.' END AS reason,
  id AS idpId
FROM okta.idps.identity_providers
WHERE status = 'ACTIVE'
ORDER BY status, resource;
