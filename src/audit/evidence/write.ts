/**
 * Writes evidence: a folder that is there whole or not at all.
 *
 * @module
 */

import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { basename, dirname, join, relative, resolve, sep } from 'node:path';
import { AuditFileError } from '../../errors.ts';
import type { Provenance } from '../../exec/provenance.ts';
import { createWriter, type OutputFormat } from '../../output/writers.ts';
import { checkLinks } from '../../own-file.ts';
import { jsonReport } from '../reports/json.ts';
import { type AuditRun, type ControlResult, nameOf } from '../result.ts';
import { gapsIn, listsIn } from './gaps.ts';
import {
  type ControlFacts,
  type FileFacts,
  MANIFEST,
  type Manifest,
  type OrgFacts,
  REPORT,
  type RequestFacts,
  SIGNATURE,
  SUMS,
  sha256,
} from './manifest.ts';
import { type Signer, signatureOf } from './sign.ts';

export interface EvidenceOptions {
  /** Not there yet. */
  readonly folder: string;
  readonly orgs: readonly OrgFacts[];
  /** The plans of controls on orgs, as EXPLAIN tells them. */
  readonly planOf: (result: ControlResult) => unknown;
  readonly signer?: Signer | undefined;
  readonly signal?: AbortSignal;
}

/** @throws AuditFileError where the folder is there already, or nobody may make it */
export function checkFolder(folder: string): void {
  if (existsSync(folder) && readdirSync(folder).length > 0) {
    throw new AuditFileError('there is something in it already', {
      file: folder,
      hint: 'Evidence goes into a folder of its own.',
    });
  }
  try {
    checkLinks(folder);
    mkdirSync(dirname(resolve(folder)), { recursive: true });
  } catch (cause) {
    throw new AuditFileError(`it cannot be written: ${reasonOf(cause)}`, { file: folder, cause });
  }
}

/**
 * Keeps a run.
 *
 * @throws AuditFileError for a run that left anything unseen: nothing is written then
 */
export async function writeEvidence(run: AuditRun, options: EvidenceOptions): Promise<Manifest> {
  const { folder, signer } = options;
  const gaps = gapsIn(run);
  if (gaps.length > 0) {
    const shown = gaps.slice(0, 5).join('; ');
    const more = gaps.length > 5 ? `; and ${gaps.length - 5} more` : '';
    throw new AuditFileError(`no evidence was written, because not all was seen: ${shown}${more}`, {
      file: folder,
      hint: 'Mend what failed, or leave those controls out with --only or --where, and run it again.',
    });
  }
  checkFolder(folder);
  const target = resolve(folder);
  const beside = join(dirname(target), `.${basename(target)}.${randomBytes(6).toString('hex')}.part`);
  try {
    mkdirSync(beside, { mode: 0o700 });
    const manifest = await fill(beside, run, options);
    const bytes = Buffer.from(`${JSON.stringify(manifest, undefined, 2)}\n`);
    writeFileSync(join(beside, MANIFEST), bytes);
    if (signer !== undefined) writeFileSync(join(beside, SIGNATURE), `${await signatureOf(bytes, signer)}\n`);
    writeFileSync(join(beside, SUMS), sumsOf({ ...manifest.files, [MANIFEST]: factsOf(bytes) }));
    options.signal?.throwIfAborted();
    if (existsSync(target)) rmSync(target, { recursive: true });
    renameSync(beside, target);
    return manifest;
  } catch (cause) {
    rmSync(beside, { recursive: true, force: true });
    if (cause instanceof Error && 'syscall' in cause) {
      throw new AuditFileError(`it cannot be written: ${cause.message}`, { file: folder, cause });
    }
    throw cause;
  }
}

/** As `sha256sum -c` reads it: https://www.gnu.org/software/coreutils/manual/html_node/md5sum-invocation.html */
function sumsOf(files: Readonly<Record<string, FileFacts>>): string {
  const names = Object.keys(files).sort();
  return names.map((name) => `${files[name]?.sha256}  ${name}\n`).join('');
}

async function fill(folder: string, run: AuditRun, options: EvidenceOptions): Promise<Manifest> {
  const files: Record<string, FileFacts> = {};
  const put = (name: string, bytes: Uint8Array): string => {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), bytes);
    files[name] = factsOf(bytes);
    return name;
  };
  put(REPORT, Buffer.from(jsonReport(run)));
  const controls: ControlFacts[] = [];
  for (const result of run.results) {
    options.signal?.throwIfAborted();
    controls.push(await keepControl(result, put, options, run));
  }
  return {
    formatVersion: 1,
    oktaql: run.version,
    node: process.version,
    providerDocuments: hashDocuments(),
    packs: run.packs.map(({ name, title, version }) => ({ name, title, version })),
    orgs: options.orgs,
    clock: clockOf(run),
    requests: run.requests,
    denied: 0,
    controls,
    files,
  };
}

