/**
 * `oktaql audit`: runs packs of controls and reports what they found.
 *
 * @module
 */

import { InvalidArgumentError } from 'commander';
import { type Acceptances, NO_BASELINE, readBaseline } from '../../audit/baseline.ts';
import type { Pack, Severity } from '../../audit/control.ts';
import { builtInPacks, loadPack } from '../../audit/pack.ts';
import { priceRows, pricesOf } from '../../audit/price.ts';
import { type ReportFormat, reportFormatOf, reportOf } from '../../audit/reports/reports.ts';
import { type AuditRun, isAtLeast } from '../../audit/result.ts';
import { type OrgSession, runAudit } from '../../audit/run.ts';
import { type Choice, type Chosen, choose } from '../../audit/selection.ts';
import type { OutputFormat } from '../../output/writers.ts';
import type { SessionOptions } from '../../session/options.ts';
import type { ResultColumn } from '../../values.ts';
import type { CommandIo } from '../command-io.ts';
import { parseAuth, reportFailure } from '../exec-command.ts';
import type { HttpSettings } from '../http-flags.ts';
import { createLog, type Log } from '../log.ts';
import { printResult } from '../print-result.ts';
import { createProgress } from '../progress.ts';
import { EXIT } from '../report.ts';
import { openResultFile } from '../result-output.ts';
import { type Traffic, watchTraffic } from '../traffic.ts';
import { type EvidencePlan, planEvidence } from './evidence.ts';
import { openOrg } from './session.ts';

export interface AuditSettings extends HttpSettings, Choice {
  readonly subdomain?: readonly string[];
  readonly plan?: boolean;
  /** A file. */
  readonly baseline?: string;
  readonly failOn?: Severity | 'none';
  readonly output?: ReportFormat;
  readonly file?: string;
  /** A folder that is not there yet. */
  readonly evidence?: string;
  /** A file with a private key. */
  readonly sign?: string;
  /** StackQL's JSON. */
  readonly auth?: string;
  readonly config?: string;
  readonly 'env.file'?: string;
  readonly progress?: boolean;
}

/** Runs controls on one org or several; the exit code. */
export async function audit(
  names: readonly string[],
  settings: AuditSettings,
  options: SessionOptions,
  io: CommandIo,
): Promise<number> {
  const shown =
    io.progressColumns !== undefined && settings.progress !== false ? { columns: io.progressColumns } : 'never';
  const progress = createProgress(io.stderr, { shown });
  const log = createLog(progress.stderr, {});
  let traffic: Traffic | undefined;
  try {
    traffic = watchTraffic(settings, log.output, shown !== 'never');
    const { onWait, onExchange } = traffic;
    const all: SessionOptions = {
      ...options,
      onWait,
      onProgress: progress.onProgress,
      ...(onExchange !== undefined && { onExchange }),
      ...(settings.auth !== undefined && { auth: parseAuth(settings.auth) }),
      // A time that is to be kept has to be kept within one call of a function too.
      ...(settings.timeout !== undefined && { isolation: 'process' as const }),
    };
    const task = prepared(names, settings, all);
    if (settings.plan === true) return await price(task, all, settings, io);
    return await run(task, all, settings, { io, log, during: progress.during });
  } catch (error) {
    return reportFailure(error, log);
  } finally {
    traffic?.close();
  }
}

/** All that can be wrong before the first request. */
interface Task {
  readonly packs: readonly Pack[];
  readonly chosen: readonly Chosen[];
  readonly orgs: readonly string[];
  readonly acceptances: Acceptances;
  readonly format: ReportFormat;
  readonly evidence: EvidencePlan | undefined;
}

function prepared(names: readonly string[], settings: AuditSettings, options: SessionOptions): Task {
  const packs = (names.length > 0 ? names : builtInPacks()).map(loadPack);
  if (packs.length === 0)
    throw new InvalidArgumentError('There is no pack. Name a folder, or begin one: oktaql audit new NAME');
  const twice = packs.find(({ name }, index) => packs.findIndex((other) => other.name === name) !== index);
  if (twice !== undefined)
    throw new InvalidArgumentError(`Two packs are called ${twice.name}. Their folders need different names.`);
  const chosen = choose(packs, settings);
  const orgs = [...new Set(settings.subdomain ?? (options.subdomain === undefined ? [] : [options.subdomain]))];
  if (orgs.length === 0)
    throw new InvalidArgumentError('No org is named. Name it: oktaql audit --subdomain acme, or try --demo');
  const { baseline, file, output, evidence, sign, plan } = settings;
  const today = new Date().toISOString().slice(0, 10);
  const acceptances = baseline === undefined ? NO_BASELINE : readBaseline(baseline, chosen, today);
  if (sign !== undefined && evidence === undefined)
    throw new InvalidArgumentError('--sign signs evidence: it needs --evidence DIR.');
  if (evidence !== undefined && plan === true)
    throw new InvalidArgumentError('--plan sends nothing, so there is no evidence.');
  const format = output ?? (file === undefined ? undefined : reportFormatOf(file)) ?? 'text';
  const keeping = evidence === undefined ? undefined : planEvidence(evidence, sign);
  return { packs, chosen, orgs, acceptances, format, evidence: keeping };
}

