/** Scripts, expressions, and tables and views of the session. */

import { type Conformance, keysOf } from './statement.ts';

export const SESSION: readonly Conformance[] = [
  {
    sql: 'select 1 as a; select 2 as b',
    answers: [[{ a: 1 }], [{ b: 2 }]],
    requests: [],
    stackql: 'printed the second row twice, as structs of a driver',
  },
  {
    sql: "select 1 as one, 'x' as s, null as n, 1.5 as f, true as t",
    answers: [[{ one: 1, s: 'x', n: null, f: 1.5, t: true }]],
    requests: [],
    stackql: 'printed structs of a driver',
  },
  {
    sql: "create view v1 as select kid, status from okta.apps.jwks where appId='0oa00000000000000000' and subdomain='my-org'; select * from v1; drop view v1",
    answers: [
      'DDL Execution Completed',
      [
        { kid: 'kid-0-0', status: 'ACTIVE' },
        { kid: 'kid-0-1', status: 'INACTIVE' },
        { kid: 'kid-0-2', status: 'ACTIVE' },
      ],
      'DDL Execution Completed',
    ],
    requests: [keysOf(0)],
  },
  {
    sql: "create table t1(a int, b text); insert into t1(a,b) values (1,'x'); select * from t1; drop table t1",
    answers: ['DDL Execution Completed', 'insert into table completed', [{ a: 1, b: 'x' }], 'DDL Execution Completed'],
    requests: [],
  },
  {
    sql: "create materialized view m1 as select kid, status from okta.apps.jwks where appId='0oa00000000000000000' and subdomain='my-org'; select count(*) as n from m1; refresh materialized view m1; drop materialized view m1",
    answers: ['DDL Execution Completed', [{ n: 3 }], 'refresh materialized view completed', 'DDL Execution Completed'],
    requests: [keysOf(0), keysOf(0)],
  },
  {
    sql: "begin; delete from okta.apps.jwks where appId='0oa00000000000000000' and keyId='pks00000000000000001' and subdomain='my-org'; rollback",
    answers: [],
    error: 'NOT_SUPPORTED',
    requests: [],
    stackql: 'queued the DELETE and forgot it',
  },
];
