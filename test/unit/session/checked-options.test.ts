import { describe, expect, test } from 'vitest';
import { InvalidValueError, type QueryError } from '../../../src/errors.ts';
import { createEnginePool, createProvider, createSession, type Provider, Secret } from '../../../src/index.ts';

const LOGIN = { kind: 'private-key', clientId: '0oa1', privateKey: 'key', scopes: [] };

/** What a caller without types may write, and what is said of it. */
const REFUSED: readonly (readonly [options: unknown, message: string, hint?: string])[] = [
  [{ endpoint: 'http://127.0.0.1:1' }, 'createSession has no option "endpoint".', 'Did you mean endpointUrl?'],
  [{ endpointURL: 'http://127.0.0.1:1' }, 'createSession has no option "endpointURL".', 'Did you mean endpointUrl?'],
  [{ tokn: 'x' }, 'createSession has no option "tokn".', 'Did you mean token?'],
  [{ zzzzzz: 1 }, 'createSession has no option "zzzzzz".', 'The options are subdomain, fetch'],
  [{ names: {} }, 'createSession has no option "names".'],
  [{ constructor: 1 }, 'createSession has no option "constructor".'],
  [{ endpoint: undefined }, 'createSession has no option "endpoint".'],
  ['acme', 'createSession takes its options as an object.'],
  [null, 'createSession takes its options as an object.'],
  [[], 'createSession takes its options as an object.'],
  [{ token: 1 }, 'token takes a text or a Secret.'],
  [{ token: null }, 'token takes a text or a Secret.'],
  [{ subdomain: ['acme'] }, 'subdomain takes a text.'],
  [{ timeoutMs: '60' }, 'timeoutMs takes a number of milliseconds, from 0 to 2147483647.'],
  [{ timeoutMs: Number.NaN }, 'timeoutMs takes a number of milliseconds, from 0 to 2147483647.'],
  [{ maxChanges: -1 }, 'maxChanges takes a whole number, not below 0.'],
  [{ maxChanges: Number.NaN }, 'maxChanges takes a whole number, not below 0. It got NaN.'],
  [{ maxChanges: Number.POSITIVE_INFINITY }, 'maxChanges takes a whole number, not below 0. It got Infinity.'],
  [{ maxChanges: 1.5 }, 'It got 1.5.'],
  [{ maxChanges: null }, 'It got null.'],
  [{ timeoutMs: 1e12 }, 'timeoutMs takes a number of milliseconds, from 0 to 2147483647. It got 1000000000000.'],
  [{ threads: 0 }, 'threads takes a whole number from 1 to 1024. It got 0.'],
  [{ threads: Number.NaN }, 'threads takes a whole number from 1 to 1024. It got NaN.'],
  [{ isolation: 'process', cpuLimitMs: Number.NaN }, 'cpuLimitMs takes a number of milliseconds'],
  [
    { cpuLimitMs: 1000 },
    'The option cpuLimitMs of createSession is for an engine in a process of its own.',
    'isolation',
  ],
  [{ isolation: 'none', cpuLimitMs: 1000 }, 'The option cpuLimitMs of createSession'],
  [{ isolation: 'process', enginePool: {} }, 'enginePool takes what createEnginePool gives.'],
  [{ maxResponseBytes: 2 ** 40 }, 'from 0 to 536870888'],
  [{ maxResponseBytes: Number.POSITIVE_INFINITY }, 'maxResponseBytes takes a whole number'],
  ...['', '0GB', '-1GB', 'none', '5', '1e3GB', '80%', 'much'].map((size): [object, string] => [
    { memoryLimit: size },
    'memoryLimit takes a number above 0 with a unit',
  ]),
  [{ spillLimit: 'none' }, 'spillLimit takes a number above 0 with a unit'],
  [{ spillDirectory: '' }, 'spillDirectory takes a path. It got an empty text.'],
  [{ database: '' }, 'database takes a path.'],
  [{ secretsTo: '' }, 'secretsTo takes a path.'],
  ...['*.csv', '/data/?.csv', '/data/[a].csv', ''].map((file): [object, string] => [
    { allowFiles: [file] },
    'allowFiles takes',
  ]),
  ...['a b', '', 'https://id.acme.example', 'acme'].map((name): [object, string] => [
    { customDomains: [name] },
    'customDomains takes a list of texts, each the name of a host.',
  ]),
  ...['nonsense', '', '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----'].map((ca): [object, string] => [
    { tls: { ca } },
    'tls.ca takes certificates as a text in PEM.',
  ]),
  [{ proxy: {} }, 'proxy.url takes a text or a Secret. It got nothing.'],
  [{ orgs: { prod: {} } }, 'orgs.prod.url takes a text. It got nothing.'],
  [{ login: { kind: 'api-token' } }, 'login.token takes a text or a Secret. It got nothing.'],
  [
    { login: { kind: 'private-key', clientId: 'a', privateKey: 'b' } },
    'login.scopes takes a list of texts. It got nothing.',
  ],
  [{ concurrency: '5' }, 'concurrency takes a number.'],
  [{ dryRun: 'yes' }, 'dryRun takes true or false.'],
  [{ revealSecrets: 'false' }, 'revealSecrets takes true or false.'],
  [{ fetch: 'undici' }, 'fetch takes a function.'],
  [{ registry: './providers' }, 'registry takes what loadRegistry gives.'],
  [{ provider: {} }, 'provider takes what createProvider gives.'],
  [{ clock: {} }, 'clock takes an object with now and sleep.'],
  [{ customDomains: 'id.acme.example' }, 'customDomains takes a list of texts'],
  [{ allowFiles: [1] }, 'allowFiles takes a list of texts'],
  [{ proxy: { host: 'proxy' } }, 'proxy has no option "host".'],
  [{ proxy: 'http://proxy' }, 'proxy takes an object.'],
  [{ tls: { insecure: true } }, 'tls.insecure takes loopback or everywhere.'],
  [{ tls: { cert: '' } }, 'tls has no option "cert".'],
  [{ login: { kind: 'password' } }, 'login.kind takes api-token or bearer or private-key.'],
  [{ login: { ...LOGIN, scope: 'okta.apps.read' } }, 'A login of kind private-key has no option "scope".'],
  [{ login: { ...LOGIN, scopes: 'okta.apps.read' } }, 'login.scopes takes a list of texts.'],
  [{ orgs: { prod: { host: 'acme.okta.com' } } }, 'An org has no option "host".'],
  [{ orgs: { prod: { url: 1 } } }, 'orgs.prod.url takes a text.'],
  [
    { orgs: { prod: { url: 'acme.okta.com', login: { kind: 'bearer', token: 7 } } } },
    'orgs.prod.login.token takes a text',
  ],
];

