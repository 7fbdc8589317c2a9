/**
 * `change`: one statement that changes something, in two steps, the second of which no model can take. The first looks up what would
 * be changed and asks a person; the second looks it up again, compares, and sends.
 *
 * @module
 */

import { QueryError } from '../../errors.ts';
import type { PlannedChange } from '../../exec/outcome.ts';
import { redactText } from '../../http/trace/redact.ts';
import { visibleLines } from '../../output/visible-text.ts';
import type { Explanation } from '../../session/explanation.ts';
import type { QueryResult } from '../../session/session.ts';
import { maskedText } from '../../sql/text/position.ts';
import { tokenize } from '../../sql/text/tokens.ts';
import { targetLines } from '../changes/targets.ts';
import type { Answer, Call, Changes, Given, Reply, Tool } from '../contract.ts';
import type { AuditEntry, Checked, Decision } from '../decisions.ts';
import { failed, refused } from '../failures.ts';
import { countText, MOST_REQUESTS, tooDear } from '../price.ts';
import { answer, shownRows } from '../results/kept-rows.ts';

export const CHANGE: Tool = {
  name: 'change',
  description:
    'One INSERT, UPDATE, REPLACE, DELETE or EXEC, only where the user asked for it. A person is shown what would be done and has to confirm; nothing is sent before. Off unless the server allows changes.',
  access: 'change',
  arguments: { sql: { type: 'string' }, max_requests: { type: 'integer', minimum: 1 } },
  required: ['sql'],
  run: runChange,
};

async function runChange(given: Given, call: Call): Promise<Answer> {
  const { session, signal, workspace, reply } = call;
  const sql = String(given['sql']);
  const { changes, terms } = workspace;
  if (changes === undefined) return switchedOff(sql, call);
  const allowed = Math.min(MOST_REQUESTS, Number(given['max_requests'] ?? terms.maxRequests));
  const work = { sql, allowed, changes, call, note: noteFor(sql, call) };
  if (reply !== undefined) return carryOut(work, reply);
  const explanation = await session.explain(sql, { signal });
  const wrong = notAChange(explanation) ?? tooDear(explanation, allowed, workspace);
  if (wrong !== undefined) return wrong;
  if (!call.canAsk) return noPerson(work);
  return ask(work);
}

interface Work {
  readonly sql: string;
  /** Requests. */
  readonly allowed: number;
  readonly changes: Changes;
  readonly call: Call;
  /** Makes an entry for the audit file. */
  readonly note: (decision: Decision, more?: Partial<AuditEntry>) => AuditEntry;
}

function noteFor(sql: string, { client }: Call): Work['note'] {
  // Long texts may be keys, and errors of it are read by others than who wrote it.
  const statement = redactText(maskedText(sql, tokenize(sql)), []);
  return (decision, more = {}) => ({ decision, client, statement, ...more });
}

/** The first step: nothing is sent that changes anything. */
async function ask({ sql, allowed, changes, call, note }: Work): Promise<Answer> {
  const { session, signal } = call;
  const found = await resolve((confirm) =>
    session.query(sql, { signal, timeoutMs: timeoutOf(call), maxRequests: allowed, confirm }),
  );
  if ('result' in found) return answer([`Nothing matches, so there was nothing to change. ${doneText(found.result)}`]);
  const { change } = found;
  const { id, state } = await changes.confirmations.bind(sql, change);
  const lines = await targetLines(change, call);
  changes.audit.write(note('asked', { id, ...recorded(change) }));
  return { text: '', ask: { message: questionText(change, lines), state } };
}

function timeoutOf({ workspace }: Call): number | undefined {
  return workspace.terms.timeoutMs;
}

/** Runs it up to where it would change something. */
async function resolve(
  run: (confirm: (change: PlannedChange) => boolean) => Promise<QueryResult>,
): Promise<{ readonly change: PlannedChange } | { readonly result: QueryResult }> {
  let change: PlannedChange | undefined;
  try {
    const result = await run((planned) => {
      change = planned;
      return false;
    });
    return { result };
  } catch (error) {
    if (change === undefined || !(error instanceof QueryError) || error.code !== 'CANCELLED') throw error;
    return { change };
  }
}

function questionText({ tag, resource, count, requests }: PlannedChange, lines: readonly string[]): string {
  const hosts = [...new Set(requests.map(({ url }) => new URL(url).host))].join(', ');
  return [
    `${tag} ${resource} on ${hosts}: ${countText(count)} that ${count === 1 ? 'changes' : 'change'} something.`,
    ...lines,
  ].join('\n');
}

