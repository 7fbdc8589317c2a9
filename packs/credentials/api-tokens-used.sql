-- id: api-tokens-used
-- title: API tokens that nobody uses are revoked
-- severity: medium
-- description: >-
--   Okta moves the end of a token a window ahead at each use, so its last use is its end less the window. A token
--   that is not used any more still has all rights of its owner.
-- remediation: >-
--   Revoke the token.
-- references:
--   - title: "NIST SP 800-53 Rev. 5, account management, disable accounts"
--     url: https://csrc.nist.gov/pubs/sp/800/53/r5/upd1/final
--     id: AC-2(3)
--   - title: "CIS Critical Security Controls v8, disable dormant accounts"
--     url: https://www.cisecurity.org/controls/v8
--     id: "5.3"
-- parameters:
--   days: { default: 20, description: "Days for which a token may go unused; Okta ends it after its window, which is 30." }
-- needs: [okta.apiTokens.read]
-- chart: days
SELECT name AS resource,
  CASE WHEN lastUsed < now() - to_days($days) THEN 'alarm' ELSE 'ok' END AS status,
  'Last used ' || date_sub('day', lastUsed, now()) || ' days ago.' AS reason,
  date_sub('day', lastUsed, now()) AS days, id AS tokenId
FROM (
  SELECT id, name, expiresAt - to_days(regexp_extract(tokenWindow, '^P(\d+)D$', 1)::INTEGER) AS lastUsed
  FROM okta.api_tokens.api_tokens
) AS tokens
ORDER BY days DESC, resource;
