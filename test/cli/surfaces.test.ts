import { once } from 'node:events';
import { accessSync, constants, linkSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { exportJWK, generateKeyPair, SignJWT } from 'jose';
import { describe, expect, it } from 'vitest';
import { collectRun, MAIN, runCli, startCli } from './run-cli.ts';

describe('the command', () => {
  it('can be executed by npx in the checkout, which runs the built file itself', () => {
    expect(() => accessSync(MAIN, constants.X_OK)).not.toThrow();
  });
});

describe('oktaql demo', () => {
  it('tells its story: requests, rows, refusals, and ends well', async () => {
    const { code, stdout, stderr } = await runCli(['demo']);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    for (const part of [
      '(28 rows of 17 columns; a corner is shown)',
      'add_jwk needs appId',
      'Legacy Ticket Bridge',
      '→ 201',
      "You can't delete an active JSON Web Key",
      '→ 204',
      'The JWK holds private or secret members (d); nothing was sent.',
    ]) {
      expect(stdout).toContain(part);
    }
  });

  it('stops quietly when its reader goes away', async () => {
    const child = startCli(['demo']);
    const closed = collectRun(child);
    child.stdout.once('data', () => child.stdout.destroy());
    const { code, stderr } = await closed;
    expect({ code, stderr }).toEqual({ code: 141, stderr: '' });
  });

  it('runs a file', async () => {
    const file = fileURLToPath(new URL('../../docs/audit/02-no-spare-key.sql', import.meta.url));
    const { code, stdout, stderr } = await runCli(['demo', '-i', file, '--var', 'subdomain=my-org', '-o', 'jsonl']);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toContain('Billing Reconciler');
  });

  it('runs a statement of the user, with the org as default', async () => {
    const { code, stdout } = await runCli(['demo', 'select count(*) as n from okta.apps.applications', '-o', 'json']);
    expect({ code, rows: JSON.parse(stdout) as unknown }).toEqual({ code: 0, rows: [{ n: 42 }] });
  });
});

describe('oktaql sim', () => {
  it.each([
    ['binds', ['--dpop'], 'invalid_dpop_proof'],
    ['does not bind', [], 'token_type'],
  ])('%s the tokens of a service app by %j', async (_name, flags, member) => {
    const folder = mkdtempSync(join(tmpdir(), 'oktaql-test-'));
    try {
      const file = join(folder, 'public.jwk');
      const { publicKey, privateKey } = await generateKeyPair('ES256', { extractable: true });
      writeFileSync(file, JSON.stringify({ keys: [{ ...(await exportJWK(publicKey)), kid: 'one' }] }));
      const child = startCli(['sim', '--port', '0', '--service-app', file, ...flags]);
      const ended = collectRun(child);
      const [line] = (await once(createInterface({ input: child.stdout }), 'line')) as [string];
      const { url, clientId } = JSON.parse(line) as { url: string; clientId: string };
      const endpoint = `${url}/oauth2/v1/token`;
      const assertion = await new SignJWT({ jti: 'one' })
        .setProtectedHeader({ alg: 'ES256', kid: 'one' })
        .setIssuer(clientId)
        .setSubject(clientId)
        .setAudience(endpoint)
        .setExpirationTime('1m')
        .sign(privateKey);
      const body = new URLSearchParams({
        grant_type: 'client_credentials',
        scope: 'okta.apps.manage okta.logs.read',
        client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
        client_assertion: assertion,
      });
      expect(await (await fetch(endpoint, { method: 'POST', body })).text()).toContain(member);
      child.kill('SIGTERM');
      expect((await ended).code).toBe(0);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  it('takes no private key, and nothing that is no key', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'oktaql-test-'));
    try {
      const file = join(folder, 'key');
      for (const text of ['{"kty":"EC","d":"hidden"}', '{"kty":"oct","k":"hidden"}', '["hidden"]', 'hidden']) {
        writeFileSync(file, text);
        const { code, stdout, stderr } = await runCli(['sim', '--service-app', file]);
        expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
        expect(stderr).toMatch(/^error: /);
        expect(stderr).not.toContain('hidden');
      }
      const { code, stderr } = await runCli(['sim', '--dpop']);
      expect({ code, stderr }).toEqual({ code: 2, stderr: expect.stringContaining('--service-app') as string });
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  it('keeps no journal in what has a second name, where a link of somebody else would lead as well', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'oktaql-test-'));
    try {
      writeFileSync(join(folder, 'precious'), 'precious');
      linkSync(join(folder, 'precious'), join(folder, 'journal'));
      const { code, stderr } = await runCli(['sim', '--port', '0', '--journal', join(folder, 'journal')]);
      expect({ code, stderr }).toEqual({ code: 2, stderr: expect.stringContaining('cannot be written') as string });
      expect(readFileSync(join(folder, 'precious'), 'utf8')).toBe('precious');
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  it('says where it listens, keeps a journal, and ends when told to', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'oktaql-test-'));
    try {
      const journal = join(folder, 'journal.jsonl');
      const child = startCli([
        'sim',
        '--port',
        '0',
        '--apps',
        '450',
        '--keys',
        '2',
        '--latency',
        '20',
        '--journal',
        journal,
      ]);
      const ended = collectRun(child);
      const [line] = (await once(createInterface({ input: child.stdout }), 'line')) as [string];
      const { endpoint, token } = JSON.parse(line) as { endpoint: string; token: string };
      const env = { OKTA_API_TOKEN: token, OKTAQL_ENDPOINT_URL: endpoint };
      const { stdout } = await runCli(
        ['exec', "select count(*) as n from okta.apps.applications where subdomain = 'my-org'", '-o', 'jsonl'],
        { env },
      );
      expect(stdout).toBe('{"n":450}\n');
      // Four at once, each of which is written with what it was answered.
      const four = "subdomain = 'my-org' and appId in ('0oa1', '0oa2', '0oa3', '0oa4')";
      await runCli(['exec', `select created from okta.apps.jwks where ${four}`], { env });
      child.kill('SIGTERM');
      expect((await ended).code).toBe(0);
      const requests = readFileSync(journal, 'utf8')
        .trim()
        .split('\n')
        .map((entry) => JSON.parse(entry) as { path: string; status: number });
      expect(requests.slice(0, 3).map(({ path, status }) => [path, status])).toEqual(
        Array.from({ length: 3 }, () => ['/api/v1/apps', 200]),
      );
      expect(requests.slice(3).map(({ status }) => status)).toEqual([404, 404, 404, 404]);
      expect(JSON.stringify(requests)).not.toContain(token);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});
