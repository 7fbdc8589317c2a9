/**
 * Spoilt answers under statements: all rows or an error of ours, whatever a server says.
 *
 * A text is a statement in its first line, then which of its requests is answered and with what status, headers, an empty line,
 * and a body. All other requests are answered by a simulated org.
 *
 * @module
 */

import fc from 'fast-check';
import type { Provider } from '../../src/index.ts';
import type { Simulator } from '../../src/simulator/index.ts';
import { fastClock } from './fast-clock.ts';
import { type Fault, faultOf, type Judge, type Kind, type Product } from './kind.ts';
import { changedText, textChanges } from './texts.ts';
import { changedTree, treeChanges } from './trees.ts';

/** An hour's wait for a rate limit takes two seconds then, and a statement is given a part of that. */
const FASTER = 2000;
const TIMEOUT_MS = 1_000_000;

export const ANSWERS: Kind = {
  name: 'answers',
  batchSize: 200,
  harmless: 'SELECT id FROM okta.groups.groups\n99 200\n\n',
  texts: async (product) => spoiltAnswers(await honestAnswers(product)),
  open: async (product) => openJudge(product),
};

const KEY = `'EC' AS kty, 'P-256' AS crv, 'MKBCTNIcKUSDii11ySs3526iDZ8AiTo7Tu6KPAqv7D4' AS x, '4Etl6SRW2YiLUrN5vfvVHuhp7x8PxltmWWlbbM4IFyM' AS y`;

/** One of each way in which answers are read. */
function statementsOf(simulator: Simulator): readonly string[] {
  const app = simulator.apps().find(({ id }) => simulator.keys(id).length > 0)?.id ?? '';
  const key = simulator.keys(app)[0]?.id ?? '';
  return [
    'SELECT * FROM okta.users.users',
    `SELECT id, label FROM okta.apps.applications WHERE "limit" = 3`,
    'SELECT appId, kid, created FROM okta.apps.jwks LIMIT 3',
    `SELECT * FROM okta.apps.jwks WHERE appId = '${app}' AND keyId = '${key}'`,
    'SELECT g.id, u.id, g.profile.name FROM okta.groups.groups g LEFT JOIN okta.users.users u ON u.id = g.id',
    'SELECT _raw, profile.login, status FROM okta.users.users ORDER BY created',
    'SELECT count(*) FROM okta.logs.events WHERE published > now() - INTERVAL 1 DAY',
    'SELECT id, name, system, priority, conditions FROM okta.policies.policies',
    'SHOW METHODS IN okta.apps.jwks',
    `INSERT INTO okta.apps.jwks (appId, kty, crv, x, y) SELECT '${app}' AS appId, ${KEY}`,
    `UPDATE okta.apps.jwks SET status = 'INACTIVE' WHERE appId = '${app}' AND keyId = '${key}'`,
    `DELETE FROM okta.apps.jwks WHERE appId = '${app}' AND status = 'INACTIVE'`,
    `EXEC okta.apps.jwks.activate_oauth2_client_json_web_key @appId = '${app}', @keyId = '${key}'`,
  ];
}

interface Answer {
  readonly statement: string;
  /** Which of the statement's requests, from 0. */
  readonly at: number;
  readonly status: number;
  readonly headers: readonly (readonly [string, string])[];
  readonly body: string;
}

async function honestAnswers(product: Product): Promise<readonly Answer[]> {
  const simulator = simulatedOrg(product);
  const answers: Answer[] = [];
  for (const statement of statementsOf(simulator)) {
    let at = 0;
    const fetch = async (request: Request): Promise<Response> => {
      const response = await simulator.handle(request);
      const body = shortened(await response.clone().text());
      answers.push({ statement, at, status: response.status, headers: [...response.headers], body });
      at += 1;
      return response;
    };
    const session = product.library.createSession({ token: simulator.token, subdomain: 'my-org', fetch });
    try {
      await session.query(statement);
    } catch (error) {
      if (!(error instanceof product.library.QueryError)) throw error;
    } finally {
      await session.close();
    }
  }
  return answers;
}

/** Its own time, so that a seed makes the same texts on another day. */
function simulatedOrg({ simulator }: Product): Simulator {
  return simulator.createSimulator({ now: () => new Date('2026-11-29T12:00:00Z') });
}

