-- id: hooks-https
-- title: Hooks call https
-- severity: medium
-- description: >-
--   A hook sends what happens in the org to an address. An inline hook also believes what comes back.
-- remediation: >-
--   Use an https address, and verify it.
-- references:
--   - title: "NIST SP 800-53 Rev. 5, transmission confidentiality and integrity"
--     url: https://csrc.nist.gov/pubs/sp/800/53/r5/upd1/final
--     id: SC-8
-- needs: [okta.eventHooks.read, okta.inlineHooks.read]
SELECT kind || ' ' || name AS resource,
  CASE WHEN uri IS NULL THEN 'skip' WHEN uri LIKE 'https://%' THEN 'ok' ELSE 'alarm' END AS status,
  coalesce('Calls ' || uri || '.', 'Names no address.') AS reason, id AS hookId
FROM (
  SELECT 'Event hook' AS kind, id, name, channel->'config'->>'uri' AS uri FROM okta.eventhooks.event_hooks WHERE status = 'ACTIVE'
  UNION ALL
  SELECT 'Inline hook', id, name, channel->'config'->>'uri' FROM okta.inlinehooks.inline_hooks WHERE status = 'ACTIVE'
) AS hooks
ORDER BY status, resource;
