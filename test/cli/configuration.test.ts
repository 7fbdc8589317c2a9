/** Where the command finds its settings; what it makes of them is tested in `test/unit/cli/configuration`. */

import { generateKeyPairSync } from 'node:crypto';
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from 'vitest';
import { startOrg, type TestOrg } from './org.ts';
import { type CliRun, runCli } from './run-cli.ts';

const SELECT = "select label from okta.apps.applications where subdomain = 'my-org' limit 1";
const TOKEN = 'cli-test-token';

let org: TestOrg;
let root: string;
let home: string;
let work: string;
beforeAll(async () => {
  org = await startOrg();
});
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'oktaql-settings-'));
  home = join(root, 'home');
  work = join(root, 'work');
  mkdirSync(join(home, '.okta'), { recursive: true });
  mkdirSync(work);
});
afterEach(() => rmSync(root, { recursive: true }));
afterAll(async () => {
  expect(org.simulator.violations).toEqual([]);
  await org.close();
});

const write = (file: string, text: string): void => writeFileSync(join(root, file), text, { mode: 0o600 });

/** With the simulator in place of Okta, and no credential but what the test gives. */
async function exec(args: readonly string[], env: Readonly<Record<string, string>> = {}): Promise<CliRun> {
  const endpoint = { OKTAQL_ENDPOINT_URL: org.env['OKTAQL_ENDPOINT_URL'] ?? '' };
  const run = await runCli(['exec', ...args], {
    cwd: work,
    env: { HOME: home, USERPROFILE: home, ...endpoint, ...env },
  });
  expect(run.stdout + run.stderr).not.toContain(TOKEN);
  return run;
}

const withToken = (token: string): string => `okta:\n  client:\n    token: ${token}\n`;

it('without any, says which variable to set', async () => {
  const { code, stderr } = await exec([SELECT]);
  expect(code).toBe(3);
  expect(stderr).toContain('OKTA_API_TOKEN');
});

it.each([
  ['home/.okta/okta.yaml', []],
  ['work/okta.yaml', []],
  ['work/mine.yaml', ['--config', 'mine.yaml']],
])('a token in %s', async (file, args) => {
  write(file, withToken(TOKEN));
  expect(await exec([SELECT, ...args])).toMatchObject({ code: 0, stderr: '' });
});

it('a token in --env.file', async () => {
  write('work/prod.env', `export OKTA_CLIENT_TOKEN="${TOKEN}"\r\n`);
  expect(await exec([SELECT, '--env.file', 'prod.env'])).toMatchObject({ code: 0, stderr: '' });
});

it('the endpoint in --env.file', async () => {
  write(
    'work/sim.env',
    Object.entries(org.env)
      .map(([name, value]) => `${name}=${value}\n`)
      .join(''),
  );
  expect(await exec([SELECT, '--env.file', 'sim.env'], { OKTAQL_ENDPOINT_URL: '' })).toMatchObject({
    code: 0,
    stderr: '',
  });
});

it('a token in the environment goes before one at home, and that is said', async () => {
  write('home/.okta/okta.yaml', withToken('another-token'));
  const { code, stderr } = await exec([SELECT], { OKTA_API_TOKEN: TOKEN });
  expect({ code, stderr }).toEqual({
    code: 0,
    stderr:
      'note: okta.client.token of ~/.okta/okta.yaml: not used, since OKTA_API_TOKEN goes before. An org and its login come from one place.\n',
  });
});

it('--auth goes before all of them', async () => {
  const auth = JSON.stringify({
    okta: { type: 'api_key', valuePrefix: 'SSWS ', credentialsenvvar: 'OKTA_CLIENT_TOKEN' },
  });
  const run = await exec([SELECT, '--auth', auth], { OKTA_CLIENT_TOKEN: TOKEN, OKTA_API_TOKEN: 'another-token' });
  expect(run).toMatchObject({ code: 0, stderr: 'note: OKTA_API_TOKEN: not used, since --auth goes before.\n' });
});

it('a token of another org than that of the environment is not sent there', async () => {
  write('work/prod.env', `OKTA_API_TOKEN=${TOKEN}\n`);
  org.simulator.clearJournal();
  const { code, stderr } = await exec([SELECT, '--env.file', 'prod.env'], {
    OKTA_CLIENT_ORGURL: 'https://my-org.okta.com',
  });
  expect(code).toBe(3);
  expect(stderr).toContain('note: OKTA_API_TOKEN of prod.env: not used, since OKTA_CLIENT_ORGURL goes before.');
  expect(org.simulator.journal).toEqual([]);
});

