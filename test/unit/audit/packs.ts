/** Packs for tests: a folder for each, gone at the end, and runs of them on a simulated org. */

import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll } from 'vitest';
import { NO_BASELINE } from '../../../src/audit/baseline.ts';
import type { Pack } from '../../../src/audit/control.ts';
import { loadPack } from '../../../src/audit/pack.ts';
import type { AuditRun } from '../../../src/audit/result.ts';
import { type OrgSession, type RunOptions, runAudit } from '../../../src/audit/run.ts';
import { type Choice, choose } from '../../../src/audit/selection.ts';
import { openOrg } from '../../../src/cli/audit/session.ts';
import { createSimulator, type Simulator } from '../../../src/simulator/index.ts';

let root: string | undefined;
let count = 0;

/** What a file of tests made is gone with it; files share this module. */
export function removeAfterwards(): void {
  afterAll(() => {
    if (root !== undefined) rmSync(root, { recursive: true, force: true });
    root = undefined;
  });
}

/** A folder that is not there yet. */
export function freshPath(name: string): string {
  root ??= mkdtempSync(join(tmpdir(), 'oktaql-audit-'));
  count += 1;
  mkdirSync(join(root, String(count)));
  return join(root, String(count), name);
}

export interface ControlText {
  readonly severity?: string;
  readonly sql?: string;
  /** More lines of the head. */
  readonly head?: string;
}

/** A pack of one group. */
export function packOf(controls: Readonly<Record<string, ControlText>>, more = ''): Pack {
  const folder = freshPath('ours');
  mkdirSync(folder);
  const ids = Object.keys(controls);
  const groups = `groups:\n  - { id: all, title: All of them, controls: [${ids.join(', ')}] }\n`;
  writeFileSync(join(folder, 'pack.yaml'), `title: Ours\nversion: "1.0"\n${more}${groups}`);
  for (const [id, { severity = 'medium', sql = '', head = '' }] of Object.entries(controls)) {
    const lines = head === '' ? '' : `${head.replace(/^/gm, '-- ')}\n`;
    writeFileSync(
      join(folder, `${id}.sql`),
      `-- id: ${id}\n-- title: About ${id}\n-- severity: ${severity}\n${lines}${sql}`,
    );
  }
  return loadPack(folder);
}

export function openOn(simulator: Simulator, token: string = simulator.token): (org: string) => OrgSession {
  return (org) => openOrg({ token, fetch: (request) => simulator.handle(request) }, org);
}

export interface TestRun extends Partial<RunOptions> {
  readonly simulator?: Simulator;
  readonly choice?: Choice;
}

export async function runPack(
  pack: Pack,
  { simulator = createSimulator(), choice = {}, ...options }: TestRun = {},
): Promise<AuditRun> {
  return runAudit({
    packs: [pack],
    chosen: choose([pack], choice),
    orgs: ['my-org'],
    open: openOn(simulator),
    acceptances: NO_BASELINE,
    now: () => new Date('2026-11-30T10:00:00Z'),
    signal: new AbortController().signal,
    ...options,
  });
}

/** `SELECT … FROM (VALUES …)` with the columns of a control. */
export function verdicts(...rows: readonly (readonly [resource: string, status: string, reason: string])[]): string {
  const values = rows.map((row) => `(${row.map((text) => `'${text.replaceAll("'", "''")}'`).join(', ')})`);
  return `SELECT * FROM (VALUES ${values.join(', ')}) AS t(resource, status, reason)`;
}
