import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import { InvalidValueError } from '../../../src/errors.ts';
import { buildRequest, type HttpRequest, type MethodCall } from '../../../src/request/build.ts';
import type { Value } from '../../../src/values.ts';
import { methodWith, parameter } from './method.ts';

const ORIGIN = 'https://acme.okta.com';

function build(call: Partial<MethodCall> = {}): HttpRequest {
  return buildRequest({ method: methodWith(), parameters: { thingId: 'x' }, ...call }, () => ORIGIN);
}

function refusal(call: Partial<MethodCall>): InvalidValueError {
  try {
    build(call);
  } catch (error) {
    if (error instanceof InvalidValueError) return error;
    throw error;
  }
  throw new Error('the request was built');
}

describe('path values', () => {
  test.each<[value: Value, segment: string]>([
    ['00u1a2B3', '00u1a2B3'],
    ['a b', 'a%20b'],
    [' ', '%20'],
    [' .. ', '%20..%20'],
    ['...', '...'],
    ['"quoted"', '%22quoted%22'],
    ["it's", "it's"],
    ['100%', '100%25'],
    ['what?', 'what%3F'],
    ['a#b', 'a%23b'],
    ['a+b', 'a%2Bb'],
    ['a;b=c', 'a%3Bb%3Dc'],
    ['user@example.com', 'user%40example.com'],
    ['name:colon', 'name%3Acolon'],
    ['Zoë', 'Zo%C3%AB'],
    ['\u{1f511}', '%F0%9F%94%91'],
    ['{thingId}', '%7BthingId%7D'],
    ['$1$&', '%241%24%26'],
    // Already encoded text is data: encoding it once more is what keeps it one segment.
    ['a%2Fb', 'a%252Fb'],
    ['%2e%2e', '%252e%252e'],
    [5, '5'],
    [2n ** 53n + 1n, '9007199254740993'],
    [true, 'true'],
    [new Date('2026-11-23T08:00:00.250Z'), '2026-11-23T08%3A00%3A00.250Z'],
  ])('%o is the segment %s', (thingId, segment) => {
    expect(build({ parameters: { thingId } }).url).toBe(`${ORIGIN}/api/v1/things/${segment}`);
  });

  test.each<[why: string, value: Value]>([
    ['empty', ''],
    ['null', null],
    ['the folder itself', '.'],
    ['the folder above', '..'],
    ['a way up', '../users'],
    ['a way up, spelt for Windows', '..\\users'],
    ['a slash', '/'],
    ['a slash at the end', 'abc/'],
    ['a backslash', '\\'],
    ['NUL', 'a\u0000b'],
    ['a line feed', 'a\nb'],
    ['a tab, which URL parsers drop', '.\t.'],
    ['DEL', 'a\u007f'],
    ['half a character in front', '\udc00a'],
    ['half a character behind', 'a\ud800'],
  ])('%s is refused', (_why, thingId) => {
    const error = refusal({ parameters: { thingId } });
    expect(error).toMatchObject({ code: 'INVALID_VALUE', subject: 'thingId' });
    expect(error.message).toContain('Nothing was sent');
  });

  test('a value that is missing altogether is refused like an empty one', () => {
    expect(refusal({ parameters: {} }).subject).toBe('thingId');
  });

  test('a long value is cut in the message', () => {
    expect(refusal({ parameters: { thingId: `/${'x'.repeat(10_000)}` } }).message.length).toBeLessThan(200);
  });

  test('a parameter named like something that every object has is missing all the same', () => {
    const method = methodWith({ path: '/api/{constructor}', parameters: [parameter('constructor', 'path')] });
    expect(refusal({ method, parameters: {} }).subject).toBe('constructor');
  });

  test('any text is one segment below the same origin, or refused', () => {
    const method = methodWith({
      path: '/api/v1/a/{first}/b/{second}',
      parameters: [parameter('first', 'path'), parameter('second', 'path')],
    });
    const nasty = fc.stringMatching(/^[./\\%2eEfF?#:@;&=+ \t\n]{0,6}$/);
    const text = fc.oneof(fc.string({ unit: 'binary' }), fc.string(), nasty);
    fc.assert(
      fc.property(text, text, (first, second) => {
        let url: URL;
        try {
          url = new URL(build({ method, parameters: { first, second } }).url);
        } catch (error) {
          expect(error).toBeInstanceOf(InvalidValueError);
          return;
        }
        const segments = url.pathname.split('/');
        expect([url.origin, segments.length, url.search, url.hash]).toEqual([ORIGIN, 7, '', '']);
        expect([segments[4], segments[6]].map((part) => decodeURIComponent(part ?? ''))).toEqual([first, second]);
      }),
      { numRuns: 2000 },
    );
  });
});

describe('the query', () => {
  const parameters = [
    parameter('thingId', 'path'),
    parameter('q', 'query'),
    parameter('limit', 'query', 'BIGINT'),
    parameter('isLive', 'query', 'BOOLEAN'),
    parameter('since', 'query', 'TIMESTAMPTZ'),
  ];
  const method = methodWith({ parameters });
  const search = (values: Readonly<Record<string, Value>>): string =>
    new URL(build({ method, parameters: { thingId: 'x', ...values } }).url).search;

  test.each<[values: Readonly<Record<string, Value>>, search: string]>([
    [{}, ''],
    [{ q: null }, ''],
    // An empty text is a value: leaving it out would ask for something else.
    [{ q: '' }, '?q='],
    [{ q: 'a b&c=d' }, '?q=a+b%26c%3Dd'],
    [{ q: '1+1' }, '?q=1%2B1'],
    [{ q: 'a#b?c/../d' }, '?q=a%23b%3Fc%2F..%2Fd'],
    [{ q: `it's "quoted"` }, '?q=it%27s+%22quoted%22'],
    [{ q: 'a%2Fb' }, '?q=a%252Fb'],
    [{ q: 'Zoë\u{1f511}' }, '?q=Zo%C3%AB%F0%9F%94%91'],
    [{ q: 'a\r\nb' }, '?q=a%0D%0Ab'],
    [{ q: ['a', 'b'] }, '?q=%5B%22a%22%2C%22b%22%5D'],
    [{ limit: 5 }, '?limit=5'],
    [{ limit: '-5' }, '?limit=-5'],
    [{ limit: 2n ** 60n }, '?limit=1152921504606846976'],
    [{ isLive: true }, '?isLive=true'],
    [{ isLive: 'FALSE' }, '?isLive=false'],
    [{ since: new Date(0) }, '?since=1970-01-01T00%3A00%3A00.000Z'],
    [{ limit: 5, q: 'x' }, '?q=x&limit=5'],
  ])('%o becomes %s', (values, expected) => {
    expect(search(values)).toBe(expected);
  });

  test.each<[name: string, value: Value]>([
    ['limit', ''],
    ['limit', '5 OR 1=1'],
    ['limit', 1.5],
    ['limit', 1e21],
    ['limit', true],
    ['isLive', 'yes'],
    ['isLive', 1],
    ['isLive', ''],
    // URLSearchParams would send another character in its place, and the answer would be about something else.
    ['q', 'a\ud800'],
  ])('%s = %j is refused', (name, value) => {
    expect(refusal({ method, parameters: { thingId: 'x', [name]: value } }).subject).toBe(name);
  });
});

describe('headers', () => {
  test('ask for JSON, and hold the header parameters', () => {
    const method = methodWith({ parameters: [parameter('thingId', 'path'), parameter('x-trace', 'header')] });
    const { headers } = build({ method, parameters: { thingId: 'x', 'x-trace': 'abc' } });
    expect(headers).toEqual({ accept: 'application/json', 'x-trace': 'abc' });
  });

  test.each([
    ['a line feed, which would begin another header', 'a\r\nauthorization: SSWS x'],
    ['a character beyond Latin-1', 'Zo\u0113'],
  ])('a value with %s is refused', (_why, value) => {
    const method = methodWith({ parameters: [parameter('thingId', 'path'), parameter('x-trace', 'header')] });
    expect(refusal({ method, parameters: { thingId: 'x', 'x-trace': value } }).subject).toBe('x-trace');
  });

  test.each(['Authorization', 'accept', 'Content-Type'])(
    'a parameter cannot be %s (OpenAPI 3, Parameter Object)',
    (name) => {
      const method = methodWith({ parameters: [parameter('thingId', 'path'), parameter(name, 'header')] });
      expect(build({ method, parameters: { thingId: 'x', [name]: 'mine' } }).headers).toEqual({
        accept: 'application/json',
      });
    },
  );
});

describe('the body', () => {
  const method = methodWith({ httpMethod: 'POST', body: { mediaType: 'application/json', fields: [], required: [] } });

  test.each<[body: Readonly<Record<string, unknown>>, text: string]>([
    [{}, '{}'],
    [{ kid: 'a"b', n: 1, ok: true }, '{"kid":"a\\"b","n":1,"ok":true}'],
    [{ nested: { list: [1, null] } }, '{"nested":{"list":[1,null]}}'],
    [{ left: undefined, kept: null }, '{"kept":null}'],
    [{ at: new Date(0) }, '{"at":"1970-01-01T00:00:00.000Z"}'],
    // Beyond 2^53 the engine hands out bigints, which JSON can say and JSON.stringify cannot.
    [{ big: 2n ** 53n + 1n }, '{"big":9007199254740993}'],
    [JSON.parse('{"__proto__":"x"}'), '{"__proto__":"x"}'],
  ])('%o is sent as %s', (body, text) => {
    const request = build({ method, body });
    expect(request.body).toBe(text);
    expect(request.headers['content-type']).toBe('application/json');
  });

  test('is absent where the call has none', () => {
    const request = build({ method });
    expect(request.method).toBe('POST');
    expect(request).not.toHaveProperty('body');
    expect(request.headers).not.toHaveProperty('content-type');
  });
});

describe('the origin', () => {
  test('is followed by the path of the server, of which the variables are single segments too', () => {
    const method = methodWith({
      server: 'https://{subdomain}.okta.com/{stage}/v2/',
      parameters: [
        parameter('thingId', 'path'),
        parameter('subdomain', 'server'),
        { ...parameter('stage', 'server'), isRequired: false, default: 'live one' },
      ],
    });
    const urlWith = (parameters: Readonly<Record<string, string>>): string =>
      buildRequest({ method, parameters: { thingId: 'x', ...parameters } }, () => ORIGIN).url;
    expect(urlWith({})).toBe(`${ORIGIN}/live%20one/v2/api/v1/things/x`);
    expect(urlWith({ stage: 'test' })).toBe(`${ORIGIN}/test/v2/api/v1/things/x`);
    expect(() => urlWith({ stage: '..' })).toThrow(
      expect.objectContaining({ code: 'INVALID_VALUE', subject: 'stage' }),
    );
  });

  test('is that of the request’s provider', () => {
    const request = buildRequest({ method: methodWith(), parameters: { thingId: 'x' } }, () => ORIGIN);
    expect(request.provider).toBe('test');
  });

  test('comes with what documents say of limits and repetition', () => {
    const retry = {
      ...{ maxAttempts: 2, initialDelayMs: 1, maxDelayMs: 2, multiplier: 3, jitterFraction: 0 },
      ...{ methods: ['GET'], statusCodes: [503] },
    };
    const method = { ...methodWith(), bucket: '/api/v1/things', retry };
    const request = buildRequest({ method, parameters: { thingId: 'x' } }, () => ORIGIN);
    expect(request).toMatchObject({ bucket: '/api/v1/things', retry });
  });

  test('is asked for with the server URL and its variables', () => {
    const asked: unknown[] = [];
    const parameters = { thingId: 'x', subdomain: 'acme' };
    buildRequest({ method: methodWith(), parameters }, (...[server, variables]) => {
      asked.push([server, variables]);
      return ORIGIN;
    });
    expect(asked).toEqual([['https://{subdomain}.okta.com', { subdomain: 'acme' }]]);
  });

  test.each(['https://user@acme.okta.com', 'https://acme.okta.com/sub', 'https://acme.okta.com#'])(
    '%s is no origin, so nothing is built',
    (origin) => {
      const call = { method: methodWith(), parameters: { thingId: 'x' } };
      expect(() => buildRequest(call, () => origin)).toThrow(expect.objectContaining({ code: 'INTERNAL' }));
    },
  );
});
