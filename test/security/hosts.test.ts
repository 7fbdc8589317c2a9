/** Where a `subdomain` leads, from the text of a statement to the sockets. What each value is refused for: okta/host.test.ts. */

import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { createUndiciFetch } from '../../src/http/transport/undici.ts';
import type { QueryOptions, Session, SessionOptions } from '../../src/index.ts';
import { appsCalled, endingOf, openWorld, TOKEN, type World, wayOut } from './world.ts';

let world: World;
beforeAll(async () => {
  world = await openWorld();
});
afterEach(() => world.forget());
afterAll(() => world.close());

interface Hostile {
  readonly name: string;
  /** `PORT` and `TLSPORT` are the stranger's. */
  readonly value: string;
  readonly why: string;
}

const HOSTILE: readonly Hostile[] = [
  { name: 'a path', value: 'evil.example/', why: 'what follows in the template becomes a path' },
  { name: 'a query', value: 'evil.example?', why: 'what follows becomes a query' },
  { name: 'a fragment', value: 'evil.example#', why: 'what follows becomes a fragment' },
  { name: 'a login, host and port', value: 'u@evil.example:443/', why: 'the usual way to hide a host' },
  { name: 'a login with a password', value: 'u:p@evil.example', why: 'the host is behind the @' },
  { name: 'the org as a login', value: 'acme.okta.com@evil.example', why: 'reads like the org' },
  { name: 'a backslash', value: 'evil.example\\', why: 'URL parsers take \\ for /' },
  { name: 'backslashes before', value: '\\\\evil.example\\', why: 'URL parsers take \\\\ for //' },
  { name: 'slashes before', value: '//evil.example/', why: 'a URL without a scheme' },
  { name: 'https', value: 'https://evil.example/', why: 'a whole URL' },
  { name: 'http', value: 'http://127.0.0.1:PORT/', why: 'a whole URL of the stranger' },
  { name: 'javascript', value: 'javascript:alert(1)//', why: 'a scheme that runs' },
  { name: 'file', value: 'file:///etc/passwd#', why: 'a scheme that reads' },
  { name: 'a port', value: 'acme.okta.com:8443', why: 'another origin' },
  { name: 'a port of a label', value: 'acme:443', why: 'data chooses no port' },
  { name: 'an encoded slash', value: 'evil.example%2f', why: 'decoded later, it ends the host' },
  { name: 'an encoded dot', value: 'evil%2eexample', why: 'URL parsers decode hosts' },
  { name: 'an encoded letter', value: '%61cme', why: 'URL parsers decode hosts' },
  { name: 'an encoded NUL', value: 'acme%00', why: 'ends a string in C' },
  { name: 'a tab', value: 'evil.example\t/', why: 'URL parsers drop tabs' },
  { name: 'a newline', value: 'evil.example/\n', why: '$ of a pattern matches before it' },
  { name: 'a newline alone', value: 'acme\n', why: '$ of a pattern matches before it' },
  { name: 'a header', value: 'acme\r\nHost: evil.example', why: 'a second Host header' },
  { name: 'a space', value: 'acme evil.example', why: 'not trimmed, not cut' },
  { name: 'a Kelvin sign', value: 'acme.o\u212ata.com', why: 'k in lower case' },
  { name: 'a Cyrillic letter', value: '\u0430cme', why: 'looks like a' },
  { name: 'a Cyrillic letter in the base', value: 'acme.\u043ekta.com', why: 'looks like okta.com' },
  { name: 'a long s', value: 'acme.okta.com\u017f', why: 's in upper case' },
  { name: 'a dotless i', value: 'acme.\u0131okta.com', why: 'changes with the case' },
  { name: 'full-width letters', value: '\uff41\uff43\uff4d\uff45', why: 'URL parsers fold them to acme' },
  { name: 'a full-width dot', value: 'evil\uff0eexample', why: 'URL parsers take it for a dot' },
  { name: 'an ideographic dot', value: 'evil\u3002example', why: 'URL parsers take it for a dot' },
  { name: 'a full-width slash', value: 'evil.example\uff0f', why: 'some parsers fold it to /' },
  { name: 'a soft hyphen', value: 'ac\u00adme', why: 'URL parsers drop it' },
  { name: 'a zero-width space', value: 'acme\u200b', why: 'invisible' },
  { name: 'text from right to left', value: 'acme\u202emoc.atko', why: 'shown backwards' },
  { name: 'punycode', value: 'xn--cme-7cd', why: 'a look-alike in ASCII' },
  { name: 'punycode in the base', value: 'acme.xn--kta-jua.com', why: 'a look-alike of okta.com' },
  { name: 'a dot at the end', value: 'acme.okta.com.', why: 'another origin for the same host' },
  { name: 'a label with a dot at the end', value: 'acme.', why: 'a whole host of one label' },
  { name: 'two dots', value: 'acme..okta.com', why: 'an empty label' },
  { name: 'a dot before', value: '.okta.com', why: 'no org' },
  { name: 'the base alone', value: 'okta.com', why: 'no org' },
  { name: 'two labels', value: 'evil.acme.okta.com', why: 'exactly one label' },
  { name: 'the admin console', value: 'acme-admin', why: 'another origin of Okta' },
  { name: 'the whole admin console', value: 'ACME-admin.okta.com', why: 'another origin of Okta' },
  { name: 'a hyphen for the dot', value: 'acme-okta.com', why: 'anybody can register it' },
  { name: 'no dot', value: 'acmeokta.com', why: 'anybody can register it' },
  { name: 'a longer base', value: 'acme.notokta.com', why: 'ends with okta.com, without the dot' },
  { name: 'the base as a prefix', value: 'acme.okta.com.evil.example', why: 'reads like the org' },
  { name: 'another top level', value: 'acme.okta.co', why: 'anybody can register it' },
  { name: 'a host', value: 'evil.example', why: 'nobody configured it' },
  { name: 'an IPv4 address', value: '127.0.0.1', why: 'no org' },
  { name: 'the stranger', value: '127.0.0.1:PORT', why: 'listens and would answer' },
  { name: 'the stranger with TLS', value: '127.0.0.1:TLSPORT/', why: 'listens and would answer' },
  { name: 'the stranger by name', value: 'localhost:TLSPORT/', why: 'listens and would answer' },
  { name: 'a short IPv4 address', value: '127.1', why: 'URL parsers make 127.0.0.1 of it' },
  { name: 'an IPv4 address in hex', value: '0x7f.0.0.1', why: 'URL parsers make 127.0.0.1 of it' },
  { name: 'an IPv4 number in hex with a path', value: '0x7f000001/', why: 'URL parsers make 127.0.0.1 of it' },
  { name: 'an IPv4 address in octal', value: '0177.0.0.1', why: 'URL parsers make 127.0.0.1 of it' },
  { name: 'an IPv4 number with a path', value: '2130706433/', why: 'URL parsers make 127.0.0.1 of it' },
  { name: 'an IPv6 address', value: '[::1]', why: 'no org' },
  { name: 'an IPv6 address with a port', value: '[::1]:TLSPORT/', why: 'no org' },
  { name: 'an IPv4 address in IPv6', value: '[::ffff:127.0.0.1]', why: 'no org' },
  { name: 'localhost below a name', value: 'acme.localhost', why: 'this machine' },
  { name: '64 characters', value: 'a'.repeat(64), why: 'no label is longer than 63' },
  { name: 'nothing', value: '', why: '.okta.com would be the host' },
  { name: '100 kB', value: 'a'.repeat(100_000), why: 'refused, not cut' },
  { name: '100 kB of dots', value: 'a.'.repeat(50_000), why: 'refused at once' },
  { name: 'a placeholder', value: '{subdomain}', why: 'filled twice, it would be data' },
  { name: 'a list', value: '["evil.example/"]', why: 'a text that is no label' },
  { name: 'a comma', value: 'acme,evil.example', why: 'Set and lists are split by it' },
  { name: 'below a custom domain', value: 'x.login.example.com', why: 'exactly the one that is configured' },
  { name: 'above a custom domain', value: 'example.com', why: 'exactly the one that is configured' },
  { name: 'a look-alike of a custom domain', value: 'login-example.com', why: 'anybody can register it' },
  { name: 'more than a custom domain', value: 'login.example.com.evil.example', why: 'reads like it' },
  { name: 'a custom domain with a port', value: 'login.example.com:8443', why: 'another origin' },
  { name: 'a custom domain with a scheme', value: 'https://login.example.com', why: 'a host is asked for' },
  { name: 'a custom domain with a login', value: 'login.example.com@evil.example', why: 'reads like it' },
  { name: 'a custom domain with a dot', value: 'login.example.com.', why: 'another origin for the same host' },
];

