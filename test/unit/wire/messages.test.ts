import { PassThrough } from 'node:stream';
import fc from 'fast-check';
import { parse as parseAsPg, serialize as pg } from 'pg-protocol';
import { describe, expect, test } from 'vitest';
import { type BackendMessage, parseBackend, serializeBackend } from '../../../src/wire/backend.ts';
import { WireError } from '../../../src/wire/failure.ts';
import { Frames } from '../../../src/wire/frames.ts';
import {
  type FrontendMessage,
  parseFrontend,
  parseStartup,
  serializeFrontend,
  serializeStartup,
} from '../../../src/wire/frontend.ts';
import { backendMessages, frontendMessages, startupMessages } from './message-arbitraries.ts';

function startupOf(bytes: Uint8Array): unknown {
  const frames = new Frames();
  frames.push(bytes);
  const frame = frames.startup();
  return frame && parseStartup(frame);
}

/** All messages of a stream of bytes that comes in pieces of these lengths. */
function readAll<T>(bytes: Uint8Array, lengths: readonly number[], read: (frames: Frames) => T | undefined): T[] {
  const frames = new Frames();
  const messages: T[] = [];
  let at = 0;
  const take = (): void => {
    for (let next = read(frames); next !== undefined; next = read(frames)) messages.push(next);
  };
  for (let index = 0; at < bytes.length; index += 1) {
    const length = lengths[index % Math.max(lengths.length, 1)] ?? bytes.length;
    frames.push(bytes.subarray(at, at + length));
    at += length;
    take();
  }
  take();
  expect(frames.size).toBe(0);
  return messages;
}

function frontendOf(frames: Frames): FrontendMessage | undefined {
  const frame = frames.message();
  return frame && parseFrontend(frame);
}

function backendOf(frames: Frames): BackendMessage | undefined {
  const frame = frames.answer();
  return frame && parseBackend(frame);
}

/** Buffers and arrays of bytes are the same bytes. */
function plain(value: unknown): unknown {
  return JSON.parse(
    JSON.stringify(value, (_name, each) => (each instanceof Uint8Array ? [...each] : bufferless(each))),
  );
}

function bufferless(value: unknown): unknown {
  const isBuffer = typeof value === 'object' && value !== null && 'type' in value && value.type === 'Buffer';
  return isBuffer ? (value as unknown as { readonly data: unknown }).data : value;
}

const chunks = fc.array(fc.integer({ min: 1, max: 9 }), { maxLength: 6 });

describe('messages', () => {
  test('of the start are read as they were written', () => {
    fc.assert(
      fc.property(startupMessages, (message) => {
        expect(plain(startupOf(serializeStartup(message)))).toEqual(plain(message));
      }),
    );
  });

  test('of clients are read as they were written, however they come', () => {
    fc.assert(
      fc.property(fc.array(frontendMessages, { maxLength: 6 }), chunks, (messages, lengths) => {
        const bytes = Buffer.concat(messages.map(serializeFrontend));
        const read = readAll(bytes, lengths, frontendOf);
        expect(plain(read)).toEqual(plain(messages));
        expect(Buffer.concat(read.map(serializeFrontend))).toEqual(bytes);
      }),
    );
  });

  test('of servers are read as they were written, however they come', () => {
    fc.assert(
      fc.property(fc.array(backendMessages, { maxLength: 6 }), chunks, (messages, lengths) => {
        const bytes = Buffer.concat(messages.map(serializeBackend));
        const read = readAll(bytes, lengths, backendOf);
        expect(plain(read)).toEqual(plain(messages));
        expect(Buffer.concat(read.map(serializeBackend))).toEqual(bytes);
      }),
    );
  });
});

