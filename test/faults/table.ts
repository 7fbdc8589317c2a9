/** What must come of each fault: all rows, or an error that says what went wrong. Never fewer rows, and no POST twice. */

import { brotliCompressSync, deflateSync, gzipSync } from 'node:zlib';
import type { ErrorCode, SessionOptions } from '../../src/index.ts';
import { faults } from '../../src/simulator/index.ts';
import type { KindName } from './statements.ts';
import {
  breaksOff,
  breaksOffChunked,
  bytes,
  changed,
  closed,
  coded,
  floods,
  half,
  JSON_TYPE,
  preceded,
  repeatsItself,
  says,
  simulated,
  stalls,
  stopsHalfWay,
  trickles,
} from './strikes.ts';
import type { Strike } from './wire.ts';

/** What comes of a statement one of whose requests is hit. */
export interface Outcome {
  /** `done` is the whole answer. */
  readonly code: ErrorCode | 'done';
  /** How often the request that was hit is sent in all. */
  readonly sends: number;
  /** In the error's message or hint. */
  readonly says: RegExp;
}

export interface FaultRow {
  readonly what: string;
  readonly strike: Strike;
  /** Requests that it hits. Default: one. */
  readonly times?: number;
  /** For a SELECT; for a DELETE; for INSERT, UPDATE and EXEC, which are POSTs. */
  readonly read: Outcome;
  readonly remove: Outcome;
  readonly change: Outcome;
  /** Whether a POST that fails was carried out all the same. */
  readonly isCarriedOut?: boolean;
  /** Whether it is a success that says nothing: the row of an INSERT is looked up. */
  readonly isSilent?: boolean;
  /** The kinds it is tried with. Default: all. */
  readonly kinds?: readonly KindName[];
  readonly options?: SessionOptions;
  /** Milliseconds that the statement takes at least, where it was not left to us when to come again. */
  readonly leastMs?: number;
}

function done(sends = 1): Outcome {
  return { code: 'done', sends, says: /^$/ };
}

function fails(code: ErrorCode, message: RegExp, sends = 1): Outcome {
  return { code, sends, says: message };
}

const EVERYTHING = Infinity;
const READS: readonly KindName[] = ['list', 'fan-out', 'point look-up'];
const LISTS: readonly KindName[] = ['list', 'fan-out'];

const HTML = [['content-type', 'text/html;charset=utf-8']] as const;
const PAGE = '<!DOCTYPE html><html><body>Sign in</body></html>';
const OVERLOADED = { 'x-rate-limit-limit': '0', 'x-rate-limit-remaining': '0' };
const QUOTA = { status: 429, code: 'E0000109', summary: 'An SMS message was recently sent.' };
const READ_ONLY = { status: 503, code: 'E0000010', summary: 'Service is in read only mode.' };
const WRONG_TOKEN = { status: 401, code: 'E0000011', summary: 'Invalid token provided' };
const NO_ROLE = { status: 403, code: 'E0000006', summary: 'You do not have permission' };
/** Answers are waited for until nothing else is. */
const IMPATIENT: SessionOptions = { timeoutMs: 75_000 };
const TOO_LATE = fails('TIMEOUT', /was not answered within 75000 ms/);

function gateway(status: number): string {
  return JSON.stringify({ status, message: 'upstream connect error' });
}

/** A member in front of the first object's own. */
function withMember(member: string): Strike {
  return changed(({ body }) => ({ body: body.toString().replace('{', () => `{${member},`) }));
}

