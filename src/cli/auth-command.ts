/**
 * `oktaql auth check`: which login applies to which org, and what it is good for.
 *
 * @module
 */

import { ERROR_FACTS } from '../errors.ts';
import { visibleText } from '../output/visible-text.ts';
import type { OutputFormat } from '../output/writers.ts';
import { createLoginCheck, type LoginCheck, type LoginReport } from '../session/login-check.ts';
import type { ProviderOptions } from '../session/provider/options.ts';
import type { ResultColumn, Row } from '../values.ts';
import type { CommandIo } from './command-io.ts';
import { parseAuth, reportFailure } from './exec-command.ts';
import type { HttpSettings } from './http-flags.ts';
import { createLog } from './log.ts';
import { printResult } from './print-result.ts';
import { EXIT } from './report.ts';
import { sinkOf } from './streams.ts';
import { type Traffic, watchTraffic } from './traffic.ts';

export interface AuthCheckSettings extends HttpSettings {
  /** Default: paragraphs for people. */
  readonly output?: OutputFormat;
  readonly subdomain?: string;
  /** StackQL's JSON. */
  readonly auth?: string;
  /** A file in place of the two `okta.yaml`. */
  readonly config?: string;
  readonly 'env.file'?: string;
}

/**
 * @param orgs as statements name them; without any, all that are configured
 * @returns 0 where every login works, else what the first that does not would end a statement with
 */
export async function checkLogins(
  orgs: readonly string[],
  settings: AuthCheckSettings,
  options: ProviderOptions,
  io: CommandIo,
): Promise<number> {
  const { subdomain, auth, output, timeout } = settings;
  const all = { ...options, ...(subdomain !== undefined && { subdomain }) };
  const names = orgs.length > 0 ? orgs : configuredOrgs(all);
  if (names.length === 0) {
    io.stderr.write('error: no org is configured\nhint: Name one: oktaql auth check acme\n');
    return EXIT.usage;
  }
  let traffic: Traffic | undefined;
  let check: LoginCheck | undefined;
  try {
    traffic = watchTraffic(settings, io.stderr);
    const { onWait, onExchange } = traffic;
    check = createLoginCheck({
      ...all,
      onWait,
      ...(onExchange !== undefined && { onExchange }),
      ...(auth !== undefined && { auth: parseAuth(auth) }),
    });
    const terms = { signal: io.signal, ...(timeout !== undefined && { timeoutMs: timeout * 1000 }) };
    const verdict: Verdict = { exitCode: EXIT.done };
    const reports = reportsOf(names, check, terms, verdict);
    await (output === undefined ? printParagraphs(reports, io) : printRows(reports, output, io));
    if (orgs.length === 0) noteUnbound(names, all, io);
    return verdict.exitCode;
  } catch (error) {
    return reportFailure(error, createLog(io.stderr, {}));
  } finally {
    await check?.close();
    traffic?.close();
  }
}

/** What all reports together come to. */
interface Verdict {
  /** That of the first problem. */
  exitCode: number;
}

/** Each as it ends: what the next comes to takes nothing back. */
async function* reportsOf(
  names: readonly string[],
  check: LoginCheck,
  terms: Parameters<LoginCheck['check']>[1],
  verdict: Verdict,
): AsyncGenerator<LoginReport> {
  for (const name of names) {
    const report = await check.check(name, terms);
    const isFirst = verdict.exitCode === EXIT.done;
    if (isFirst && report.problem !== undefined) verdict.exitCode = ERROR_FACTS[report.problem.code].exitCode;
    yield report;
  }
}

/** A login that nobody has asked about, since all orgs that are configured have one of their own. */
function noteUnbound(names: readonly string[], { orgs = {}, loginSource, auth }: ProviderOptions, io: CommandIo): void {
  const isUsed = auth !== undefined || names.some((name) => orgs[name]?.login === undefined);
  if (loginSource === undefined || isUsed) return;
  io.stderr.write(
    `note: ${visibleText(loginSource)} belongs to none of them; it goes to the first other org that a statement names\n`,
  );
}

async function printParagraphs(reports: AsyncIterable<LoginReport>, { stdout, signal }: CommandIo): Promise<void> {
  const sink = sinkOf(stdout, signal);
  let separator = '';
  for await (const report of reports) {
    await sink.write(separator + paragraph(report));
    separator = '\n';
  }
}