describe('pg-protocol', () => {
  test('writes what we read', () => {
    const written: readonly (readonly [Buffer, unknown])[] = [
      [pg.query('SELECT 1'), { kind: 'query', text: 'SELECT 1' }],
      [
        pg.parse({ name: 's', text: 'SELECT $1', types: [25, 0] }),
        { kind: 'parse', name: 's', text: 'SELECT $1', types: [25, 0] },
      ],
      [
        pg.bind({ portal: 'p', statement: 's', values: ['é', null, Buffer.from([1, 2])], binary: true }),
        {
          kind: 'bind',
          portal: 'p',
          statement: 's',
          formats: [0, 0, 1],
          values: [[195, 169], null, [1, 2]],
          resultFormats: [1],
        },
      ],
      [pg.describe({ type: 'S', name: 's' }), { kind: 'describe', target: 'statement', name: 's' }],
      [pg.describe({ type: 'P', name: '' }), { kind: 'describe', target: 'portal', name: '' }],
      [pg.execute({ portal: 'p', rows: 7 }), { kind: 'execute', portal: 'p', maxRows: 7 }],
      [pg.close({ type: 'P', name: 'p' }), { kind: 'close', target: 'portal', name: 'p' }],
      [pg.flush(), { kind: 'flush' }],
      [pg.sync(), { kind: 'sync' }],
      [pg.end(), { kind: 'terminate' }],
      [pg.copyData(Buffer.from('a')), { kind: 'copyData', data: [97] }],
      [pg.copyDone(), { kind: 'copyDone' }],
      [pg.copyFail('why'), { kind: 'copyFail', reason: 'why' }],
      [pg.password('pw'), { kind: 'password', data: [112, 119, 0] }],
    ];
    const bytes = Buffer.concat(written.map(([each]) => each));
    expect(plain(readAll(bytes, [3], frontendOf))).toEqual(written.map(([, message]) => message));
    expect(startupOf(pg.requestSsl())).toEqual({ kind: 'sslRequest' });
    expect(plain(startupOf(pg.cancel(7, 9)))).toEqual({ kind: 'cancelRequest', processId: 7, secretKey: [0, 0, 0, 9] });
    expect(startupOf(pg.startup({ user: 'u', database: 'd' }))).toMatchObject({ kind: 'startup', major: 3, minor: 0 });
  });

  test('reads what we write', async () => {
    const fields = [
      { name: 'a', tableOid: 0, columnNumber: 0, typeOid: 25, typeSize: -1, typeModifier: -1, format: 0 },
      { name: 'b', tableOid: 0, columnNumber: 0, typeOid: 20, typeSize: 8, typeModifier: -1, format: 1 },
    ];
    const sent: readonly (readonly [BackendMessage, object])[] = [
      [{ kind: 'authenticationOk' }, { name: 'authenticationOk' }],
      [
        { kind: 'authenticationSasl', mechanisms: ['A', 'B'] },
        { name: 'authenticationSASL', mechanisms: ['A', 'B'] },
      ],
      [
        { kind: 'authenticationSaslContinue', data: Buffer.from('r=1') },
        { name: 'authenticationSASLContinue', data: 'r=1' },
      ],
      [
        { kind: 'parameterStatus', name: 'n', value: 'v' },
        { parameterName: 'n', parameterValue: 'v' },
      ],
      [
        { kind: 'backendKeyData', processId: 5, secretKey: Buffer.from([0, 0, 0, 6]) },
        { processID: 5, secretKey: 6 },
      ],
      [
        { kind: 'readyForQuery', status: 'T' },
        { name: 'readyForQuery', status: 'T' },
      ],
      [
        { kind: 'rowDescription', fields },
        {
          fieldCount: 2,
          fields: [
            { name: 'a', dataTypeID: 25, dataTypeSize: -1, format: 'text' },
            { name: 'b', dataTypeID: 20, dataTypeSize: 8, format: 'binary' },
          ],
        },
      ],
      [{ kind: 'parameterDescription', types: [25, 20] }, { dataTypeIDs: [25, 20] }],
      [
        { kind: 'dataRow', values: [Buffer.from('é'), null] },
        { fieldCount: 2, fields: ['é', null] },
      ],
      [{ kind: 'commandComplete', tag: 'SELECT 1' }, { text: 'SELECT 1' }],
      [{ kind: 'emptyQueryResponse' }, { name: 'emptyQuery' }],
      [
        { kind: 'errorResponse', fields: { S: 'ERROR', C: '42601', M: 'no', H: 'yes', P: '3' } },
        { name: 'error', severity: 'ERROR', code: '42601', hint: 'yes', position: '3' },
      ],
      [
        { kind: 'noticeResponse', fields: { S: 'NOTICE', M: 'hi' } },
        { name: 'notice', message: 'hi' },
      ],
      [{ kind: 'parseComplete' }, { name: 'parseComplete' }],
      [{ kind: 'bindComplete' }, { name: 'bindComplete' }],
      [{ kind: 'closeComplete' }, { name: 'closeComplete' }],
      [{ kind: 'noData' }, { name: 'noData' }],
      [{ kind: 'portalSuspended' }, { name: 'portalSuspended' }],
      [
        { kind: 'copyOutResponse', format: 0, columnFormats: [0, 0] },
        { name: 'copyOutResponse', columnTypes: [0, 0] },
      ],
      [
        { kind: 'copyData', data: Buffer.from('x') },
        { name: 'copyData', chunk: Buffer.from('x') },
      ],
      [{ kind: 'copyDone' }, { name: 'copyDone' }],
    ];
    const stream = new PassThrough();
    const read: object[] = [];
    const done = parseAsPg(stream, (message) => read.push(message));
    stream.end(Buffer.concat(sent.map(([message]) => serializeBackend(message))));
    await done;
    expect(read).toHaveLength(sent.length);
    for (const [index, [, expected]] of sent.entries()) expect(read[index]).toMatchObject(expected);
  });
});