const CUSTOM_DOMAINS: SessionOptions = { customDomains: ['Login.Example.COM'] };

interface Way {
  readonly sql: (value: string) => string;
  readonly options?: (value: string) => QueryOptions;
  /** Default: {@link REFUSED}. */
  readonly error?: Readonly<Record<string, unknown>>;
  /** Whether the statement names the org too, which may then be asked. */
  readonly asksOrg?: true;
}

const REFUSED = { code: 'INVALID_VALUE', subject: 'subdomain' };

/** Through any of these, any hostile value could come. */
const MAIN_WAYS: Readonly<Record<string, Way>> = {
  'a literal': { sql: (value) => `select id from okta.apps.applications where subdomain = ${literal(value)}` },
  'a parameter': {
    sql: () => 'select id from okta.apps.applications where subdomain = $1',
    options: (value) => ({ parameters: { 1: value } }),
  },
  'a column of the org’s own data': {
    sql: () => `select b.id from okta.apps.applications a join okta.apps.applications b on b.subdomain = a.label
                where a.subdomain = 'acme'`,
    asksOrg: true,
  },
  EXEC: {
    sql: (value) => `exec okta.apps.jwks.activate_oauth2_client_json_web_key @subdomain=${literal(value)},
                     @appId='0oa1', @keyId='pks1'`,
  },
};