function configuredOrgs({ orgs = {}, subdomain }: ProviderOptions): readonly string[] {
  const names = Object.keys(orgs);
  return subdomain === undefined || names.includes(subdomain) ? names : [...names, subdomain];
}

const KINDS: Readonly<Record<LoginReport['kind'], string>> = {
  'api-token': 'API token (SSWS)',
  bearer: 'access token',
  'private-key': 'service app with a private key',
  auth: 'as --auth says',
  none: 'none',
};

function paragraph(report: LoginReport): string {
  const {
    org,
    origin,
    kind,
    source,
    identity,
    roles,
    scopes,
    missingScopes = [],
    reads,
    rates,
    clockAheadMs = 0,
    problem,
  } = report;
  const lines: readonly (readonly [name: string, text: string | undefined])[] = [
    ['login', KINDS[kind] + (source === undefined ? '' : `${kind === 'auth' ? ': ' : ', from '}${source}`)],
    ['works', problem === undefined ? 'yes' : `no: ${problem.message}`],
    ['hint', problem?.hint],
    ['is', identity],
    ['roles', roles === undefined ? undefined : listed(roles)],
    ['scopes', scopes === undefined ? undefined : listed(scopes)],
    [
      'lacks',
      missingScopes.length === 0 ? undefined : `${listed(missingScopes)}: asked for, but not granted to the app`,
    ],
    ...reads.map(
      ({ resource, refusal }) => ['reads', `${resource}: ${refusal === undefined ? 'yes' : `no: ${refusal}`}`] as const,
    ),
    ...rates.map(({ bucket, limit, remaining, resetAt }) => {
      return [
        'limit',
        `${bucket}: ${remaining} of ${limit} left until ${resetAt.toISOString().slice(11, 19)}Z`,
      ] as const;
    }),
    ['clock', clockAheadMs === 0 ? undefined : clockText(clockAheadMs)],
  ];
  const shown = lines.filter(([, text]) => text !== undefined);
  return [`${org} → ${origin ?? 'no org'}`, ...shown.map(([name, text]) => `  ${name.padEnd(6)} ${text}`)]
    .map((line) => `${visibleText(line)}\n`)
    .join('');
}

function listed(names: readonly string[]): string {
  return names.length === 0 ? 'none' : names.join(', ');
}

function clockText(aheadMs: number): string {
  return `this machine is ${Math.abs(aheadMs) / 1000} s ${aheadMs > 0 ? 'ahead of' : 'behind'} Okta`;
}

const COLUMNS: readonly ResultColumn[] = [
  { name: 'org', type: 'VARCHAR' },
  { name: 'origin', type: 'VARCHAR' },
  { name: 'login', type: 'VARCHAR' },
  { name: 'source', type: 'VARCHAR' },
  { name: 'works', type: 'BOOLEAN' },
  { name: 'problem', type: 'VARCHAR' },
  { name: 'hint', type: 'VARCHAR' },
  { name: 'identity', type: 'VARCHAR' },
  { name: 'roles', type: 'JSON' },
  { name: 'scopes', type: 'JSON' },
  { name: 'lacks', type: 'JSON' },
  { name: 'reads', type: 'JSON' },
  { name: 'limits', type: 'JSON' },
  { name: 'clock_ahead_s', type: 'DOUBLE' },
];

async function printRows(reports: AsyncIterable<LoginReport>, format: OutputFormat, io: CommandIo): Promise<void> {
  const batches = async function* (): AsyncGenerator<readonly Row[]> {
    for await (const report of reports) yield [rowOf(report)];
  };
  await printResult({ columns: COLUMNS, batches }, format, io);
}

function rowOf({
  org,
  origin,
  kind,
  source,
  problem,
  identity,
  roles,
  scopes,
  missingScopes,
  reads,
  rates,
  clockAheadMs,
}: LoginReport): Row {
  return [
    org,
    origin ?? null,
    kind,
    source ?? null,
    problem === undefined,
    problem?.message ?? null,
    problem?.hint ?? null,
    identity ?? null,
    roles ?? null,
    scopes ?? null,
    missingScopes ?? null,
    Object.fromEntries(reads.map(({ resource, refusal }) => [resource, refusal ?? true])),
    rates.map(({ resetAt, ...rate }) => ({ ...rate, resetAt: resetAt.toISOString() })),
    clockAheadMs === undefined ? null : clockAheadMs / 1000,
  ];
}
