/** Reading keys, apps and users. */

import { idOf } from './org.ts';
import { APPS, type Conformance, keyPath, keysOf, type Row } from './statement.ts';

/** The numbers of the apps that have keys. */
const CLIENTS = [0, 1, 2, 3, 5, 6, 7, 8, 10, 11, 12, 13, 15, 16, 17, 18];

function keysOfApp(app: number): readonly Row[] {
  return [0, 1, 2].map((position) => ({ kid: `kid-${app}-${position}`, appId: idOf('0oa', app) }));
}

export const SELECTS: readonly Conformance[] = [
  {
    sql: "select id, kid, status from okta.apps.jwks where appId='0oa00000000000000000' and subdomain='my-org'",
    answers: [
      [
        { id: 'pks00000000000000000', kid: 'kid-0-0', status: 'ACTIVE' },
        { id: 'pks00000000000000001', kid: 'kid-0-1', status: 'INACTIVE' },
        { id: 'pks00000000000000002', kid: 'kid-0-2', status: 'ACTIVE' },
      ],
    ],
    requests: [keysOf(0)],
  },
  {
    sql: "select * from okta.apps.jwks where appId='0oa00000000000000000' and subdomain='my-org'",
    answers: [
      [
        {
          id: 'pks00000000000000000',
          kid: 'kid-0-0',
          status: 'ACTIVE',
          kty: 'RSA',
          appId: '0oa00000000000000000',
          subdomain: 'my-org',
        },
        {
          id: 'pks00000000000000001',
          kid: 'kid-0-1',
          status: 'INACTIVE',
          kty: 'RSA',
          appId: '0oa00000000000000000',
          subdomain: 'my-org',
        },
        {
          id: 'pks00000000000000002',
          kid: 'kid-0-2',
          status: 'ACTIVE',
          kty: 'EC',
          appId: '0oa00000000000000000',
          subdomain: 'my-org',
        },
      ],
    ],
    isPart: true,
    requests: [keysOf(0)],
    stackql: 'had no columns alg, crv, appId, keyId, but nine of another kind of key, always null',
  },
  {
    sql: "select * from okta.apps.jwks where appId='0oa00000000000000000' and keyId='pks00000000000000001' and subdomain='my-org'",
    answers: [[{ id: 'pks00000000000000001', kid: 'kid-0-1', status: 'INACTIVE', keyId: 'pks00000000000000001' }]],
    isPart: true,
    requests: [`GET ${keyPath(1)}`],
    stackql: 'had no columns alg, crv, appId, keyId',
  },
  {
    sql: "select subdomain, appId, kid from okta.apps.jwks where appId='0oa00000000000000000' and subdomain='my-org'",
    answers: [
      [
        { subdomain: 'my-org', appId: '0oa00000000000000000', kid: 'kid-0-0' },
        { subdomain: 'my-org', appId: '0oa00000000000000000', kid: 'kid-0-1' },
        { subdomain: 'my-org', appId: '0oa00000000000000000', kid: 'kid-0-2' },
      ],
    ],
    requests: [keysOf(0)],
  },
  {
    sql: "select * from okta.apps.jwks where subdomain='my-org'",
    answers: [CLIENTS.flatMap(keysOfApp)],
    isPart: true,
    requests: [APPS, ...CLIENTS.map(keysOf)],
    stackql: 'could not find a matching operation',
  },
  {
    sql: 'select * from okta.apps.jwks',
    answers: [],
    error: 'NO_METHOD',
    requests: [],
    stackql: 'ended with exit code 0',
  },
  {
    sql: "select appId, kid from okta.apps.jwks where appId in ('0oa00000000000000000','0oa00000000000000001') and subdomain='my-org' order by kid",
    answers: [
      [
        { appId: '0oa00000000000000000', kid: 'kid-0-0' },
        { appId: '0oa00000000000000000', kid: 'kid-0-1' },
        { appId: '0oa00000000000000000', kid: 'kid-0-2' },
        { appId: '0oa00000000000000001', kid: 'kid-1-0' },
        { appId: '0oa00000000000000001', kid: 'kid-1-1' },
        { appId: '0oa00000000000000001', kid: 'kid-1-2' },
      ],
    ],
    requests: [keysOf(0), keysOf(1)],
  },
  {
    sql: "select appId, kid from okta.apps.jwks where (appId='0oa00000000000000000' or appId='0oa00000000000000001') and subdomain='my-org' order by kid",
    answers: [
      [
        { appId: '0oa00000000000000000', kid: 'kid-0-0' },
        { appId: '0oa00000000000000000', kid: 'kid-0-1' },
        { appId: '0oa00000000000000000', kid: 'kid-0-2' },
        { appId: '0oa00000000000000001', kid: 'kid-1-0' },
        { appId: '0oa00000000000000001', kid: 'kid-1-1' },
        { appId: '0oa00000000000000001', kid: 'kid-1-2' },
      ],
    ],
    requests: [keysOf(0), keysOf(1)],
    stackql: 'could not locate the column',
  },
  {
    sql: "select kid from okta.apps.jwks where appId != '0oa00000000000000000' and subdomain='my-org'",
    answers: [CLIENTS.slice(1).flatMap((app) => keysOfApp(app).map(({ kid }) => ({ kid })))],
    requests: [APPS],
    stackql: 'asked for the app that was to be left out',
  },
  {
    sql: "select kid from okta.apps.jwks where appId='0oa00000000000000000' and subdomain='my-org' and status='INACTIVE'",
    answers: [[{ kid: 'kid-0-1' }]],
    requests: [keysOf(0)],
  },
  {
    sql: "select kid from okta.apps.jwks where appId='0oa00000000000000000' and subdomain='my-org' order by kid desc limit 1",
    answers: [[{ kid: 'kid-0-2' }]],
    requests: [keysOf(0)],
    stackql: 'applied LIMIT before ORDER BY',
  },
  {
    sql: "select count(*) as n from okta.apps.jwks where appId='0oa00000000000000000' and subdomain='my-org'",
    answers: [[{ n: 3 }]],
    requests: [keysOf(0)],
  },
  {
    sql: "select kty, count(*) as n from okta.apps.jwks where appId='0oa00000000000000000' and subdomain='my-org' group by kty",
    answers: [
      [
        { kty: 'RSA', n: 2 },
        { kty: 'EC', n: 1 },
      ],
    ],
    requests: [keysOf(0)],
  },
  {
    sql: "select kid from okta.apps.jwks where appId='0oa00000000000000000' and subdomain='my-org' and created between '2022-01-01' and '2024-01-01'",
    answers: [[{ kid: 'kid-0-0' }, { kid: 'kid-0-1' }, { kid: 'kid-0-2' }]],
    requests: [keysOf(0)],
    stackql: 'refused BETWEEN',
  },
  {
    sql: "select nosuch from okta.apps.jwks where appId='0oa00000000000000000' and subdomain='my-org'",
    answers: [],
    error: 'UNKNOWN_COLUMN',
    requests: [],
    stackql: 'sent the request before it looked the column up',
  },
  {
    sql: "select * from okta.apps.nosuch where subdomain='my-org'",
    answers: [],
    error: 'UNKNOWN_RESOURCE',
    requests: [],
    stackql: 'ended with exit code 0',
  },
  {
    sql: "select * from okta.nosuch.x where subdomain='my-org'",
    answers: [],
    error: 'UNKNOWN_SERVICE',
    requests: [],
    stackql: 'ended with exit code 0',
  },
  {
    sql: "select * from nosuch.apps.jwks where subdomain='my-org'",
    answers: [],
    error: 'UNKNOWN_PROVIDER',
    requests: [],
    stackql: 'ended with exit code 0',
  },
  { sql: 'selec * from okta.apps.jwks', answers: [], error: 'SYNTAX', requests: [], stackql: 'ended with exit code 0' },
  {
    sql: "select kid from okta.apps.jwks where appId='nope' and subdomain='my-org'",
    answers: [[]],
    notices: 1,
    requests: ['GET /api/v1/apps/nope/credentials/jwks'],
    stackql: 'printed null instead of an empty list',
  },
  {
    sql: "select a.label, j.kid from okta.apps.applications a inner join okta.apps.jwks j on j.appId=a.id and j.subdomain=a.subdomain where a.subdomain='my-org' and a.label in ('App 0','App 1') order by j.kid",
    answers: [
      [
        { label: 'App 0', kid: 'kid-0-0' },
        { label: 'App 0', kid: 'kid-0-1' },
        { label: 'App 0', kid: 'kid-0-2' },
        { label: 'App 1', kid: 'kid-1-0' },
        { label: 'App 1', kid: 'kid-1-1' },
        { label: 'App 1', kid: 'kid-1-2' },
      ],
    ],
    requests: [APPS],
    stackql: 'asked for the keys of each app, one after another',
  },
  {
    sql: "select a.label, j.kid from okta.apps.applications a left join okta.apps.jwks j on j.appId=a.id and j.subdomain=a.subdomain where a.subdomain='my-org' order by a.label, j.kid limit 8",
    answers: [
      [
        { label: 'App 0', kid: 'kid-0-0' },
        { label: 'App 0', kid: 'kid-0-1' },
        { label: 'App 0', kid: 'kid-0-2' },
        { label: 'App 1', kid: 'kid-1-0' },
        { label: 'App 1', kid: 'kid-1-1' },
        { label: 'App 1', kid: 'kid-1-2' },
        { label: 'App 10', kid: 'kid-10-0' },
        { label: 'App 10', kid: 'kid-10-1' },
      ],
    ],
    requests: [APPS],
    stackql: 'applied LIMIT before ORDER BY',
  },
  {
    sql: "select x.kid k1, y.kid k2 from okta.apps.jwks x inner join okta.apps.jwks y on x.kty=y.kty where x.appId='0oa00000000000000000' and y.appId='0oa00000000000000001' and x.subdomain='my-org' and y.subdomain='my-org' order by k1,k2",
    answers: [
      [
        { k1: 'kid-0-0', k2: 'kid-1-0' },
        { k1: 'kid-0-0', k2: 'kid-1-1' },
        { k1: 'kid-0-1', k2: 'kid-1-0' },
        { k1: 'kid-0-1', k2: 'kid-1-1' },
        { k1: 'kid-0-2', k2: 'kid-1-2' },
      ],
    ],
    requests: [keysOf(0), keysOf(1)],
  },
  {
    sql: "with k as (select kid, status from okta.apps.jwks where appId='0oa00000000000000000' and subdomain='my-org') select status, count(*) as n from k group by status order by status",
    answers: [
      [
        { status: 'ACTIVE', n: 2 },
        { status: 'INACTIVE', n: 1 },
      ],
    ],
    requests: [keysOf(0)],
  },
  {
    sql: "select kid from okta.apps.jwks where appId='0oa00000000000000000' and subdomain='my-org' union all select kid from okta.apps.jwks where appId='0oa00000000000000001' and subdomain='my-org'",
    answers: [
      [
        { kid: 'kid-0-0' },
        { kid: 'kid-0-1' },
        { kid: 'kid-0-2' },
        { kid: 'kid-1-2' },
        { kid: 'kid-1-1' },
        { kid: 'kid-1-0' },
      ],
    ],
    requests: [keysOf(0), keysOf(1)],
  },
  {
    sql: "select t.kid from (select kid, status from okta.apps.jwks where appId='0oa00000000000000000' and subdomain='my-org') t where t.status='ACTIVE'",
    answers: [[{ kid: 'kid-0-0' }, { kid: 'kid-0-2' }]],
    requests: [keysOf(0)],
  },
  {
    sql: "select kid, row_number() over (order by kid desc) as r from okta.apps.jwks where appId='0oa00000000000000000' and subdomain='my-org'",
    answers: [
      [
        { kid: 'kid-0-2', r: 1 },
        { kid: 'kid-0-1', r: 2 },
        { kid: 'kid-0-0', r: 3 },
      ],
    ],
    requests: [keysOf(0)],
  },
  {
    sql: "select kid, case when status='ACTIVE' then 1 else 0 end as live from okta.apps.jwks where appId='0oa00000000000000000' and subdomain='my-org'",
    answers: [
      [
        { kid: 'kid-0-0', live: 1 },
        { kid: 'kid-0-1', live: 0 },
        { kid: 'kid-0-2', live: 1 },
      ],
    ],
    requests: [keysOf(0)],
  },
  {
    sql: "select json_extract(profile,'$.login') as login, json_extract(profile,'$.department') as d from okta.users.users where subdomain='my-org' limit 3",
    answers: [
      [
        { login: 'user0@example.com', d: 'ops' },
        { login: 'user1@example.com', d: 'eng' },
        { login: 'user2@example.com', d: 'eng' },
      ],
    ],
    requests: ['GET /api/v1/users?limit=20'],
    stackql: 'made LIMIT the size of a page, and read 20 pages',
  },
  {
    sql: "select label from okta.apps.applications where subdomain='my-org' and q='App 1' order by label",
    answers: [
      [
        { label: 'App 1' },
        { label: 'App 10' },
        { label: 'App 11' },
        { label: 'App 12' },
        { label: 'App 13' },
        { label: 'App 14' },
        { label: 'App 15' },
        { label: 'App 16' },
        { label: 'App 17' },
        { label: 'App 18' },
        { label: 'App 19' },
      ],
    ],
    requests: ['GET /api/v1/apps?q=App+1&limit=200'],
  },
  {
    sql: 'select label from okta.apps.applications where subdomain=\'my-org\' and "limit"=2 order by label',
    answers: [
      [
        { label: 'App 0' },
        { label: 'App 1' },
        { label: 'App 10' },
        { label: 'App 11' },
        { label: 'App 12' },
        { label: 'App 13' },
        { label: 'App 14' },
        { label: 'App 15' },
        { label: 'App 16' },
        { label: 'App 17' },
        { label: 'App 18' },
        { label: 'App 19' },
        { label: 'App 2' },
        { label: 'App 3' },
        { label: 'App 4' },
        { label: 'App 5' },
        { label: 'App 6' },
        { label: 'App 7' },
        { label: 'App 8' },
        { label: 'App 9' },
      ],
    ],
    requests: [
      'GET /api/v1/apps?limit=2',
      'GET /api/v1/apps?limit=2&after=*',
      'GET /api/v1/apps?limit=2&after=*',
      'GET /api/v1/apps?limit=2&after=*',
      'GET /api/v1/apps?limit=2&after=*',
      'GET /api/v1/apps?limit=2&after=*',
      'GET /api/v1/apps?limit=2&after=*',
      'GET /api/v1/apps?limit=2&after=*',
      'GET /api/v1/apps?limit=2&after=*',
      'GET /api/v1/apps?limit=2&after=*',
    ],
  },
  {
    sql: "select count(*) as n from okta.users.users where subdomain='my-org'",
    answers: [[{ n: 450 }]],
    requests: [
      'GET /api/v1/users?limit=200',
      'GET /api/v1/users?limit=200&after=*',
      'GET /api/v1/users?limit=200&after=*',
      'GET /api/v1/users?filter=status+eq+%22DEPROVISIONED%22&limit=200',
    ],
    stackql: 'did not ask for users who left, whom the list leaves out',
  },
  {
    sql: "select id from okta.users.users where subdomain='my-org' order by id desc limit 2",
    answers: [[{ id: '00u00000000000000449' }, { id: '00u00000000000000448' }]],
    requests: [
      'GET /api/v1/users?limit=200',
      'GET /api/v1/users?limit=200&after=*',
      'GET /api/v1/users?limit=200&after=*',
      'GET /api/v1/users?filter=status+eq+%22DEPROVISIONED%22&limit=200',
    ],
    stackql: 'applied LIMIT before ORDER BY',
  },
  {
    sql: "select id from okta.users.users where subdomain='my-org' order by id limit 2 offset 300",
    answers: [[{ id: '00u00000000000000300' }, { id: '00u00000000000000301' }]],
    requests: [
      'GET /api/v1/users?limit=200',
      'GET /api/v1/users?limit=200&after=*',
      'GET /api/v1/users?limit=200&after=*',
      'GET /api/v1/users?filter=status+eq+%22DEPROVISIONED%22&limit=200',
    ],
    stackql: 'made LIMIT the size of a page, and read 20 pages',
  },
  {
    sql: "select kid from okta.apps.jwks where appId='0oa00000000000000000' and subdomain='my-org' and status='NOPE'",
    answers: [[]],
    requests: [keysOf(0)],
    stackql: 'printed null instead of an empty list',
  },
  {
    sql: "select kid from okta.apps.jwks where appId='a''b' and subdomain='my-org'",
    answers: [[]],
    notices: 1,
    requests: ["GET /api/v1/apps/a'b/credentials/jwks"],
    stackql: 'printed null instead of an empty list',
  },
  {
    sql: "select kid from okta.apps.jwks where appId='../users' and subdomain='my-org'",
    answers: [],
    error: 'INVALID_VALUE',
    requests: [],
    stackql: 'sent the path as it stood',
  },
  {
    sql: "select kid from okta.apps.jwks where appId='0oa00000000000000000' and subdomain='127.0.0.1:1/'",
    answers: [],
    error: 'INVALID_VALUE',
    requests: [],
    stackql: 'ended with exit code 0',
  },
  {
    sql: "SELECT KID FROM okta.apps.jwks WHERE appid='0oa00000000000000000' AND SUBDOMAIN='my-org'",
    answers: [[{ kid: 'kid-0-0' }, { kid: 'kid-0-1' }, { kid: 'kid-0-2' }]],
    requests: [keysOf(0)],
    stackql: 'did not know names in another case',
  },
];
