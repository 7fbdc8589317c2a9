import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { inShort } from './in-short.ts';
import { type Serving, startServing } from './serving.ts';
import type { WireClient } from './wire-client.ts';

let serving: Serving;
let client: WireClient;

beforeAll(async () => {
  serving = await startServing();
  client = await serving.connect();
});

afterAll(async () => {
  client.close();
  await serving.close();
});

async function ask(text: string): Promise<readonly string[]> {
  return inShort(await client.query(text));
}

describe('a Query', () => {
  test('reads resources, typed', async () => {
    expect(
      await ask("SELECT label, created > '2000-01-01' AS new FROM okta.apps.applications WHERE label = 'Payroll Sync'"),
    ).toEqual(['columns label:25 new:16', 'Payroll Sync|t', 'SELECT 1', 'I']);
  });

  const COUNTED = ['columns count:20', expect.stringMatching(/^[1-9]/) as string, 'SELECT 1'];

  const cases: readonly (readonly [text: string, answer: readonly string[]])[] = [
    ['SELECT count(*) FROM jwks', ['error 42P01', 'I']],
    [
      'SET search_path TO public, "apps"; SELECT count(*) FROM jwks; RESET search_path; SELECT count(*) FROM jwks',
      ['SET', ...COUNTED, 'RESET', 'error 42P01', 'I'],
    ],
    [
      'BEGIN; SET LOCAL search_path = apps; SELECT count(*) FROM jwks; COMMIT; SELECT count(*) FROM jwks',
      ['BEGIN', 'SET', ...COUNTED, 'COMMIT', 'error 42P01', 'I'],
    ],
    ['SET search_path = apps; DISCARD ALL', ['SET', 'DISCARD ALL', 'I']],
    ['SELECT count(*) FROM jwks', ['error 42P01', 'I']],
    ['', ['emptyQueryResponse', 'I']],
    [' ; -- nothing', ['emptyQueryResponse', 'I']],
    ["SELECT 1 AS a; SELECT 'x' AS b", ['columns a:23', '1', 'SELECT 1', 'columns b:25', 'x', 'SELECT 1', 'I']],
    ['SELECT 1 AS a WHERE false', ['columns a:23', 'SELECT 0', 'I']],
    // The first that fails ends them.
    ['SELECT 1 AS a; SELECT nonsense; SELECT 2 AS b', ['columns a:23', '1', 'SELECT 1', 'error 42703', 'I']],
    ['SELECT (', ['error 42601', 'I']],
    ["SET application_name = 'a test'", ['parameterStatus', 'SET', 'I']],
    ['SHOW application_name', ['columns application_name:25', 'a test', 'SHOW', 'I']],
    ['RESET application_name', ['parameterStatus', 'RESET', 'I']],
    ['SHOW TRANSACTION ISOLATION LEVEL', ['columns transaction_isolation:25', 'read committed', 'SHOW', 'I']],
    ['SHOW nonsense', ['error 42704', 'I']],
    ["SET TIME ZONE 'UTC'", ['SET', 'I']],
    [
      "SET statement_timeout = '5s'; SHOW statement_timeout; RESET statement_timeout",
      ['SET', 'columns statement_timeout:25', '5s', 'SHOW', 'RESET', 'I'],
    ],
    ['BEGIN', ['BEGIN', 'T']],
    ['BEGIN', ['WARNING 25001', 'BEGIN', 'T']],
    ['SAVEPOINT s; SELECT nonsense', ['SAVEPOINT', 'error 42703', 'E']],
    ['SELECT 1', ['error 25P02', 'E']],
    ['ROLLBACK TO s; SELECT 1 AS a', ['ROLLBACK', 'columns a:23', '1', 'SELECT 1', 'T']],
    ['RELEASE s', ['RELEASE', 'T']],
    ['ROLLBACK TO s', ['error 3B001', 'E']],
    ['COMMIT', ['ROLLBACK', 'I']],
    ['COMMIT', ['WARNING 25P01', 'COMMIT', 'I']],
    ['DECLARE c CURSOR FOR SELECT 1', ['error 25P01', 'I']],
    [
      'START TRANSACTION READ ONLY; DECLARE c CURSOR FOR SELECT * FROM range(5) t(n); FETCH 2 FROM c; MOVE c; FETCH ALL IN c; FETCH c',
      [
        'START TRANSACTION',
        'DECLARE CURSOR',
        'columns n:20',
        '0',
        '1',
        'FETCH 2',
        'MOVE 1',
        'columns n:20',
        '3',
        '4',
        'FETCH 2',
        'columns n:20',
        'FETCH 0',
        'T',
      ],
    ],
    ['FETCH BACKWARD 1 FROM c', ['error 55000', 'E']],
    ['END', ['ROLLBACK', 'I']],
    ['FETCH c', ['error 34000', 'I']],
    [
      'BEGIN; DECLARE h SCROLL CURSOR WITH HOLD FOR SELECT * FROM range(4) t(n); COMMIT; FETCH LAST FROM h; FETCH PRIOR FROM h; FETCH ABSOLUTE 1 FROM h; FETCH RELATIVE 2 FROM h; FETCH BACKWARD ALL FROM h',
      [
        'BEGIN',
        'DECLARE CURSOR',
        'COMMIT',
        ...['3', '2', '0', '2'].flatMap((n) => ['columns n:20', n, 'FETCH 1']),
        'columns n:20',
        '1',
        '0',
        'FETCH 2',
        'I',
      ],
    ],
    ['CLOSE h; CLOSE ALL', ['CLOSE CURSOR', 'CLOSE CURSOR ALL', 'I']],
    [
      'COPY (SELECT 1, NULL, $$a\tb\\c$$) TO STDOUT',
      ['copyOutResponse', 'data "1\\t\\\\N\\ta\\\\tb\\\\\\\\c\\n"', 'copyDone', 'COPY 1', 'I'],
    ],
    [
      `COPY (SELECT 1 AS a, NULL AS b, '' AS c, 'x,"y' AS d) TO STDOUT WITH (FORMAT csv, HEADER, FORCE_QUOTE (a))`,
      ['copyOutResponse', 'data "a,b,c,d\\n"', 'data "\\"1\\",,\\"\\",\\"x,\\"\\"y\\"\\n"', 'copyDone', 'COPY 1', 'I'],
    ],
    ['COPY okta.apps.applications FROM STDIN', ['error 0A000', 'I']],
    ['DISCARD ALL', ['DISCARD ALL', 'I']],
    ['DEALLOCATE ALL', ['DEALLOCATE ALL', 'I']],
    ['DEALLOCATE nonsense', ['error 26000', 'I']],
    ['UNLISTEN *; RESET ALL', ['UNLISTEN', 'RESET', 'I']],
    ["DELETE FROM okta.apps.jwks WHERE appId = 'a' AND keyId = 'b'", ['error 25006', 'I']],
  ];

  test('is answered as PostgreSQL answers it', async () => {
    for (const [text, answer] of cases) expect(await ask(text), text).toEqual(answer);
  });

  test('tells what went wrong, where, and what to do', async () => {
    const [error] = await client
      .query("SELECT 'é😀'; SELECT x y z FROM okta.apps.jwks")
      .then((messages) => messages.filter((message) => message.kind === 'errorResponse'));
    expect(error).toMatchObject({ fields: { S: 'ERROR', V: 'ERROR', C: '42601', P: '25' } });
    const [unknown] = (await client.query('SELECT * FROM okta.apps.aplications')).filter(
      (message) => message.kind === 'errorResponse',
    );
    expect(unknown).toMatchObject({ fields: { C: '42P01', H: expect.stringContaining('applications') } });
  });
});
