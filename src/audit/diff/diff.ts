/**
 * What changed between two runs that were kept: evidence, which is verified first, or reports.
 *
 * @module
 */

import { existsSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { AuditFileError } from '../../errors.ts';
import { REPORT } from '../evidence/manifest.ts';
import { verifyEvidence } from '../evidence/verify.ts';

interface KeptRow {
  readonly resource: string;
  readonly status: string;
  readonly reason: string;
}

interface KeptControl {
  readonly pack: string;
  readonly id: string;
  readonly title: string;
  readonly severity: string;
  readonly org: string;
  readonly status: string;
  readonly rows: readonly KeptRow[];
}

const keptRow: z.ZodType<KeptRow> = z.object({
  resource: z.string(),
  status: z.string(),
  reason: z.string(),
});

const keptControl: z.ZodType<KeptControl> = z.object({
  pack: z.string(),
  id: z.string(),
  title: z.string(),
  severity: z.string(),
  org: z.string(),
  status: z.string(),
  rows: z.array(keptRow),
});

const kept: z.ZodType<Pick<KeptRun, 'endedAt' | 'controls'>> = z.object({
  formatVersion: z.literal(1),
  endedAt: z.string(),
  controls: z.array(keptControl),
});

/** As much of a kept run as is compared. */
export interface KeptRun {
  readonly name: string;
  readonly endedAt: string;
  readonly controls: readonly KeptControl[];
}

export interface Change {
  readonly resource: string;
  readonly reason: string;
}

/** One control on one org that was in either run. */
export interface ControlDiff {
  readonly org: string;
  readonly pack: string;
  readonly id: string;
  readonly title: string;
  readonly severity: string;
  /** Absent where the run did not have it. */
  readonly before?: string;
  readonly after?: string;
  /** Alarms, accepted ones among them. */
  readonly news: readonly Change[];
  readonly gone: readonly Change[];
  readonly unchanged: number;
  /** Objects that only one of the runs has judged. */
  readonly added: readonly string[];
  readonly removed: readonly string[];
}

export interface RunDiff {
  readonly before: Pick<KeptRun, 'name' | 'endedAt'>;
  readonly after: Pick<KeptRun, 'name' | 'endedAt'>;
  readonly controls: readonly ControlDiff[];
}

/**
 * Reads a run that was kept.
 *
 * @param path a folder of evidence, or a report of `-o json`
 * @throws AuditFileError for what is neither, and for evidence that was altered
 */
export async function readKept(path: string): Promise<KeptRun> {
  const isFolder = statSync(path, { throwIfNoEntry: false })?.isDirectory() === true;
  if (isFolder) {
    const { problems } = await verifyEvidence(path);
    if (problems[0] !== undefined) throw problems[0];
  }
  const file = isFolder ? join(path, REPORT) : path;
  if (!existsSync(file)) throw new AuditFileError('there is no such folder and no such report', { file });
  const read = kept.safeParse(parsed(readFileSync(file, 'utf8')));
  if (!read.success) {
    throw new AuditFileError('it is no report of oktaql audit -o json, nor evidence', {
      file,
      hint: 'Name two folders of --evidence.',
    });
  }
  return { name: path, endedAt: read.data.endedAt, controls: read.data.controls };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

export function diffOf(before: KeptRun, after: KeptRun): RunDiff {
  const keyOf = ({ org, pack, id }: KeptControl): string => JSON.stringify([org, pack, id]);
  const [old, fresh] = [before, after].map(({ controls }) => new Map(controls.map((each) => [keyOf(each), each])));
  const keys = [...new Set([...(fresh?.keys() ?? []), ...(old?.keys() ?? [])])];
  return {
    before: { name: before.name, endedAt: before.endedAt },
    after: { name: after.name, endedAt: after.endedAt },
    controls: keys.flatMap((key) => controlDiff(old?.get(key), fresh?.get(key)) ?? []),
  };
}

function controlDiff(before: KeptControl | undefined, after: KeptControl | undefined): ControlDiff | undefined {
  const facts = after ?? before;
  if (facts === undefined) return undefined;
  const { org, pack, id, title, severity } = facts;
  const [old, fresh] = [alarmsOf(before), alarmsOf(after)];
  const [objects, others] = [objectsOf(before), objectsOf(after)];
  return {
    ...{ org, pack, id, title, severity },
    ...(before !== undefined && { before: before.status }),
    ...(after !== undefined && { after: after.status }),
    news: [...fresh.values()].filter(({ resource }) => !old.has(resource)).map(changeOf),
    gone: [...old.values()].filter(({ resource }) => !fresh.has(resource)).map(changeOf),
    unchanged: [...fresh.keys()].filter((resource) => old.has(resource)).length,
    added: [...others].filter((resource) => !objects.has(resource)),
    removed: [...objects].filter((resource) => !others.has(resource)),
  };
}

function alarmsOf(control: KeptControl | undefined): ReadonlyMap<string, KeptRow> {
  return new Map((control?.rows ?? []).filter(({ status }) => status === 'alarm').map((row) => [row.resource, row]));
}

function objectsOf(control: KeptControl | undefined): ReadonlySet<string> {
  return new Set((control?.rows ?? []).map(({ resource }) => resource));
}

function changeOf({ resource, reason }: KeptRow): Change {
  return { resource, reason };
}