const X = 'f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU';
const Y = 'x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0';
const KEY_VALUES = `'0oa1', 'EC', 'sig', 'P-256', '${X}', '${Y}'`;
const KEY_COLUMNS = 'subdomain, appId, kty, use, crv, x, y';

/** These differ from the main ones before the value is known, or after it was refused. */
const OTHER_WAYS: Readonly<Record<string, Way>> = {
  'an IN list beside the org': {
    sql: (value) => `select id from okta.apps.applications where subdomain in ('acme', ${literal(value)})`,
  },
  'an OR beside the org': {
    sql: (value) => `select id from okta.apps.applications where subdomain = 'acme' or subdomain = ${literal(value)}`,
  },
  'a UNION with the org': {
    sql: (value) => `select id from okta.apps.applications where subdomain = 'acme'
                     union all select id from okta.apps.applications where subdomain = ${literal(value)}`,
  },
  'a subquery in FROM': {
    sql: (value) => `select t.id from (select * from okta.apps.applications where subdomain = ${literal(value)}) t`,
  },
  'a condition above a subquery': {
    sql: (value) => `select t.id from (select * from okta.apps.applications) t where t.subdomain = ${literal(value)}`,
  },
  'a CTE': {
    sql: (value) => `with t as (select * from okta.apps.applications where subdomain = ${literal(value)})
                     select id from t`,
  },
  'a constant expression': {
    sql: (value) => `select id from okta.apps.applications where subdomain = concat(${literal(value)}, '')`,
  },
  'a join with the org': {
    sql: (value) => `select b.created from okta.apps.applications a join okta.apps.jwks b on b.appId = a.id
                     where a.subdomain = 'acme' and b.subdomain = ${literal(value)}`,
  },
  'a scalar subquery': {
    sql: (value) => `select id from okta.apps.applications where subdomain = (select ${literal(value)})`,
    error: { code: 'NO_METHOD' },
  },
  'rows of VALUES': {
    sql: (value) => `select a.id from (values (${literal(value)})) v(s)
                     join okta.apps.applications a on a.subdomain = v.s`,
    error: { code: 'NO_METHOD' },
  },
  'an array': {
    sql: (value) => `select id from okta.apps.applications where subdomain = [${literal(value)}]`,
    error: { code: 'NO_METHOD' },
  },
  'a placeholder': {
    sql: () => "select id from okta.apps.applications where subdomain = '{{ org }}'",
    options: (value) => ({ variables: { org: value } }),
  },
  INSERT: {
    sql: (value) => `insert into okta.apps.jwks (${KEY_COLUMNS}) values (${literal(value)}, ${KEY_VALUES})`,
  },
  'INSERT of a parameter': {
    sql: () => `insert into okta.apps.jwks (${KEY_COLUMNS}) values ($1, ${KEY_VALUES})`,
    options: (value) => ({ parameters: { 1: value } }),
  },
  'INSERT of a second row': {
    sql: (value) => `insert into okta.apps.jwks (${KEY_COLUMNS})
                     values ('acme', ${KEY_VALUES}), (${literal(value)}, ${KEY_VALUES})`,
  },
  'INSERT from the org’s own data': {
    sql: () => `insert into okta.apps.jwks (${KEY_COLUMNS})
                select label, ${KEY_VALUES} from okta.apps.applications where subdomain = 'acme'`,
    asksOrg: true,
  },
  'DELETE by ids': {
    sql: (value) =>
      `delete from okta.apps.jwks where subdomain = ${literal(value)} and appId = '0oa1' and keyId = 'pks1'`,
  },
  'DELETE of what matches': {
    sql: (value) =>
      `delete from okta.apps.jwks where subdomain = ${literal(value)} and appId = '0oa1' and status = 'INACTIVE'`,
  },
  UPDATE: {
    sql: (value) => `update okta.apps.jwks set status = 'INACTIVE'
                     where subdomain = ${literal(value)} and appId = '0oa1' and keyId = 'pks1'`,
  },
  'EXEC of an INSERT': {
    sql: (value) => `exec okta.apps.jwks.add_jwk @subdomain=${literal(value)}, @appId='0oa1'
                     @@json='{"kty":"EC","use":"sig","crv":"P-256","x":"${X}","y":"${Y}"}'`,
  },
};

