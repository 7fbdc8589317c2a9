import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { BackendMessage } from '../../src/wire/backend.ts';
import { serializeStartup } from '../../src/wire/frontend.ts';
import { inShort } from './in-short.ts';
import { PASSWORD, type Serving, startServing } from './serving.ts';
import { type LogInOptions, logInWire, openWire } from './wire-client.ts';

const LONG = 'SELECT id FROM okta.users.users';

let serving: Serving;

beforeAll(async () => {
  serving = await startServing();
});

afterAll(() => serving.close());

const RIGHT: LogInOptions = { user: 'oktaql', database: 'okta', password: PASSWORD };

function refusal(options: Partial<LogInOptions>): Promise<unknown> {
  return logInWire(serving.where, { ...RIGHT, ...options }).then(
    ({ client }) => client.close(),
    (error: { readonly fields: unknown }) => error.fields,
  );
}

/** What comes back to bytes that are no login, up to the end of the connection. */
async function answerTo(bytes: Uint8Array): Promise<readonly BackendMessage[]> {
  const client = await openWire(serving.where);
  client.sendBytes(bytes);
  const messages = await client.until('readyForQuery');
  await client.ended();
  return messages;
}

describe('who may not connect is told why', () => {
  test('by login and database', async () => {
    expect(await refusal({ password: 'wrong' })).toMatchObject({ S: 'FATAL', C: '28P01' });
    expect(await refusal({ user: 'postgres' })).toMatchObject({ S: 'FATAL', C: '28P01' });
    expect(await refusal({ database: 'postgres' })).toMatchObject({
      S: 'FATAL',
      C: '3D000',
      H: expect.stringMatching(/okta/),
    });
    expect(await refusal({ parameters: { client_encoding: 'LATIN1' } })).toMatchObject({ S: 'FATAL', C: '0A000' });
  });

  test('by what is no startup message', async () => {
    const cases: readonly (readonly [why: string, bytes: Uint8Array, sqlState: string])[] = [
      ['a gigabyte', Uint8Array.from([0x40, 0, 0, 0, 0, 3, 0, 0]), '08P01'],
      ['HTTP', Buffer.from('GET / HTTP/1.1\r\n\r\n'), '08P01'],
      ['protocol 2.0', Uint8Array.from([0, 0, 0, 8, 0, 2, 0, 0]), '0A000'],
      ['nobody', serializeStartup({ kind: 'startup', major: 3, minor: 0, parameters: { database: 'okta' } }), '28000'],
    ];
    for (const [why, bytes, sqlState] of cases)
      expect(inShort(await answerTo(bytes)), why).toEqual([`error ${sqlState}`]);
  });

  test('where another answers the question for a password', async () => {
    const client = await openWire(serving.where);
    client.sendBytes(
      serializeStartup({ kind: 'startup', major: 3, minor: 0, parameters: { user: 'oktaql', database: 'okta' } }),
    );
    client.send({ kind: 'query', text: 'SELECT 1' });
    expect(inShort(await client.until('readyForQuery'))).toEqual(['authenticationSasl', 'error 08P01']);
    await client.ended();
  });
});