describe('what is no message', () => {
  const cases: readonly (readonly [why: string, bytes: readonly number[], message: RegExp])[] = [
    ['a letter that no message begins with', [0x7a, 0, 0, 0, 4], /invalid frontend message type 122/],
    ['a length below its own', [0x51, 0, 0, 0, 3], /invalid message length/],
    ['a negative length', [0x51, 0xff, 0xff, 0xff, 0xff], /invalid message length/],
    ['a gigabyte', [0x51, 0x40, 0, 0, 0], /invalid message length/],
    ['a Sync that is larger than any', [0x53, 0, 1, 0, 0], /invalid message length/],
  ];
  test.each(cases)('is fatal: %s', (_why, bytes, message) => {
    const frames = new Frames();
    frames.push(Uint8Array.from(bytes));
    expect(fatal(() => frames.message())).toMatch(message);
  });

  test('a startup message of a gigabyte is refused by its length alone', () => {
    const frames = new Frames();
    frames.push(Uint8Array.from([0x40, 0, 0, 0]));
    expect(fatal(() => frames.startup())).toMatch(/invalid length of startup packet/);
  });

  test('a body that is too short, too long or no text is an error that the connection outlives', () => {
    const bodies: readonly (readonly [type: string, body: readonly number[]])[] = [
      ['Q', [0x61]],
      ['Q', [0xff, 0]],
      ['S', [0]],
      ['P', [0, 0, 0, 9]],
      ['B', [0, 0, 0, 0, 0, 1, 0, 0, 0, 9, 1]],
      ['D', [0x58, 0]],
    ];
    for (const [type, body] of bodies) {
      const error = thrown(() => parseFrontend({ type, body: Uint8Array.from(body) }));
      expect(error).toMatchObject({ severity: 'ERROR', sqlState: '08P01' });
    }
  });

  test('any bytes are messages or a WireError', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 60 }), (bytes) => {
        for (const read of [frontendOf, backendOf, (frames: Frames) => frames.startup()]) {
          const frames = new Frames();
          frames.push(bytes);
          try {
            while (read(frames) !== undefined);
          } catch (error) {
            expect(error).toBeInstanceOf(WireError);
          }
        }
      }),
      { numRuns: 1000 },
    );
  });
});

function thrown(work: () => unknown): unknown {
  try {
    work();
  } catch (error) {
    return error;
  }
  throw new Error('Nothing was thrown.');
}

function fatal(work: () => unknown): string {
  const error = thrown(work);
  expect(error).toMatchObject({ severity: 'FATAL', sqlState: '08P01' });
  return String(error);
}
