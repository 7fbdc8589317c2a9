/**
 * Secrets are planted wherever a statement, a login, an org and the answers of an org can hold one. Then everything that is
 * shown is searched for them: rows, errors with their causes, notices, log lines, archives, and both streams of the command
 * line, in all formats.
 */

import { generateKeyPairSync } from 'node:crypto';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { inspect } from 'node:util';
import fc from 'fast-check';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';

import { runCommandLine } from '../../src/cli/program.ts';
import type { Output } from '../../src/cli/streams.ts';
import { harEntry } from '../../src/http/trace/har.ts';
import { logLine } from '../../src/http/trace/record.ts';
import type { SessionOptions } from '../../src/index.ts';
import { factsOf, OUTPUT_FORMATS } from '../../src/output/writers.ts';
import { everythingOf } from '../unit/http/http-client.contract.ts';
import { HASTY_CLOCK, json, openWorld, type Received, type Reply, type World } from './world.ts';

/** `SECRETS_RUNS=200 npx vitest run test/security/secrets.test.ts` plants more of them. */
const RUNS = Number(process.env['SECRETS_RUNS'] ?? 40);

let world: World;
let folder = '';
beforeAll(async () => {
  world = await openWorld();
  folder = mkdtempSync(join(tmpdir(), 'oktaql-test-'));
});
afterEach(() => world.forget());
afterAll(async () => {
  await world.close();
  rmSync(folder, { recursive: true });
});

/** The secrets of one case. */
interface Planted {
  /** Of the login: an API token, a password, the secret of a client. */
  readonly credential: string;
  /** What the token endpoint gives. */
  readonly accessToken: string;
  /** What the org holds, and sends in clear. */
  readonly held: string;
  /** In a statement, and so in a body: a user's password, an own client secret. */
  readonly given: string;
  /** The private member of a key in a statement. */
  readonly d: string;
  /** The text inside a PEM. */
  readonly pem: string;
  readonly cookie: string;
}

const text = (characters: string, minLength: number, maxLength: number): fc.Arbitrary<string> =>
  fc.string({ unit: fc.constantFrom(...characters), minLength, maxLength });

const LETTERS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';
const BASE64URL = `${LETTERS}-_`;
/** All that a header can hold. */
const PRINTABLE = `${LETTERS}!"#$%&'()*+,-./:;<=>?@[\\]^_\`{|}~`;
/** To the command line, a token with brackets is the placeholder of an example: it would end before anything is shown. */
const NO_PLACEHOLDER = PRINTABLE.replace(/[{}<>]/g, '');

/** What is wrong with one secret is wrong with all: they are not made simpler, which would make them alike. */
function plantedWith(characters: string): fc.Arbitrary<Planted> {
  return fc.noShrink(
    fc.noBias(
      fc.record({
        credential: fc.oneof(text(BASE64URL, 30, 42), text(characters, 30, 42)),
        accessToken: text(BASE64URL, 30, 60),
        held: fc.oneof(text(BASE64URL, 30, 60), text(PRINTABLE, 30, 60)),
        // Shorter texts of a statement may stand in its errors.
        given: fc.oneof(text(BASE64URL, 30, 60), text(PRINTABLE, 30, 60)),
        d: text(BASE64URL, 43, 43),
        pem: text(`${LETTERS}+/`, 64, 64),
        cookie: text(LETTERS, 24, 40),
      }),
    ),
  );
}

/** How a secret could be written. The forms of base64 are what is the same wherever in a longer text it stands. */
function spellings(secret: string): readonly string[] {
  const escaped = JSON.stringify(secret).slice(1, -1);
  return [
    secret,
    escaped,
    JSON.stringify(escaped).slice(1, -1),
    encodeURIComponent(secret),
    new URLSearchParams([['', secret]]).toString().slice(1),
    inHtml(secret),
    ...[0, 1, 2].flatMap((offset) => {
      const bytes = Buffer.from(`${'x'.repeat(offset)}${secret}`);
      const inner = [Math.ceil((offset * 8) / 6), Math.floor((bytes.length * 8) / 6)] as const;
      return [bytes.toString('base64').slice(...inner), bytes.toString('base64url').slice(...inner)];
    }),
  ];
}

