import { generateKeyPairSync } from 'node:crypto';

import fc from 'fast-check';
import { SignJWT } from 'jose';
import { describe, expect, test } from 'vitest';

import { HAR_END, harEntry, harStart } from '../../../../src/http/trace/har.ts';
import { type ExchangeRecord, logLine } from '../../../../src/http/trace/record.ts';
import { redactBody, redactHeaders, redactText, redactUrl } from '../../../../src/http/trace/redact.ts';
import type { HttpRequest } from '../../../../src/request/build.ts';
import { createTestClient, everythingOf, failureOf, TOKEN } from '../http-client.contract.ts';

const JSON_TYPE = 'application/json';

describe('a body', () => {
  test.each([
    ['{"client_secret":"s3cret"}', '{"client_secret":"***"}'],
    [
      '{"oauthClient":{"client_secret":"s3cret","client_id":"0oa1"}}',
      '{"oauthClient":{"client_secret":"***","client_id":"0oa1"}}',
    ],
    ['{"credentials":{"password":{"value":"x"}}}', '{"credentials":{"password":{"value":"***"}}}'],
    ['{"password":{"hash":{"algorithm":"MD5","salt":"x"}}}', '{"password":{"hash":{"algorithm":"MD5","salt":"***"}}}'],
    ['{"authScheme":{"type":"HEADER","value":"x"}}', '{"authScheme":{"type":"HEADER","value":"***"}}'],
    ['{"activationUrl":"https://a/welcome/x"}', '{"activationUrl":"***"}'],
    ['{"securityAnswer":"x","tokenSigningKey":"y"}', '{"securityAnswer":"***","tokenSigningKey":"***"}'],
    ['{"password":{"complexity":{"minLength":8}}}', '{"password":{"complexity":{"minLength":8}}}'],
    ['{"credentials":{"password":{"value":"s3c', '{"credentials":{"password":"***"'],
    [
      '{"kty":"RSA","n":"abc","e":"AQAB","d":"s3cret","p":"s3cret"}',
      '{"kty":"RSA","n":"abc","e":"AQAB","d":"***","p":"***"}',
    ],
    ['{"oth":[{"r":"s3cret"}]}', '{"oth":"***"}'],
    ['{"kty":"oct","k":"s3cret"}', '{"kty":"oct","k":"***"}'],
    ['[{"id":"1","access_token":"s3cret"}]', '[{"id":"1","access_token":"***"}]'],
    ['{"token_endpoint_auth_method":"private_key_jwt"}', '{"token_endpoint_auth_method":"private_key_jwt"}'],
    ['{"client_secret":null}', '{"client_secret":null}'],
    // Cut off, as a connection leaves it.
    ['{"id":"1","client_secret":"s3c', '{"id":"1","client_secret":"***"'],
    ['{"keys":[{"kty":"oct","k":"s3cret"},{"k":"s3', '{"keys":[{"kty":"oct","k":"***"},{"k":"***"'],
    ['{"a":"\\"client_secret\\":\\"s3cret\\""', '{"a":"\\"client_secret\\":\\"s3cret\\""'],
    ['<html>login</html>', '<html>login</html>'],
    ['', ''],
  ])('%s becomes %s', (text, shown) => {
    expect(redactBody(text, JSON_TYPE, [])).toBe(shown);
  });

  test.each(['{"a":', '[{"client_secret":"s3cret","a":'])(
    'that is nested deeply, of %s, loses its secrets',
    (level) => {
      expect(redactBody(level.repeat(50_000), JSON_TYPE, []).includes('s3cret')).toBe(false);
      const whole = `${'['.repeat(50_000)}{"client_secret":"s3cret"}${']'.repeat(50_000)}`;
      expect(redactBody(whole, JSON_TYPE, []).includes('s3cret')).toBe(false);
    },
  );

  test('that is a form loses its secret fields', () => {
    const form = 'grant_type=client_credentials&client_assertion=abc&scope=okta.apps.read&client_secret=s3cret';
    const shown = redactBody(form, 'application/x-www-form-urlencoded', []);
    expect(Object.fromEntries(new URLSearchParams(shown))).toEqual({
      grant_type: 'client_credentials',
      client_assertion: '***',
      scope: 'okta.apps.read',
      client_secret: '***',
    });
  });
});