function factsOf(bytes: Uint8Array): FileFacts {
  return { sha256: sha256(bytes), bytes: bytes.length };
}

type Put = (name: string, bytes: Uint8Array) => string;

async function keepControl(
  result: ControlResult,
  put: Put,
  { planOf, signal }: EvidenceOptions,
  run: AuditRun,
): Promise<ControlFacts> {
  const { control, pack, org, status, reason, columns, findings, values, provenance, notices } = result;
  const stem = `${folderName(org)}/${pack}/${control.id}`;
  const { body } = control;
  const rows = findings.map(({ row }) => row);
  const bytesOf = async (format: OutputFormat): Promise<Uint8Array> => {
    const chunks: Buffer[] = [];
    const metadata = { query: sqlOf(result), org, time: result.endedAt.toISOString(), version: run.version };
    const sink = { write: async (chunk: string | Uint8Array) => void chunks.push(Buffer.from(chunk)) };
    const writer = createWriter(format, sink, { metadata, ...(signal !== undefined && { signal }) });
    await writer.begin(columns);
    await writer.rows(rows);
    await writer.end();
    return Buffer.concat(chunks);
  };
  const files = {
    ...(body.kind === 'query' && { sql: put(`${stem}.sql`, Buffer.from(`${sqlOf(result)}\n`)) }),
    ...(columns.length > 0 && {
      csv: put(`${stem}.csv`, await bytesOf('csv')),
      parquet: put(`${stem}.parquet`, await bytesOf('parquet')),
    }),
  };
  const plan = body.kind === 'query' ? planOf(result) : undefined;
  return {
    ...{ org, pack, id: control.id, title: control.title, severity: control.severity, status },
    ...(reason !== undefined && { reason }),
    files,
    columns: columns.map(({ name, type }) => ({ name, type })),
    rows: rows.length,
    values: Object.fromEntries(
      Object.entries(values).map(([name, value]) => [name, typeof value === 'bigint' ? String(value) : value]),
    ),
    ...(plan !== undefined && { plan }),
    requests: requestsIn(provenance),
    lists: listsIn(provenance),
    absent: provenance.flatMap((told) =>
      told.kind === 'left-out' ? [{ resource: told.resource, parameters: told.parameters }] : [],
    ),
    notices,
  };
}

function sqlOf(result: ControlResult): string {
  const { body } = result.control;
  return body.kind === 'query' ? `-- ${nameOf(result)}\n${body.sql}` : '';
}

function requestsIn(provenance: readonly Provenance[]): readonly RequestFacts[] {
  const seen = new Set<string>();
  return provenance.flatMap((told): RequestFacts[] => {
    if (told.kind !== 'page') return [];
    const key = told.requestId ?? told.url;
    if (seen.has(key)) return [];
    seen.add(key);
    const time = isoOf(told.date);
    return [
      {
        url: told.url,
        method: told.method,
        ...(told.requestId !== undefined && { requestId: told.requestId }),
        ...(time !== undefined && { time }),
        rows: told.rows,
      },
    ];
  });
}

function isoOf(date: string | undefined): string | undefined {
  const ms = Date.parse(date ?? '');
  return Number.isNaN(ms) ? undefined : new Date(ms).toISOString();
}

/** Okta's clock is the one that its log and its objects go by. */
function clockOf({ results, startedAt, endedAt }: AuditRun): Manifest['clock'] {
  const times = results
    .flatMap(({ provenance }) => provenance.flatMap((told) => (told.kind === 'page' ? (isoOf(told.date) ?? []) : [])))
    .sort();
  const [machineStarted, machineEnded] = [startedAt.toISOString(), endedAt.toISOString()];
  const [first, last] = [times[0], times.at(-1)];
  if (first === undefined || last === undefined) {
    return { by: 'machine', started: machineStarted, ended: machineEnded, machineStarted, machineEnded };
  }
  return { by: 'okta', started: first, ended: last, machineStarted, machineEnded };
}

/** An org may be named by what no folder can be called. */
function folderName(org: string): string {
  return (
    org
      .replace(/[^A-Za-z0-9.-]/g, '_')
      .replace(/^\.+/, '_')
      .slice(0, 100) || '_'
  );
}

const require = createRequire(import.meta.url);

/** Of the documents that come with this version, by name and content. */
function hashDocuments(): Manifest['providerDocuments'] {
  const root = join(dirname(require.resolve('oktaql/package.json')), 'providers');
  const files = readdirSync(root, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith('.yaml'))
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
  const lines = files.map((file) => `${sha256(readFileSync(file))}  ${relative(root, file).split(sep).join('/')}\n`);
  return { sha256: sha256(lines.join('')), files: files.length };
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