/** Items that are like others add nothing but length. */
function shortened(body: string): string {
  const content: unknown = body === '' ? undefined : JSON.parse(body);
  return Array.isArray(content) ? JSON.stringify(content.slice(0, 3)) : body;
}

const PIECES = [
  ...[
    '{',
    '}',
    '[',
    ']',
    ',',
    ':',
    '"',
    '\\',
    '\\u0000',
    '\\ud800',
    '\u0000',
    '\ufeff',
    '\u2028',
    '🙂',
    '<html>',
    'null',
    'true',
  ],
  ...[
    '-',
    '1e999',
    '1e-999',
    '-0',
    '9'.repeat(400),
    '9007199254740993',
    '0x1',
    '01',
    'NaN',
    '""',
    '{}',
    '[]',
    '{"id":"x"}',
  ],
  ...[
    '"__proto__":{"a":1},',
    '"id":"a","id":"b",',
    '"a":'.repeat(3),
    '['.repeat(3000),
    '{"a":'.repeat(3000),
    '/* */',
    '\n\n',
  ],
];

const BODIES = [
  ...[
    '',
    ' ',
    'null',
    '"x"',
    '0',
    '[]',
    '{}',
    '[null]',
    '[[]]',
    '[{}]',
    '{"":[]}',
    '<!DOCTYPE html>',
    '\ufeff[]',
    '[]\n[]',
    'OK',
  ],
  ...[
    '{"errorCode":"E0000007"}',
    '{"errorCode":"E0000047","errorCauses":[null]}',
    '{"errorSummary":{"a":[]}}',
    '{"errorCauses":{}}',
  ],
  '['.repeat(100_000),
  `${'['.repeat(100_000)}${']'.repeat(100_000)}`,
  `[${'{},'.repeat(50_000)}{}]`,
  `[{"id":"${'x'.repeat(400_000)}"}]`,
  `[{"id":${'9'.repeat(50_000)}}]`,
];

const ORG = 'https://my-org.okta.com';
const HEADERS: readonly (readonly [string, string])[] = [
  ['link', `<${ORG}/api/v1/apps?after=x>; rel="next"`],
  ['link', '<>; rel="next"'],
  ['link', '</api/v1/users?after=%zz>; rel=next'],
  ['link', `<${ORG}:99999/>; rel="next"`],
  ['link', '<https://evil.example/api/v1/users?after=1&limit=9>; rel="next"'],
  ['link', `<${ORG}/api/v1/users?after=${'x'.repeat(9000)}>; rel="next"`],
  ['link', `${'<a>; rel="next", '.repeat(500)}`],
  ['link', `<${ORG}/a?${'a=1&'.repeat(3000)}>; rel="next"; rel="self"`],
  ['link', '"'.repeat(3000)],
  ['content-type', 'text/html'],
  ['content-type', 'application/json; charset=utf-16'],
  ['content-type', ';;;'],
  ['content-type', ''],
  ['content-length', '1'],
  ['content-encoding', 'gzip'],
  ['x-rate-limit-remaining', '-1'],
  ['x-rate-limit-remaining', '0'],
  ['x-rate-limit-limit', '0'],
  ['x-rate-limit-limit', '1e400'],
  ['x-rate-limit-reset', '99999999999999'],
  ['x-rate-limit-reset', 'soon'],
  ['x-rate-limit-reset', '-5, 7'],
  ['retry-after', '86400000'],
  ['retry-after', '-1'],
  ['retry-after', 'Fri, 31 Feb 2026 25:00:00 GMT'],
  ['date', 'yesterday'],
  ['date', 'Thu, 01 Jan 1970 00:00:00 GMT'],
  ['date', 'Fri, 31 Dec 9999 23:59:59 GMT'],
  ['location', 'https://evil.example/'],
  ['dpop-nonce', 'x'],
  ['www-authenticate', 'DPoP error="use_dpop_nonce"'],
];

const STATUSES = [
  200, 201, 202, 204, 206, 301, 302, 304, 400, 401, 403, 404, 408, 409, 410, 418, 429, 500, 501, 502, 503, 504, 599,
];

