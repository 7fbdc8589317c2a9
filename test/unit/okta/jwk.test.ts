import { generateKeyPairSync } from 'node:crypto';
import { inspect } from 'node:util';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { InvalidValueError } from '../../../src/errors.ts';
import { checkJwks, type JwkRow, PRIVATE_MEMBERS } from '../../../src/okta/jwk.ts';

type Body = Readonly<Record<string, unknown>>;

/** RFC 7638 §3.1; the same modulus is the RSA key of RFC 7517 appendix A.1. */
const RSA: Body = {
  kty: 'RSA',
  n:
    '0vx7agoebGcQSuuPiLJXZptN9nndrQmbXEps2aiAFbWhM78LhWx4cbbfAAtVT86zwu1RK7aPFFxuhDR1L6tSoc_BJECPebWKRXjBZCiFV4n3okn' +
    'jhMstn64tZ_2W-5JsGY4Hc5n9yBXArwl93lqt7_RN5w6Cf0h4QyQ5v-65YGjQR0_FDW2QvzqY368QQMicAtaSqzs8KJZgnYb9c7d0zgdAZHzu6qM' +
    'QvRL5hajrn1n91CbOpbISD08qNLyrdkt-bFTWhAI4vMQFh6WeZu0fM4lFd2NcRwr3XPksINHaQ-G_xBniIqbw0Ls1jF44-csFCur-kEgU8awapJ' +
    'zKnqDKgw',
  e: 'AQAB',
};
const RSA_THUMBPRINT = 'NzbLsXh8uDCcd-6MNwXF4W_7noWXFZAfHkxZsRGC9Xs';

/** RFC 7517 appendix A.1. */
const EC: Body = {
  kty: 'EC',
  crv: 'P-256',
  x: 'MKBCTNIcKUSDii11ySs3526iDZ8AiTo7Tu6KPAqv7D4',
  y: '4Etl6SRW2YiLUrN5vfvVHuhp7x8PxltmWWlbbM4IFyM',
};

const CURVE_NAMES = ['P-256', 'P-384', 'P-521'] as const;
const ecPair = (namedCurve: string) => generateKeyPairSync('ec', { namedCurve });
const rsaPair = (modulusLength: number) => generateKeyPairSync('rsa', { modulusLength });
const PAIRS = [...CURVE_NAMES.map(ecPair), rsaPair(2048)];
const PUBLIC_KEYS: readonly Body[] = PAIRS.map(({ publicKey }) => ({ ...publicKey.export({ format: 'jwk' }) }));
const PRIVATE_KEYS: readonly Body[] = PAIRS.map(({ privateKey }) => ({ ...privateKey.export({ format: 'jwk' }) }));
const ED25519 = generateKeyPairSync('ed25519').privateKey.export({ format: 'jwk' }) as Body;

/** A key of just this many bits: the top bit set, the rest ones. */
function modulus(bits: number): string {
  const bytes = Buffer.alloc(Math.ceil(bits / 8), 0xff);
  bytes[0] = 0xff >> (bytes.length * 8 - bits);
  return bytes.toString('base64url');
}

const rowsOf = (...bodies: readonly unknown[]): readonly JwkRow[] =>
  bodies.map((body) => ({ group: 'https://acme.okta.com 0oa1', body: body as Body }));

async function check(body: Body): Promise<Readonly<Record<string, string>> | undefined> {
  const [sent] = await checkJwks(rowsOf(body));
  return sent;
}

