/**
 * `_`: the rows of the last query, as a table of the session, so that the next question about them costs no request.
 *
 * They are kept while they are shown, as the text of their values, and become a table when a statement first names it: most are
 * never asked for again.
 *
 * @module
 */

import { QueryError } from '../../errors.ts';
import { cellText } from '../../output/cell-text.ts';
import type { Session } from '../../session/session.ts';
import { quoteName } from '../../sql/text/sql-text.ts';
import { isOperator, isSignificant, isWord } from '../../sql/text/token.ts';
import { tokensSoFar } from '../../sql/text/tokens.ts';
import { type ResultSet, type ResultStream, type Row, uniqueNames, type Value } from '../../values.ts';

/** The name of the table. */
export const LAST_RESULT = '_';

/** What is kept at most: a question after the last one is about what somebody has looked at. */
const MOST_ROWS = 100_000;
const MOST_CHARACTERS = 64 * 2 ** 20;

export interface LastResult {
  /** The same rows, which are kept on their way once all of them were read. */
  keep(result: ResultStream): ResultStream;
  /**
   * Makes the table, where a statement reads it and it is not there yet.
   *
   * @returns what the user should know: why there is none
   */
  prepare(text: string, signal: AbortSignal): Promise<string | undefined>;
  /** What is kept; undefined where there is nothing. */
  rows(): ResultSet | undefined;
  /** Takes the table out of the session, whose database may be a file. */
  drop(): Promise<void>;
}

type Kept = { readonly kind: 'none' } | { readonly kind: 'too-large' } | ({ readonly kind: 'rows' } & ResultSet);

export function createLastResult(session: Session): LastResult {
  let kept: Kept = { kind: 'none' };
  let isTable = false;
  let wasMade = false;
  return {
    keep: (result) => ({
      columns: result.columns,
      batches: () =>
        keeping(result, (found) => {
          kept = found;
          isTable = false;
        }),
    }),
    prepare: async (text, signal) => {
      if (isTable || !readsLastResult(text)) return undefined;
      if (kept.kind === 'too-large') return TOO_LARGE;
      if (kept.kind === 'none') return 'There is no result yet that _ could be.';
      wasMade = true;
      try {
        await makeTable(session, kept, signal);
        isTable = true;
        return undefined;
      } catch (error) {
        if (!(error instanceof QueryError) || signal.aborted) throw error;
        return `The last result cannot be kept as _: ${error.message}`;
      }
    },
    rows: () => (kept.kind === 'rows' ? kept : undefined),
    drop: async () => {
      if (wasMade) await session.query(`DROP TABLE IF EXISTS ${LAST_RESULT}`);
    },
  };
}

const TOO_LARGE = `The last result is too large to be kept as _ (${MOST_ROWS.toLocaleString('en')} rows, 64 MB). CREATE TABLE … AS keeps any.`;

/** What is not read to its end is not the last result: nobody has seen it. */
async function* keeping(
  { columns, batches }: ResultStream,
  done: (kept: Kept) => void,
): AsyncGenerator<readonly Row[]> {
  let rows: Row[] | undefined = [];
  let characters = 0;
  for await (const batch of batches()) {
    for (const row of batch) {
      if (rows !== undefined) for (const value of row) characters += weightOf(value);
      if ((rows?.length ?? 0) >= MOST_ROWS || characters > MOST_CHARACTERS) rows = undefined;
      rows?.push(row);
    }
    yield batch;
  }
  done(rows === undefined ? { kind: 'too-large' } : { kind: 'rows', columns, rows });
}

/** About how many characters it has. */
function weightOf(value: Value): number {
  if (typeof value === 'string') return value.length;
  if (typeof value !== 'object' || value === null || value instanceof Date) return 8;
  let sum = 0;
  for (const [name, inner] of Object.entries(value)) sum += name.length + weightOf(inner as Value);
  return sum;
}

/** Whether a statement reads a table of that name. */
function readsLastResult(text: string): boolean {
  const tokens = tokensSoFar(text).tokens.filter(isSignificant);
  return tokens.some(
    (token, index) =>
      (isWord(token, LAST_RESULT) || (token.kind === 'quoted' && token.value === LAST_RESULT)) &&
      !isOperator(tokens[index + 1], '('),
  );
}

/** Rows that are given to the engine at once. */
const ROWS_AT_ONCE = 5_000;

async function makeTable(session: Session, { columns, rows }: ResultSet, signal: AbortSignal): Promise<void> {
  const names = uniqueNames(columns);
  const select = columns.map(
    ({ type }, index) => `${typed(`r[${index + 1}]`, type)} AS ${quoteName(names[index] ?? '')}`,
  );
  const source = `SELECT ${select.join(', ')} FROM (SELECT unnest(CAST($rows AS VARCHAR[][])) AS r)`;
  const textsOf = (some: readonly Row[]): readonly (readonly (string | null)[])[] =>
    some.map((row) => columns.map((column, index) => cellText(row[index], column)));
  for (let start = 0; start === 0 || start < rows.length; start += ROWS_AT_ONCE) {
    const head = start === 0 ? `CREATE OR REPLACE TABLE ${LAST_RESULT} AS` : `INSERT INTO ${LAST_RESULT}`;
    const parameters = { rows: textsOf(rows.slice(start, start + ROWS_AT_ONCE)) };
    await session.query(`${head} ${source}`, { signal, parameters });
  }
}

/** Lists and structures are printed as JSON, which DuckDB makes them of again; times without a zone are printed in UTC. */
function typed(text: string, type: string): string {
  if (/^(?:STRUCT|MAP|UNION)\(|\]$/.test(type)) return `CAST(CAST(${text} AS JSON) AS ${type})`;
  if (/^TIMESTAMP(?:_S|_MS|_NS)?$/.test(type)) return `CAST(rtrim(${text}, 'Z') AS ${type})`;
  if (type === 'BLOB') return `unhex(${text})`;
  if (/^ENUM\(/.test(type) || type === '"NULL"' || type === 'NULL') return text;
  return `CAST(${text} AS ${type})`;
}
