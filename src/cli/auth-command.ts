/**
 * `oktaql auth check`: which login applies to which org, and what it is good for.
 *
 * @module
 */

import { ERROR_FACTS } from '../errors.ts';
import { visibleText } from '../output/visible-text.ts';
import { createWriter, type OutputFormat } from '../output/writers.ts';
import { checkLogin, type LoginReport } from '../session/login-check.ts';
import type { ProviderOptions } from '../session/provider.ts';
import type { ResultColumn, Row } from '../values.ts';
import { type CommandIo, parseAuth, reportFailure } from './exec-command.ts';
import type { HttpSettings } from './http-flags.ts';
import { EXIT } from './report.ts';
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
  const reports: LoginReport[] = [];
  let traffic: Traffic | undefined;
  try {
    traffic = watchTraffic(settings, io.stderr);
    const { onWait, onExchange } = traffic;
    const complete = {
      ...all,
      onWait,
      ...(onExchange !== undefined && { onExchange }),
      ...(auth !== undefined && { auth: parseAuth(auth) }),
    };
    const terms = { signal: io.signal, ...(timeout !== undefined && { timeoutMs: timeout * 1000 }) };
    for (const name of names) reports.push(await checkLogin(name, complete, terms));
  } catch (error) {
    return reportFailure(error, io);
  } finally {
    traffic?.close();
  }
  if (output === undefined) io.stdout.write(reports.map(paragraph).join('\n'));
  else writeRows(reports, output, io);
  const [problem] = reports.flatMap((report) => report.problem ?? []);
  return problem === undefined ? EXIT.done : ERROR_FACTS[problem.code].exitCode;
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
    ['login', KINDS[kind] + (source === undefined ? '' : `, from ${source}`)],
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
  return [`${org} → ${origin}`, ...shown.map(([name, text]) => `  ${name.padEnd(6)} ${text}`)]
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
  { name: 'identity', type: 'VARCHAR' },
  { name: 'roles', type: 'JSON' },
  { name: 'scopes', type: 'JSON' },
  { name: 'reads', type: 'JSON' },
  { name: 'limits', type: 'JSON' },
  { name: 'clock_ahead_s', type: 'DOUBLE' },
];

function writeRows(reports: readonly LoginReport[], format: OutputFormat, { stdout }: CommandIo): void {
  const writer = createWriter(format, stdout.write);
  writer.begin(COLUMNS);
  writer.rows(reports.map(rowOf));
  writer.end();
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
  reads,
  rates,
  clockAheadMs,
}: LoginReport): Row {
  return [
    org,
    origin,
    kind,
    source ?? null,
    problem === undefined,
    problem?.message ?? null,
    identity ?? null,
    roles ?? null,
    scopes ?? null,
    Object.fromEntries(reads.map(({ resource, refusal }) => [resource, refusal ?? true])),
    rates.map(({ resetAt, ...rate }) => ({ ...rate, resetAt: resetAt.toISOString() })),
    clockAheadMs === undefined ? null : clockAheadMs / 1000,
  ];
}