/** Connections that break, and answers that break off. */
const BROKEN: readonly FaultRow[] = [
  { what: 'no fault', strike: stalls, times: 0, read: done(), remove: done(), change: done() },
  {
    what: 'a reset before it is carried out',
    strike: simulated(faults.resetBefore()),
    read: done(2),
    remove: done(2),
    change: fails('NETWORK', /ECONNRESET/),
  },
  {
    what: 'a reset after it is carried out',
    strike: simulated(faults.resetAfter()),
    read: done(2),
    remove: done(2),
    change: fails('NETWORK', /ECONNRESET/),
    isCarriedOut: true,
  },
  {
    what: 'resets before, always',
    strike: simulated(faults.resetBefore()),
    times: EVERYTHING,
    read: fails('NETWORK', /and 4 attempts: read ECONNRESET/, 4),
    remove: fails('NETWORK', /and 4 attempts: read ECONNRESET/, 4),
    change: fails('NETWORK', /ECONNRESET/),
  },
  {
    what: 'resets after, always',
    strike: simulated(faults.resetAfter()),
    times: EVERYTHING,
    read: fails('NETWORK', /and 4 attempts: read ECONNRESET/, 4),
    remove: fails('NETWORK', /and 4 attempts: read ECONNRESET/, 4),
    change: fails('NETWORK', /ECONNRESET/),
    isCarriedOut: true,
  },
  {
    what: 'a connection that is closed in good order',
    strike: bytes(''),
    read: done(2),
    remove: done(2),
    change: fails('NETWORK', /other side closed/),
  },
  {
    what: 'fewer bytes than promised',
    strike: breaksOff,
    read: done(2),
    remove: done(),
    change: fails('NETWORK', /other side closed/),
    isCarriedOut: true,
  },
  {
    what: 'chunks without an end',
    strike: breaksOffChunked,
    read: done(2),
    remove: done(),
    change: fails('NETWORK', /other side closed/),
    isCarriedOut: true,
  },
  {
    what: 'half a body of the promised length',
    strike: simulated(faults.truncatedJson()),
    read: done(2),
    remove: done(),
    change: fails('UNUSABLE_RESPONSE', /ends in the middle|is no JSON/),
    isCarriedOut: true,
  },
  {
    what: 'half a body, always',
    strike: simulated(faults.truncatedJson()),
    times: EVERYTHING,
    read: fails('UNUSABLE_RESPONSE', /\(attempt 4, after \d+ ms\) ends in the middle/, 4),
    remove: done(),
    change: fails('UNUSABLE_RESPONSE', /ends in the middle|is no JSON/),
    isCarriedOut: true,
  },
  {
    what: 'a body that ends with the connection',
    strike: closed((body) => body),
    read: done(),
    remove: done(),
    change: done(),
  },
  {
    what: 'half a body that ends with the connection',
    strike: closed(half),
    read: done(2),
    remove: done(),
    change: fails('UNUSABLE_RESPONSE', /ends in the middle|is no JSON/),
    isCarriedOut: true,
  },
  {
    what: 'no HTTP',
    strike: bytes('SSH-2.0-OpenSSH_9.6\r\n'),
    read: done(2),
    remove: done(2),
    change: fails('NETWORK', /HTTP/),
  },
  {
    what: 'two lengths that differ',
    strike: bytes('HTTP/1.1 200 OK\r\ncontent-length: 2\r\ncontent-length: 4\r\n\r\n[]  '),
    read: done(2),
    remove: done(2),
    change: fails('NETWORK', /content-length/),
  },
  {
    what: 'a length and chunks',
    strike: bytes('HTTP/1.1 200 OK\r\ncontent-length: 2\r\ntransfer-encoding: chunked\r\n\r\n2\r\n[]\r\n0\r\n\r\n'),
    read: done(2),
    remove: done(2),
    change: fails('NETWORK', /content-length/),
  },
  {
    what: 'headers without end',
    strike: says(200, '[]', [['x-long', 'x'.repeat(40_000)]]),
    read: done(2),
    remove: done(2),
    change: fails('NETWORK', /Headers Overflow/),
  },
  {
    what: 'a second answer behind the first',
    strike: repeatsItself('[]'),
    read: done(),
    remove: done(),
    change: done(),
  },
  {
    what: 'an interim answer before the real one',
    strike: preceded('HTTP/1.1 103 Early Hints\r\nlink: <https://evil.example/?after=x>; rel="next"\r\n\r\n'),
    read: done(),
    remove: done(),
    change: done(),
  },
];

