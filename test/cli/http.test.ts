import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { faults } from '../../src/simulator/index.ts';
import { startOrg, type TestOrg } from './org.ts';
import { type CliRun, collectRun, runCli, startCli } from './run-cli.ts';

const SELECT = "select id from okta.apps.applications where subdomain = 'my-org'";
const TOKEN = 'cli-test-token';

let org: TestOrg;
let folder: string;
// A fresh org for each test, whose windows nobody has used.
beforeEach(async () => {
  org = await startOrg();
});
afterEach(() => org.close());
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'oktaql-test-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

const exec = (...args: readonly string[]): Promise<CliRun> => runCli(['exec', ...args], { env: org.env });

describe('--timeout', () => {
  it('fails before a wait that would be longer, and says so', async () => {
    // One call in this window: the second statement would have to wait for the next.
    org.simulator.switches.rateLimit = 1;
    org.simulator.switches.rateWindowMs = 3_600_000;
    const { code, stdout, stderr } = await exec(`${SELECT}; ${SELECT}`, '-o', 'csv', '--timeout', '600');
    expect(code).toBe(4);
    expect(stdout).not.toBe('');
    expect(stderr).toMatch(/error \(57014\): The rate limit of \/api\/v1\/apps at .* is used up/);
    expect(org.simulator.journal).toHaveLength(1);
  });

  it('ends a statement whose answer does not come', async () => {
    org.simulator.switches.faults = [{ match: {}, delayMs: 2 ** 30, answer: () => 'pass' }];
    const { code, stderr } = await exec(SELECT, '--timeout', '0.3');
    expect(code).toBe(4);
    expect(stderr).toContain('error (57014)');
  });
});

describe('Ctrl-C', () => {
  it('ends a wait for the rate limit, which does not come to its end', async () => {
    org.simulator.switches.rateLimit = 1;
    const child = startCli(['exec', `${SELECT}; ${SELECT}`], org.env);
    const ended = collectRun(child);
    // The first statement prints its rows when the second is about to wait.
    await once(child.stdout, 'data');
    child.kill('SIGINT');
    const { code, stderr } = await ended;
    expect({ code, stderr }).toMatchObject({ code: 130, stderr: expect.stringContaining('cancelled') });
    // At the end of the wait the second would have been sent.
    expect(org.simulator.journal).toHaveLength(1);
  });
});