async function failureOf(rows: readonly JwkRow[]): Promise<InvalidValueError> {
  const error: unknown = await checkJwks(rows).then(
    () => new Error('accepted'),
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(InvalidValueError);
  return error as InvalidValueError;
}

/** All that a logger could make of an error. */
function everythingIn(error: InvalidValueError): string {
  const own = JSON.stringify(error, Object.getOwnPropertyNames(error));
  return [error.message, error.stack, error.hint, String(error.cause), own, inspect(error, { depth: 9 })].join('\n');
}

describe('what is sent', () => {
  test('the RFC 7638 example gets its thumbprint as kid', async () => {
    expect(await check(RSA)).toEqual({ ...RSA, kid: RSA_THUMBPRINT });
  });

  test('the RFC 7517 appendix A.1 keys go out as they are', async () => {
    const signing = { ...RSA, alg: 'RS256', kid: '2011-04-29' };
    const encryption = { ...EC, kid: '1' };
    expect(await checkJwks(rowsOf(signing, encryption))).toEqual([signing, encryption]);
  });

  test('A.1 as printed marks its EC key for encryption, which Okta does not take', async () => {
    expect((await failureOf(rowsOf({ ...EC, use: 'enc', kid: '1' }))).subject).toBe('use');
  });

  test.each(PUBLIC_KEYS.map((key) => [key.crv ?? key.kty, key] as const))('a fresh %s key', async (_name, key) => {
    expect(await check(key)).toEqual({ ...key, kid: expect.stringMatching(/^[A-Za-z0-9_-]{43}$/) });
  });

  test('members that are null or undefined are absent', async () => {
    const nulls = {
      use: null,
      alg: undefined,
      kid: null,
      status: null,
      crv: null,
      x: null,
      y: null,
      d: null,
      odd: null,
    };
    expect(await check({ ...RSA, ...nulls })).toEqual({ ...RSA, kid: RSA_THUMBPRINT });
  });

  test('no rows give no bodies', async () => {
    expect(await checkJwks([])).toEqual([]);
  });

  test('the same kid may go to two apps', async () => {
    const body = { ...EC, kid: 'one' };
    expect(
      await checkJwks([
        { group: 'a', body },
        { group: 'b', body },
      ]),
    ).toHaveLength(2);
  });
});

describe('keys that are accepted', () => {
  const CASES: readonly (readonly [string, Body])[] = [
    ...['RS256', 'RS384', 'RS512'].map((alg) => [`RSA sig ${alg}`, { ...RSA, use: 'sig', alg }] as const),
    ...['RSA-OAEP', 'RSA-OAEP-256', 'RSA-OAEP-384', 'RSA-OAEP-512'].map(
      (alg) => [`RSA enc ${alg}`, { ...RSA, use: 'enc', alg }] as const,
    ),
    ['EC sig ES256', { ...EC, use: 'sig', alg: 'ES256' }],
    ['EC P-384 ES384', { ...PUBLIC_KEYS[1], alg: 'ES384' }],
    ['EC P-521 ES512', { ...PUBLIC_KEYS[2], alg: 'ES512' }],
    ['enc without alg', { ...RSA, use: 'enc' }],
    ['2048 bits exactly', { ...RSA, n: modulus(2048) }],
    ['2049 bits', { ...RSA, n: modulus(2049) }],
    ['e = 3', { ...RSA, e: 'Aw' }],
    ['kid of 255 characters', { ...EC, kid: 'k'.repeat(255) }],
    ['kid with spaces and quotes', { ...EC, kid: 'my "key" ~1' }],
    ['status ACTIVE', { ...EC, status: 'ACTIVE' }],
    ['status INACTIVE', { ...EC, status: 'INACTIVE' }],
  ];
  test.each(CASES)('%s', async (_name, body) => {
    expect(await check(body)).toMatchObject(body);
  });
});

describe('keys that are refused', () => {
  const short = rsaPair(1024).publicKey.export({ format: 'jwk' }) as Body;
  const CASES: readonly (readonly [name: string, body: unknown, subject: string, text: RegExp])[] = [
    ['null', null, 'jwk', /no JWK/],
    ['a string', '{"kty":"EC"}', 'jwk', /no JWK/],
    ['an array', [RSA], 'jwk', /array/],
    ['a key set', { keys: [RSA] }, 'keys', /one row per key/],
    ['nothing', {}, 'kty', /missing/],
    ['an unknown member', { ...RSA, x5c: ['…'] }, 'x5c', /"x5c"/],
    ['a read-only member', { ...RSA, id: 'pks1', created: 'now' }, 'id', /"id", "created"/],
    ['a number', { ...RSA, e: 65537 }, 'e', /AQAB/],
    ['kid as a number', { ...RSA, kid: 1 }, 'kid', /string/],
    ['oct without k', { kty: 'oct' }, 'kty', /shared secret/],
    ['OKP', { kty: 'OKP', crv: 'Ed25519', x: ED25519.x }, 'kty', /OKP/],
    ['AKP', { kty: 'AKP', alg: 'ML-DSA-44' }, 'kty', /"AKP"/],
    ['kty in lower case', { ...RSA, kty: 'rsa' }, 'kty', /"rsa"/],
    ['RSA with x', { ...RSA, x: EC.x }, 'x', /does not belong/],
    ['EC with n', { ...EC, n: RSA.n }, 'n', /does not belong/],
    ['EC without crv', { ...EC, crv: null }, 'crv', /missing/],
    ['secp256k1', { ...EC, crv: 'secp256k1' }, 'crv', /P-256, P-384, P-521/],
    ['crv named like a method', { ...EC, crv: 'toString' }, 'crv', /not accepted/],
    ['use unknown', { ...RSA, use: 'signature' }, 'use', /"signature"/],
    ['use empty', { ...RSA, use: '' }, 'use', /unknown/],
    ['EC enc', { ...EC, use: 'enc' }, 'use', /RSA keys only/],
    ['EC enc with a right alg', { ...EC, use: 'enc', alg: 'ES256' }, 'use', /RSA keys only/],
    ['PS256', { ...RSA, alg: 'PS256' }, 'alg', /not documented to accept PS256/],
    ['PS512', { ...RSA, use: 'sig', alg: 'PS512' }, 'alg', /not documented/],
    ['HS256', { ...RSA, alg: 'HS256' }, 'alg', /does not go/],
    ['sig with RSA-OAEP', { ...RSA, use: 'sig', alg: 'RSA-OAEP' }, 'alg', /RSA sig/],
    ['enc with RS256', { ...RSA, use: 'enc', alg: 'RS256' }, 'alg', /RSA enc/],
    ['RSA1_5', { ...RSA, use: 'enc', alg: 'RSA1_5' }, 'alg', /RSA-OAEP/],
    ['RSA with ES256', { ...RSA, alg: 'ES256' }, 'alg', /RS256/],
    ['EC with RS256', { ...EC, alg: 'RS256' }, 'alg', /ES256/],
    ['curve and alg apart', { ...EC, alg: 'ES384' }, 'alg', /Use ES256/],
    ['ECDH-ES', { ...EC, alg: 'ECDH-ES' }, 'alg', /ES256/],
    ['n missing', { ...RSA, n: null }, 'n', /missing/],
    ['n empty', { ...RSA, n: '' }, 'n', /empty/],
    ['e missing', { ...RSA, e: undefined }, 'e', /missing/],
    ['n padded', { ...RSA, n: `${RSA.n}==` }, 'n', /strip the padding/],
    [
      'n in plain base64',
      { ...RSA, n: String(RSA.n).replaceAll('-', '+').replaceAll('_', '/') },
      'n',
      /write - for \+/,
    ],
    ['n with a line end', { ...RSA, n: `${RSA.n}\n` }, 'n', /not base64url/],
    ['n with stray bits', { ...RSA, e: 'AQAB', n: `${String(RSA.n).slice(0, -1)}x` }, 'n', /not base64url/],
    ['e of one character', { ...RSA, e: 'A' }, 'e', /not base64url/],
    ['garbage', { ...RSA, n: '!!!' }, 'n', /not base64url/],
    [
      'n with a leading zero',
      { ...RSA, n: Buffer.concat([Buffer.alloc(1), Buffer.from(String(RSA.n), 'base64url')]).toString('base64url') },
      'n',
      /zero byte/,
    ],
    ['e with a leading zero', { ...RSA, e: 'AAEAAQ' }, 'e', /zero byte/],
    ['1024 bits', short, 'n', /1024 bits/],
    ['2047 bits in 256 bytes', { ...RSA, n: modulus(2047) }, 'n', /2047 bits/],
    ['e even', { ...RSA, e: 'AQAA' }, 'e', /odd/],
    ['e = 1', { ...RSA, e: 'AQ' }, 'e', /odd/],
    ['e = 0', { ...RSA, e: 'AA' }, 'e', /zero byte/],
    ['x missing', { ...EC, x: null }, 'x', /missing/],
    ['y empty', { ...EC, y: '' }, 'y', /empty/],
    ['x of 31 bytes', { ...EC, x: Buffer.alloc(31, 1).toString('base64url') }, 'x', /31 bytes/],
    ['coordinates of another curve', { ...PUBLIC_KEYS[1], crv: 'P-256' }, 'x', /48 bytes/],
    ['off the curve', { ...EC, y: EC.x }, 'x', /no point on P-256/],
    ['off the curve P-521', { ...PUBLIC_KEYS[2], y: PUBLIC_KEYS[2]?.x }, 'x', /no point on P-521/],
    ['kid empty', { ...EC, kid: '' }, 'kid', /1 to 255/],
    ['kid too long', { ...EC, kid: 'k'.repeat(256) }, 'kid', /1 to 255/],
    ['kid not ASCII', { ...EC, kid: 'clé' }, 'kid', /ASCII/],
    ['kid with a line end', { ...EC, kid: 'a\n' }, 'kid', /printable/],
    ['status in lower case', { ...EC, status: 'active' }, 'status', /ACTIVE/],
    ['status empty', { ...EC, status: '' }, 'status', /INACTIVE/],
  ];
  test.each(CASES)('%s', async (_name, body, subject, text) => {
    const error = await failureOf(rowsOf(body));
    expect(error.subject).toBe(subject);
    expect(`${error.message} ${error.hint}`).toMatch(text);
    expect(error.message).not.toMatch(/^Row/);
  });

  const ORDER: readonly (readonly [string, Body, string])[] = [
    ['private before kty', { kty: 'oct', k: 'AAAA' }, 'k'],
    ['private before unknown', { ...EC, x5u: 'u', d: 'AAAA' }, 'd'],
    ['kind before encoding', { ...RSA, alg: 'PS256', n: '!!!' }, 'alg'],
    ['encoding before size', { ...RSA, n: modulus(1024), e: '!!!' }, 'e'],
    ['size before kid', { ...RSA, n: modulus(1024), kid: '' }, 'n'],
    ['point before kid', { ...EC, y: EC.x, kid: '' }, 'x'],
    ['kid before status', { ...EC, kid: '', status: 'x' }, 'kid'],
  ];
  test.each(ORDER)('order: %s', async (_name, body, subject) => {
    expect((await failureOf(rowsOf(body))).subject).toBe(subject);
  });
});

describe('several rows', () => {
  test('the message names the row', async () => {
    expect((await failureOf(rowsOf(EC, { ...EC, status: 'x' }))).message).toMatch(/^Row 2: status/);
  });

  test('a private key in a later row is found before anything else is said', async () => {
    const error = await failureOf(rowsOf({ ...EC, kid: '' }, { ...EC, d: 'AAAA' }));
    expect([error.subject, error.message]).toEqual(['d', expect.stringMatching(/^Row 2: /)]);
  });

  const CONFLICTS: readonly (readonly [string, readonly Body[], string, RegExp])[] = [
    [
      'two rows with one kid',
      [
        { ...EC, kid: 'a' },
        { ...RSA, kid: 'a' },
      ],
      'kid',
      /^Row 2: kid "a".*row 1/,
    ],
    ['the same key twice', [EC, { ...RSA, kid: 'b' }, EC], 'kid', /^Row 3: .*row 1/],
    ['a kid that is another row’s thumbprint', [RSA, { ...EC, kid: RSA_THUMBPRINT }], 'kid', /^Row 2/],
    [
      'two active encryption keys',
      [
        { ...RSA, use: 'enc' },
        { ...RSA, use: 'enc', kid: 'b' },
      ],
      'status',
      /^Row 2: Row 1/,
    ],
  ];
  test.each(CONFLICTS)('%s', async (_name, bodies, subject, text) => {
    const error = await failureOf(rowsOf(...bodies));
    expect([error.subject, error.message]).toEqual([subject, expect.stringMatching(text)]);
  });

  test('an active and an inactive encryption key go together', async () => {
    const second = { ...RSA, use: 'enc', kid: 'b', status: 'INACTIVE' };
    expect(await checkJwks(rowsOf({ ...RSA, use: 'enc' }, second))).toHaveLength(2);
  });
});

describe('private keys', () => {
  const secretsOf = (key: Body): readonly string[] =>
    PRIVATE_MEMBERS.flatMap((name) => (typeof key[name] === 'string' ? [key[name]] : []));
  const OCT: Body = { kty: 'oct', k: 'c2VjcmV0LXNlY3JldC1zZWNyZXQ' };
  const KEYS = [...PRIVATE_KEYS, ED25519, OCT];

  test.each(KEYS.map((key) => [key.crv ?? key.kty, key] as const))('%s is refused without echo', async (_name, key) => {
    const error = await failureOf(rowsOf(key));
    const text = everythingIn(error);
    const secrets = secretsOf(key);
    expect(secrets.length).toBeGreaterThan(0);
    expect(PRIVATE_MEMBERS).toContain(error.subject);
    for (const secret of secrets) expect(text).not.toContain(secret);
  });

  test.each(PRIVATE_MEMBERS)('member %s alone is enough', async (name) => {
    for (const value of ['AAAA', '', 0, false, [], {}]) {
      expect((await failureOf(rowsOf({ ...RSA, [name]: value }))).subject).toBe(name);
    }
  });

  test('the message lists all of them', async () => {
    expect((await failureOf(rowsOf(PRIVATE_KEYS[3]))).message).toContain('(d, p, q, dp, dq, qi)');
  });

  test('a private value in the wrong column is not echoed', async () => {
    const secret = String(PRIVATE_KEYS[0]?.d);
    for (const name of ['kty', 'use', 'alg', 'crv', 'status', 'x', 'n']) {
      expect(everythingIn(await failureOf(rowsOf({ ...EC, [name]: secret })))).not.toContain(secret.slice(0, 20));
    }
    expect(everythingIn(await failureOf(rowsOf({ ...EC, kid: `${secret}\n` })))).not.toContain(secret.slice(0, 20));
  });

  test('no private value ever appears, whatever surrounds it', async () => {
    const secret = fc.stringMatching(/^[A-Za-z0-9_-]{16,80}$/);
    const noise = fc.dictionary(
      fc.oneof(
        fc.constantFrom('kty', 'n', 'e', 'kid', 'alg', 'use', 'status', 'x', 'y', 'crv', 'keys', 'odd'),
        fc.string(),
      ),
      fc.jsonValue(),
    );
    const key = fc.constantFrom<Body>(RSA, EC, {}, ...PUBLIC_KEYS);
    await fc.assert(
      fc.asyncProperty(
        key,
        noise,
        fc.constantFrom(...PRIVATE_MEMBERS),
        secret,
        fc.boolean(),
        fc.nat(2),
        async (...made) => {
          const [base, extra, member, value, isCopied, before] = made;
          const copies = isCopied ? { kid: value, status: value, n: value } : {};
          const rows = rowsOf(...Array<Body>(before).fill(EC), { ...base, ...extra, ...copies, [member]: value });
          expect(everythingIn(await failureOf(rows))).not.toContain(value);
        },
      ),
      { numRuns: 300 },
    );
  });
});
