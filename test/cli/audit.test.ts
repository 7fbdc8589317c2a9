import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startOrg, type TestOrg } from './org.ts';
import { type CliRun, runCli } from './run-cli.ts';

let org: TestOrg;
let folder: string;
beforeAll(async () => {
  org = await startOrg();
  folder = mkdtempSync(join(tmpdir(), 'oktaql-audit-cli-'));
  expect(await runCli(['audit', 'new', join(folder, 'mine')])).toMatchObject({ code: 0 });
});
afterAll(async () => {
  await org.close();
  rmSync(folder, { recursive: true });
});

const pack = (): string => join(folder, 'mine');
const audit = (...args: readonly string[]): Promise<CliRun> =>
  runCli(['audit', ...args], { env: { ...org.env, OKTA_CLIENT_ORGURL: '' }, cwd: folder });

describe('oktaql audit', () => {
  it('begins a pack that is right and runs', async () => {
    expect(await audit('check', pack())).toMatchObject({ code: 0, stdout: `${pack()}: 1 control, nothing wrong\n` });
    const { code, stdout, stderr } = await audit(pack(), '--subdomain', 'my-org');
    expect([code, stderr]).toEqual([1, '']);
    expect(stdout).toMatch(
      /^mine: Accounts\n {2}alarm {2}low {6}nobody-is-locked-out {2}Nobody is locked out {2}\(\d+ alarm, \d+ ok\)\n/,
    );
    expect(stdout).toMatch(/\n1 control: 1 alarm\n2 requests\n$/);
    expect(await audit('new', pack())).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('there is something there already'),
    });
  });

  it.each<[what: string, args: readonly string[], code: number]>([
    ['no alarm as bad as that', ['--fail-on', 'high'], 0],
    ['an alarm as bad as that', ['--fail-on', 'low'], 1],
    ['none', ['--fail-on', 'none'], 0],
    ['a value that nothing has', ['--set', 'state=NONE'], 0],
  ])('is a gate: %s', async (_what, args, code) => {
    expect((await audit(pack(), '--subdomain', 'my-org', ...args)).code).toBe(code);
  });

  it('tells the price, and asks nothing', async () => {
    org.simulator.clearJournal();
    const { code, stdout } = await audit(pack(), '--subdomain', 'my-org', '--plan', '-o', 'json');
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject([
      { control: 'mine/nobody-is-locked-out', least: 2 },
      { control: 'all', least: 2 },
    ]);
    expect(org.simulator.journal).toEqual([]);
  });

  it('accepts a finding until a day', async () => {
    const report = join(folder, 'report.json');
    expect(await audit(pack(), '--subdomain', 'my-org', '-f', report)).toMatchObject({ code: 1, stdout: '' });
    const { controls } = JSON.parse(readFileSync(report, 'utf8'));
    const alarms: readonly { readonly resource: string; readonly status: string }[] = controls[0].rows;
    const accept = ['--baseline', join(folder, 'accepted.yaml'), '--owner', 'Ada', '--reason', 'known'];
    for (const { resource } of alarms.filter(({ status }) => status === 'alarm')) {
      expect(
        await audit('accept', 'mine/nobody-is-locked-out', resource, ...accept, '--expires', '2999-01-01'),
      ).toMatchObject({ code: 0 });
    }
    const accepted = await audit(pack(), '--subdomain', 'my-org', '--baseline', join(folder, 'accepted.yaml'));
    expect([accepted.code, accepted.stdout]).toEqual([0, expect.stringContaining('  info   low')]);
    expect(await audit('accept', 'x', 'y', ...accept, '--expires', 'soon')).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('expires: it has to be a day'),
    });
  });

  it('fails where a baseline has expired, names its line, and runs all the same', async () => {
    const file = join(folder, 'expired.yaml');
    writeFileSync(
      file,
      'accepted:\n  - { control: mine/nobody-is-locked-out, resource: x, owner: Ada, reason: r, expires: 2020-01-01 }\n',
    );
    const { code, stdout, stderr } = await audit(
      pack(),
      '--subdomain',
      'my-org',
      '--baseline',
      file,
      '--set',
      'state=NONE',
    );
    expect([code, stdout]).toEqual([1, expect.stringContaining('1 control: 1 ok')]);
    expect(stderr).toContain(`error (F0000): ${file}:2:`);
  });

  it('keeps evidence that is verified, compared, and not written over', async () => {
    const [one, two] = [join(folder, 'one'), join(folder, 'two')];
    const first = await audit(pack(), '--subdomain', 'my-org', '--evidence', one);
    expect([first.code, first.stderr]).toEqual([1, expect.stringContaining(`note: ${one} has the evidence, 4 files`)]);
    await audit(pack(), '--subdomain', 'my-org', '--evidence', two, '--set', 'state=SUSPENDED');
    expect(await audit('verify', one)).toMatchObject({
      code: 0,
      stdout: expect.stringMatching(/4 files, all there and unaltered\nnot signed/),
    });
    expect((await audit('diff', one, two)).stdout).toMatch(/findings: 2 new, \d+ gone, 0 unchanged/);
    const manifest = JSON.parse(readFileSync(join(one, 'manifest.json'), 'utf8'));
    expect(manifest.orgs).toMatchObject([
      { org: 'my-org', login: { kind: 'api-token', principal: 'ada.archer@example.com' } },
    ]);
    expect(manifest.controls[0].plan).toMatchObject([{ node: 'scan', resource: 'okta.users.users' }]);
    expect(JSON.stringify(manifest)).not.toContain('cli-test-token');
    rmSync(join(one, 'report.json'));
    expect(await audit('verify', one)).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('report.json: it is missing'),
    });
    expect(await audit(pack(), '--subdomain', 'my-org', '--evidence', two)).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('there is something in it already'),
    });
  });

  it('keeps no evidence of what the login may not read', async () => {
    const where = join(folder, 'denied');
    const { code, stdout, stderr } = await runCli(['audit', pack(), '--subdomain', 'my-org', '--evidence', where], {
      env: { ...org.env, OKTA_API_TOKEN: 'wrong' },
    });
    expect([code, stdout]).toEqual([2, expect.stringContaining('1 control: 1 error')]);
    expect(stderr).toContain('no evidence was written, because not all was seen: mine/nobody-is-locked-out on my-org');
    expect(existsSync(where)).toBe(false);
  });

  it('runs on the demo’s org without a login', async () => {
    expect(await runCli(['audit', pack(), '--demo', '-o', 'csv'])).toMatchObject({
      code: 1,
      stdout: expect.stringMatching(/^"org","pack","group","control",/),
    });
  });

  it.each<[what: string, args: readonly string[], code: number, shown: RegExp]>([
    ['no org', ['PACK'], 2, /No org is named/],
    ['an unknown pack', ['nowhere', '--demo'], 2, /nowhere: there is no such pack and no such folder/],
    ['an unknown parameter', ['PACK', '--demo', '--set', 'sate=x'], 1, /Did you mean state\?/],
    ['an unknown form', ['PACK', '--demo', '-o', 'xml'], 2, /Allowed choices/],
    ['a signature over nothing', ['PACK', '--demo', '--sign', 'key.pem'], 2, /--sign signs evidence/],
    ['no key', ['PACK', '--demo', '--evidence', 'none', '--sign', 'no.pem'], 2, /no\.pem: there is no such file/],
    ['the same pack twice', ['PACK', 'PACK', '--demo'], 2, /Two packs are called mine/],
    ['a checklist of no STIG', ['PACK', '--demo', '-o', 'cklb'], 1, /None of the packs follows a STIG/],
    ['evidence that is none', ['verify', 'PACK'], 2, /manifest\.json: it is missing/],
    ['a comparison with nothing', ['diff', 'PACK/pack.yaml', 'PACK'], 2, /it is no report of oktaql audit/],
  ])('refuses %s', async (_what, args, code, shown) => {
    const run = await audit(...args.map((each) => each.replace('PACK', pack())));
    expect(run.code).toBe(code);
    expect(run.stderr).toMatch(shown);
  });
});
