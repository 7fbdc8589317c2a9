/**
 * Runs the statements of a file on both sides, and says how ours compares with plain DuckDB.
 *
 * @module
 */

import { type DuckDBConnection, DuckDBInstance } from '@duckdb/node-api';
import { type Answer, rowText } from './answers.ts';
import type { SltStatement } from './records.ts';

export type Verdict =
  | { readonly kind: 'same' | 'both-fail' }
  /** Ours does not take it; plain DuckDB was not asked, so that both stay in one state. */
  | { readonly kind: 'refused'; readonly reason: string }
  | { readonly kind: 'different'; readonly reason: string }
  | { readonly kind: 'internal'; readonly reason: string };

/** As much of a session as is needed here. */
export interface Session {
  script(text: string, options: object): readonly { readonly text: string; run(): Promise<Outcome> }[];
  close(): Promise<void>;
}

interface Outcome {
  readonly result?: {
    readonly columns: readonly { readonly name: string }[];
    batches(): AsyncIterable<readonly (readonly unknown[])[]>;
  };
  readonly isShown: boolean;
  close(): Promise<void>;
}

type Tried = { readonly answer?: Answer | undefined } | { readonly error: Error };

/** Milliseconds after which either side stops: some statements of other engines have no end here. */
const TIMEOUT_MS = 10_000;

/** Milliseconds that each side took; `theirs` is missing where plain DuckDB did not run the statement. */
export interface Took {
  readonly ours: number;
  readonly theirs?: number;
}

export async function judgeFile(
  statements: readonly SltStatement[],
  session: Session,
  onVerdict: (statement: SltStatement, verdict: Verdict, took: Took) => void,
): Promise<void> {
  const instance = await DuckDBInstance.create(':memory:');
  const connection = await instance.connect();
  try {
    await connection.run("SET TimeZone = 'UTC'");
    for (const statement of statements) {
      const { verdict, took } = await judge(statement.sql, session, connection);
      onVerdict(statement, verdict, took);
    }
  } finally {
    await session.close();
    connection.closeSync();
    instance.closeSync();
  }
}

interface Judged {
  readonly verdict: Verdict;
  readonly took: Took;
}

async function judge(sql: string, session: Session, connection: DuckDBConnection): Promise<Judged> {
  const from = performance.now();
  const ours = await tryOurs(sql, session);
  const between = performance.now();
  const refusal = 'error' in ours ? await refusalOf(sql, ours.error, connection) : undefined;
  if (refusal !== undefined) return { verdict: refusal, took: { ours: between - from } };
  const theirs = await tryPlain(sql, connection);
  const took = { ours: between - from, theirs: performance.now() - between };
  return { verdict: verdictOf(sql, ours, theirs), took };
}

/** What ours refuses is left out on the other side too. What plain DuckDB cannot read either is no loss. */
async function refusalOf(
  sql: string,
  error: Error & { readonly code?: string },
  connection: DuckDBConnection,
): Promise<Verdict | undefined> {
  if (error.code === undefined || error.code === 'INTERNAL') return { kind: 'internal', reason: error.message };
  if (error.code !== 'NOT_SUPPORTED') return undefined;
  return (await isReadable(sql, connection)) ? { kind: 'refused', reason: error.message } : { kind: 'both-fail' };
}

/** Asks for the plan of one statement; a PIVOT without its values is three, which need each other. */
async function isReadable(sql: string, connection: DuckDBConnection): Promise<boolean> {
  try {
    const extracted = await connection.extractStatements(sql);
    if (extracted.count === 1) (await extracted.prepare(0)).destroySync();
    return true;
  } catch {
    return false;
  }
}

function verdictOf(sql: string, ours: Tried, theirs: Tried): Verdict {
  if ('error' in ours) {
    return 'error' in theirs
      ? { kind: 'both-fail' }
      : { kind: 'different', reason: `only ours fails: ${ours.error.message}` };
  }
  if ('error' in theirs)
    return { kind: 'different', reason: `only DuckDB fails: ${theirs.error.message.split('\n')[0]}` };
  return compare(sql, ours.answer, theirs.answer);
}

/** Statements of ours that show no rows have none to compare. */
function compare(sql: string, ours: Answer | undefined, theirs: Answer | undefined): Verdict {
  if (ours === undefined || theirs === undefined) return { kind: 'same' };
  if (ours.names.join('\t') !== theirs.names.join('\t')) {
    return { kind: 'different', reason: `names: ${ours.names.join(', ')} and ${theirs.names.join(', ')}` };
  }
  const [mine, other] = [ours.rows.toSorted(), theirs.rows.toSorted()];
  const at = Array.from({ length: Math.max(mine.length, other.length) }).findIndex(
    (_, index) => mine[index] !== other[index],
  );
  if (at === -1 && isOrdered(sql) && ours.rows.join('\n') !== theirs.rows.join('\n')) {
    return { kind: 'different', reason: 'the same rows in another order' };
  }
  if (at === -1) return { kind: 'same' };
  return { kind: 'different', reason: `row ${at}: ${mine[at] ?? 'none'} and ${other[at] ?? 'none'}` };
}

function isOrdered(sql: string): boolean {
  return /\border\s+by\b/i.test(withoutParentheses(sql));
}

/** An ORDER BY inside of parentheses is one of a window, an aggregate or a subquery. */
function withoutParentheses(sql: string): string {
  const shorter = sql.replaceAll(/\([^()]*\)/g, ' ');
  return shorter === sql ? sql : withoutParentheses(shorter);
}

async function tryOurs(sql: string, session: Session): Promise<Tried> {
  try {
    let answer: Answer | undefined;
    for (const statement of session.script(sql, { timeoutMs: TIMEOUT_MS }))
      answer = await ourAnswer(await statement.run());
    return { answer };
  } catch (error) {
    return { error: error as Error };
  }
}

async function ourAnswer({ result, isShown, close }: Outcome): Promise<Answer | undefined> {
  try {
    if (result === undefined || !isShown) return undefined;
    const rows: string[] = [];
    for await (const batch of result.batches()) for (const row of batch) rows.push(rowText(row));
    return { names: result.columns.map(({ name }) => name), rows };
  } finally {
    await close();
  }
}

async function tryPlain(sql: string, connection: DuckDBConnection): Promise<Tried> {
  const timer = setTimeout(() => connection.interrupt(), TIMEOUT_MS);
  try {
    const result = await connection.run(sql);
    const rows = await result.getRows();
    return { answer: { names: result.columnNames(), rows: rows.map(rowText) } };
  } catch (error) {
    return { error: error as Error };
  } finally {
    clearTimeout(timer);
  }
}
