-- id: phishing-resistant-available
-- title: An authenticator that cannot be phished is active
-- severity: high
-- description: >-
--   Where none is active, nobody can be asked for one. WebAuthn, smart cards and FastPass, which is a method of Okta
--   Verify, count.
-- remediation: >-
--   Activate FIDO2 (WebAuthn), smart cards, or FastPass in Okta Verify.
-- references:
--   - title: "NIST SP 800-63B-4, authentication and authenticator management"
--     url: https://pages.nist.gov/800-63-4/sp800-63b.html
--     id: phishing resistance
--   - title: "DISA, Okta Identity as a Service (IDaaS) STIG, V1R2"
--     url: https://cyber.trackr.live/stig/Okta_Identity_as_a_Service_%28IDaaS%29/1/2
--     id: V-273190
-- needs: [okta.authenticators.read]
-- absence: >-
--   Okta Verify without FastPass is answered that there is no such method, which is what is asked.
SELECT 'Authenticators' AS resource,
  CASE WHEN count(*) = 0 THEN 'skip' WHEN count(*) FILTER (WHERE resists) = 0 THEN 'alarm' ELSE 'ok' END AS status,
  CASE WHEN count(*) = 0 THEN 'No authenticator was seen.'
    ELSE coalesce('Active: ' || string_agg(DISTINCT name, ', ' ORDER BY name) FILTER (WHERE resists), 'Neither WebAuthn nor smart cards nor FastPass are active') || '.' END AS reason
FROM (
  SELECT a.name, a.status = 'ACTIVE' AND (a.key IN ('webauthn', 'smart_card_idp') OR m.type IS NOT NULL) AS resists
  FROM okta.authenticators.authenticators a
  LEFT JOIN okta.authenticators.authenticator_methods m
    ON m.authenticatorId = a.id AND a.key = 'okta_verify' AND m.type = 'signed_nonce' AND m.status = 'ACTIVE'
) AS listed;