const PRICE_COLUMNS: readonly ResultColumn[] = [
  { name: 'control', type: 'VARCHAR' },
  ...['least', 'expected', 'expected_shared'].map((name) => ({ name, type: 'BIGINT' })),
  { name: 'remark', type: 'VARCHAR' },
];

const PRICE_FORMATS: Readonly<Partial<Record<ReportFormat, OutputFormat>>> = {
  text: 'table',
  json: 'json',
  csv: 'csv',
  markdown: 'markdown',
};

/** `--plan`: requests by control, and of all together, before any is sent. */
async function price(
  { chosen, orgs, format }: Task,
  options: SessionOptions,
  { file }: AuditSettings,
  io: CommandIo,
): Promise<number> {
  const printed = PRICE_FORMATS[format];
  if (printed === undefined || file !== undefined)
    throw new InvalidArgumentError('--plan is printed, as text, json, csv or markdown.');
  for (const org of orgs) {
    const { session, close } = openOrg(options, org);
    try {
      const rows = priceRows(await pricesOf(chosen, session, org));
      const batches = async function* (): AsyncGenerator<typeof rows> {
        yield rows;
      };
      await printResult({ columns: PRICE_COLUMNS, batches }, printed, io);
    } finally {
      await close();
    }
  }
  return EXIT.done;
}

interface Surroundings {
  readonly io: CommandIo;
  readonly log: Log;
  readonly during: <T>(work: () => Promise<T>) => Promise<T>;
}

async function run(
  task: Task,
  options: SessionOptions,
  settings: AuditSettings,
  { io, log, during }: Surroundings,
): Promise<number> {
  const { packs, chosen, orgs, acceptances, format, evidence } = task;
  const { file, failOn = 'low', timeout } = settings;
  const { signal } = io;
  // It is opened first, so that nobody waits for a run whose report has nowhere to go.
  const report = file === undefined ? undefined : await openResultFile(file, {}, { io });
  try {
    const open = (org: string): OrgSession => openOrg(options, org);
    const done = await runAudit({
      packs: packs.map(({ name, title, version, description, stig }) => ({ name, title, version, description, stig })),
      chosen,
      orgs,
      open,
      acceptances,
      now: () => new Date(),
      signal,
      timeoutMs: timeout === undefined ? undefined : timeout * 1000,
      during: (_what, _place, work) => during(work),
    });
    const text = await reportOf(done, format, { colour: report === undefined && io.stdout.hasColour === true });
    if (report === undefined) {
      io.stdout.write(text);
      await io.stdout.drained(signal);
    } else {
      await report.sink.write(text);
      await report.commit();
      log.note(`${file} has the report`);
    }
    for (const { control, resource } of acceptances.unused(done.results)) {
      log.note(`${settings.baseline}: ${control} no longer finds ${resource}; its entry can go`);
    }
    for (const fault of acceptances.expired) log.failed(fault);
    await evidence?.keep(done, options, { signal, note: log.note });
    return exitCodeFor(done, failOn, acceptances.expired.length > 0);
  } finally {
    report?.discard();
  }
}

/** 1 for alarms, and for what could not be judged, at or above the bound: a gate that nobody looked through is closed. */
function exitCodeFor({ results }: AuditRun, failOn: Severity | 'none', isExpired: boolean): number {
  if (results.length > 0 && results.every(({ failure }) => failure?.code === 'AUTH')) return 3;
  if (failOn === 'none') return EXIT.done;
  const counts = results.some(
    ({ status, control }) => (status === 'alarm' || status === 'error') && isAtLeast(control.severity, failOn),
  );
  return counts || isExpired ? EXIT.failed : EXIT.done;
}
