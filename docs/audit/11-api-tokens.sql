-- Which API tokens were not used for {{ days }} days, belong to someone who left, or work from anywhere?
-- Okta moves the end of a token to a window after each use, so its last use is its end less the window.
-- Requests: 3 on the demo org: 1 for the tokens, 1 per 200 users, and 1 per 200 who left, whom a list has only if
-- asked for them.
SELECT t.name, t.id AS tokenId, u.profile->>'login' AS owner, u.status AS ownerStatus,
  date_sub('day', t.lastUsed, now()) AS unusedDays, t.network->>'connection' AS network,
  concat_ws(', ',
    CASE WHEN u.id IS NULL OR u.status <> 'ACTIVE' THEN 'owner not active' END,
    CASE WHEN t.lastUsed < now() - to_days({{ days }}) THEN 'unused' END,
    CASE WHEN (t.network->>'connection') = 'ANYWHERE' THEN 'from anywhere' END) AS findings
FROM (
  SELECT id, name, userId, network,
    expiresAt - to_days(regexp_extract(tokenWindow, '^P(\d+)D$', 1)::INTEGER) AS lastUsed
  FROM okta.api_tokens.api_tokens
  WHERE subdomain = '{{ subdomain }}'
) AS t
LEFT JOIN okta.users.users u ON u.id = t.userId AND u.subdomain = '{{ subdomain }}'
WHERE u.id IS NULL OR u.status <> 'ACTIVE' OR t.lastUsed < now() - to_days({{ days }})
  OR (t.network->>'connection') = 'ANYWHERE'
ORDER BY t.name;