describe('the start', () => {
  test('tells what clients have to know, once the password is right', async () => {
    const { client, greeting } = await logInWire(serving.where, {
      ...RIGHT,
      parameters: { application_name: 'a test' },
    });
    const told = Object.fromEntries(
      greeting.flatMap((each) => (each.kind === 'parameterStatus' ? [[each.name, each.value]] : [])),
    );
    expect(told).toMatchObject({
      server_version: expect.stringMatching(/^15\.\d+ \(oktaql /),
      client_encoding: 'UTF8',
      DateStyle: 'ISO, MDY',
      TimeZone: 'UTC',
      integer_datetimes: 'on',
      standard_conforming_strings: 'on',
      application_name: 'a test',
      session_authorization: 'oktaql',
    });
    client.close();
  });

  test('speaks 3.2 with whoever does, and says so to whoever speaks more', async () => {
    const keyOf = (messages: readonly BackendMessage[]): number =>
      messages.reduce((length, each) => (each.kind === 'backendKeyData' ? each.secretKey.length : length), 0);
    const versions: readonly (readonly [minor: number, negotiated: number | undefined, key: number])[] = [
      [0, undefined, 4],
      [2, undefined, 32],
      [9, 2, 32],
    ];
    for (const [minor, negotiated, key] of versions) {
      const { client, greeting } = await logInWire(serving.where, { ...RIGHT, minor });
      const told = greeting.find((each) => each.kind === 'negotiateProtocolVersion');
      expect(told?.kind === 'negotiateProtocolVersion' ? told.minor : undefined).toBe(negotiated);
      expect(keyOf(greeting)).toBe(key);
      client.close();
    }
  });

  test('goes on without encryption where there is none', async () => {
    const client = await openWire(serving.where);
    const letters: string[] = [];
    client.socket.once('data', (chunk) => letters.push(String(chunk)));
    client.sendBytes(serializeStartup({ kind: 'sslRequest' }));
    await expect.poll(() => letters).toEqual(['N']);
    client.close();
  });
});

describe('what takes long', () => {
  let hanging: Serving;
  /** Requests that wait for ever. */
  let underWay = 0;
  let lastReason: unknown;

  beforeAll(async () => {
    hanging = await startServing({
      fetch: (request) =>
        new Promise((_resolve, reject) => {
          underWay += 1;
          request.signal.addEventListener('abort', () => {
            underWay -= 1;
            lastReason = request.signal.reason;
            reject(request.signal.reason);
          });
        }),
    });
  });

  afterAll(() => hanging.close());

  test('ends by a cancel request, and only by the right one', async () => {
    const { client, greeting } = await logInWire(hanging.where, RIGHT);
    const key = greeting.find((each) => each.kind === 'backendKeyData');
    if (key?.kind !== 'backendKeyData') throw new Error('There is no key.');
    const { processId, secretKey } = key;
    const cancel = async (wrong: boolean): Promise<void> => {
      const other = await openWire(hanging.where);
      const given = wrong ? Buffer.alloc(secretKey.length) : secretKey;
      other.sendBytes(serializeStartup({ kind: 'cancelRequest', processId, secretKey: given }));
      await other.ended();
    };
    const answer = client.query(LONG);
    await expect.poll(() => underWay).toBe(1);
    await cancel(true);
    expect(underWay).toBe(1);
    await cancel(false);
    expect(inShort(await answer)).toEqual(['error 57014', 'I']);
    expect(underWay).toBe(0);
    expect(inShort(await client.query('SELECT 1 AS a'))).toContain('1');
    client.close();
  });

  test('ends when its time is over', async () => {
    const { client } = await logInWire(hanging.where, RIGHT);
    await client.query("SET statement_timeout = '50ms'");
    expect(inShort(await client.query(LONG))).toEqual(['error 57014', 'I']);
    expect(underWay).toBe(0);
    client.close();
  });

  test('ends with its client', async () => {
    const { client } = await logInWire(hanging.where, RIGHT);
    const before = hanging.server.connections();
    client.send({ kind: 'query', text: LONG });
    await expect.poll(() => underWay).toBe(1);
    client.socket.resetAndDestroy();
    await expect.poll(() => underWay).toBe(0);
    await expect.poll(() => hanging.server.connections()).toBe(before - 1);
    expect(lastReason).toBeDefined();
  });

  test('ends with the server, whose grace it has', async () => {
    let waiting = 0;
    const own = await startServing({
      fetch: (request) =>
        new Promise((_resolve, reject) => {
          waiting += 1;
          request.signal.addEventListener('abort', () => reject(request.signal.reason));
        }),
    });
    const [busy, idle] = await Promise.all([own.connect(), own.connect()]);
    const answer = busy.query(LONG);
    await expect.poll(() => waiting).toBe(1);
    const closed = own.server.close(100);
    expect(inShort(await idle.until('readyForQuery'))).toEqual(['error 57P01']);
    expect(inShort(await answer)).toContain('error 57014');
    await closed;
    expect(own.server.connections()).toBe(0);
    await own.close();
  });
});

describe('a slow reader', () => {
  test('holds up what is read for it, and gets all of it', async () => {
    const client = await serving.connect();
    client.socket.pause();
    const rows = 30_000;
    client.send({ kind: 'query', text: `SELECT n, repeat('x', 100) AS text FROM range(${rows}) t(n)` });
    client.socket.resume();
    const messages = await client.until('readyForQuery');
    expect(messages.filter((each) => each.kind === 'dataRow')).toHaveLength(rows);
    client.close();
  });
});