describe('createSession', () => {
  test.each(REFUSED)('refuses %o', (options, message, hint) => {
    const error = thrownBy(() => createSession(options as object));
    expect(error).toBeInstanceOf(InvalidValueError);
    expect(error.message).toContain(message);
    if (hint !== undefined) expect(error.hint).toContain(hint);
  });

  test('says nothing of the value: it may be a secret in the wrong place', () => {
    const error = thrownBy(() => createSession({ timeoutMs: 'hush-hush' as unknown as number }));
    expect(`${error.message} ${error.hint ?? ''}`).not.toContain('hush');
  });

  test('takes what is undefined as not given, and a Secret for a text', async () => {
    const { OKTAQL_NOBODY: token } = process.env;
    await createSession({ token, subdomain: undefined, timeoutMs: undefined as unknown as number }).close();
    await createSession({ token: new Secret('t'), login: { kind: 'bearer', token: new Secret('t') } }).close();
  });
});

describe('createProvider', () => {
  test('refuses what is a session’s', () => {
    expect(thrownBy(() => createProvider({ maxChanges: 1 } as object)).message).toBe(
      'createProvider has no option "maxChanges".',
    );
  });
});

describe('query', () => {
  const asked: readonly (readonly [options: unknown, message: string])[] = [
    [{ timeout: 5 }, 'query has no option "timeout".'],
    [{ signal: new AbortController() }, 'signal takes an AbortSignal.'],
    [{ variables: { day: 5 } }, 'variables.day takes a text.'],
    [{ parameters: 'x' }, 'parameters takes a list of values, or an object of them by number or name.'],
    [{ parameters: [{}] }, 'The value of parameter 1 is of type object.'],
    [{ parameters: [undefined] }, 'The value of parameter 1 is undefined.'],
    [{ parameters: { name: Symbol('x') } }, 'The value of parameter name is of type symbol.'],
    [{ parameters: [new Date('never')] }, 'The value of parameter 1 is an invalid Date.'],
  ];

  test.each(asked)('refuses %o', async (options, message) => {
    const session = createSession();
    await expect(session.query('SELECT $1', options as object)).rejects.toThrow(message);
    await session.close();
  });

  test.each([
    ['SELECT $1 AS a, $2 AS b', ['x', 2]],
    ['SELECT ? AS a, ? AS b', ['x', 2]],
    ['SELECT $2 AS b, $1 AS a', ['x', 2]],
    ['SELECT $1 AS a, $2 AS b', { 1: 'x', 2: 2 }],
    ['SELECT $a AS a, $b AS b', { a: 'x', b: 2 }],
  ])('binds %s', async (text, parameters) => {
    const session = createSession();
    const { columns, rows } = await session.query(text, { parameters });
    expect(Object.fromEntries(columns.map(({ name }, index) => [name, rows[0]?.[index]]))).toEqual({ a: 'x', b: 2 });
    await session.close();
  });
});

