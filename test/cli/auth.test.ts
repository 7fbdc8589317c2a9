import { generateKeyPairSync } from 'node:crypto';
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { startOrg, type TestOrg } from './org.ts';
import { type CliRun, runCli } from './run-cli.ts';

let org: TestOrg;
beforeEach(async () => {
  org = await startOrg();
});
afterEach(async () => {
  expect(org.simulator.violations).toEqual([]);
  await org.close();
});

const check = (env: Readonly<Record<string, string>>, ...args: readonly string[]): Promise<CliRun> =>
  runCli(['auth', 'check', ...args], { env: { ...org.env, ...env } });

describe('oktaql auth check', () => {
  it('says whose the login is, what it may do, and what its limits are, by reads alone', async () => {
    org.simulator.switches.rateLimit = 50;
    const { code, stdout, stderr } = await check({}, 'my-org');
    expect([code, stderr]).toEqual([0, '']);
    expect(stdout).toMatch(
      /^my-org → http:\/\/my-org\.localhost:\d+\n {2}login {2}API token \(SSWS\), from OKTA_API_TOKEN\n {2}works {2}yes\n/,
    );
    expect(stdout).toContain('is     ada.archer@example.com');
    expect(stdout).toContain('roles  Super Administrator');
    expect(stdout).toContain('reads  okta.logs.system_log_events: yes');
    expect(stdout).toMatch(/limit {2}\/api\/v1\/apps: 49 of 50 left until \d\d:\d\d:\d\dZ/);
    expect(org.simulator.journal.every(({ method }) => method === 'GET')).toBe(true);
    expect(stdout).not.toContain('cli-test-token');
  });

  it('sends a token that belongs to no org to the first alone, and says of each what came of it', async () => {
    const { code, stdout } = await check({}, 'my-org', 'x y', 'other');
    expect(code).toBe(1);
    const [first = '', second = '', third = ''] = stdout.split('\n\n');
    expect(first).toMatch(/^my-org → .*\n {2}login {2}API token \(SSWS\), from OKTA_API_TOKEN\n {2}works {2}yes\n/);
    expect(second).toMatch(/^x y → no org\n {2}login {2}none\n {2}works {2}no: The subdomain "x y" holds white space/);
    expect(third).toMatch(/^other → .*\n.*\n {2}works {2}no: The credential belongs to .* and is not sent to /);
  });

  it('gives rows to programs', async () => {
    const { code, stdout } = await check({}, 'my-org', '-o', 'json');
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject([
      { org: 'my-org', login: 'api-token', works: true, problem: null, identity: 'ada.archer@example.com' },
    ]);
  });

  it.each<[what: string, env: Readonly<Record<string, string>>, code: number, shown: RegExp]>([
    ['a wrong token', { OKTA_API_TOKEN: 'wrong-token' }, 3, /works {2}no: .* 401: Invalid token/],
    ['no token', { OKTA_API_TOKEN: '' }, 3, /login {2}none\n {2}works {2}no: There is no credential/],
    [
      'an org that does not answer',
      { OKTAQL_ENDPOINT_URL: 'http://localhost:59871' },
      4,
      /works {2}no: .* 4 attempts: connect ECONNREFUSED/,
    ],
  ])('tells %s, and exits as a statement would', async (_what, env, code, shown) => {
    const run = await check(env, 'my-org');
    expect(run.code).toBe(code);
    expect(run.stdout).toMatch(shown);
    expect(run.stdout + run.stderr).not.toContain('wrong-token');
  });

  it.each<[what: string, args: readonly string[], code: number, shown: RegExp]>([
    ['no org', [], 2, /no org is configured/],
    ['settings that are no JSON', ['my-org', '--auth', '{'], 2, /^error: --auth is no JSON object/],
    ['settings without a type', ['my-org', '--auth', '{"okta":{}}'], 2, /^error: --auth, okta: type is missing/m],
    ['an unknown format', ['my-org', '-o', 'xml'], 2, /Allowed choices/],
  ])('refuses %s', async (_what, args, code, shown) => {
    const run = await check({}, ...args);
    expect(run.code).toBe(code);
    expect(run.stderr).toMatch(shown);
    expect(org.simulator.journal).toEqual([]);
  });
});

describe('--auth with the type private_key_jwt', () => {
  const pair = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const privateKey = pair.privateKey.export({ type: 'pkcs1', format: 'pem' }).toString();
  const publicKey = pair.publicKey.export({ format: 'jwk' });
  const CLIENT_ID = '0oaServiceAppForTest';
  let folder: string;
  beforeEach(async () => {
    await org.close();
    const scopes = ['okta.apps.read'];
    org = await startOrg({ serviceApps: [{ clientId: CLIENT_ID, publicKeys: [publicKey], scopes, dpopBound: true }] });
    folder = mkdtempSync(join(tmpdir(), 'oktaql-auth-'));
    writeFileSync(join(folder, 'key.pem'), privateKey, { mode: 0o600 });
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  const auth = (more: object = {}): string =>
    JSON.stringify({
      okta: {
        type: 'private_key_jwt',
        client_id: CLIENT_ID,
        credentialsfilepath: join(folder, 'key.pem'),
        scopes: ['okta.apps.read'],
        ...more,
      },
    });

  it('logs a service app in, with DPoP, and logs no secret', async () => {
    const sql = "select count(*) as n from okta.apps.applications where subdomain = 'my-org'";
    const { code, stdout, stderr } = await runCli(['exec', sql, '-o', 'csv', '--auth', auth(), '--http.log.enabled'], {
      env: org.env,
    });
    expect([code, stdout]).toEqual([0, `n\n${org.simulator.apps().length}\n`]);
    expect(stderr).toMatch(
      /POST http:\/\/my-org\.localhost:\d+\/oauth2\/v1\/token -> 400 .*\n.*\/oauth2\/v1\/token -> 200/,
    );
    expect(org.simulator.tokens()).toMatchObject([{ tokenType: 'DPoP' }]);
  });

  it('is checked like any other login', async () => {
    chmodSync(join(folder, 'key.pem'), 0o644);
    const { code, stdout, stderr } = await check({}, 'my-org', '--auth', auth());
    expect(code).toBe(0);
    expect(stderr).toMatch(/^note: \S+key\.pem holds a secret and can be read by others \(mode 0644\)/);
    expect(stdout).toMatch(/login {2}as --auth says: private_key_jwt, \S+key\.pem\n {2}works {2}yes\n/);
    expect(stdout).toContain(`is     ${CLIENT_ID}\n  scopes okta.apps.read\n`);
    expect(stdout.match(/reads .*/g)).toEqual(['reads  okta.apps.applications: yes']);
  });

  it('says what is wrong with it, without a piece of the key', async () => {
    const { code, stderr } = await runCli(
      [
        'exec',
        "select id from okta.apps.applications where subdomain = 'my-org'",
        '--auth',
        auth({ scopes: ['okta.logs.read'] }),
      ],
      { env: org.env },
    );
    expect(code).toBe(3);
    expect(stderr).toMatch(/invalid_scope|not configured for the authorization server/);
    expect(stderr).toContain('Grant the scope');
    expect(stderr).not.toContain(privateKey.slice(40, 80));
  });
});
