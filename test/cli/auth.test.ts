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
      /^my-org → http:\/\/my-org\.localhost:\d+\n {2}login {2}API token \(SSWS\)\n {2}works {2}yes\n/,
    );
    expect(stdout).toContain('is     ada.archer@example.com');
    expect(stdout).toContain('roles  Super Administrator');
    expect(stdout).toContain('reads  okta.logs.system_log_events: yes');
    expect(stdout).toMatch(/limit {2}\/api\/v1\/apps: 49 of 50 left until \d\d:\d\d:\d\dZ/);
    expect(org.simulator.journal.every(({ method }) => method === 'GET')).toBe(true);
    expect(stdout).not.toContain('cli-test-token');
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
    ['a name that is none', ['evil.example/'], 1, /error \(22023\)/],
    ['settings that are no JSON', ['my-org', '--auth', '{'], 1, /--auth is no JSON object/],
    ['an unknown format', ['my-org', '-o', 'xml'], 2, /Allowed choices/],
  ])('refuses %s', async (_what, args, code, shown) => {
    const run = await check({}, ...args);
    expect(run.code).toBe(code);
    expect(run.stderr).toMatch(shown);
    expect(org.simulator.journal).toEqual([]);
  });
});