describe('scan', () => {
  const subdomain = { kind: 'in', column: 'subdomain', values: ['acme'] };
  const scans: readonly (readonly [options: unknown, message: string, hint?: string])[] = [
    [{ qual: [] }, 'scan has no option "qual".', 'Did you mean quals or parentQuals?'],
    [{ quals: {} }, 'quals takes a list.'],
    [{ columns: 'id' }, 'columns takes a list of texts.'],
    [{ columns: ['ident'] }, 'There is no column "ident" here.'],
    [{ settings: { skipDenid: true } }, 'settings has no option "skipDenid".', 'Did you mean skipDenied?'],
    [{ settings: { pushdown: 'off' } }, 'settings.pushdown takes true or false.'],
    [{ keys: { columns: ['id'], rows: [['a']] } }, 'keys.rows takes an async iterable.'],
    [{ limit: '5' }, 'limit takes a whole number'],
    [{ quals: [subdomain, null] }, 'A qual is an object with a kind.'],
    [{ quals: [subdomain, { kind: 'eq', column: 'status', value: 'x' }] }, 'There is no qual of kind "eq".'],
    [{ quals: [subdomain, { column: 'status', values: ['x'] }] }, 'There is no qual of kind undefined.'],
    [{ quals: [subdomain, { kind: 'in', column: 'status', value: 'x' }] }, 'A qual of kind in needs values.'],
    [{ quals: [subdomain, { kind: 'in', column: 'status', values: 'ACTIVE' }] }, 'values takes a list.'],
    [{ quals: [subdomain, { kind: 'in', column: 'state', values: ['ACTIVE'] }] }, 'There is no column "state" here.'],
    [{ quals: [subdomain, { kind: 'in', column: 7, values: [] }] }, 'column takes a text.'],
    [
      { quals: [subdomain, { kind: 'compare', column: 'created', operator: '=', value: 'x' }] },
      'There is no operator "=".',
      "{ kind: 'in', column, values: [value] }",
    ],
    [
      { quals: [subdomain, { kind: 'compare', column: 'created', operator: '!=', value: 'x' }] },
      'There is no operator "!=".',
      'Operators are <>, <',
    ],
    [
      { quals: [subdomain, { kind: 'compare', column: 'created', operator: '>', value: new Date(0) }] },
      'A qual has no value of type object.',
      '2026-01-31T00:00:00Z',
    ],
    [{ quals: [subdomain, { kind: 'in', column: 'id', values: [1n] }] }, 'A qual has no value of type bigint.'],
    [
      { quals: [subdomain, { kind: 'in', column: 'id', values: [undefined] }] },
      'A qual has no value of type undefined.',
    ],
    [{ quals: [subdomain, { kind: 'in', column: 'id', values: [Number.NaN] }] }, 'A qual has no value of type number.'],
    [{ quals: [subdomain, { kind: 'like', column: 'label', pattern: /x/ }] }, 'pattern takes a text.'],
    [{ quals: [subdomain, { kind: 'null', column: 'label', isNull: 1 }] }, 'isNull takes true or false.'],
    [
      { quals: [subdomain, { kind: 'null', column: 'label', isNull: true, not: true }] },
      'A qual of kind null has no "not".',
    ],
    [{ quals: [subdomain, { kind: 'in', column: 'profile', path: 'a', values: [] }] }, 'path takes a list of texts.'],
    [
      { quals: [subdomain, { kind: 'or', quals: [{ kind: 'lik', column: 'label', pattern: 'a%' }] }] },
      'of kind "lik".',
    ],
    [{ quals: [{ kind: 'tuples', columns: ['subdomain', 'id'], rows: [['acme']] }] }, 'takes a list of 2 values'],
    [{ quals: [{ kind: 'tuples', columns: ['subdomain', 'ident'], rows: [] }] }, 'There is no column "ident" here.'],
  ];

  test.each(scans)('refuses %o', (options, message, hint) => {
    const error = thrownBy(() => neverSending().scan('okta.apps.applications', options as object));
    expect(error.message).toContain(message);
    if (hint !== undefined) expect(error.hint).toContain(hint);
  });

  test('takes every kind of qual, in any case of names and by aliases', () => {
    const quals = [
      { kind: 'in', column: 'SubDomain', values: ['acme'] },
      { kind: 'in', column: 'appid', values: ['0oa1'] },
      { kind: 'compare', column: 'created', operator: '>=', value: '2026-01-01' },
      { kind: 'like', column: 'label', pattern: 'a%' },
      { kind: 'null', column: 'profile', path: ['owner'], isNull: true },
      { kind: 'tuples', columns: ['id', 'status'], rows: [['0oa1', null]] },
      { kind: 'or', quals: [{ kind: 'in', column: 'q', values: ['x', 1, true, null] }] },
    ] as const;
    expect(neverSending().scan('okta.apps.applications', { quals }).exactness).toHaveLength(quals.length);
  });

  test.each(['invoke', 'request'] as const)('%s refuses an option that it does not have', async (call) => {
    const options = { boddy: {} } as object;
    await expect(neverSending()[call]('okta.apps.applications.list_applications', {}, options)).rejects.toThrow(
      `${call} has no option "boddy".`,
    );
  });
});