/** Answers that do not come in time. */
const LATE: readonly FaultRow[] = [
  { what: 'no answer', strike: stalls, options: IMPATIENT, read: TOO_LATE, remove: TOO_LATE, change: TOO_LATE },
  {
    what: 'half a body and no more',
    strike: stopsHalfWay,
    options: IMPATIENT,
    read: TOO_LATE,
    remove: done(),
    change: TOO_LATE,
    isCarriedOut: true,
  },
  {
    what: 'a body that trickles for longer than one may wait',
    strike: trickles(400, 10),
    options: IMPATIENT,
    read: TOO_LATE,
    remove: done(),
    change: TOO_LATE,
    isCarriedOut: true,
  },
  { what: 'a body that trickles', strike: trickles(10, 2), read: done(), remove: done(), change: done() },
];

/** Answers that say that something went wrong. */
const REFUSED: readonly FaultRow[] = [
  {
    what: '500 E0000009',
    strike: simulated(faults.serverError()),
    read: fails('HTTP', /answered 500: Internal Server Error.*Okta failed; try again later/s),
    remove: fails('HTTP', /answered 500/),
    change: fails('HTTP', /answered 500/),
  },
  {
    what: '502 with a web page',
    strike: simulated(faults.badGateway(502)),
    read: done(2),
    remove: done(2),
    change: fails('HTTP', /answered 502/),
  },
  {
    what: '502 with JSON',
    strike: says(502, gateway(502)),
    read: done(2),
    remove: done(2),
    change: fails('HTTP', /answered 502: upstream connect error/),
  },
  {
    what: '502, always',
    strike: says(502, gateway(502)),
    times: EVERYTHING,
    read: fails('HTTP', /answered 502 \(attempt 4, after \d+ ms\): upstream connect error/, 4),
    remove: fails('HTTP', /answered 502 \(attempt 4, after \d+ ms\): upstream connect error/, 4),
    change: fails('HTTP', /answered 502: upstream connect error/),
  },
  {
    what: '503 with JSON',
    strike: says(503, gateway(503)),
    read: done(2),
    remove: done(2),
    change: fails('HTTP', /answered 503: upstream connect error/),
  },
  {
    what: '503 that asks for 30 seconds',
    strike: says(503, gateway(503), [...JSON_TYPE, ['retry-after', '30']]),
    read: done(2),
    remove: done(2),
    change: fails('HTTP', /answered 503/),
    leastMs: 30_000,
  },
  {
    what: '503 E0000010, always',
    strike: simulated(faults.oktaError(READ_ONLY)),
    times: EVERYTHING,
    read: fails('HTTP', /answered 503 \(attempt 4, after \d+ ms\): .*read-only mode/s, 4),
    remove: fails('HTTP', /answered 503 \(attempt 4, after \d+ ms\): .*read-only mode/s, 4),
    change: fails('HTTP', /answered 503: .*read-only mode/s),
  },
  {
    what: '504 with a web page',
    strike: simulated(faults.badGateway(504)),
    read: done(2),
    remove: done(2),
    change: fails('HTTP', /answered 504/),
  },
  {
    what: '504 with JSON',
    strike: says(504, gateway(504)),
    read: done(2),
    remove: done(2),
    change: fails('HTTP', /answered 504/),
  },
  {
    what: '401 E0000011',
    strike: simulated(faults.oktaError(WRONG_TOKEN)),
    read: fails('AUTH', /answered 401: Invalid token provided.*expired or been revoked/s),
    remove: fails('AUTH', /answered 401/),
    change: fails('AUTH', /answered 401/),
  },
  {
    what: '403 E0000006',
    strike: simulated(faults.oktaError(NO_ROLE)),
    read: fails('PERMISSION', /answered 403: You do not have permission.*admin role/s),
    remove: fails('PERMISSION', /answered 403/),
    change: fails('PERMISSION', /answered 403/),
  },
  {
    what: '404 with a web page, which says nothing of the object',
    strike: says(404, PAGE, HTML),
    read: fails('HTTP', /answered 404/),
    remove: fails('HTTP', /answered 404/),
    change: fails('HTTP', /answered 404/),
  },
  {
    what: 'a redirect to another host',
    strike: says(302, '', [['location', 'http://evil.example/api/v1/apps']]),
    read: fails('HTTP', /redirected \(302\), which is not followed/),
    remove: fails('HTTP', /redirected/),
    change: fails('HTTP', /redirected/),
  },
  {
    what: '304, which nobody asked for',
    strike: says(304, ''),
    read: fails('HTTP', /answered 304 \(not modified\)/),
    remove: fails('HTTP', /answered 304/),
    change: fails('HTTP', /answered 304/),
  },
];

