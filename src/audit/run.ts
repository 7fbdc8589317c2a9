/**
 * Runs controls: one session for each org, so that all of its controls share what was read.
 *
 * @module
 */

import { AuthError, CancelledError, isQueryError, type QueryError } from '../errors.ts';
import type { Provenance } from '../exec/provenance.ts';
import type { Session } from '../session/session.ts';
import { version } from '../session/version.ts';
import type { ParameterValue } from '../sql/statement.ts';
import type { Acceptances } from './baseline.ts';
import { faultOf, parametersFor } from './check-pack.ts';
import type { Control, ControlBody } from './control.ts';
import type { AuditRun, ControlResult, Failure, PackFacts } from './result.ts';
import type { Chosen } from './selection.ts';
import { judge, unjudged, type Verdict } from './verdict.ts';

/** A session on one org, and how many requests it has sent. */
export interface OrgSession {
  readonly session: Session;
  /** Requests so far, repetitions and logins aside. */
  requests(): number;
  close(): Promise<void>;
}

export interface RunOptions {
  readonly packs: readonly PackFacts[];
  readonly chosen: readonly Chosen[];
  /** As statements would name them. */
  readonly orgs: readonly string[];
  /** Opens a session that only reads, and for which the org needs no naming. */
  readonly open: (org: string) => OrgSession;
  readonly acceptances: Acceptances;
  readonly now: () => Date;
  readonly signal: AbortSignal;
  /** Milliseconds that one control may take. Default: as long as needed. */
  readonly timeoutMs?: number | undefined;
  /** Told before and around each. */
  readonly during?:
    | ((what: Chosen, place: RunPlace, work: () => Promise<ControlResult>) => Promise<ControlResult>)
    | undefined;
}

export interface RunPlace {
  readonly org: string;
  /** Counted from 1, over all orgs. */
  readonly number: number;
  readonly of: number;
}

/**
 * Runs all controls on all orgs. Whatever becomes of one, the others run.
 *
 * @throws CancelledError when the signal fires; nothing else of what statements throw
 */
export async function runAudit(options: RunOptions): Promise<AuditRun> {
  const { orgs, chosen, packs, now } = options;
  const startedAt = now();
  const results: ControlResult[] = [];
  let sent = 0;
  for (const org of orgs) {
    const opened = options.open(org);
    try {
      results.push(...(await runOrg(org, opened, options, results.length)));
      sent += opened.requests();
    } finally {
      await opened.close();
    }
  }
  const alone = results.reduce((sum, { provenance }) => sum + answersIn(provenance), 0);
  return {
    version: version(),
    packs,
    orgs,
    startedAt,
    endedAt: now(),
    results: results.slice(0, chosen.length * orgs.length),
    requests: { sent, alone: Math.max(alone, sent) },
  };
}

/** Each answer once: scans of one statement share theirs anyway. */
function answersIn(provenance: readonly Provenance[]): number {
  const pages = provenance.flatMap((told) => (told.kind === 'page' ? [told.requestId ?? told.url] : []));
  return new Set(pages).size + provenance.filter(({ kind }) => kind === 'left-out').length;
}

async function runOrg(
  org: string,
  opened: OrgSession,
  options: RunOptions,
  before: number,
): Promise<readonly ControlResult[]> {
  const { chosen, orgs, signal, during = (_what, _place, work) => work() } = options;
  const results: ControlResult[] = [];
  let refused: AuthError | undefined;
  for (const each of chosen) {
    if (signal.aborted) throw new CancelledError(undefined, { cause: signal.reason });
    const place = { org, number: before + results.length + 1, of: chosen.length * orgs.length };
    const result = await during(each, place, async () => {
      const run = await runControl(each, { org, opened, options, refused });
      refused ??= run.refused;
      return run.result;
    });
    results.push(result);
  }
  return results;
}

interface Terms {
  readonly org: string;
  readonly opened: OrgSession;
  readonly options: RunOptions;
  /** What the org said of the login: it would say the same to each. */
  readonly refused: AuthError | undefined;
}

interface ControlRun {
  readonly result: ControlResult;
  readonly refused?: AuthError;
}

async function runControl({ pack, group, control }: Chosen, terms: Terms): Promise<ControlRun> {
  const { org, opened, options, refused } = terms;
  const { body } = control;
  const startedAt = options.now();
  const sentBefore = opened.requests();
  const provenance: Provenance[] = [];
  const values = parametersFor(control, org);
  const whole = (rest: Verdict & Partial<ControlResult>): ControlResult => ({
    pack,
    group,
    control,
    org,
    columns: [],
    notices: [],
    values,
    provenance,
    requests: opened.requests() - sentBefore,
    startedAt,
    endedAt: options.now(),
    ...rest,
  });
  if (body.kind === 'manual') return { result: whole(unjudged('manual', body.look)) };
  if (body.kind === 'broken') return { result: whole(brokenVerdict(body)) };
  if (refused !== undefined) return { result: whole(failed(refused, control, body)) };
  try {
    const ran = await opened.session.query(body.text, {
      parameters: values,
      signal: options.signal,
      timeoutMs: options.timeoutMs,
      skipDenied: false,
      onProvenance: (told) => provenance.push(told),
    });
    const { columns, notices } = ran;
    const acceptanceOf = options.acceptances.of(`${pack}/${control.id}`, org);
    return {
      result: whole({ ...judge(control, { result: ran, notices, provenance, acceptanceOf }), columns, notices }),
    };
  } catch (error) {
    if (!isQueryError(error) || options.signal.aborted) throw error;
    return { result: whole(failed(error, control, body)), ...(error instanceof AuthError && { refused: error }) };
  }
}

function brokenVerdict({
  problems,
}: Extract<ControlBody, { readonly kind: 'broken' }>): Verdict & Partial<ControlResult> {
  const [first] = problems;
  const reason = problems.map(({ message }) => message).join(' ');
  return { ...unjudged('error', reason), ...(first !== undefined && { failure: failureOf(first) }) };
}

/** What this org does not have is no fault of the control's; all else that fails leaves it open whether it holds. */
function failed(
  error: QueryError,
  control: Control,
  body: Extract<ControlBody, { readonly kind: 'query' }>,
): Verdict & Partial<ControlResult> {
  if (isFeatureOff(error))
    return { ...unjudged('skip', `this org does not have it: ${error.message}`), failure: failureOf(error) };
  const isOfText = error.code === 'SYNTAX' || error.code.startsWith('UNKNOWN_') || error.code === 'BINDING';
  const told = isOfText ? faultOf(error, control, body) : error;
  return { ...unjudged('error', told.message), failure: failureOf(error) };
}

/** Okta's code for a feature that an org has not got: https://developer.okta.com/docs/reference/error-codes/#E0000015 */
function isFeatureOff(error: QueryError): boolean {
  return 'providerCode' in error && error.providerCode === 'E0000015';
}

function failureOf({ code, sqlState, hint }: QueryError): Failure {
  return { code, sqlState, ...(hint !== undefined && { hint }) };
}

/** Values as reports and evidence show them: what a parameter holds is no secret, and may be a list. */
export function valueText(value: ParameterValue): string {
  return Array.isArray(value) ? value.map(String).join(', ') : String(value);
}
