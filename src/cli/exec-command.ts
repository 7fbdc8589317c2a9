/**
 * `oktaql exec`: runs SQL in a session of its own.
 *
 * @module
 */

import { existsSync } from 'node:fs';
import { InvalidArgumentError } from 'commander';
import { QueryError } from '../errors.ts';
import { type AuthConfig, readAuth } from '../registry/auth.ts';
import { builtInRegistry, type Registry } from '../registry/registry.ts';
import { loadRegistry } from '../session/load-registry.ts';
import type { Isolation, QueryOptions, SessionOptions } from '../session/options.ts';
import { createSession, type ScriptStatement, type Session } from '../session/session.ts';
import type { CommandIo } from './command-io.ts';
import type { Compat } from './compat/arguments.ts';
import type { CompatSettings } from './compat-script.ts';
import type { HttpSettings } from './http-flags.ts';
import { createLog, type Log, type LogSettings } from './log.ts';
import { createProgress, type Progress, type ProgressTerms } from './progress.ts';
import { APPROOT } from './registry/approot.ts';
import type { PullOptions } from './registry/pull.ts';
import { withPulledFolder, withRegistry } from './registry-statements.ts';
import { EXIT, exitCodeOf } from './report.ts';
import { type OutputSettings, openResultFile, openResultOutput } from './result-output.ts';
import { runScript, type ScriptOutput } from './script.ts';
import { type CheckSettings, refuseScript } from './script-check.ts';
import type { Output } from './streams.ts';
import { type Traffic, watchTraffic } from './traffic.ts';

export interface ExecSettings
  extends HttpSettings,
    LogSettings,
    CheckSettings,
    OutputSettings,
    Pick<CompatSettings, 'stackqlFormat'> {
  /** A file; `-` is standard input. */
  readonly infile?: string;
  /** A file with JSON. */
  readonly iqldata?: string;
  /** Files. */
  readonly varFile?: readonly string[];
  readonly readOnly?: boolean;
  readonly subdomain?: string;
  /** A folder, URL or JSON. */
  readonly registry?: string;
  /** A folder, for REGISTRY PULL. */
  readonly approot?: string;
  readonly trustRegistry?: boolean;
  /** StackQL's JSON. */
  readonly auth?: string;
  /** A file. */
  readonly config?: string;
  /** A file. */
  readonly 'env.file'?: string;
  readonly secretsTo?: string;
  readonly maxChanges?: number;
  readonly maxRequests?: number;
  readonly skipDenied?: boolean;
  readonly compat?: Compat;
  readonly isolation?: Isolation;
  readonly memoryLimit?: string;
  readonly database?: string;
  readonly allowFiles?: readonly string[];
  readonly allowWrite?: readonly string[];
  /** Whether a terminal shows how far a statement is. */
  readonly progress?: boolean;
  /** Where there is no terminal, a line each half minute. */
  readonly verbose?: boolean;
}

/** Runs a script in a session of its own; the exit code. */
export async function execute(
  sql: string,
  settings: ExecSettings,
  options: SessionOptions,
  io: CommandIo,
): Promise<number> {
  return withSession(settings, options, io, (opened) => runText(sql, settings, opened, io));
}

/** A session, and what belongs to it. */
export interface Opened {
  readonly session: Session;
  readonly registry: () => Registry;
  readonly progress: Progress;
  /** What standard error is told through. */
  readonly log: Log;
  /** Of statements that name none. */
  readonly org?: string | undefined;
}

/** What a session may be opened with besides the text that it runs. */
export type OpenSettings = Omit<ExecSettings, 'output' | 'infile' | 'var' | 'continueOnError'>;

/**
 * Opens a session as the flags say, and closes it; the exit code.
 *
 * @param use runs statements in it
 * @param needsFigures whether it wants to know what a statement took also where nobody is shown how far it is
 */
