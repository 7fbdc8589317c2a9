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

/** Milliseconds after which ours stops. */
const TIMEOUT_MS = 20_000;

export async function judgeFile(
  statements: readonly SltStatement[],
  session: Session,
  onVerdict: (statement: SltStatement, verdict: Verdict) => void,
): Promise<void> {
  const instance = await DuckDBInstance.create(':memory:');
  const connection = await instance.connect();
  try {
    await connection.run("SET TimeZone = 'UTC'");
    for (const statement of statements) onVerdict(statement, await judge(statement.sql, session, connection));
  } finally {
    await session.close();
    connection.closeSync();
    instance.closeSync();
  }
}

async function judge(sql: string, session: Session, connection: DuckDBConnection): Promise<Verdict> {
  const ours = await tryOurs(sql, session);
  if ('error' in ours) {
    const { code } = ours.error as { readonly code?: string };
    if (code === undefined || code === 'INTERNAL') return { kind: 'internal', reason: ours.error.message };
    if (code === 'NOT_SUPPORTED') return { kind: 'refused', reason: ours.error.message };
  }
  const theirs = await tryPlain(sql, connection);
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
  const isOrdered = /\border\s+by\b/i.test(sql);
  const sorted = (rows: readonly string[]): readonly string[] => (isOrdered ? rows : rows.toSorted());
  const [mine, other] = [sorted(ours.rows), sorted(theirs.rows)];
  const at = Array.from({ length: Math.max(mine.length, other.length) }).findIndex(
    (_, index) => mine[index] !== other[index],
  );
  if (at === -1) return { kind: 'same' };
  return { kind: 'different', reason: `row ${at}: ${mine[at] ?? 'none'} and ${other[at] ?? 'none'}` };
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
  try {
    const result = await connection.run(sql);
    const rows = await result.getRows();
    return { answer: { names: result.columnNames(), rows: rows.map(rowText) } };
  } catch (error) {
    return { error: error as Error };
  }
}