/** The second step. */
async function carryOut(work: Work, reply: Reply): Promise<Answer> {
  const { sql, changes, note } = work;
  const checked = await changes.confirmations.check(reply.state, sql);
  if (checked.kind !== 'good') {
    changes.audit.write(note('invalid', { ...('id' in checked && { id: checked.id }), error: checked.kind }));
    return refused(
      `${INVALID[checked.kind]} Nothing was sent.`,
      'Next: call change again without it, so that a person is asked anew.',
    );
  }
  const { id } = checked;
  if (reply.decision !== 'accept') {
    changes.audit.write(note(reply.decision === 'decline' ? 'declined' : 'cancelled', { id }));
    return refused(
      'The person did not confirm. Nothing was sent.',
      'Next: do not ask for the same again; ask the user what they want.',
    );
  }
  return send(work, checked);
}

const INVALID: Readonly<Record<Exclude<Checked['kind'], 'good'>, string>> = {
  altered: 'The confirmation is not one that this server gave: it was altered, or the server was started anew.',
  late: 'The confirmation came too late: it counts for 10 minutes.',
  used: 'The confirmation was used already: it counts once.',
  'other-statement': 'The confirmation is for another statement.',
};

/** Looks the targets up again; what would be sent has to be what was confirmed, and that has to be on the disk. */
async function send({ sql, allowed, changes, call, note }: Work, checked: Checked & { kind: 'good' }): Promise<Answer> {
  const { session, signal } = call;
  const { id } = checked;
  const notices: string[] = [];
  let state = 'unasked' as 'unasked' | 'stale' | 'confirmed';
  let change: PlannedChange | undefined;
  try {
    const result = await session.query(sql, {
      signal,
      timeoutMs: timeoutOf(call),
      maxRequests: allowed,
      onNotice: (notice) => notices.push(notice),
      confirm: (planned) => {
        change = planned;
        state = checked.isSame(planned) ? 'confirmed' : 'stale';
        changes.audit.write(note(state, { id, ...recorded(planned) }));
        return state === 'confirmed';
      },
    });
    changes.audit.write(note('done', { id }));
    return answer([
      doneText(result),
      ...blockOfReturned(result),
      ...notices.map((notice) => `Note: ${visibleLines(notice)}`),
    ]);
  } catch (error) {
    if (state === 'stale') return stale(change);
    const { text } = failed(error);
    if (state === 'confirmed') changes.audit.write(note('failed', { id, error: text.split('\n')[0] ?? '' }));
    return refused(text, ...notices.map((notice) => `Note: ${visibleLines(notice)}`));
  }
}

function stale(change: PlannedChange | undefined): Answer {
  const now = change === undefined ? '' : ` It would be ${countText(change.count)} now.`;
  return refused(
    `What would be sent is no longer what the person confirmed: the targets, or their contents, have changed since.${now} Nothing was sent.`,
    'Next: call change again, so that a person sees what it would be now. A statement with now() or random values never stays the same: write them as constants.',
  );
}

function recorded({ tag, resource, requests }: PlannedChange): Partial<AuditEntry> {
  return {
    tag,
    resource,
    requests: requests.map(({ method, url, body }) => ({ method, url, ...(body !== undefined && { body }) })),
  };
}

function doneText({ tag, count, message }: QueryResult): string {
  return `${tag}${count === undefined ? '' : ` ${count}`}. ${message ?? ''}`.trim();
}

/** What RETURNING asks for, or an EXEC answers. */
function blockOfReturned(result: QueryResult): readonly string[] {
  return result.rows.length === 0 ? [] : [shownRows(result, false).block];
}

function notAChange({ onlyReads, kind }: Explanation): Answer | undefined {
  if (onlyReads) return refused('This statement only reads.', 'Next: call query with it.');
  if (['insert', 'update', 'delete', 'exec'].includes(kind)) return undefined;
  return refused(
    'change is for INSERT, UPDATE, REPLACE, DELETE and EXEC on tables of Okta. Tables, settings and files of the session are out of reach.',
    'Next: results of query are kept as r_N by themselves.',
  );
}

async function switchedOff(sql: string, call: Call): Promise<Answer> {
  const explanation = await call.session.explain(sql, { signal: call.signal });
  const wrong = notAChange(explanation);
  if (wrong !== undefined) return wrong;
  return refused(
    'Changes are off: the server was started without --allow-changes. Nothing was sent.',
    `Next: the user can look at it, and run it, by: ${commandFor(sql, call)}`,
  );
}

function noPerson({ sql, call, changes, note }: Work): Answer {
  changes.audit.write(note('refused', { error: 'the client cannot ask a person' }));
  return refused(
    'This client has no way to ask a person (elicitation), and without one nothing is changed. Nothing was sent.',
    `Next: the user can look at it, and run it, by: ${commandFor(sql, call)}`,
  );
}

/** First what it would do; without --dryrun it does it. */
function commandFor(sql: string, { workspace: { terms } }: Call): string {
  return `${terms.commandLine} --dryrun '${sql.replaceAll("'", `'\\''`)}' (without --dryrun to run it)`;
}