export async function withSession(
  settings: OpenSettings,
  options: SessionOptions,
  io: CommandIo,
  use: (opened: Opened) => Promise<number>,
  needsFigures = false,
): Promise<number> {
  const {
    subdomain,
    registry,
    approot = APPROOT,
    trustRegistry,
    auth,
    revealSecrets = false,
    secretsTo,
    readOnly = false,
    skipDenied = false,
    dryrun = false,
    maxChanges,
    maxRequests,
    // A time that is to be kept has to be kept within one call of a function too.
    isolation = settings.timeout === undefined ? 'none' : 'process',
    memoryLimit,
    database,
    allowFiles,
    allowWrite,
  } = settings;
  const shown = progressShown(settings, io);
  const progress = createProgress(io.stderr, { shown });
  const log = createLog(progress.stderr, settings);
  let session: Session | undefined;
  let traffic: Traffic | undefined;
  try {
    if (trustRegistry === true && registry === undefined) throw new InvalidArgumentError(NO_REGISTRY);
    const documents =
      registry === undefined ? {} : { registry: await loadRegistry(withPulledFolder(registry, approot)) };
    if (secretsTo !== undefined) checkNewFile(secretsTo);
    traffic = watchTraffic(settings, log.output, typeof shown === 'object');
    if (settings['tls.forceInsecure'] === true) log.output.write(INSECURE);
    const onExchange = await exchangeListener(settings, traffic, log.output);
    session = createSession({
      ...options,
      onWait: traffic.onWait,
      ...((shown !== 'never' || needsFigures) && { onProgress: progress.onProgress }),
      ...(onExchange !== undefined && { onExchange }),
      ...documents,
      ...(subdomain !== undefined && { subdomain }),
      ...(auth !== undefined && { auth: parseAuth(auth) }),
      ...(trustRegistry !== undefined && { trustRegistry }),
      revealSecrets,
      ...(secretsTo !== undefined && { secretsTo }),
      skipDenied,
      dryRun: dryrun,
      readOnly,
      isolation,
      ...(maxChanges !== undefined && { maxChanges }),
      ...(maxRequests !== undefined && { maxRequests }),
      ...(memoryLimit !== undefined && { memoryLimit }),
      ...(database !== undefined && { database }),
      ...(allowFiles !== undefined && { allowFiles }),
      ...(allowWrite !== undefined && { allowWrite }),
    });
    const org = subdomain ?? options.subdomain;
    return await use({ session, registry: () => documents.registry ?? builtInRegistry(), progress, log, org });
  } catch (error) {
    return reportFailure(error, log);
  } finally {
    await session?.close();
    traffic?.close();
  }
}

/** StackQL tells each answer that is no success, besides what flags want to see. */
async function exchangeListener(
  { compat }: Pick<ExecSettings, 'compat'>,
  { onExchange: watch }: Traffic,
  stderr: Output,
): Promise<Traffic['onExchange']> {
  if (compat === undefined) return watch;
  const { tellAnswers } = await import('./compat-script.ts');
  const tell = tellAnswers({ stderr });
  return (record) => {
    tell(record);
    watch?.(record);
  };
}

/** `--secrets-to`. Throws before the session does: it is the flag that is wrong. */
function checkNewFile(path: string): void {
  if (existsSync(path))
    throw new InvalidArgumentError(`${path} is there already; --secrets-to writes to a new file only.`);
}

const NO_REGISTRY = '--trust-registry is about the documents of --registry, which is not given.';

const INSECURE = 'note: no certificate is checked: whoever is in between can read the credential\n';

/** Tells of an error that ends a command; the exit code. What is a defect of ours is thrown on. */
export function reportFailure(error: unknown, log: Pick<Log, 'failed'>): number {
  if (!(error instanceof QueryError) && !(error instanceof InvalidArgumentError)) throw error;
  log.failed(error);
  return exitCodeOf(error);
}

/** A line of a terminal where there is one, lines of a log where those are asked for. */
function progressShown({ progress = true, verbose = false }: OpenSettings, io: CommandIo): ProgressTerms['shown'] {
  if (!progress) return 'never';
  if (io.progressColumns !== undefined) return { columns: io.progressColumns };
  return verbose ? 'in-log' : 'never';
}

