/** Changing keys. */

import { MODULUS } from './org.ts';
import { type Conformance, keyPath, keysPath } from './statement.ts';

export const MUTATIONS: readonly Conformance[] = [
  {
    sql: "exec okta.apps.jwks.activate_oauth2_client_json_web_key @appId='0oa00000000000000000', @keyId='pks00000000000000001', @subdomain='my-org'",
    answers: [[{ id: 'pks00000000000000001', status: 'ACTIVE' }]],
    isPart: true,
    requests: [`POST ${keyPath(1)}/lifecycle/activate`],
  },
  {
    sql: `EXEC okta.apps.jwks.deactivate_oauth2_client_json_web_key 
@appId='0oa00000000000000000', @keyId='pks00000000000000002', @subdomain='my-org' --required;`,
    answers: [[{ id: 'pks00000000000000002', status: 'INACTIVE' }]],
    isPart: true,
    requests: [`POST ${keyPath(2)}/lifecycle/deactivate`],
  },
  {
    sql: "exec okta.apps.jwks.activate_oauth2_client_json_web_key @subdomain='my-org'",
    answers: [],
    error: 'NO_METHOD',
    requests: [],
    stackql: 'ended with exit code 0',
  },
  {
    sql: "exec /*+ SHOWRESULTS */ okta.apps.jwks.get_jwk @appId='0oa00000000000000000', @keyId='pks00000000000000001', @subdomain='my-org'",
    answers: [[{ id: 'pks00000000000000001', kid: 'kid-0-1', status: 'INACTIVE' }]],
    isPart: true,
    requests: [`GET ${keyPath(1)}`],
    stackql: 'had no columns alg, crv, appId, keyId',
  },
  {
    sql: `insert into okta.apps.jwks(subdomain, appId, kty, kid, "use", n, e) values ('my-org','0oa00000000000000000','RSA','k-new','sig','${MODULUS}','AQAB')`,
    answers: ['The operation was despatched successfully'],
    requests: [`POST ${keysPath(0)}`],
  },
  {
    sql: `insert into okta.apps.jwks(subdomain, appId, kty, kid, "use", n, e) select 'my-org','0oa00000000000000000','RSA','k-new2','sig','${MODULUS}','AQAB'`,
    answers: ['The operation was despatched successfully'],
    requests: [`POST ${keysPath(0)}`],
  },
  {
    sql: `insert into okta.apps.jwks(subdomain, appId, kty, kid, "use", n, e) select 'my-org','0oa00000000000000000','RSA','k-new3','sig','${MODULUS}','AQAB' returning id, kid`,
    answers: [[{ kid: 'k-new3' }]],
    isPart: true,
    requests: [`POST ${keysPath(0)}`],
  },
  {
    sql: `insert into okta.apps.jwks(subdomain, appId, kty, kid, "use", n, e) select 'my-org','0oa00000000000000000','RSA','kid-0-0','sig','${MODULUS}','AQAB'`,
    answers: [],
    error: 'HTTP',
    requests: [`POST ${keysPath(0)}`],
    stackql: 'ended with exit code 0',
  },
  {
    sql: "insert into okta.apps.jwks(subdomain) select 'my-org'",
    answers: [],
    error: 'NO_METHOD',
    requests: [],
    stackql: 'ended with exit code 0',
  },
  {
    sql: "delete from okta.apps.jwks where appId='0oa00000000000000000' and keyId='pks00000000000000000' and subdomain='my-org'",
    answers: [],
    error: 'HTTP',
    requests: [`DELETE ${keyPath(0)}`],
    stackql: 'ended with exit code 0',
  },
  {
    sql: "delete from okta.apps.jwks where appId='0oa00000000000000000' and keyId='pks00000000000000001' and subdomain='my-org'",
    answers: ['The operation was despatched successfully'],
    requests: [`DELETE ${keyPath(1)}`],
  },
  {
    sql: "delete from okta.apps.jwks where subdomain='my-org'",
    answers: [],
    error: 'NO_METHOD',
    requests: [],
    stackql: 'ended with exit code 0',
  },
  {
    sql: "delete from okta.apps.jwks where appId='0oa00000000000000000' and keyId in ('pks00000000000000001','pks00000000000000009') and subdomain='my-org'",
    answers: [],
    error: 'NOT_FOUND',
    notices: 1,
    requests: [`DELETE ${keyPath(1)}`, `DELETE ${keyPath(9)}`],
    stackql: 'did not say which of the two was deleted',
  },
];
