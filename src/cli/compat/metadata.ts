/**
 * What SHOW, DESCRIBE and EXPLAIN show in StackQL, of what they show here.
 *
 * @module
 */

import type { Outcome } from '../../exec/outcome.ts';
import type { ResultStream, Row } from '../../values.ts';

/** Columns that only we have. */
const OURS: ReadonlySet<string> = new Set(['kind', 'column_type', 'notes', 'SuppliedParams']);

/** The result without the columns, and for DESCRIBE the rows, that StackQL does not have. */
export function compatResult({ tag, result }: Pick<Outcome, 'tag' | 'result'>, text: string): ResultStream | undefined {
  if (result === undefined) return undefined;
  if (tag === 'EXPLAIN') return explained(text);
  if (tag !== 'SHOW' && tag !== 'DESCRIBE') return result;
  const kept = [...result.columns.keys()].filter((index) => !OURS.has(result.columns[index]?.name ?? ''));
  const kind = result.columns.findIndex(({ name }) => name === 'kind');
  return {
    columns: kept.map((index) => result.columns[index] ?? { name: '', type: 'VARCHAR' }),
    batches: async function* () {
      for await (const rows of result.batches()) {
        yield rows
          .filter((row) => kind === -1 || row[kind] === 'field')
          .map((row) => kept.map((at) => row[at] ?? null));
      }
    },
  };
}

/** One row that says that the statement can be run; what it would do it does not say there. */
function explained(query: string): ResultStream {
  const now = `${new Date().toISOString().slice(0, 19)}+00:00 UTC`;
  const row: Row = [query, 'OK', now, 'true'];
  return {
    columns: ['query', 'result', 'timestamp', 'valid'].map((name) => ({ name, type: 'VARCHAR' })),
    batches: async function* () {
      yield [row];
    },
  };
}