function literal(value: string): string {
  return `'${value.replaceAll("'", "''")}'`;
}

function filled({ value }: Pick<Hostile, 'value'>): string {
  const { stranger, strangerTls } = world.ports;
  return value.replace('TLSPORT', String(strangerTls)).replace('PORT', String(stranger));
}

/** No request at all where the statement does not name the org; and to the stranger none ever, not even a connection. */
async function expectRefused(session: Session, way: Way, value: string, why: string): Promise<void> {
  world.answer(appsCalled(value));
  const { sql, options = () => ({}), error = REFUSED, asksOrg = false } = way;
  expect(await endingOf(session.query(sql(value), options(value))), why).toMatchObject({ error });
  await world.settle();
  expect(world.contacts, why).toEqual([]);
  expect(
    world.ways.filter((asked) => !asksOrg || asked !== 'acme.okta.com:443'),
    why,
  ).toEqual([]);
  for (const { method, headers } of world.received) expect([method, headers.host]).toEqual(['GET', 'acme.okta.com']);
}

test('who can be reached is reached: without the rules, the stranger would get the credential', async () => {
  const { fetch, close } = createUndiciFetch(wayOut(world.ports.internet));
  const headers = { authorization: `SSWS ${TOKEN}` };
  for (const url of ['https://evil.example/x.okta.com', `https://127.0.0.1:${world.ports.strangerTls}/.okta.com`]) {
    expect(await (await fetch(new Request(url, { headers }))).json()).toEqual([{ id: 'of the stranger' }]);
  }
  await close();
  expect(world.contacts.filter((contact) => contact.includes(TOKEN))).toHaveLength(2);
});

describe.each(Object.entries(MAIN_WAYS))('a hostile subdomain by %s', (_name, way) => {
  test.each(HOSTILE)('$name', async (hostile) => {
    await expectRefused(world.online(CUSTOM_DOMAINS), way, filled(hostile), hostile.why);
  });
});

const TELLING = new Set([
  'a path',
  'a login, host and port',
  'the stranger with TLS',
  'the admin console',
  'nothing',
  'a newline alone',
]);

describe.each(Object.entries(OTHER_WAYS))('a hostile subdomain by %s', (_name, way) => {
  test.each(HOSTILE.filter(({ name }) => TELLING.has(name)))('$name', async (hostile) => {
    await expectRefused(world.online(), way, filled(hostile), hostile.why);
  });
});

describe('a hostile subdomain of the session itself', () => {
  const way: Way = { sql: () => 'select id from okta.apps.applications' };
  test.each(HOSTILE.filter(({ name }) => TELLING.has(name)))('$name', async (hostile) => {
    const value = filled(hostile);
    await expectRefused(world.online({ subdomain: value }), way, value, hostile.why);
  });
});