function inHtml(shown: string): string {
  const entities: Readonly<Record<string, string>> = { '&': 'amp', '<': 'lt', '>': 'gt', '"': 'quot', "'": '#39' };
  return shown.replace(/[&<>"']/g, (character) => `&${entities[character]};`);
}

interface Script {
  readonly name: string;
  readonly sql: (secrets: Planted) => string;
}

const quoted = (value: string): string => `'${value.replaceAll("'", "''")}'`;
const pemOf = ({ pem }: Planted): string => `-----BEGIN PRIVATE KEY-----\n${pem}\n-----END PRIVATE KEY-----\n`;
const WHERE = "where subdomain = 'acme' and appId = '0oa1'";
const NEW_KEY = 'insert into okta.apps.jwks (subdomain, appId, kty, use, crv, x, y';
const X = 'f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU';
const Y = 'x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0';
const EC = `'acme', '0oa1', 'EC', 'sig', 'P-256', '${X}', '${Y}'`;

const SCRIPTS: readonly Script[] = [
  { name: 'secrets of the org', sql: () => `select * from okta.apps.secrets ${WHERE}` },
  {
    name: 'one secret',
    sql: () => `select id, client_secret || '', md5(client_secret) from okta.apps.secrets ${WHERE}`,
  },
  {
    name: 'secrets inside JSON',
    sql: () => "select credentials, settings from okta.apps.applications where subdomain = 'acme'",
  },
  {
    name: 'a secret out of JSON',
    sql: () => `select json_extract(credentials, '$.oauthClient.client_secret'), credentials::varchar
                from okta.apps.applications where subdomain = 'acme'`,
  },
  { name: 'a cast of a secret', sql: () => `select client_secret::integer from okta.apps.secrets ${WHERE}` },
  { name: 'an analysed query', sql: () => `explain analyze select * from okta.apps.secrets ${WHERE}` },
  { name: 'a query as JSON', sql: () => `explain (format json) select client_secret from okta.apps.secrets ${WHERE}` },
  { name: 'two pages', sql: () => "select id from okta.apps.applications where subdomain = 'acme'" },
  { name: 'keys of all apps', sql: () => "select created, kid from okta.apps.jwks where subdomain = 'acme'" },
  { name: 'a user', sql: () => "exec okta.users.users.unlock_user @subdomain='acme', @id='00u1'" },
  { name: 'a private key', sql: ({ d }) => `${NEW_KEY}, d) values (${EC}, '${d}')` },
  { name: 'a private key in the wrong column', sql: ({ d }) => `${NEW_KEY}, kid, status) values (${EC}, 'k', '${d}')` },
  { name: 'a private key as PEM', sql: (secrets) => `${NEW_KEY}, kid) values (${EC}, ${quoted(pemOf(secrets))})` },
  {
    name: 'a PEM as modulus',
    sql: (secrets) =>
      `insert into okta.apps.jwks (subdomain, appId, kty, n, e) values ('acme', '0oa1', 'RSA', ${quoted(pemOf(secrets))}, 'AQAB')`,
  },
  {
    name: 'a private key as JSON',
    sql: ({ d }) => `exec okta.apps.jwks.add_jwk @subdomain='acme', @appId='0oa1' @@json='{"kty":"EC","d":"${d}"}'`,
  },
  {
    name: 'a private key as half of JSON',
    sql: ({ d }) => `exec okta.apps.jwks.add_jwk @subdomain='acme', @appId='0oa1' @@json='{"kty":"EC","d":"${d}'`,
  },
  { name: 'JSON that is cut off', sql: ({ d }) => `select json_extract('{"kty":"EC","d":"${d}', '$.kty')` },
  { name: 'JSON that is compared', sql: ({ d }) => `select '{"kty":"EC","d":"${d}"}'::json > 1` },
  { name: 'a word that is wrong before a key', sql: ({ d }) => `${NEW_KEY}, d) valeus (${EC}, '${d}')` },
  { name: 'a bracket that is missing', sql: ({ d }) => `${NEW_KEY}, d) values (${EC}, '${d}'` },
  { name: 'a quote that is missing', sql: ({ d }) => `${NEW_KEY}, d) values (${EC}, '${d}` },
  { name: 'the wrong quotes', sql: ({ d }) => `${NEW_KEY}, d) values (${EC}, "${d}")` },
  {
    name: 'an own secret',
    sql: ({ given }) =>
      `insert into okta.apps.secrets (subdomain, appId, client_secret) values ('acme', '0oa1', ${quoted(given)}) returning *`,
  },
  {
    name: 'an own secret as JSON',
    sql: ({ given }) =>
      `exec okta.apps.secrets.create_oauth2_client_secret @subdomain='acme', @appId='0oa1' @@json=${quoted(JSON.stringify({ client_secret: given }))}`,
  },
  { name: 'a secret that is cast', sql: ({ given }) => `select ${quoted(given)}::integer` },
  { name: 'a secret that is no time zone', sql: ({ given }) => `select timezone(${quoted(given)}, now())` },
  { name: 'a comment', sql: ({ given }) => `select * frm okta.apps.secrets -- ${given}` },
  {
    name: 'a password',
    sql: ({ given }) => `insert into okta.users.users (subdomain, profile, credentials)
      values ('acme', '{"login":"ada@example.com"}', ${quoted(JSON.stringify({ password: { value: given } }))})`,
  },
  {
    name: 'the hash of a password',
    sql: ({ given }) => `insert into okta.users.users (subdomain, profile, credentials) values ('acme', '{"login":"a"}',
      ${quoted(JSON.stringify({ password: { hash: { algorithm: 'SHA-256', salt: given, value: given } } }))})`,
  },
  {
    name: 'the answer to a question',
    sql: ({ given }) => `insert into okta.users.users (subdomain, profile, credentials) values ('acme', '{"login":"a"}',
      ${quoted(JSON.stringify({ recovery_question: { question: 'Which?', answer: given } }))})`,
  },
  {
    name: 'an application that is changed in part',
    sql: () => "update okta.apps.applications set label = 'b' where subdomain = 'acme' and id = '0oa1' returning *",
  },
  {
    name: 'a secret that would be lost',
    sql: () => `update okta.apps.applications set credentials = '{}' where subdomain = 'acme' and id = '0oa1'`,
  },
  {
    name: 'a secret that is set in part',
    sql: ({ given }) => `update okta.apps.applications set credentials.oauthClient.client_secret = ${quoted(given)},
      settings.app.token = ${quoted(given)} where subdomain = 'acme' and id = '0oa1'`,
  },
  {
    name: 'how an application would be changed',
    sql: ({
      given,
    }) => `explain update okta.apps.applications set credentials.oauthClient.client_secret = ${quoted(given)}
      where subdomain = 'acme' and id = '0oa1'`,
  },
  {
    name: 'a mask in the place of a secret',
    sql: () => `replace okta.apps.applications set label = 'b',
      credentials = (select credentials from okta.apps.applications where subdomain = 'acme' limit 1)
      where subdomain = 'acme' and id = '0oa1'`,
  },
  {
    name: 'an answer that is shown once',
    sql: () => "exec okta.users.users.reset_password @subdomain='acme', @id='00u1', @sendEmail='false'",
  },
  {
    name: 'the header of a hook',
    sql: ({ given }) => `insert into okta.eventhooks.event_hooks (subdomain, name, events, channel) values ('acme', 'h',
      '{"type":"EVENT_TYPE","items":["user.lifecycle.create"]}',
      ${quoted(JSON.stringify({ type: 'HTTP', version: '1.0.0', config: { uri: 'https://hook.example', authScheme: { type: 'HEADER', key: 'x-key', value: given } } }))})`,
  },
];

type Mood = (request: Received, secrets: Planted) => Reply;

/** What debugging proxies and application servers repeat of a request. */
function echoOf({ method, target, headers, body }: Received): string {
  return `${method} ${target}\n${Object.entries(headers)
    .map(([name, value]) => `${name}: ${value}`)
    .join('\n')}\n\n${body}`;
}

function okta(status: number, summary: string, cause = summary): Reply {
  const error = {
    errorCode: 'E0000001',
    errorSummary: summary,
    errorLink: 'E0000001',
    errorId: 'oae1',
    errorCauses: [{ errorSummary: cause }],
  };
  return { ...json(error, { 'x-okta-request-id': 'req-1' }), status };
}

/** What an org holds, in the places where Okta sends it in clear. */
function heldBy({ target }: Received, { held }: Planted): unknown {
  const oauthClient = { client_id: '0oa1', client_secret: held, token_endpoint_auth_method: 'client_secret_basic' };
  const app = {
    id: '0oa1',
    label: 'a',
    signOnMode: 'OPENID_CONNECT',
    credentials: { oauthClient, password: { value: held } },
    settings: { oauthClient: { jwks: { keys: [{ id: 'pks1', kid: 'k' }] } } },
  };
  if (target.includes('/credentials/secrets')) {
    const secret = { id: 'ocs1', client_secret: held, secret_hash: 'h', status: 'ACTIVE' };
    return target.endsWith('secrets') ? [secret] : secret;
  }
  if (target.includes('/credentials/jwks')) return { keys: [{ id: 'pks1', kid: 'k' }] };
  if (target.endsWith('/apps/0oa1')) return app;
  if (target.includes('/apps')) return [app];
  return {
    id: '1',
    activationToken: held,
    activationUrl: `https://acme.okta.com/welcome/${held}`,
    resetPasswordUrl: `https://acme.okta.com/reset/${held}`,
  };
}

/** Statuses that are not repeated where the clock is real: the command line has no other. */
const MOODS: Readonly<Record<string, Mood>> = {
  'sends what it holds': (request, secrets) => json(heldBy(request, secrets)),
  'repeats all in an error': (request) => okta(400, `Api validation failed: ${echoOf(request)}`),
  'repeats all as JSON in an error': (request) =>
    okta(403, 'failed', JSON.stringify({ ...request, echo: echoOf(request) })),
  'repeats the credential in base64': ({ headers }) =>
    okta(500, `bad ${Buffer.from(String(headers.authorization)).toString('base64')}`),
  'repeats all in base64': (request) => okta(401, `bad ${Buffer.from(echoOf(request)).toString('base64url')}`),
  'repeats all percent-encoded': (request) => okta(400, `bad ${encodeURIComponent(echoOf(request))}`),
  'repeats the form': (request) => okta(400, `bad ${new URLSearchParams({ echo: echoOf(request) })}`),
  'shows a page': (request) => ({
    status: 403,
    headers: { 'content-type': 'text/html' },
    body: `<html><pre>${inHtml(echoOf(request))}</pre>`,
  }),
  'shows a page as if all were well': (request) => ({
    headers: { 'content-type': 'text/html' },
    body: `<html><pre>${echoOf(request)}</pre>`,
  }),
  'sends half of JSON': (request) => ({
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify([{ id: '1', echo: echoOf(request), client_secret: 'x' }]).slice(0, -4),
  }),
  'sends half of an error': (request) => ({
    ...okta(400, echoOf(request)),
    body: JSON.stringify({ errorSummary: echoOf(request) }).slice(0, -3),
  }),
  'sends no JSON': (request) => ({
    headers: { 'content-type': 'application/json' },
    body: `received: ${echoOf(request)}`,
  }),
  'sends another shape': (request) => json({ received: echoOf(request), headers: request.headers, body: request.body }),
  'sends text': (request) => ({ status: 500, headers: { 'content-type': 'text/plain' }, body: echoOf(request) }),
  redirects: ({ headers, target }) => ({
    status: 302,
    headers: {
      location: `https://login.example/?from=${encodeURIComponent(target)}&auth=${encodeURIComponent(String(headers.authorization))}`,
    },
  }),
  'repeats the credential in headers': ({ headers }) => ({
    ...okta(401, 'no'),
    headers: {
      'content-type': 'application/json',
      'x-received': String(headers.authorization),
      'www-authenticate': `Bearer error="${encodeURIComponent(String(headers.authorization))}"`,
    },
  }),
  'repeats the credential in a link': ({ headers, target }) =>
    target.includes('after=')
      ? okta(400, 'no such page')
      : json([{ id: '1' }], {
          link: `<https://x.example/?after=1&debug=${encodeURIComponent(String(headers.authorization))}>; rel="next"`,
        }),
};

/** With these, reads are repeated. */
const PATIENT_MOODS: Readonly<Record<string, Mood>> = {
  ...MOODS,
  'hangs up': () => ({ status: 0 }),
  'is out of order': (request) => ({ status: 503, headers: { 'content-type': 'text/html' }, body: echoOf(request) }),
};

interface Login {
  readonly name: string;
  /** Where the credential stands. */
  readonly token?: (secrets: Planted) => string;
  /** Not on the command line. */
  readonly login?: (secrets: Planted) => NonNullable<SessionOptions['login']>;
  readonly auth?: (secrets: Planted) => NonNullable<SessionOptions['auth']>[string];
}

const LOGINS: readonly Login[] = [
  { name: 'a token', token: ({ credential }) => credential },
  { name: 'a key', auth: ({ credential }) => ({ type: 'api_key', api_key: credential, valuePrefix: 'SSWS ' }) },
  { name: 'a user', auth: ({ credential }) => ({ type: 'basic', username: 'ada', password: credential }) },
  {
    name: 'a key in the query',
    auth: ({ credential }) => ({ type: 'custom', location: 'query', name: 'key', api_key: credential }),
  },
  {
    name: 'a key in a header',
    auth: ({ credential }) => ({ type: 'custom', location: 'header', name: 'x-custom', api_key: credential }),
  },
  {
    name: 'a client',
    auth: ({ credential }) => ({
      type: 'oauth2',
      grant_type: 'client_credentials',
      token_url: `http://127.0.0.1:${world.ports.org}/oauth2/v1/token`,
      client_id: '0oa1',
      client_secret: credential,
      scopes: ['s'],
    }),
  },
];

/** The private key of a service app, and what in it is secret. */
const { privateKey: SERVICE_KEY } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const SERVICE_PEM = String(SERVICE_KEY.export({ type: 'pkcs8', format: 'pem' }));
const SERVICE_SECRETS = {
  lineOfServiceKey: SERVICE_PEM.split('\n')[1] ?? '',
  memberOfServiceKey: SERVICE_KEY.export({ format: 'jwk' }).d ?? '',
};

const privateKeyLogin = (privateKey: string): NonNullable<SessionOptions['login']> => ({
  kind: 'private-key',
  clientId: '0oa1',
  privateKey,
  scopes: ['okta.apps.read'],
});

const SESSION_LOGINS: readonly Login[] = [
  ...LOGINS,
  { name: 'an access token', login: ({ credential }) => ({ kind: 'bearer', token: credential }) },
  { name: 'a private key', login: () => privateKeyLogin(SERVICE_PEM) },
  {
    name: 'a private key as a JWK',
    login: () => privateKeyLogin(JSON.stringify(SERVICE_KEY.export({ format: 'jwk' }))),
  },
  { name: 'a private key that is none', login: (secrets) => privateKeyLogin(pemOf(secrets)) },
  { name: 'half of a JWK', login: ({ d }) => privateKeyLogin(`{"kty":"EC","crv":"P-256","d":"${d}"`) },
];

/** The token endpoint gives a token, unless the mood is about it. */
function answerWith(mood: Mood, secrets: Planted, isTokenEndpointMoody: boolean): void {
  world.answer((request) => {
    const isToken = request.target === '/oauth2/v1/token' && !isTokenEndpointMoody;
    const reply = isToken
      ? json({ access_token: secrets.accessToken, token_type: 'Bearer', expires_in: 3600 })
      : mood(request, secrets);
    return { ...reply, headers: { 'set-cookie': `sid=${secrets.cookie}; Path=/`, ...reply.headers } };
  });
}

function expectNoneOf(shown: string, secrets: Planted): void {
  for (const [name, secret] of Object.entries({ ...secrets, ...SERVICE_SECRETS })) {
    for (const spelling of spellings(secret)) {
      if (shown.includes(spelling)) throw new Error(`${name} is shown: …${around(shown, spelling)}…`);
    }
  }
}

function around(shown: string, spelling: string): string {
  const at = shown.indexOf(spelling);
  return shown.slice(Math.max(0, at - 300), at + spelling.length + 100);
}

const scriptOf = fc.constantFrom(...SCRIPTS);
const loginOf = fc.constantFrom(...LOGINS);
const sessionLoginOf = fc.constantFrom(...SESSION_LOGINS);

test('no secret is in the rows, errors, notices, log lines and archives of a session', async () => {
  const moods = fc.constantFrom(...Object.entries(PATIENT_MOODS));
  await fc.assert(
    fc.asyncProperty(
      plantedWith(PRINTABLE),
      scriptOf,
      moods,
      sessionLoginOf,
      fc.boolean(),
      fc.boolean(),
      async (secrets, script, [, mood], login, moody, dryRun) => {
        answerWith(mood, secrets, moody);
        const shown = await shownBySession(script.sql(secrets), {
          dryRun,
          ...(login.token !== undefined && { token: login.token(secrets) }),
          ...(login.login !== undefined && { login: login.login(secrets) }),
          ...(login.auth !== undefined && {
            auth: { okta: login.auth(secrets) },
          }),
        });
        await world.forget();
        expect(shown).not.toBe('');
        expectNoneOf(shown, secrets);
      },
    ),
    { numRuns: 2 * RUNS },
  );
});

async function shownBySession(sql: string, options: SessionOptions): Promise<string> {
  const shown: unknown[] = [];
  const session = world.local({
    ...options,
    clock: HASTY_CLOCK,
    onExchange: (record) => shown.push(record, logLine(record), harEntry(record)),
    onWait: (wait) => shown.push(wait),
  });
  await session.query(sql, { onNotice: (notice) => shown.push(notice) }).then(
    (result) => shown.push(result),
    (error: unknown) => shown.push(everythingOf(error)),
  );
  shown.push(session);
  return shown.map((each) => (typeof each === 'string' ? each : textOf(each))).join('\n');
}

function textOf(value: unknown): string {
  return `${inspect(value, { depth: Infinity, showHidden: true, maxStringLength: Infinity, breakLength: Infinity })}\n${JSON.stringify(value, (_name, each: unknown) => (typeof each === 'bigint' ? String(each) : each))}`;
}

const formatOf = fc.constantFrom(...OUTPUT_FORMATS.filter((format) => !factsOf(format).isBinary));
const cliMoodOf = fc.constantFrom(...Object.entries(MOODS));

test('no secret is on either stream of the command line, or in its archive', async () => {
  const shownWith = fc.record({
    format: formatOf,
    isLogged: fc.boolean(),
    isArchived: fc.boolean(),
    isTold: fc.boolean(),
    isCheck: fc.integer({ min: 0, max: 9 }).map((number) => number === 0),
  });
  await fc.assert(
    fc.asyncProperty(
      plantedWith(NO_PLACEHOLDER),
      scriptOf,
      cliMoodOf,
      loginOf,
      shownWith,
      async (secrets, script, [, mood], login, how) => {
        answerWith(mood, secrets, how.isTold);
        const har = join(folder, 'requests.har');
        // What another case has left would be searched in place of this one's.
        rmSync(har, { force: true });
        const command = how.isCheck ? ['auth', 'check', 'acme'] : ['exec', script.sql(secrets)];
        const argv = [...command, '--output', how.format];
        if (how.isLogged) argv.push('--http.log.enabled');
        if (how.isArchived) argv.push('--http.har', har);
        if (login.auth !== undefined) argv.push('--auth', JSON.stringify({ okta: login.auth(secrets) }));
        const shown = await shownByCommandLine(argv, {
          OKTAQL_ENDPOINT_URL: `http://{subdomain}.localhost:${world.ports.org}`,
          ...(login.token !== undefined && { OKTA_API_TOKEN: login.token(secrets) }),
        });
        await world.forget();
        // A usage error ends a run before its archive begins, and would show little of anything.
        expect(shown).not.toContain('exit code 2');
        expect(existsSync(har)).toBe(how.isArchived);
        expectNoneOf(how.isArchived ? `${shown}${readFileSync(har, 'utf8')}` : shown, secrets);
      },
    ),
    { numRuns: RUNS },
  );
});

async function shownByCommandLine(
  argv: readonly string[],
  environment: Readonly<Record<string, string>>,
): Promise<string> {
  let shown = '';
  const stream: Output = {
    write: (part) => {
      shown += part;
    },
    isTerminal: false,
    drained: async () => undefined,
  };
  const stdin = Object.assign(Readable.from([]), { isTTY: true });
  const { signal } = new AbortController();
  const surroundings = { environment, workingFolder: undefined, homeFolder: undefined };
  const code = await runCommandLine(argv, surroundings, { stdout: stream, stderr: stream, stdin, signal });
  return `${shown}\nexit code ${code}\n`;
}

describe('what is wrong with the command line itself', () => {
  const SECRET = 'hunter2-hunter2-hunter2-hunter2';
  const SQL = "select id from okta.apps.applications where subdomain = 'acme'";
  const ORG = (): Readonly<Record<string, string>> => ({
    OKTAQL_ENDPOINT_URL: `http://{subdomain}.localhost:${world.ports.org}`,
  });
  const AWAY = { OKTAQL_ENDPOINT_URL: 'https://okta.invalid', OKTA_API_TOKEN: SECRET };
  // Nobody listens on port 1.
  const PROXY = '127.0.0.1:1';

  test.each<[name: string, argv: readonly string[], environment?: Readonly<Record<string, string>>]>([
    ['--auth that is no JSON', ['exec', SQL, '--auth', `{"okta":{"type":"api_key","api_key":"${SECRET}"`]],
    ['--auth that is a text', ['exec', SQL, '--auth', JSON.stringify(SECRET)]],
    ['--auth with a number for a text', ['exec', SQL, '--auth', `{"okta":{"type":"${SECRET}","api_key":5}}`]],
    ['--auth with a name that is none', ['exec', SQL, '--auth', `{"okta":{"type":"api_key","apikey":"${SECRET}"}}`]],
    [
      '--auth with a password twice',
      ['exec', SQL, '--auth', `{"okta":{"type":"basic","username":["${SECRET}"],"password":"${SECRET}"}}`],
    ],
    ['a token that no header can hold', ['exec', SQL], { OKTA_API_TOKEN: `${SECRET} \u0001` }],
    ['a token with a line break', ['exec', SQL], { OKTA_API_TOKEN: `${SECRET}\n${SECRET}` }],
    ['an endpoint with a login', ['exec', SQL], { OKTAQL_ENDPOINT_URL: `https://ada:${SECRET}@acme.okta.com` }],
    ['an endpoint with a token', ['exec', SQL], { OKTAQL_ENDPOINT_URL: `https://acme.okta.com/?token=${SECRET}` }],
    ['a proxy that is none', ['exec', SQL], { ...AWAY, HTTPS_PROXY: `ftp://ada:${SECRET}@proxy.example` }],
    ['a proxy whose port is none', ['exec', SQL], { ...AWAY, HTTPS_PROXY: `http://ada:${SECRET}@proxy.example:99999` }],
    ['a proxy without a scheme', ['exec', SQL, '--timeout', '0.3'], { ...AWAY, HTTPS_PROXY: `ada:${SECRET}@${PROXY}` }],
    [
      'a proxy that nobody is',
      ['exec', SQL, '--timeout', '0.3'],
      { ...AWAY, HTTPS_PROXY: `http://ada:${SECRET}@${PROXY}` },
    ],
    ['a password without a proxy', ['exec', SQL, '--http.proxy.password', SECRET]],
    [
      'a password at a proxy that is none',
      ['exec', SQL, '--http.proxy.host', 'a b', '--http.proxy.user', 'ada', '--http.proxy.password', SECRET],
    ],
    [
      'a password at a proxy that nobody is',
      [
        'exec',
        SQL,
        '--timeout',
        '0.3',
        '--http.proxy.host',
        '127.0.0.1',
        '--http.proxy.port',
        '1',
        '--http.proxy.user',
        SECRET,
        '--http.proxy.password',
        SECRET,
      ],
      AWAY,
    ],
    ['a login in the host of a proxy', ['exec', SQL, '--http.proxy.host', `ada:${SECRET}@proxy.example`]],
    ['a flag that is none, with a value', ['exec', SQL, `--token=${SECRET}`]],
    ['a flag that is none, and its value', ['exec', SQL, '--token', SECRET]],
    ['a variable without a name', ['exec', SQL, '--var', SECRET]],
    ['a variable that is not asked for', ['exec', SQL, '--var', `token=${SECRET}`]],
    ['a variable in a wrong statement', ['exec', "select '{{ token }}' frm x", '--var', `token=${SECRET}`]],
    ['a subdomain with a login', ['exec', SQL.replace('acme', `ada:${SECRET}@acme.okta.com`)]],
    ['a registry with a login', ['exec', SQL, '--registry', `file://ada:${SECRET}@host/x`]],
    ['a number that is none', ['exec', SQL, '--timeout', SECRET]],
  ])('%s', async (_name, argv, environment = {}) => {
    const shown = await shownByCommandLine(argv, { OKTA_API_TOKEN: 't', ...ORG(), ...environment });
    expect(shown).toMatch(/error|exit code 0/);
    expect(shown).not.toContain(SECRET);
  });
});