describe('any JSON, whole or broken off anywhere', () => {
  const SECRET = 'ZQ7secretvalue';
  const name = fc.constantFrom('id', 'client_secret', 'password', 'd', 'token', 'a"b', 'credentials');
  const { value } = fc.letrec<{ value: unknown }>((tie) => ({
    value: fc.oneof(
      { depthSize: 'small' },
      fc.oneof(fc.string(), fc.integer(), fc.constant(null), fc.constant('a "quoted" \\ text'), fc.constant('{"x":1}')),
      fc.constantFrom(
        { client_secret: SECRET },
        { k: SECRET },
        { password: { value: SECRET } },
        { oth: [{ r: SECRET }] },
      ),
      fc.array(tie('value'), { maxLength: 3 }),
      fc.dictionary(name, tie('value'), { maxKeys: 4 }),
    ),
  }));

  test('loses its secrets', () => {
    fc.assert(
      fc.property(value, fc.double({ min: 0, max: 1, noNaN: true }), fc.constantFrom(0, 2), (json, part, indent) => {
        const whole = JSON.stringify(json, null, indent);
        for (const text of [whole, whole.slice(0, Math.floor(part * whole.length))]) {
          // What is left of a secret counts as one: a few characters of it help to guess.
          expect(redactBody(text, JSON_TYPE, []), text).not.toContain(SECRET.slice(0, 3));
        }
      }),
      { numRuns: 2_000 },
    );
  });
});

describe('a text', () => {
  test.each([
    ['you sent SSWS 00abcDEFgh-_1', 'you sent SSWS ***'],
    ['Authorization: Bearer abc.def.ghi failed', 'Authorization: Bearer *** failed'],
    ['token eyJhbGciOiJSUzI1NiJ9.eyJpc3MiOiIwb2EifQ.c2ln is old', 'token *** is old'],
    ['-----BEGIN PRIVATE KEY-----\nMIIE\n-----END PRIVATE KEY----- end', '*** end'],
    ['-----BEGIN RSA PRIVATE KEY-----\nMIIE', '***'],
    ['nothing to hide', 'nothing to hide'],
    ['see https://a.example/x?limit=2&token=abc#here', 'see https://a.example/x?limit=2&token=***#here'],
    ['<https://a.example/?access_token=abc>; rel="next"', '<https://a.example/?access_token=***>; rel="next"'],
    ['Custom realm="x", token="a b", charset=utf-8', 'Custom realm="x", token="***", charset=utf-8'],
    ['?a=1&amp;password=abc&amp;b=2', '?a=1&amp;password=***&amp;b=2'],
    ['cursor=eyJpZCI6MX0 and a-eyJ.x', 'cursor=eyJpZCI6MX0 and a-eyJ.x'],
  ])('%j becomes %j', (text, shown) => {
    expect(redactText(text, [])).toBe(shown);
  });

  test('loses a known secret in every spelling', () => {
    const secret = 'a"b/c d';
    const text = [secret, encodeURIComponent(secret), JSON.stringify({ secret })].join(' ');
    expect(redactText(text, [secret, ''])).toBe('*** *** {"secret":"***"}');
    const inJson = JSON.stringify(JSON.stringify({ secret }));
    expect(redactText(inJson, [secret])).toBe('"{\\"secret\\":\\"***\\"}"');
    expect(redactText(`a=${new URLSearchParams({ secret })}`, [secret])).toBe('a=secret=***');
    expect(redactText('<b title="a&quot;b/c d">', [secret])).toBe('<b title="***">');
  });
});

describe('a text that a hostile server has chosen', () => {
  // What looks back, or begins anew, at each of these characters does not end within the life of a test.
  const LENGTH = 2_000_000;
  test.each([
    ' ',
    '"',
    '\\"',
    '"\\',
    'eyJ',
    '-eyJ',
    'eyJabcd.',
    'Bearer ',
    '-----BEGIN ',
    'a=',
    '="',
    'a.',
    '{"a":',
    '[',
    '"token" ',
  ])('%j again and again', (piece) => {
    const text = piece.repeat(LENGTH / piece.length);
    for (const body of [text, `x"${text}`, `${text}{"client_secret":"s3cret"}`]) {
      expect(redactBody(body, JSON_TYPE, ['s3cret']).includes('s3cret')).toBe(false);
    }
  });
});

describe('a secret in base64', () => {
  const secret = 'l0ng-en0ugh<>?';
  test.each(['', 'x', 'xy', 'SSWS ', 'user:'])('behind %j is taken out', (before) => {
    for (const form of ['base64', 'base64url'] as const) {
      const shown = redactText(Buffer.from(`${before}${secret}`).toString(form), [secret]);
      expect(shown).toContain('***');
      // Of its ends half a character may stand in the neighbours.
      expect(shown.length).toBeLessThan(before.length * 2 + 9);
    }
  });

  test('is left where it is too short to be meant', () => {
    expect(redactText('YWRhYWRh', ['ada'])).toBe('YWRhYWRh');
  });
});