/** 429. */
const LIMITED: readonly FaultRow[] = [
  {
    what: '429 until the window ends',
    strike: simulated(faults.tooManyRequests()),
    read: done(2),
    remove: done(2),
    change: done(2),
  },
  {
    what: 'ten 429',
    strike: simulated(faults.tooManyRequests()),
    times: 10,
    read: done(11),
    remove: done(11),
    change: done(11),
  },
  {
    what: 'a storm of 429',
    strike: simulated(faults.tooManyRequests()),
    times: EVERYTHING,
    read: fails(
      'RATE_LIMIT',
      /answered 429 \(attempt 11, after \d+ ms\): API call exceeded rate limit.*Wait until the window ends/s,
      11,
    ),
    remove: fails('RATE_LIMIT', /answered 429 \(attempt 11, after \d+ ms\)/, 11),
    change: fails('RATE_LIMIT', /answered 429 \(attempt 11, after \d+ ms\)/, 11),
  },
  {
    what: '429 without a window',
    strike: says(429, JSON.stringify({ errorCode: 'E0000047', errorSummary: 'too many' })),
    times: 3,
    read: done(4),
    remove: done(4),
    change: done(4),
  },
  {
    what: 'a storm of 429 without a window',
    strike: says(429, JSON.stringify({ errorCode: 'E0000047', errorSummary: 'too many' })),
    times: EVERYTHING,
    kinds: ['point look-up', 'INSERT', 'DELETE'],
    read: fails('RATE_LIMIT', /answered 429 \(attempt 11, after \d+ ms\): too many/, 11),
    remove: fails('RATE_LIMIT', /answered 429 \(attempt 11, after \d+ ms\): too many/, 11),
    change: fails('RATE_LIMIT', /answered 429 \(attempt 11, after \d+ ms\): too many/, 11),
  },
  {
    what: '429 of a gateway',
    strike: says(429, PAGE, HTML),
    read: done(2),
    remove: done(2),
    change: done(2),
  },
  {
    what: 'ten times too many at once',
    strike: simulated(faults.tooManyRequests(OVERLOADED)),
    times: 10,
    read: done(11),
    remove: done(11),
    change: done(11),
  },
  {
    what: 'too many at once, always',
    strike: simulated(faults.tooManyRequests(OVERLOADED)),
    times: EVERYTHING,
    read: fails('RATE_LIMIT', /answered 429 \(attempt 11, after \d+ ms\)/, 11),
    remove: fails('RATE_LIMIT', /answered 429 \(attempt 11, after \d+ ms\)/, 11),
    change: fails('RATE_LIMIT', /answered 429 \(attempt 11, after \d+ ms\)/, 11),
  },
  {
    what: '429 of a feature, which is not waited for',
    strike: simulated(faults.oktaError(QUOTA)),
    read: fails('HTTP', /answered 429: An SMS message.*quota of one feature/s),
    remove: fails('HTTP', /answered 429/),
    change: fails('HTTP', /answered 429/),
  },
];

