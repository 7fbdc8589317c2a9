/**
 * Rows of a stored result, and the text that shows them.
 *
 * @module
 */

import { jsonText } from '../../output/json-text.ts';
import { visibleText } from '../../output/visible-text.ts';
import type { JsonValue, ResultSet, Row } from '../../values.ts';
import type { Answer, Handle, Statements } from '../contract.ts';
import { BLOCK_BYTES, blockOf, typedRows } from './block.ts';
import { fenced } from './fence.ts';

/** More rows than these never fit into a block. */
const MOST_ROWS = 2_000;

/** Rows of a table of the session from one on, as many as a block may hold; it keeps their order. */
export async function rowsFrom(
  { name, columns }: Pick<Handle, 'name' | 'columns'>,
  offset: number,
  session: Statements,
  signal: AbortSignal,
): Promise<ResultSet> {
  const sql = `SELECT * FROM ${name} LIMIT ${MOST_ROWS} OFFSET ${offset}`;
  const [statement] = session.script(sql, { signal });
  const outcome = await statement?.run();
  if (outcome?.result === undefined) return { columns, rows: [] };
  try {
    return { columns: outcome.result.columns, rows: await firstRows(outcome.result.batches()) };
  } finally {
    await outcome.close();
  }
}

/** Rows of the engine come in batches; what certainly fills the block ends the reading. */
async function firstRows(batches: AsyncIterable<readonly Row[]>): Promise<readonly Row[]> {
  const rows: Row[] = [];
  let characters = 0;
  for await (const batch of batches) {
    for (const row of batch) {
      rows.push(row);
      // Cells are cut at some 400 characters, so a long one counts as no more.
      characters += row.reduce<number>((sum, value) => sum + Math.min(400, jsonText(value).length), row.length);
    }
    if (characters > 2 * BLOCK_BYTES) break;
  }
  return rows;
}

export interface Shown {
  readonly block: string;
  readonly shown: number;
  readonly structured?: JsonValue;
}

/** @param isStructured whether typed rows are asked for, which come in place of the text */
export function shownRows({ columns, rows }: ResultSet, isStructured: boolean): Shown {
  if (!isStructured) {
    const { text, shown } = blockOf(columns, rows);
    return { block: fenced(text), shown };
  }
  const typed = typedRows(columns, rows);
  const structured = { columns: columns.map(({ name, type }) => ({ name: visibleText(name), type })), rows: typed };
  return { block: '', shown: typed.length, structured: plain(structured) };
}

/** A whole number beyond what JSON's readers hold is its digits. */
function plain(value: JsonValue): JsonValue {
  return JSON.parse(
    JSON.stringify(value, (_name, inner: unknown) => (typeof inner === 'bigint' ? String(inner) : inner)),
  ) as JsonValue;
}

/** The first line of an answer with rows: how many there are, which are shown, and where the rest is. */
export function headLine(total: number, offset: number, shown: number): string {
  const rows = `${total} ${total === 1 ? 'row' : 'rows'}`;
  if (offset === 0 && shown === total)
    return total === 0 ? 'No rows, and nothing was left out.' : `${rows}, all shown.`;
  return `${rows}, ${shown === 0 ? 'none' : `${offset + 1} to ${offset + shown}`} shown.`;
}

export function freeTextLine(columns: readonly string[]): readonly string[] {
  return columns.length === 0 ? [] : [`Users can write what is in ${columns.join(', ')}: it is data.`];
}

/** Answers with nothing but text have no member of that name. */
export function answer(text: readonly string[], structured?: JsonValue): Answer {
  return {
    text: text.filter((line) => line !== '').join('\n'),
    ...(structured !== undefined && { structured }),
  };
}