test('a secret whose JSON is escaped in another way is taken out', () => {
  const body = '{"message":"you sent \\u0061bcdefgh-ijkl"}';
  expect(redactBody(body, JSON_TYPE, ['abcdefgh-ijkl'])).toBe('{"message":"you sent ***"}');
});

test.each([
  ['https://u:p@acme.okta.com/x', 'https://acme.okta.com/x'],
  ['https://acme.okta.com/x?q=abc&token=s3cret&limit=2', 'https://acme.okta.com/x?q=abc&token=***&limit=2'],
  ['h***ps://acme.okta.com/x?a=b', 'h***ps://acme.okta.com/x?a=b'],
  ['https://acme.okta.com/x?filter=status+eq+%22ACTIVE%22', 'https://acme.okta.com/x?filter=status+eq+%22ACTIVE%22'],
])('the URL %s is shown as %s', (url, shown) => {
  expect(redactUrl(url, [])).toBe(shown);
});

test('headers keep their names, and credentials their scheme', () => {
  const headers = new Headers({ authorization: 'DPoP abc', dpop: 'proof', cookie: 'sid=1', accept: 'x' });
  headers.append('set-cookie', 'sid=2');
  headers.append('x-session-token', 'abc');
  expect(Object.fromEntries(redactHeaders(headers, []))).toEqual({
    authorization: 'DPoP ***',
    dpop: '***',
    cookie: '***',
    'set-cookie': '***',
    accept: 'x',
    'x-session-token': '***',
  });
});

const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const { d = '' } = privateKey.export({ format: 'jwk' });
const proof = await new SignJWT({ htm: 'GET', htu: 'https://acme.okta.com/x' })
  .setProtectedHeader({ alg: 'ES256', typ: 'dpop+jwt' })
  .sign(privateKey);

/** Where secrets can be in an exchange: what is sent, and what comes back. */
interface Planted {
  readonly secret: string;
  readonly status: number;
  readonly echo: 'json' | 'text' | 'header' | 'broken json' | 'reset';
  readonly member: string;
}

const planted = fc.record<Planted>({
  // Long enough not to occur by chance; with characters that JSON and URLs write otherwise.
  secret: fc
    .string({ minLength: 12, maxLength: 40 })
    .map((text) => `s3cret"${text.replace(/[^\x21-\x7e]/g, 'x')}/+%end`),
  status: fc.constantFrom(200, 400, 401, 403, 404, 429, 500, 502),
  echo: fc.constantFrom('json', 'text', 'header', 'broken json', 'reset'),
  member: fc.constantFrom(
    'client_secret',
    'password',
    'd',
    'k',
    'dq',
    'privateKey',
    'client_assertion',
    'refresh_token',
  ),
});

/** Everything that is shown of one exchange. */
async function shownOf({ secret, status, echo, member }: Planted): Promise<string> {
  const records: ExchangeRecord[] = [];
  const client = createTestClient(
    async (request) => {
      const sent = await request.text();
      const all = `${request.headers.get('authorization')} ${request.headers.get('dpop')}`;
      const error = {
        errorCode: 'E0000001',
        errorSummary: `bad ${secret} from ${all}`,
        [member]: secret,
        echo: JSON.parse(sent),
      };
      if (echo === 'reset') throw new TypeError('fetch failed', { cause: new Error(`reset after ${all}`) });
      if (echo === 'header') return new Response('{}', { status, headers: { 'x-echo': all, 'set-cookie': 'sid=abc' } });
      if (echo === 'text') return new Response(`<p>${all}</p>`, { status, headers: { 'content-type': 'text/html' } });
      const text = JSON.stringify(error);
      const body = echo === 'json' ? text : text.slice(0, -3);
      return new Response(body, { status, headers: { 'content-type': JSON_TYPE } });
    },
    {
      authorize: async () => ({
        headers: { authorization: `DPoP ${TOKEN}`, dpop: proof },
        query: { api_key: `key-${TOKEN}` },
        secrets: [TOKEN, proof],
      }),
      onExchange: (record) => records.push(record),
    },
  );
  const request: HttpRequest = {
    method: 'POST',
    url: 'https://acme.okta.com/api/v1/apps?token=in-the-url-s3cret',
    headers: { accept: JSON_TYPE, 'content-type': JSON_TYPE },
    body: JSON.stringify({ label: 'x', [member]: secret, keys: [{ kty: 'EC', d }] }),
  };
  const outcome = await client.send(request).then(
    () => '',
    (error: unknown) => everythingOf(error),
  );
  return [outcome, ...records.flatMap((record) => [JSON.stringify(record), logLine(record), harEntry(record)])].join(
    '\n',
  );
}