it.each([
  ['work/okta.yaml', `okta: {client: {token: ${TOKEN}}\n`, [], './okta.yaml is no YAML'],
  ['work/okta.yaml', withToken(`[${TOKEN}]`), [], 'okta.client.token of ./okta.yaml takes one text'],
  ['work/bad.env', `OKTA_API_TOKEN: ${TOKEN}\n`, ['--env.file', 'bad.env'], 'bad.env has no NAME=value in line 1'],
  ['work/okta.yaml', '', ['--config', 'none.yaml'], 'none.yaml is not there'],
])('%s with %j is a usage error', async (file, text, args, message) => {
  write(file, text);
  const { code, stdout, stderr } = await exec([SELECT, ...args]);
  expect({ code, stdout, stderr }).toEqual({
    code: 2,
    stdout: '',
    stderr: expect.stringContaining(`error: ${message}`),
  });
});

it.each<[where: string, env: Readonly<Record<string, string>>, yaml: string, name: string]>([
  ['a variable', { OKTA_CLIENT_PRIVATEKEY: 'key.pem' }, '', 'OKTA_CLIENT_PRIVATEKEY'],
  [
    'a file',
    { OKTA_CLIENT_ORGURL: '', OKTA_CLIENT_CLIENTID: '', OKTA_CLIENT_SCOPES: '' },
    `okta:
  client: {orgUrl: my-org.okta.com, clientId: 0oa1, privateKey: key.pem, scopes: okta.apps.read}
`,
    'okta.client.privateKey of ./okta.yaml',
  ],
])('a private key that cannot be used is called as %s calls it, a usage error', async (_where, env, yaml, name) => {
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const pem = privateKey.export({ type: 'pkcs8', format: 'pem', cipher: 'aes-256-cbc', passphrase: 'secret' });
  write('work/key.pem', pem.toString());
  write('work/okta.yaml', yaml);
  const app = {
    OKTA_CLIENT_ORGURL: 'my-org.okta.com',
    OKTA_CLIENT_CLIENTID: '0oa1',
    OKTA_CLIENT_SCOPES: 'okta.apps.read',
  };
  const { code, stderr } = await exec([SELECT], { ...app, ...env });
  expect(code).toBe(2);
  expect(stderr).toMatch(/^error: /);
  expect(stderr).toContain(`error: The private key in ${name} is encrypted. Decrypt it: openssl`);
});

it('what is no JSON in --auth is a usage error', async () => {
  const { code, stderr } = await exec([SELECT, '--auth', `{${TOKEN}`]);
  expect([code, stderr]).toEqual([2, expect.stringMatching(/^error: --auth is no JSON object\. Write: \{"okta"/)]);
});

it('a misspelt key is named before the error that comes of it', async () => {
  write(
    'work/okta.yaml',
    'okta:\n  client: {orgUrl: acme.okta.com, clientID: 0oa1, privateKey: key.pem, scopes: okta.apps.read}\n',
  );
  const { code, stderr } = await exec([SELECT]);
  expect(code).toBe(2);
  expect(stderr).toMatch(
    /^note: "clientID" of okta\.client .* Did you mean clientId\?\nerror: .* lacks okta\.client\.clientId/,
  );
});

it('a key in a file cannot drive the terminal', async () => {
  write('work/okta.yaml', '"a\\e[2Jb": 1\n');
  const { stderr } = await exec(['select 1']);
  expect(stderr).toBe('note: "a\\u001b[2Jb" in ./okta.yaml is unknown.\n');
});

it.runIf(process.platform !== 'win32')('a secret that others can read is said to be one', async () => {
  write('home/.okta/okta.yaml', withToken(TOKEN));
  chmodSync(join(home, '.okta', 'okta.yaml'), 0o644);
  const { code, stderr } = await exec([SELECT]);
  expect({ code, stderr }).toEqual({
    code: 0,
    stderr:
      'note: ~/.okta/okta.yaml holds a secret and can be read by others (mode 0644): chmod 600 ~/.okta/okta.yaml\n',
  });
});

it('the demo reads none of them', async () => {
  write('work/okta.yaml', 'no: [yaml');
  const run = await runCli(['demo', 'select 1 as one'], { cwd: work, env: { HOME: home } });
  expect(run).toMatchObject({ code: 0, stderr: '' });
});
