import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { BackendMessage } from '../../src/wire/backend.ts';
import type { FrontendMessage } from '../../src/wire/frontend.ts';
import { inShort } from './in-short.ts';
import { type Serving, startServing } from './serving.ts';
import type { WireClient } from './wire-client.ts';

let serving: Serving;
let client: WireClient;

beforeAll(async () => {
  serving = await startServing();
});

afterAll(() => serving.close());

beforeEach(async () => {
  client = await serving.connect();
  return () => client.close();
});

const sync: FrontendMessage = { kind: 'sync' };
const flush: FrontendMessage = { kind: 'flush' };

function parse(text: string, types: readonly number[] = [], name = ''): FrontendMessage {
  return { kind: 'parse', name, text, types };
}

interface Bound {
  readonly values?: readonly (string | Uint8Array | null)[];
  readonly formats?: readonly number[];
  readonly results?: readonly number[];
  readonly portal?: string;
  readonly statement?: string;
}

function bind({ values = [], formats = [], results = [], portal = '', statement = '' }: Bound = {}): FrontendMessage {
  const bytes = values.map((value) => (typeof value === 'string' ? Buffer.from(value) : value));
  return { kind: 'bind', portal, statement, formats, values: bytes, resultFormats: results };
}

function execute(maxRows = 0, portal = ''): FrontendMessage {
  return { kind: 'execute', portal, maxRows };
}

function described(target: 'statement' | 'portal', name = ''): FrontendMessage {
  return { kind: 'describe', target, name };
}

async function say(...messages: readonly FrontendMessage[]): Promise<readonly string[]> {
  client.send(...messages);
  return inShort(await client.until('readyForQuery'));
}

/** What is answered to messages that end with Flush, up to that message. */
async function sayUntil(
  kind: BackendMessage['kind'],
  ...messages: readonly FrontendMessage[]
): Promise<readonly string[]> {
  client.send(...messages, flush);
  return inShort(await client.until(kind));
}

const FIVE = 'SELECT n FROM range(5) t(n)';