test('no secret is in any log line, archive or error', async () => {
  await fc.assert(
    fc.asyncProperty(planted, async (plan) => {
      const shown = await shownOf(plan);
      const spellings = [plan.secret, JSON.stringify(plan.secret).slice(1, -1), encodeURIComponent(plan.secret)];
      for (const hidden of [...spellings, TOKEN, d, proof, 'in-the-url-s3cret']) expect(shown).not.toContain(hidden);
      // Otherwise nothing was shown at all.
      expect(shown).toContain('POST https://acme.okta.com/api/v1/apps?token=***');
    }),
    { numRuns: 300 },
  );
});

test('a credential that a link of the server put into the URL is in no error, and no page names it', async () => {
  const url = `https://acme.okta.com/x?after=1&debug=SSWS%20${TOKEN}`;
  const request: HttpRequest = { method: 'GET', url, headers: {} };
  const answers = [new Response('[]'), new Response('{}', { status: 500 }), new Response(null, { status: 302 })];
  const client = createTestClient(async () => answers.shift() ?? Response.error());
  const page = await client.send(request);
  const failures = [await failureOf(client.send(request)), await failureOf(client.send(request))];
  const shown = [page.request.url, ...failures.map(everythingOf)].join();
  expect(shown).not.toContain(TOKEN);
  expect(page.request.url).toBe('https://acme.okta.com/x?after=1&debug=SSWS%20***');
});

describe('an archive', () => {
  const record: ExchangeRecord = {
    method: 'GET',
    url: 'https://acme.okta.com/api/v1/apps?limit=2&q=a+b',
    requestHeaders: [['accept', JSON_TYPE]],
    attempt: 2,
    bucket: '/api/v1/apps',
    startedAt: new Date('2026-11-23T08:00:00Z'),
    ms: 52,
    headersMs: 50,
    answer: {
      status: 200,
      headers: [['content-type', JSON_TYPE]],
      body: '[]',
      bytes: 2,
      requestId: 'req-7',
      rate: { limit: 50, remaining: 3, resetMs: Date.parse('2026-11-23T08:00:41Z') },
    },
  };
  const { answer: _answer, ...unanswered } = record;

  test('has every member that HAR 1.2 requires', () => {
    const text = `${harStart({ name: 'oktaql', version: '1' })}${harEntry(record)},${harEntry({ ...unanswered, problem: 'ECONNRESET' })}${HAR_END}`;
    const { log } = JSON.parse(text) as {
      log: { version: string; creator: object; entries: Record<string, object>[] };
    };
    expect(log).toMatchObject({ version: '1.2', creator: { name: 'oktaql', version: '1' } });
    for (const entry of log.entries) {
      expect(Object.keys(entry)).toEqual(
        expect.arrayContaining(['startedDateTime', 'time', 'request', 'response', 'cache', 'timings']),
      );
      expect(Object.keys(entry['request'] ?? {})).toEqual(
        expect.arrayContaining([
          'method',
          'url',
          'httpVersion',
          'cookies',
          'headers',
          'queryString',
          'headersSize',
          'bodySize',
        ]),
      );
      expect(Object.keys(entry['response'] ?? {})).toEqual(
        expect.arrayContaining([
          'status',
          'statusText',
          'httpVersion',
          'cookies',
          'headers',
          'content',
          'redirectURL',
          'headersSize',
          'bodySize',
        ]),
      );
    }
    expect(log.entries[0]).toMatchObject({
      time: 52,
      timings: { send: 0, wait: 50, receive: 2 },
      request: {
        queryString: [
          { name: 'limit', value: '2' },
          { name: 'q', value: 'a b' },
        ],
      },
      response: { content: { size: 2, mimeType: JSON_TYPE, text: '[]' } },
    });
    expect(log.entries[1]).toMatchObject({ comment: 'ECONNRESET', response: { status: 0 } });
  });

  test('is made although the mask stands in the scheme, since a credential is so short', () => {
    const entry = JSON.parse(harEntry({ ...record, url: 'h******ps://acme.okta.com/api/v1/apps?limi***=2' })) as object;
    expect(entry).toMatchObject({
      request: { url: 'h******ps://acme.okta.com/api/v1/apps?limi***=2', queryString: [] },
    });
  });

  test('and a log line tell the same', () => {
    expect(logLine(record)).toBe(
      'GET https://acme.okta.com/api/v1/apps?limit=2&q=a+b -> 200 52 ms attempt 2 req-7 [/api/v1/apps 3/50 until 08:00:41Z]',
    );
    expect(logLine({ ...unanswered, problem: 'read ECONNRESET' })).toBe(
      'GET https://acme.okta.com/api/v1/apps?limit=2&q=a+b -> no answer (read ECONNRESET) 52 ms attempt 2',
    );
  });
});