async function runText(
  sql: string,
  settings: ExecSettings,
  { session, log, org, progress: { during } }: Opened,
  io: CommandIo,
): Promise<number> {
  const { signal } = io;
  const timeoutMs = settings.timeout === undefined ? undefined : settings.timeout * 1000;
  const variables = settings.var;
  if (settings.compat !== undefined) {
    return likeStackql(session, sql, settings, { variables, signal, timeoutMs }, io);
  }
  const script = session.script(sql, { variables, signal, timeoutMs, onNotice: log.note });
  const statements = withRegistry(script, pullOptions(settings, io));
  // A CI step whose variable turned out empty must not look done.
  if (statements.length === 0) throw new InvalidArgumentError('There is no statement in the text.');
  const isAnswered = (index: number): boolean => statements[index] !== script[index];
  const refused = await refuseScript(session, sql, statements, { settings, log, signal, isAnswered });
  if (refused !== undefined) return refused;
  const results = await openResultOutput(settings, { statements, org, io });
  try {
    return await printAll(statements, settings, { results, log, signal, during });
  } finally {
    results.discard();
  }
}

/** `--compat stackql`. Whatever becomes of the statements, what they printed is there. */
async function likeStackql(
  session: Session,
  sql: string,
  settings: ExecSettings,
  options: QueryOptions,
  io: CommandIo,
): Promise<number> {
  const { runCompat } = await import('./compat-script.ts');
  const { output = 'table', file: path } = settings;
  const file = path === undefined ? undefined : await openResultFile(path, settings, { io });
  try {
    const shown = { ...settings, output, ...(file !== undefined && { sink: file.sink }) };
    const code = await runCompat(session, sql, shown, options, io, pullOptions(settings, io));
    await file?.commit();
    return code;
  } finally {
    file?.discard();
  }
}

/** The file is put in its place where all went well, or each statement was to be run whatever became of others. */
async function printAll(
  statements: readonly ScriptStatement[],
  { continueOnError = false }: ExecSettings,
  surfaces: Pick<ScriptOutput, 'during' | 'results' | 'signal'> & { readonly log: Log },
): Promise<number> {
  const { results, signal, log } = surfaces;
  const code = await runScript(statements, { ...surfaces, stderr: log.output, continueOnError });
  if (code === EXIT.done || (continueOnError && !signal.aborted)) await results.finish();
  return code;
}

/** What REGISTRY LIST and PULL are about. */
function pullOptions(
  { registry, approot = APPROOT }: Pick<ExecSettings, 'registry' | 'approot'>,
  { signal }: Pick<CommandIo, 'signal'>,
): PullOptions | undefined {
  return registry === undefined ? undefined : { registry, approot, signal };
}

/**
 * `--auth`.
 *
 * @throws InvalidArgumentError for what is not understood
 */
export function parseAuth(text: string): Readonly<Record<string, AuthConfig>> {
  const configs = Object.entries(parseObject(text)).map(([provider, config]) => {
    const refuse = (problem: string, at: string): never => {
      const where = [provider, at].filter((part) => part !== '').join('.');
      throw new InvalidArgumentError(`--auth, ${where}: ${problem}. ${AUTH_EXAMPLE}`);
    };
    return [provider, readAuth(config, refuse)];
  });
  return Object.fromEntries(configs) as Readonly<Record<string, AuthConfig>>;
}

const AUTH_EXAMPLE = 'Write: {"okta":{"type":"api_key","credentialsenvvar":"OKTA_API_TOKEN","valuePrefix":"SSWS "}}';

function parseObject(text: string): object {
  try {
    const value = JSON.parse(text) as unknown;
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value;
  } catch {
    // The parser's message quotes the text, which may hold a credential.
  }
  throw new InvalidArgumentError(`--auth is no JSON object. ${AUTH_EXAMPLE}`);
}