describe('the extended protocol', () => {
  test('runs a statement with parameters', async () => {
    const text = 'SELECT id FROM okta.apps.applications WHERE label = $1 AND status = $2';
    expect(
      await say(parse(text), bind({ values: ['Payroll Sync', 'ACTIVE'] }), described('portal'), execute(), sync),
    ).toEqual(['parseComplete', 'bindComplete', 'columns id:25', expect.stringMatching(/^0oa/), 'SELECT 1', 'I']);
  });

  test('describes a statement before values are bound, without a request', async () => {
    const cases: readonly (readonly [text: string, given: readonly number[], types: string, columns: string])[] = [
      ['SELECT label, created FROM okta.apps.applications WHERE id = $1', [], '25', 'label:25 created:1184'],
      [
        'SELECT id FROM okta.users.users WHERE created > $1 AND status IN ($2, $3) LIMIT $4',
        [],
        '1184 25 25 20',
        'id:25',
      ],
      ['SELECT $1 AS a, $2::int AS b', [], '25 23', 'a:25 b:23'],
      ['SELECT $1 AS a', [1700], '1700', 'a:1700'],
      ['SELECT $1 + 1 AS a', [23], '23', 'a:23'],
      ['SELECT n + $1 AS a FROM range(3) t(n)', [], '20', 'a:20'],
      ['SELECT id FROM okta.apps.applications WHERE id = ANY($1)', [], '1009', 'id:25'],
      ['SELECT id FROM okta.apps.applications WHERE id = ANY($1)', [1015], '1015', 'id:25'],
      [
        'SELECT settings, [1, 2] AS l, 1.50::DECIMAL(5, 2) AS d FROM okta.apps.applications',
        [],
        '',
        'settings:3802 l:1007 d:1700',
      ],
      ['SHOW search_path', [], '', 'search_path:25'],
      ['BEGIN', [], '', 'none'],
      ['CREATE TABLE t AS SELECT $1 AS a', [], '25', 'none'],
    ];
    serving.simulator.clearJournal();
    for (const [text, given, types, columns] of cases) {
      const answer = columns === 'none' ? 'noData' : `columns ${columns}`;
      expect(await say(parse(text, given), described('statement'), sync), text).toEqual([
        'parseComplete',
        `parameters ${types}`.trim(),
        answer,
        'I',
      ]);
    }
    expect(serving.simulator.journal).toEqual([]);
  });

  test('takes and gives binary values, by column', async () => {
    const eight = Buffer.from([0, 0, 0, 0, 0, 0, 0, 5]);
    const text = "SELECT $1 AS a, $2 AS b, TIMESTAMPTZ '2026-11-29 12:00:00+00' AS c, 'x' AS d";
    client.send(
      parse(text, [20, 16]),
      bind({ values: [eight, Buffer.from([1])], formats: [1], results: [1, 0, 1, 0] }),
      execute(),
      sync,
    );
    const row = (await client.until('readyForQuery')).find((message) => message.kind === 'dataRow');
    const moment = Buffer.alloc(8);
    moment.writeBigInt64BE(BigInt(Date.UTC(2026, 10, 29, 12) - Date.UTC(2000, 0, 1)) * 1000n);
    expect(row?.kind === 'dataRow' && row.values.map((value) => Buffer.from(value ?? []).toString('hex'))).toEqual([
      eight.toString('hex'),
      Buffer.from('t').toString('hex'),
      moment.toString('hex'),
      Buffer.from('x').toString('hex'),
    ]);
  });

  test('hands out rows some at a time, from a portal that lives until its block ends', async () => {
    await say(parse('BEGIN'), bind(), execute(), sync);
    expect(await say(parse(FIVE, [], 's'), bind({ statement: 's', portal: 'p' }), execute(2, 'p'), sync)).toEqual([
      ...['parseComplete', 'bindComplete', '0', '1', 'portalSuspended', 'T'],
    ]);
    expect(await say(execute(2, 'p'), sync)).toEqual(['2', '3', 'portalSuspended', 'T']);
    expect(await say(execute(2, 'p'), sync)).toEqual(['4', 'SELECT 1', 'T']);
    expect(await say(execute(0, 'p'), sync)).toEqual(['SELECT 0', 'T']);
    expect(await say(parse('COMMIT'), bind(), execute(1), sync)).toEqual([
      'parseComplete',
      'bindComplete',
      'COMMIT',
      'I',
    ]);
    expect(await say(execute(0, 'p'), sync)).toEqual(['error 34000', 'I']);
    // The statement is still there, and outside a block a portal ends with Sync.
    expect(await say(bind({ statement: 's', portal: 'q' }), execute(1, 'q'), sync)).toEqual([
      ...['bindComplete', '0', 'portalSuspended', 'I'],
    ]);
    expect(await say(execute(1, 'q'), sync)).toEqual(['error 34000', 'I']);
  });

  test('has a cursor that a portal has declared, as a portal of its own', async () => {
    await client.query('BEGIN');
    await say(parse(`DECLARE "cur" CURSOR FOR ${FIVE}`), bind(), execute(), sync);
    expect(await say(described('portal', 'cur'), sync)).toEqual(['columns n:20', 'T']);
    expect(await say(parse('FETCH FORWARD 2 FROM "cur"'), bind(), described('portal'), execute(), sync)).toEqual([
      ...['parseComplete', 'bindComplete', 'columns n:20', '0', '1', 'FETCH 2', 'T'],
    ]);
    expect(inShort(await client.query('CLOSE "cur"; COMMIT'))).toEqual(['CLOSE CURSOR', 'COMMIT', 'I']);
  });

  test('passes over everything behind an error, up to Sync', async () => {
    expect(await say(parse('SELECT nonsense'), bind(), described('portal'), execute(), parse(FIVE), sync)).toEqual([
      ...['parseComplete', 'bindComplete', 'error 42703', 'I'],
    ]);
    expect(await say(parse(FIVE), bind(), execute(1), sync)).toContain('0');
  });

  test('answers at Flush what was asked, before Sync', async () => {
    expect(await sayUntil('rowDescription', parse(FIVE), described('statement'))).toEqual([
      ...['parseComplete', 'parameters', 'columns n:20'],
    ]);
    expect(await sayUntil('portalSuspended', bind(), execute(1))).toEqual(['bindComplete', '0', 'portalSuspended']);
    expect(await say(sync)).toEqual(['I']);
  });

  test('copies to the client', async () => {
    expect(await say(parse(`COPY (${FIVE} LIMIT 1) TO STDOUT`), bind(), described('portal'), execute(), sync)).toEqual([
      ...['parseComplete', 'bindComplete', 'noData', 'copyOutResponse', 'data "0\\n"', 'copyDone', 'COPY 1', 'I'],
    ]);
  });

  const refused: readonly (readonly [why: string, messages: readonly FrontendMessage[], sqlState: string])[] = [
    ['two statements in one Parse', [parse('SELECT 1; SELECT 2')], '42601'],
    ['a statement that cannot be read', [parse('SELECT ('), bind(), execute()], '42601'],
    ['a name that is taken', [parse('SELECT 1', [], 'a'), parse('SELECT 1', [], 'a')], '42P05'],
    ['a statement that is not there', [bind({ statement: 'nope' })], '26000'],
    ['a portal that is not there', [execute(0, 'nope')], '34000'],
    ['too few values', [parse('SELECT $1::int, $2::int'), bind({ values: ['1'] })], '08P01'],
    ['a value that is none', [parse('SELECT $1::int'), bind({ values: ['x'] }), execute()], '22P02'],
    [
      'a whole number of two bytes',
      [parse('SELECT $1', [23]), bind({ values: [Buffer.of(1, 2)], formats: [1] })],
      '08P01',
    ],
    [
      'a whole number of five bytes',
      [parse('SELECT $1', [23]), bind({ values: [Buffer.alloc(5)], formats: [1] })],
      '22P03',
    ],
    ['an unknown format', [parse('SELECT $1', [25]), bind({ values: ['x'], formats: [7] })], '22023'],
    ['more formats than columns', [parse('SELECT 1'), bind({ results: [0, 0] }), execute()], '08P01'],
    ['a number beyond all parameters', [parse('SELECT $1000000')], '54023'],
    ['a function call', [{ kind: 'functionCall', data: Buffer.alloc(4) }], '0A000'],
  ];
  test('refuses as PostgreSQL does, and lives', async () => {
    for (const [why, messages, sqlState] of refused) {
      client.send(...messages, sync);
      const answer = await client.until('readyForQuery');
      expect(inShort(answer), why).toContain(`error ${sqlState}`);
      if (messages.some(({ kind }) => kind === 'functionCall')) await client.until('readyForQuery');
      expect(await say(parse('SELECT 1 AS a'), bind(), execute(), sync), why).toContain('1');
      await client.query('DEALLOCATE ALL');
    }
  });

  test('runs a statement of ten megabytes, and portals that nobody closes', async () => {
    const long = `SELECT '${'x'.repeat(10_000_000)}' AS a`;
    const answer = await say(parse(long), bind({ results: [0] }), execute(), sync);
    expect(answer.map((each) => each.length)).toEqual([13, 12, 10_000_000, 8, 1]);
    await client.query('BEGIN');
    for (let portal = 0; portal < 100; portal += 1) {
      await say(parse(FIVE), bind({ portal: `p${portal}` }), execute(1, `p${portal}`), sync);
    }
    expect(inShort(await client.query('COMMIT'))).toEqual(['COMMIT', 'I']);
  });
});
