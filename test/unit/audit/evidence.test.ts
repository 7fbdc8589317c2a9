import { execFileSync } from 'node:child_process';
import { generateKeyPairSync } from 'node:crypto';
import { cpSync, existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import { beforeAll, describe, expect, it } from 'vitest';
import { diffOf, readKept } from '../../../src/audit/diff/diff.ts';
import { diffText } from '../../../src/audit/diff/tell.ts';
import type { Manifest } from '../../../src/audit/evidence/manifest.ts';
import { readSigner } from '../../../src/audit/evidence/sign.ts';
import { verifyEvidence } from '../../../src/audit/evidence/verify.ts';
import { writeEvidence } from '../../../src/audit/evidence/write.ts';
import { createSimulator, faults } from '../../../src/simulator/index.ts';
import { freshPath, packOf, removeAfterwards, runPack, verdicts } from './packs.ts';

removeAfterwards();

const pack = packOf({
  users: {
    sql: "SELECT id AS resource, CASE status WHEN 'SUSPENDED' THEN 'alarm' ELSE 'ok' END AS status, status AS reason, created, profile, NULL AS nothing, 'a,\"b\"\n' AS text FROM okta.users.users",
    head: 'parameters:\n  days: { default: 90 }',
  },
  first: { sql: "SELECT id AS resource, 'ok' AS status, '' AS reason FROM okta.users.users LIMIT 1" },
  look: { head: 'manual: Look there.' },
});
const ORGS = [
  {
    org: 'my-org',
    host: 'https://my-org.okta.com',
    login: { kind: 'api-token', source: 'OKTA_API_TOKEN', principal: 'ada@example.com' },
  },
] as const;

const keys = generateKeyPairSync('ed25519');
const keyFile = freshPath('key.pem');
const publicFile = freshPath('public.pem');
const otherFile = freshPath('other.pem');
writeFileSync(keyFile, keys.privateKey.export({ type: 'pkcs8', format: 'pem' }));
writeFileSync(publicFile, keys.publicKey.export({ type: 'spki', format: 'pem' }));
writeFileSync(otherFile, generateKeyPairSync('ed25519').publicKey.export({ type: 'spki', format: 'pem' }));

const SHA256SUM = '/usr/bin/sha256sum';

const simulator = createSimulator();
const folder = freshPath('evidence');
let manifest: Manifest;
beforeAll(async () => {
  const run = await runPack(pack, { simulator });
  manifest = await writeEvidence(run, {
    folder,
    orgs: ORGS,
    planOf: () => [{ node: 'scan' }],
    signer: readSigner(keyFile),
  });
});

/** A copy with one file changed. */
function altered(name: string, change: (file: string) => void): string {
  const copy = freshPath('copy');
  cpSync(folder, copy, { recursive: true });
  change(join(copy, name));
  return copy;
}

const problemsIn = async (where: string, key?: string): Promise<readonly string[]> =>
  (await verifyEvidence(where, key)).problems.map(({ message }) => message.replace(`${where}/`, ''));

describe('evidence', () => {
  it('stands, and says whose key has signed it', async () => {
    const named = await verifyEvidence(folder, publicFile);
    expect(named).toMatchObject({
      problems: [],
      files: Object.keys(manifest.files).length,
      signature: { isVouchedFor: true },
    });
    expect((await verifyEvidence(folder)).signature).toEqual({ kid: named.signature?.kid, isVouchedFor: false });
    expect(await problemsIn(folder, otherFile)).toEqual(['manifest.jws: the signature is not one of this key.']);
  });

  it.skipIf(!existsSync(SHA256SUM))('has sums that sha256sum takes (skipped where there is none)', () => {
    expect(
      execFileSync(SHA256SUM, ['--check', '--strict', 'SHA256SUMS'], { cwd: folder, encoding: 'utf8' }),
    ).not.toContain('FAILED');
  });

  it('says who asked what, when by Okta’s clock, and that each list was read to its end', () => {
    const [users, first, look] = manifest.controls;
    expect(manifest).toMatchObject({
      orgs: ORGS,
      denied: 0,
      clock: { by: 'okta' },
      packs: [{ name: 'ours', version: '1.0' }],
    });
    expect(manifest.providerDocuments.sha256).toMatch(/^[0-9a-f]{64}$/);
    expect(users).toMatchObject({
      status: 'alarm',
      rows: 60,
      values: { days: 90, subdomain: 'my-org' },
      plan: [{ node: 'scan' }],
    });
    expect(users?.requests.map(({ rows }) => rows).reduce((sum, rows) => sum + rows, 0)).toBe(60);
    for (const { requestId, url, time } of users?.requests ?? []) {
      expect(simulator.journal.some(({ path, query }) => url.endsWith(`${path}${query}`))).toBe(true);
      expect([typeof requestId, time]).toEqual(['string', expect.stringMatching(/^\d{4}-.*Z$/)]);
    }
    expect(users?.lists.every(({ isWhole }) => isWhole)).toBe(true);
    expect(first?.requests).not.toEqual([]);
    expect(look).toMatchObject({ status: 'manual', files: {}, requests: [] });
  });

  it('holds no secret', () => {
    const all = readdirSync(folder, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => readFileSync(join(entry.parentPath, entry.name), 'latin1'))
      .join('');
    expect(all).not.toContain(simulator.token);
    expect(all).not.toContain('PRIVATE KEY');
    const { d } = keys.privateKey.export({ format: 'jwk' });
    expect(all).not.toContain(d);
  });

  it('has the same rows in CSV and Parquet', async () => {
    const { csv = '', parquet = '' } = manifest.controls[0]?.files ?? {};
    const instance = await DuckDBInstance.create(':memory:');
    const connection = await instance.connect();
    const read = async (from: string): Promise<unknown> =>
      (
        await connection.runAndReadAll(
          `SELECT resource, status, reason, strftime(created::TIMESTAMPTZ AT TIME ZONE 'UTC', '%c.%g'), profile::JSON::VARCHAR, nothing, text FROM ${from} ORDER BY resource`,
        )
      ).getRowsJson();
    const rows = await read(`read_parquet('${join(folder, parquet)}')`);
    expect(rows).toHaveLength(60);
    expect(rows).toEqual(
      await read(`read_csv('${join(folder, csv)}', header = true, all_varchar = true, new_line = '\\n')`),
    );
    connection.closeSync();
    instance.closeSync();
  });

  it.each<[name: string, problems: readonly (string | RegExp)[]]>([
    ['my-org/ours/users.csv', ['my-org/ours/users.csv: it was altered: its SHA-256 is not that of the manifest.']],
    ['my-org/ours/users.parquet', [/^my-org\/ours\/users\.parquet: it was altered/]],
    ['my-org/ours/users.sql', [/^my-org\/ours\/users\.sql: it was altered/]],
    ['report.json', [/^report\.json: it was altered/]],
    ['SHA256SUMS', ['SHA256SUMS: it does not agree with the manifest: one of the two was altered.']],
    ['manifest.jws', [/^manifest\.jws: the signature is not valid/]],
  ])('shows one changed byte of %s', async (name, problems) => {
    const copy = altered(name, (file) => {
      const bytes = readFileSync(file);
      // In the middle of the text, and of the signature's part that is signed.
      const at = bytes.length >> 1;
      bytes[at] = (bytes[at] ?? 0) === 0x41 ? 0x42 : 0x41;
      writeFileSync(file, bytes);
    });
    const found = await problemsIn(copy);
    expect(found).toHaveLength(problems.length);
    for (const [index, problem] of problems.entries()) expect(found[index]).toMatch(problem);
  });

  it('shows a manifest that was altered, by the sums and the signature', async () => {
    const copy = altered('manifest.json', (file) =>
      writeFileSync(file, readFileSync(file, 'utf8').replace('"rows": 60', '"rows": 61')),
    );
    expect(await problemsIn(copy)).toEqual([
      'SHA256SUMS: it does not agree with the manifest: one of the two was altered.',
      'manifest.jws: it is the signature of another manifest.',
    ]);
  });

  it('shows a missing file, one too many, and a signature that is gone', async () => {
    expect(await problemsIn(altered('my-org/ours/users.csv', rmSync))).toEqual([
      'my-org/ours/users.csv: it is missing.',
    ]);
    expect(await problemsIn(altered('my-org/ours/more.csv', (file) => writeFileSync(file, '')))).toEqual([
      'my-org/ours/more.csv: it is no part of the evidence.',
    ]);
    expect(await problemsIn(altered('SHA256SUMS', rmSync))).toEqual(['SHA256SUMS: it is missing.']);
    expect(await problemsIn(altered('manifest.jws', rmSync), publicFile)).toEqual([
      'manifest.jws: it is missing: the evidence is not signed.',
    ]);
    await expect(verifyEvidence(altered('manifest.json', rmSync))).rejects.toThrow('manifest.json: it is missing');
  });

  it('does not come of a run in which a page failed, a call was denied or a control is broken', async () => {
    const where = freshPath('none');
    const failing = createSimulator();
    failing.switches.faults.push(
      faults.oktaError({ status: 400, code: 'E0000001', summary: 'Boom.' }, { match: { path: /DEPROVISIONED/ } }),
    );
    const run = await runPack(pack, { simulator: failing });
    const kept = writeEvidence(run, { folder: where, orgs: ORGS, planOf: () => undefined });
    await expect(kept).rejects.toThrow(
      /no evidence was written, because not all was seen: ours\/users on my-org: .*Boom/,
    );
    expect(existsSync(where)).toBe(false);
  });

  it('does not go where something is', async () => {
    const run = await runPack(packOf({ one: { sql: verdicts(['a', 'ok', '']) } }), { simulator });
    await expect(writeEvidence(run, { folder, orgs: ORGS, planOf: () => undefined })).rejects.toThrow(
      'there is something in it already',
    );
  });

  it.each<[what: string, text: string]>([
    ['no key', 'hello'],
    ['a public key', keys.publicKey.export({ type: 'spki', format: 'pem' }).toString()],
    [
      'a key that is too short',
      generateKeyPairSync('rsa', { modulusLength: 1024 })
        .privateKey.export({ type: 'pkcs8', format: 'pem' })
        .toString(),
    ],
  ])('is not signed with %s', (_what, text) => {
    const file = freshPath('bad.pem');
    writeFileSync(file, text);
    expect(() => readSigner(file)).toThrow(expect.objectContaining({ code: 'AUDIT_FILE', file }));
  });
});

describe('what changed', () => {
  it('is told of findings and objects, by evidence that stands', async () => {
    const later = freshPath('later');
    const other = packOf({
      users: {
        sql: "SELECT id AS resource, CASE status WHEN 'LOCKED_OUT' THEN 'alarm' ELSE 'ok' END AS status, status AS reason FROM okta.users.users WHERE status <> 'DEPROVISIONED'",
      },
      fresh: { sql: verdicts(['a', 'alarm', '<b>']) },
    });
    await writeEvidence(await runPack(other, { simulator }), { folder: later, orgs: ORGS, planOf: () => undefined });
    const diff = diffOf(await readKept(folder), await readKept(later));
    const [users, fresh, first] = diff.controls;
    expect(users).toMatchObject({ id: 'users', before: 'alarm', unchanged: 0, added: [] });
    expect(users?.gone).toHaveLength(2);
    expect(users?.removed.length).toBeGreaterThan(0);
    expect(fresh).toMatchObject({
      id: 'fresh',
      after: 'alarm',
      news: [{ resource: 'a', reason: '<b>' }],
      added: ['a'],
    });
    expect(fresh).not.toHaveProperty('before');
    expect(first).toMatchObject({ id: 'first', before: 'ok', unchanged: 0 });
    expect(diffText(diff, 'text')).toMatch(/findings: \d+ new, 2 gone, 0 unchanged; objects: 1 added, \d+ removed\n$/);
    expect(diffText(diff, 'html')).toContain('a: &lt;b&gt;');
    expect(JSON.parse(diffText(diff, 'json')).controls).toHaveLength(4);
    const same = diffOf(await readKept(folder), await readKept(join(folder, 'report.json')));
    expect(same.controls.map(({ news, gone, unchanged }) => [news.length, gone.length, unchanged])).toEqual([
      [0, 0, 2],
      [0, 0, 0],
      [0, 0, 0],
    ]);
  });

  it('is not told of evidence that was altered, or of what is none', async () => {
    await expect(readKept(altered('report.json', (file) => writeFileSync(file, '{}')))).rejects.toThrow(
      'report.json: it was altered',
    );
    const file = freshPath('x.json');
    writeFileSync(file, '[]');
    await expect(readKept(file)).rejects.toThrow('it is no report of oktaql audit -o json');
    await expect(readKept(freshPath('y'))).rejects.toThrow('there is no such folder and no such report');
  });
});