function neverSending(): Provider {
  return createProvider({ fetch: () => Promise.reject(new Error('sent')) });
}

function thrownBy(call: () => unknown): QueryError {
  try {
    call();
  } catch (error) {
    return error as QueryError;
  }
  throw new Error('Nothing was thrown.');
}

test.each<[options: unknown, message: string]>([
  [{ spares: 0 }, 'spares takes a whole number from 1 to 64. It got 0.'],
  [{ spares: Number.NaN }, 'spares takes a whole number from 1 to 64. It got NaN.'],
  [{ size: 2 }, 'createEnginePool has no option "size".'],
])('createEnginePool refuses %o', (options, message) => {
  expect(thrownBy(() => createEnginePool(options as object)).message).toContain(message);
});

describe('calls', () => {
  const provider = createProvider({ subdomain: 'acme', fetch: async () => new Response('[]') });
  const METHOD = 'okta.apps.jwks.list_jwk';

  test.each<[name: unknown, parameters: unknown, message: string]>([
    [METHOD, { appId: Number.NaN }, 'Parameter appId takes a value that can be sent. It got NaN.'],
    [METHOD, { appId: new Date(Number.NaN) }, 'Parameter appId takes a value that can be sent.'],
    [METHOD, { appId: undefined }, 'Parameter appId takes a value that can be sent. It got nothing.'],
    [METHOD, null, 'The parameters of a method takes an object. It got null.'],
    [5, {}, 'The name of a method takes a text. It got 5.'],
  ])('of %o with %o are refused', async (name, parameters, message) => {
    const call = provider.invoke(name as string, parameters as Record<string, string>);
    await expect(call).rejects.toThrow(new InvalidValueError(message, { subject: '' }).message);
  });

  test('of scan without options that are an object are refused', () => {
    expect(thrownBy(() => provider.scan('okta.apps.jwks', null as never)).message).toContain(
      'takes its options as an object',
    );
  });

  test('of query with something else than a text are refused', async () => {
    const session = createSession({ provider });
    await expect(session.query(5 as never)).rejects.toThrow('The statement of query takes a text. It got 5.');
    await session.close();
  });

  test('at a time that is none are refused', () => {
    const late = createProvider({ now: () => new Date(Number.NaN), subdomain: 'acme' });
    expect(thrownBy(() => late.scan('okta.apps.applications')).message).toContain('now gives a Date');
  });
});
