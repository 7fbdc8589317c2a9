/**
 * The parts of a query that reads one table, as conditions: each is for another worker, which runs the query with it.
 *
 * @module
 */

import { NotSupportedError } from '../errors.ts';
import type { PlannedRef, QueryPlan, ScanQual } from '../plan/plan.ts';
import type { Literal } from '../sql/statement.ts';
import type { ExecuteContext } from './outcome.ts';

export interface SplitTerms {
  readonly atMost: number;
  /** Whether rows of a parent that supply what is asked with are read now, by requests. */
  readonly readsParents: boolean;
}

/**
 * No row of the query meets two of the conditions, and each row meets one: all of it is `true`.
 *
 * @throws NotSupportedError for a query of no table or of several, which has no parts
 */
export async function splitConditions(
  plan: QueryPlan,
  { atMost, readsParents }: SplitTerms,
  { provider, settings, signal, statement, onNotice }: ExecuteContext,
): Promise<readonly string[]> {
  const { request, stored } = onlyTable(plan);
  const { resource, quals, parentQuals } = request;
  const scan = provider.scan(resource.name, {
    quals,
    parentQuals,
    columns: stored,
    settings,
    statement,
    onNotice,
    ...(signal !== undefined && { signal }),
  });
  const splits = readsParents ? await scan.readSplits({ atMost }) : scan.splits({ atMost });
  return splits.map((split) => {
    const added = split.quals.filter((qual) => !quals.includes(qual));
    return added.length === 0 ? 'true' : added.map(conditionOf).join(' AND ');
  });
}

function onlyTable({ refs, catalog }: QueryPlan): PlannedRef {
  const [ref, ...others] = refs;
  if (ref !== undefined && others.length === 0 && catalog.length === 0) return ref;
  throw new NotSupportedError('EXPLAIN with SPLITS takes a query of one table of a provider.', {
    hint: "EXPLAIN (SPLITS 8) SELECT * FROM okta.apps.jwks WHERE subdomain IN ('a', 'b').",
  });
}

/** Of those that splits have. What rows gave stays so: VALUES are rows, and what is gone meanwhile is passed over. */
function conditionOf(qual: ScanQual): string {
  if (qual.kind === 'in') {
    const { column, values, isFromRows } = qual;
    const list =
      isFromRows === true
        ? `VALUES ${values.map((value) => `(${literal(value)})`).join(', ')}`
        : values.map(literal).join(', ');
    return `${name(column)} IN (${list})`;
  }
  if (qual.kind === 'compare') return `${name(qual.column)} ${qual.operator} ${literal(qual.value)}`;
  if (qual.kind === 'tuples') return tuplesSql(qual);
  throw new NotSupportedError('A part of this table has a condition that SQL cannot say.');
}

/** Columns whose values are all alike apart: what is left is often one, and is asked for by name. */
function tuplesSql({ columns, rows, isFromRows }: ScanQual & { readonly kind: 'tuples' }): string {
  const isAlike = columns.map((_, index) => rows.every((row) => row[index] === rows[0]?.[index]));
  const alike = columns.flatMap((column, index): readonly ScanQual[] =>
    isAlike[index] === true ? [{ kind: 'in', column, values: [rows[0]?.[index] ?? null] }] : [],
  );
  const others = columns.filter((_, index) => isAlike[index] !== true);
  const left = rows.map((row) => row.filter((_, index) => isAlike[index] !== true));
  const marks = isFromRows === true ? { isFromRows } : {};
  const [column, ...more] = others;
  if (column !== undefined && more.length === 0)
    return [...alike, { kind: 'in', column, values: left.flat(), ...marks } as const].map(conditionOf).join(' AND ');
  const texts = left.map((row) => `(${row.map(literal).join(', ')})`);
  const list = `(${others.map(name).join(', ')}) IN (${isFromRows === true ? 'VALUES ' : ''}${texts.join(', ')})`;
  return [...alike.map(conditionOf), list].join(' AND ');
}

function literal(value: Literal): string {
  return typeof value === 'string' ? `'${value.replaceAll("'", "''")}'` : String(value);
}

function name(column: string): string {
  return `"${column.replaceAll('"', '""')}"`;
}