// In a C string it would be the end: what is checked would not be what is sent.
describe('a NUL in a hostile subdomain', () => {
  test.each(['acme\u0000', 'acme\u0000.evil.example', 'evil.example\u0000.okta.com', '\u0000'])('%j', async (value) => {
    const { 'a literal': text, ...ways } = MAIN_WAYS;
    await expectRefused(world.online(), text as Way, value, 'refused, not cut');
    for (const way of [ways['a parameter'], ways['a column of the org’s own data'], ways['EXEC']]) {
      await expectRefused(world.online(), way as Way, value, 'refused, not cut');
      await world.forget();
    }
  });
});

describe('with an endpoint on this machine, hostile values are refused all the same', () => {
  test.each(HOSTILE)('$name', async (hostile) => {
    await expectRefused(world.local(CUSTOM_DOMAINS), MAIN_WAYS['a parameter'] as Way, filled(hostile), hostile.why);
    expect(world.received).toEqual([]);
  });
});

describe('an endpoint that would lead elsewhere is refused', () => {
  test.each<[name: string, endpointUrl: string]>([
    ['plain HTTP over a network', 'http://evil.example'],
    ['a login before this machine', 'http://{subdomain}@127.0.0.1:PORT'],
    ['the host chosen by data', 'https://{subdomain}'],
    ['the port chosen by data', 'http://localhost:{subdomain}'],
    ['the end of the host chosen by data', 'https://127.0.0.{subdomain}'],
    ['a host that only begins like this machine', 'http://127.0.0.1.evil.example:PORT'],
    ['an address in hex', 'http://0x7f000001:PORT'],
    ['a path', 'http://127.0.0.1:PORT/okta'],
  ])('%s', async (_name, url) => {
    const session = world.local({ endpointUrl: filled({ value: url }) });
    const ending = await endingOf(session.query("select id from okta.apps.applications where subdomain = 'acme'"));
    expect(ending).toMatchObject({ error: { code: 'INVALID_VALUE', subject: 'OKTAQL_ENDPOINT_URL' } });
    await world.settle();
    expect([world.contacts, world.ways, world.received]).toEqual([[], [], []]);
  });
});

describe('values that name no host at all', () => {
  test.each<[name: string, condition: string, ending: Readonly<Record<string, unknown>>]>([
    ['NULL', 'subdomain = NULL', { rows: [] }],
    ['IS NULL', 'subdomain is null', { error: { code: 'NO_METHOD' } }],
    ['a pattern', "subdomain like '%'", { error: { code: 'NO_METHOD' } }],
    ['not this one', "subdomain <> 'acme'", { error: { code: 'NO_METHOD' } }],
    ['a range', "subdomain between 'a' and 'z'", { error: { code: 'NO_METHOD' } }],
    ['itself', 'subdomain = subdomain', { error: { code: 'NO_METHOD' } }],
    ['two at once', "subdomain = 'acme' and subdomain = 'evil.example/'", { rows: [] }],
  ])('%s', async (_name, condition, ending) => {
    const sql = `select id from okta.apps.applications where ${condition}`;
    expect(await endingOf(world.online().query(sql))).toMatchObject(ending);
    await world.settle();
    expect([world.contacts, world.ways]).toEqual([[], []]);
  });
});

interface Honest {
  readonly name: string;
  readonly value: string;
  readonly host: string;
  readonly options?: SessionOptions;
}