describe('what is shown of requests', () => {
  it('is one line for each, on standard error', async () => {
    org.simulator.switches.faults = [faults.badGateway(502, { times: 1 })];
    const { code, stderr } = await exec(SELECT, '--http.log.enabled');
    expect(code).toBe(0);
    const lines = stderr.trim().split('\n');
    expect(lines).toEqual([
      expect.stringMatching(/^GET http:\/\/my-org\.localhost:\d+\/api\/v1\/apps\?limit=200 -> 502 \d+ ms$/),
      expect.stringMatching(
        /\?limit=200 -> 200 \d+ ms attempt 2 [0-9a-f]{32} \[\/api\/v1\/apps 999999\/1000000 until /,
      ),
    ]);
    expect(stderr).not.toContain(TOKEN);
  });

  it('is an archive that only its owner may read', async () => {
    const file = join(folder, 'requests.har');
    expect(await exec(SELECT, '--http.har', file)).toMatchObject({ code: 0, stderr: '' });
    const text = readFileSync(file, 'utf8');
    const { log } = JSON.parse(text) as {
      log: { entries: { response: { status: number; content: { text: string } } }[] };
    };
    expect(log.entries.map(({ response }) => response.status)).toEqual([200]);
    expect(JSON.parse(log.entries[0]?.response.content.text ?? '')).toHaveLength(org.simulator.apps().length);
    expect(text).not.toContain(TOKEN);
    expect(statSync(file).mode & 0o777).toBe(0o600);
  });

  it('is an archive for its owner alone, where the file was there before too', async () => {
    const file = join(folder, 'old.har');
    writeFileSync(file, 'old', { mode: 0o644 });
    expect(await exec(SELECT, '--http.har', file)).toMatchObject({ code: 0 });
    expect(statSync(file).mode & 0o777).toBe(0o600);
  });

  it('is an archive that breaks off where its reader is gone, and the statement goes on', async () => {
    const fifo = join(folder, 'fifo.har');
    execFileSync('mkfifo', [fifo]);
    const hasRead = once(spawn('head', ['-c', '10', fifo], { stdio: 'ignore' }), 'exit');
    const { code, stdout, stderr } = await exec(SELECT, '-o', 'csv', '--http.har', fifo);
    await hasRead;
    expect({ code, rows: stdout.trim().split('\n').length }).toEqual({
      code: 0,
      rows: org.simulator.apps().length + 1,
    });
    expect(stderr).toMatch(/^note: the archive \S+fifo\.har is not complete: EPIPE.*\n$/);
  });

  it('is an archive without entries where nothing was sent', async () => {
    const file = join(folder, 'empty.har');
    await exec('select nonsense from okta.apps.applications', '--http.har', file);
    expect(JSON.parse(readFileSync(file, 'utf8'))).toMatchObject({ log: { version: '1.2', entries: [] } });
  });
});

describe('flags that cannot be followed', () => {
  it.each([
    [['--timeout', '0'], 'above 0'],
    [['--timeout', 'soon'], 'seconds'],
    [['--rate-limit-share', '1.5'], 'at most 1'],
    [['--rate-limit-share', '0'], 'above 0'],
    [['--concurrency', '0'], 'above 0'],
    [['--http.proxy.port', '3128'], '--http.proxy.host'],
    [['--http.proxy.host', 'a/b'], 'host name'],
    [['--http.proxy.host', 'proxy', '--http.proxy.scheme', 'socks'], 'http or https'],
    [['--tls.CABundle', '/no/such/file'], 'cannot be read'],
    [['--http.har', '/no/such/folder/x.har'], 'cannot be written'],
  ])('%j are a usage error', async (flags, text) => {
    const { code, stdout, stderr } = await exec(SELECT, ...flags);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toContain(text);
    expect(org.simulator.journal).toEqual([]);
  });

  it.skipIf(!existsSync('/dev/full'))('an archive on a full disk is one', async () => {
    const { code, stderr } = await exec(SELECT, '--http.har', '/dev/full');
    expect({ code, stderr }).toEqual({
      code: 2,
      stderr: expect.stringContaining('/dev/full cannot be written: ENOSPC'),
    });
  });

  it.each([
    ['without a certificate', 'nothing', 'holds no certificate'],
    ['with one that cannot be read', '-----BEGIN CERTIFICATE-----\nAAAA\n', 'Certificate 1 of'],
  ])('a bundle %s is one', async (_what, text, message) => {
    const file = join(folder, 'ca.pem');
    writeFileSync(file, text);
    const { code, stderr } = await exec(SELECT, '--tls.CABundle', file);
    expect({ code, stderr }).toEqual({ code: 2, stderr: expect.stringContaining(message) });
    expect(stderr).toContain(file);
  });

  it('a proxy in the environment that is none fails before anything is sent, unrepeated', async () => {
    const env = { ...org.env, HTTPS_PROXY: 'socks5://user:s3cret@proxy' };
    const { code, stderr } = await runCli(['exec', SELECT], { env });
    expect({ code, stderr }).toEqual({ code: 1, stderr: expect.stringContaining('The proxy is no URL') });
    expect(stderr).not.toContain('s3cret');
    expect(org.simulator.journal).toEqual([]);
  });
});

describe('a proxy', () => {
  it.each([
    [
      [
        '--http.proxy.host',
        '127.0.0.1',
        '--http.proxy.port',
        '9',
        '--http.proxy.user',
        'u',
        '--http.proxy.password',
        'p',
      ],
    ],
    [[]],
  ])('is not used for a simulator on this machine: %j', async (flags) => {
    const env = { ...org.env, HTTP_PROXY: 'http://127.0.0.1:9', https_proxy: '127.0.0.1:9' };
    expect(await runCli(['exec', SELECT, ...flags], { env })).toMatchObject({ code: 0 });
  });

  it('is used for Okta itself', async () => {
    const env = { OKTA_API_TOKEN: TOKEN, HTTPS_PROXY: 'http://127.0.0.1:9' };
    const { code, stderr } = await runCli(['exec', SELECT, '--timeout', '60'], { env });
    expect(code).toBe(4);
    expect(stderr).toContain('127.0.0.1:9');
  });

  it.each(['okta.invalid', 'localhost,*'])(
    'of the flags is not used for what NO_PROXY excepts: %s',
    async (noProxy) => {
      const env = { OKTA_API_TOKEN: TOKEN, OKTAQL_ENDPOINT_URL: 'https://acme.okta.invalid', NO_PROXY: noProxy };
      const flags = ['--http.proxy.host', '127.0.0.1', '--http.proxy.port', '9', '--timeout', '60'];
      const { code, stderr } = await runCli(['exec', SELECT, ...flags], { env });
      expect(code).toBe(4);
      expect(stderr).not.toContain('127.0.0.1:9');
    },
  );
});

it('--tls.forceInsecure says what it means', async () => {
  const { stderr } = await exec(SELECT, '--tls.forceInsecure');
  expect(stderr).toContain('no certificate is checked');
});