function spoiltAnswers(answers: readonly Answer[]): fc.Arbitrary<string> {
  const header = fc.constantFrom(...HEADERS);
  const body = fc.oneof(
    {
      weight: 4,
      arbitrary: treeChanges(BODIES, ['errorCode', 'errorCauses', 'keys', 'jwks', '_embedded']).map(ofTree),
    },
    { weight: 4, arbitrary: textChanges(PIECES).map((changes) => (text: string) => changedText(text, changes)) },
    { weight: 1, arbitrary: fc.constantFrom(...BODIES).map((other) => () => other) },
    { weight: 2, arbitrary: fc.constant((text: string) => text) },
  );
  return fc
    .record({
      answer: fc.constantFrom(...answers),
      status: fc.option(fc.constantFrom(...STATUSES), { freq: 2 }),
      headers: fc.array(header, { maxLength: 3 }),
      body,
    })
    .map(({ answer, status, headers, body: change }) =>
      textOf({
        ...answer,
        status: status ?? answer.status,
        headers: [...answer.headers.filter(([name]) => !headers.some(([other]) => other === name)), ...headers],
        body: change(answer.body),
      }),
    );
}

function ofTree(changes: Parameters<typeof changedTree>[1]): (text: string) => string {
  return (text) => JSON.stringify(changedTree(text === '' ? null : JSON.parse(text), changes)) ?? '';
}

function textOf({ statement, at, status, headers, body }: Answer): string {
  const lines = headers.map(([name, value]) => `${name}: ${value}`);
  return `${statement}\n${at} ${status}\n${lines.join('\n')}\n\n${body}`;
}

/** None where the text is none: one that was made smaller. */
function answerOf(text: string): Answer | undefined {
  const [, statement = '', at = '', status = '', head = '', body = ''] =
    /^([^\n]*)\n(\d+) (\d{3})\n(?:((?:[^\n]+\n)*)\n)?([\s\S]*)$/.exec(text) ?? [];
  if (statement === '' || Number(status) < 200 || Number(status) > 599) return undefined;
  const headers = head.split('\n').flatMap((line) => {
    const [, name, value] = /^([\w-]+):[ ]?(.*)$/.exec(line) ?? [];
    return name === undefined ? [] : [[name, value ?? ''] as const];
  });
  return { statement, at: Number(at), status: Number(status), headers, body };
}

function openJudge(product: Product): Judge {
  const { library } = product;
  const clock = fastClock(FASTER);
  const simulator = simulatedOrg(product);
  // What one answer says of a rate limit is nothing to the next statement, but an engine is too dear for one.
  let current: Provider = library.createProvider();
  const provider = new Proxy({ ...current }, { get: (_target, key) => Reflect.get(current, key) });
  const session = library.createSession({ provider, clock });
  return {
    judge: async (text) => {
      const answer = answerOf(text);
      if (answer === undefined) return undefined;
      const { fetch, strays } = answering(answer, simulator);
      current = library.createProvider({ token: simulator.token, subdomain: 'my-org', clock, fetch });
      try {
        await session.query(answer.statement, { timeoutMs: TIMEOUT_MS });
      } catch (error) {
        return faultOf(error, product);
      } finally {
        await current.close();
      }
      return strays();
    },
    close: () => session.close(),
  };
}

interface Answering {
  readonly fetch: (request: Request) => Promise<Response>;
  readonly strays: () => Fault | undefined;
}

function answering(answer: Answer, simulator: Simulator): Answering {
  let count = 0;
  let stray: string | undefined;
  return {
    fetch: async (request) => {
      if (!request.url.startsWith(`${ORG}/`)) stray ??= request.url;
      count += 1;
      return count - 1 === answer.at ? responseOf(answer) : simulator.handle(request);
    },
    strays: () => (stray === undefined ? undefined : { kind: 'sent', detail: `a request to ${stray}` }),
  };
}

/** These have no body. https://fetch.spec.whatwg.org/#null-body-status */
const BODILESS = [204, 205, 304];

function responseOf({ status, headers, body }: Answer): Response {
  const fields = new Headers();
  for (const [name, value] of headers) fields.append(name, value);
  return new Response(BODILESS.includes(status) ? null : body, { status, headers: fields });
}