const HONEST: readonly Honest[] = [
  { name: 'a label', value: 'acme', host: 'acme.okta.com' },
  { name: 'a label in capitals', value: 'ACME', host: 'acme.okta.com' },
  { name: 'a label of digits', value: '2130706433', host: '2130706433.okta.com' },
  { name: 'a label of 63 characters', value: 'a'.repeat(63), host: `${'a'.repeat(63)}.okta.com` },
  { name: 'localhost, a mere label', value: 'localhost', host: 'localhost.okta.com' },
  { name: 'a whole host', value: 'acme.okta.com', host: 'acme.okta.com' },
  { name: 'a whole host in capitals', value: 'Acme.OKTA.com', host: 'acme.okta.com' },
  { name: 'oktapreview.com', value: 'acme.oktapreview.com', host: 'acme.oktapreview.com' },
  { name: 'okta-emea.com', value: 'acme.okta-emea.com', host: 'acme.okta-emea.com' },
  { name: 'okta-gov.com', value: 'acme.okta-gov.com', host: 'acme.okta-gov.com' },
  { name: 'okta.mil', value: 'acme.okta.mil', host: 'acme.okta.mil' },
  { name: 'okta-miltest.com', value: 'acme.okta-miltest.com', host: 'acme.okta-miltest.com' },
  { name: 'trex-govcloud.com', value: 'acme.trex-govcloud.com', host: 'acme.trex-govcloud.com' },
  {
    name: 'a base of the session',
    value: 'acme',
    host: 'acme.oktapreview.com',
    options: { baseDomain: 'oktapreview.com' },
  },
  { name: 'a custom domain', value: 'login.example.com', host: 'login.example.com', options: CUSTOM_DOMAINS },
  {
    name: 'a custom domain in capitals',
    value: 'LOGIN.example.com',
    host: 'login.example.com',
    options: CUSTOM_DOMAINS,
  },
];

describe('an honest subdomain leads to its org, with the credential', () => {
  test.each(HONEST)('$name', async ({ value, host, options = {} }) => {
    const sql = 'select id, subdomain from okta.apps.applications where subdomain = $1';
    const { rows } = await world.online(options).query(sql, { parameters: { 1: value } });
    expect(rows).toEqual([['0oa1', value]]);
    expect([world.ways, world.contacts]).toEqual([[`${host}:443`], []]);
    const [request] = world.received;
    expect([request?.headers.host, request?.headers.authorization]).toEqual([host, `SSWS ${TOKEN}`]);
  });

  test('an org of this machine with TLS, which gets its own login and shows its certificate', async () => {
    const { orgTls, strangerTls } = world.ports;
    const url = `https://acme.localhost:${orgTls}`;
    const orgs = { desk: { url, login: { kind: 'api-token', token: 'of-the-desk' } } } as const;
    const sql = "select id from okta.apps.applications where subdomain = 'desk'";
    expect(await endingOf(world.online({ orgs, tls: {} }).query(sql))).toMatchObject({ error: { code: 'NETWORK' } });
    expect(world.received).toEqual([]);
    await world.online({ orgs, tls: { insecure: 'loopback' } }).query(sql);
    expect(world.received.map(({ headers }) => [headers.host, headers.authorization])).toEqual([
      [`acme.localhost:${orgTls}`, 'SSWS of-the-desk'],
    ]);
    const other = `select id from okta.apps.applications where subdomain = 'acme.localhost:${strangerTls}'`;
    expect(await endingOf(world.online({ orgs }).query(other))).toMatchObject({ error: REFUSED });
    await world.settle();
    expect([world.ways, world.contacts]).toEqual([[], []]);
  });

  test('an endpoint with the label in its name', async () => {
    await world.local().query("select id from okta.apps.applications where subdomain = 'acme.okta.com'");
    expect(world.received.map(({ headers }) => headers.host)).toEqual([`acme.localhost:${world.ports.org}`]);
  });
});

describe('a credential stays with its first origin', () => {
  const sqlFor = (value: string): string => `select id from okta.apps.applications where subdomain = '${value}'`;

  test.each<[name: string, other: string]>([
    ['another org', 'evil'],
    ['the same label elsewhere', 'acme.oktapreview.com'],
    ['a custom domain', 'login.example.com'],
  ])('%s, in the next statement', async (_name, other) => {
    const session = world.online(CUSTOM_DOMAINS);
    await session.query(sqlFor('acme'));
    expect(await endingOf(session.query(sqlFor(other)))).toMatchObject({ error: { code: 'AUTH', status: 0 } });
    expect(world.ways).toEqual(['acme.okta.com:443']);
  });

  test('another org that data names, in the same statement', async () => {
    world.answer(appsCalled('evil'));
    const way = MAIN_WAYS['a column of the org’s own data'] as Way;
    expect(await endingOf(world.online().query(way.sql('evil')))).toMatchObject({ error: { code: 'AUTH', status: 0 } });
    expect(world.ways).toEqual(['acme.okta.com:443']);
  });
});