/** Answers of success that are none. */
const UNUSABLE: readonly FaultRow[] = [
  {
    what: 'a login page',
    strike: simulated(faults.htmlPage()),
    read: fails('UNUSABLE_RESPONSE', /web page.*Is this the right host/s),
    remove: fails('UNUSABLE_RESPONSE', /web page/),
    change: fails('UNUSABLE_RESPONSE', /web page/),
  },
  {
    what: 'a login page that is called JSON',
    strike: says(200, PAGE),
    read: fails('UNUSABLE_RESPONSE', /web page/),
    remove: fails('UNUSABLE_RESPONSE', /web page/),
    change: fails('UNUSABLE_RESPONSE', /web page/),
  },
  {
    what: 'a login page that is called nothing',
    strike: says(200, `\n${PAGE}`, []),
    read: fails('UNUSABLE_RESPONSE', /web page/),
    remove: fails('UNUSABLE_RESPONSE', /web page/),
    change: fails('UNUSABLE_RESPONSE', /web page/),
  },
  {
    what: 'a part of the answer (206)',
    strike: changed(() => ({ status: 206 })),
    read: done(2),
    remove: done(2),
    change: fails('UNUSABLE_RESPONSE', /ends in the middle/),
    isCarriedOut: true,
  },
  {
    what: '204 with a body',
    strike: changed(() => ({ status: 204 })),
    read: fails('UNUSABLE_RESPONSE', /is empty/),
    remove: done(),
    change: done(),
    isSilent: true,
  },
  {
    what: '200 without a body',
    strike: changed(() => ({ body: '' })),
    read: fails('UNUSABLE_RESPONSE', /is empty/),
    remove: done(),
    change: done(),
    isSilent: true,
  },
  {
    what: '200 with blanks',
    strike: changed(({ body }) => ({ body: body.length === 0 ? body : ' \r\n ' })),
    read: fails('UNUSABLE_RESPONSE', /is no JSON/),
    remove: done(),
    change: fails('UNUSABLE_RESPONSE', /is no JSON/),
    isCarriedOut: true,
  },
  {
    what: 'null',
    strike: says(200, 'null'),
    kinds: [...READS, 'INSERT', 'EXEC', 'UPDATE'],
    read: fails('UNUSABLE_RESPONSE', /holds null/),
    remove: done(),
    change: fails('UNUSABLE_RESPONSE', /holds null/),
  },
  {
    what: 'an object in place of a list',
    strike: says(200, '{}'),
    kinds: LISTS,
    read: fails('UNUSABLE_RESPONSE', /holds an object without a list/),
    remove: done(),
    change: done(),
  },
  {
    what: 'an error that is called success',
    strike: says(200, JSON.stringify({ errorCode: 'E0000009', errorSummary: 'Internal Server Error' })),
    kinds: [...READS, 'INSERT', 'EXEC', 'UPDATE'],
    read: fails('UNUSABLE_RESPONSE', /holds an object/),
    remove: done(),
    change: fails('UNUSABLE_RESPONSE', /has nothing of what was expected/),
  },
  {
    what: 'a list of nothing',
    strike: says(200, '[null]'),
    kinds: READS,
    read: fails('UNUSABLE_RESPONSE', /has null as item 1|holds a list/),
    remove: done(),
    change: done(),
  },
  {
    what: 'bytes that are no UTF-8',
    strike: changed(({ body }) => ({ body: Buffer.concat([body, Buffer.from([0xff])]) })),
    read: fails('UNUSABLE_RESPONSE', /not UTF-8/),
    remove: done(),
    change: fails('UNUSABLE_RESPONSE', /not UTF-8/),
    isCarriedOut: true,
  },
  {
    what: 'a NUL among the JSON',
    strike: changed(({ body }) => ({ body: body.toString().replace(/(?<=[[{])/, '\0') })),
    read: fails('UNUSABLE_RESPONSE', /is no JSON/),
    remove: done(),
    change: fails('UNUSABLE_RESPONSE', /is no JSON/),
    isCarriedOut: true,
  },
  {
    what: 'a body without end',
    strike: floods([['transfer-encoding', 'chunked']]),
    kinds: [...READS, 'INSERT', 'EXEC', 'UPDATE'],
    read: fails('UNUSABLE_RESPONSE', /is larger than what is read of one answer.*maxResponseBytes/s),
    remove: done(),
    change: fails('UNUSABLE_RESPONSE', /is larger/),
    isCarriedOut: true,
  },
  {
    what: 'a body of a gigabyte',
    strike: floods([['content-length', String(2 ** 30)]]),
    kinds: [...READS, 'INSERT', 'EXEC', 'UPDATE'],
    read: fails('UNUSABLE_RESPONSE', /is larger/),
    remove: done(),
    change: fails('UNUSABLE_RESPONSE', /is larger/),
    isCarriedOut: true,
  },
  {
    what: 'a kilobyte that unpacks to more than is read',
    strike: coded('gzip', () => gzipSync(Buffer.alloc(2 ** 21, ' '))),
    kinds: [...READS, 'INSERT', 'EXEC', 'UPDATE'],
    read: fails('UNUSABLE_RESPONSE', /is larger/),
    remove: done(),
    change: fails('UNUSABLE_RESPONSE', /is larger/),
    isCarriedOut: true,
  },
  {
    what: 'gzip that is broken',
    strike: coded('gzip', (body) => Buffer.concat([gzipSync(body).subarray(0, 12), Buffer.alloc(40, 0xff)])),
    read: done(2),
    remove: done(),
    change: fails('NETWORK', /invalid/),
    isCarriedOut: true,
  },
  {
    what: 'half a gzip',
    strike: coded('gzip', (body) => half(gzipSync(body))),
    read: done(2),
    remove: done(),
    change: fails('NETWORK', /unexpected end of file/),
    isCarriedOut: true,
  },
];

/** Odd answers that are whole all the same. */
const ODD: readonly FaultRow[] = [
  { what: 'gzip', strike: coded('gzip', (body) => gzipSync(body)), read: done(), remove: done(), change: done() },
  {
    what: 'deflate',
    strike: coded('deflate', (body) => deflateSync(body)),
    read: done(),
    remove: done(),
    change: done(),
  },
  { what: 'br', strike: coded('br', (body) => brotliCompressSync(body)), read: done(), remove: done(), change: done() },
  {
    what: 'a byte order mark',
    strike: changed(({ body }) => ({ body: Buffer.concat([Buffer.from('\ufeff'), body]) })),
    kinds: [...READS, 'INSERT', 'EXEC', 'UPDATE'],
    read: done(),
    remove: done(),
    change: done(),
  },
  {
    what: 'another content type',
    strike: changed(({ fields }) => ({
      fields: fields.map(([name, value]) => [name, name === 'content-type' ? 'text/plain' : value]),
    })),
    read: done(),
    remove: done(),
    change: done(),
  },
  {
    what: 'headers twice',
    strike: changed(({ fields }) => ({ fields: [...fields, ...fields] })),
    read: done(),
    remove: done(),
    change: done(),
  },
  {
    what: 'a hundred thousand brackets in what nobody reads',
    strike: withMember(`"visibility":${'['.repeat(100_000)}${']'.repeat(100_000)}`),
    kinds: READS,
    read: done(),
    remove: done(),
    change: done(),
  },
  {
    what: 'numbers that no double holds',
    strike: withMember('"n":9007199254740993,"m":1e999'),
    read: done(),
    remove: done(),
    change: done(),
  },
];

export const TABLE: readonly FaultRow[] = [...BROKEN, ...LATE, ...REFUSED, ...LIMITED, ...UNUSABLE, ...ODD];
