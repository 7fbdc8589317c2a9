/**
 * What a caller of `scan` asks for, checked before it is planned: a qual that nobody understands would otherwise restrict
 * nothing, and all rows would look like those that were wanted.
 *
 * @module
 */

import { assertNever, InvalidValueError } from '../../errors.ts';
import type { ReadSplitOptions, ScanKeys, ScanOptions, SplitOptions } from '../../exec/provider.ts';
import type { PlanSettings } from '../../plan/draft.ts';
import type { ScanOrder, ScanQual } from '../../plan/plan.ts';
import { didYouMean, nearestNames, unknownColumn } from '../../registry/nearest.ts';
import type { Resource } from '../../registry/resource.ts';
import type { Comparison } from '../../sql/statement.ts';
import type { ColumnType } from '../../values.ts';
import {
  COUNT,
  checkOptions,
  DURATION,
  FLAG,
  FUNCTION,
  OBJECT,
  type OptionTable,
  objectOf,
  SIGNAL,
  STATEMENT_TERMS,
  TEXT,
  TEXTS,
} from './checked-options.ts';

const LIST = { takes: 'a list', fits: Array.isArray };

const KEYS: OptionTable<ScanKeys> = {
  columns: TEXTS,
  rows: {
    takes: 'an async iterable',
    fits: (value) => typeof value === 'object' && value !== null && Symbol.asyncIterator in value,
  },
};

const ORDER: OptionTable<ScanOrder> = { column: TEXT, isDescending: FLAG };

const SETTINGS: OptionTable<PlanSettings> = {
  embedded: FLAG,
  pushdown: FLAG,
  skipDenied: FLAG,
  isForChange: FLAG,
  maxRequests: COUNT,
  cacheTtlMs: DURATION,
  searchPath: TEXT,
  written: { takes: 'a Set of names', fits: (value) => value instanceof Set },
  sizes: { takes: 'a Map of numbers', fits: (value) => value instanceof Map },
};

const SCAN_OPTIONS: OptionTable<ScanOptions> = {
  quals: LIST,
  keys: objectOf(KEYS, 'keys'),
  parentQuals: LIST,
  columns: TEXTS,
  limit: COUNT,
  order: objectOf(ORDER, 'order'),
  settings: objectOf(SETTINGS, 'settings'),
  shared: OBJECT,
  signal: SIGNAL,
  onNotice: FUNCTION,
  onDenied: FUNCTION,
  statement: STATEMENT_TERMS,
  onAnswer: FUNCTION,
  onCalls: FUNCTION,
  onList: FUNCTION,
  onProvenance: FUNCTION,
};

const AT_LEAST_ONE = {
  takes: 'a whole number above 0',
  fits: (value: unknown) => Number.isSafeInteger(value) && Number(value) > 0,
};

export const SPLIT_OPTIONS: OptionTable<SplitOptions> = { atMost: AT_LEAST_ONE };
export const READ_SPLIT_OPTIONS: OptionTable<ReadSplitOptions> = { ...SPLIT_OPTIONS, signal: SIGNAL };

/** @throws InvalidValueError for an option that there is not, or a value of another kind */
export function checkScanOptions(options: ScanOptions): void {
  checkOptions(options, SCAN_OPTIONS, 'scan');
}

/** @throws InvalidValueError, and BindError for a column that the resource does not have */
export function checkQuals(quals: readonly ScanQual[], resource: Resource): void {
  for (const qual of quals) checkQual(qual, resource);
}

type QualKind = ScanQual['kind'];

/** Those that a member can have. */
const TYPES: readonly unknown[] = [
  'VARCHAR',
  'BIGINT',
  'DOUBLE',
  'BOOLEAN',
  'TIMESTAMPTZ',
  'JSON',
] satisfies readonly ColumnType[];

/** The members that a qual of each kind has to have. */
const MEMBERS: Readonly<Record<QualKind, readonly string[]>> = {
  in: ['column', 'values'],
  notIn: ['column', 'values'],
  tuples: ['columns', 'rows'],
  compare: ['column', 'operator', 'value'],
  like: ['column', 'pattern'],
  null: ['column', 'isNull'],
  and: ['quals'],
  or: ['quals'],
};

/** What a qual of each kind may have besides. One that is missing here does not compile. */
const OPTIONAL: { readonly [Kind in QualKind]: Readonly<Record<OptionalOf<Kind>, true>> } = {
  in: { path: true, memberType: true, isImplied: true, isFromRows: true },
  notIn: { path: true, memberType: true },
  tuples: { isFromRows: true },
  compare: { path: true, memberType: true },
  like: { path: true, memberType: true },
  null: { path: true, memberType: true },
  and: { isPartial: true },
  or: { isPartial: true },
};

type QualOf<Kind extends QualKind> =
  Extract<ScanQual, { readonly kind: Kind }> extends never
    ? Extract<ScanQual, { readonly quals: unknown }>
    : Extract<ScanQual, { readonly kind: Kind }>;

/** The names of members that need not be there. */
type OptionalOf<Kind extends QualKind> = {
  [Name in keyof QualOf<Kind>]-?: undefined extends QualOf<Kind>[Name] ? Name : never;
}[keyof QualOf<Kind>] &
  string;

const OPERATORS: readonly Comparison[] = ['<>', '<', '<=', '>', '>='];

function checkQual(qual: ScanQual, resource: Resource): void {
  const given: Readonly<Record<string, unknown>> = checkShape(qual);
  switch (qual.kind) {
    case 'and':
    case 'or':
      checkQuals(listOf(given, 'quals') as readonly ScanQual[], resource);
      break;
    case 'tuples':
      checkTuples(given, resource);
      break;
    case 'in':
      checkColumn(given, resource);
      listOf(given, 'values').forEach(checkLiteral);
      break;
    case 'notIn':
      checkColumn(given, resource);
      if (!listOf(given, 'values').every((value) => typeof value === 'string')) {
        throw invalid('values', 'values takes a list of texts.');
      }
      break;
    case 'compare':
      checkColumn(given, resource);
      checkOperator(given['operator']);
      checkLiteral(given['value']);
      break;
    case 'like':
      checkColumn(given, resource);
      if (typeof given['pattern'] !== 'string') throw invalid('pattern', 'pattern takes a text.');
      break;
    case 'null':
      checkColumn(given, resource);
      if (typeof given['isNull'] !== 'boolean') throw invalid('isNull', 'isNull takes true or false.');
      break;
    default:
      assertNever(qual);
  }
}

/** A kind that there is, with all of its members and no others. */
function checkShape(qual: unknown): Readonly<Record<string, unknown>> {
  if (typeof qual !== 'object' || qual === null) throw invalid('quals', 'A qual is an object with a kind.');
  const given = qual as Readonly<Record<string, unknown>>;
  const kinds = Object.keys(MEMBERS);
  const kind = String(given['kind']);
  const members = Object.hasOwn(MEMBERS, kind) ? MEMBERS[kind as QualKind] : undefined;
  if (members === undefined) {
    throw invalid('kind', `There is no qual of kind ${JSON.stringify(given['kind'])}.`, near(kind, kinds));
  }
  const missing = members.find((name) => given[name] === undefined);
  if (missing !== undefined) throw invalid(missing, `A qual of kind ${kind} needs ${missing}.`);
  const known = ['kind', ...members, ...Object.keys(OPTIONAL[kind as QualKind])];
  const other = Object.keys(given).find((name) => !known.includes(name));
  if (other !== undefined)
    throw invalid(other, `A qual of kind ${kind} has no ${JSON.stringify(other)}.`, near(other, known));
  return given;
}

function checkTuples(given: Readonly<Record<string, unknown>>, resource: Resource): void {
  const columns = listOf(given, 'columns');
  for (const column of columns) checkColumn({ column }, resource);
  for (const row of listOf(given, 'rows')) {
    if (!Array.isArray(row) || row.length !== columns.length) {
      throw invalid('rows', `Each of rows takes a list of ${columns.length} values, one for each of columns.`);
    }
    row.forEach(checkLiteral);
  }
}

function checkColumn({ column, path, memberType }: Readonly<Record<string, unknown>>, resource: Resource): void {
  checkColumnName(column, resource);
  if (memberType !== undefined && (path === undefined || !TYPES.includes(memberType))) {
    throw invalid('memberType', `memberType goes with a path and is one of ${TYPES.join(', ')}.`);
  }
  if (path === undefined) return;
  if (!Array.isArray(path) || !path.every((step) => typeof step === 'string')) {
    throw invalid('path', 'path takes a list of texts.');
  }
}

/** @throws InvalidValueError, BindError */
export function checkColumnName(column: unknown, { columns, aliases }: Resource): void {
  if (typeof column !== 'string') throw invalid('column', 'column takes a text.');
  const known = [...new Set([...columns.map(({ name }) => name), ...Object.keys(aliases)])];
  if (!known.some((name) => name.toLowerCase() === column.toLowerCase())) throw unknownColumn(column, known);
}

function checkOperator(operator: unknown): void {
  if (OPERATORS.some((known) => known === operator)) return;
  const hint =
    operator === '=' || operator === '=='
      ? "Equality is { kind: 'in', column, values: [value] }."
      : `Operators are ${OPERATORS.join(', ')}.`;
  throw invalid('operator', `There is no operator ${JSON.stringify(operator)}.`, hint);
}

function checkLiteral(value: unknown): void {
  if (value === null || ['string', 'boolean'].includes(typeof value)) return;
  if (typeof value === 'number' && Number.isFinite(value)) return;
  throw invalid('value', `A qual has no value of type ${typeof value === 'object' ? 'object' : typeof value}.`, VALUES);
}

const VALUES =
  'A value is a text, a finite number, true, false or null; a time is a text such as 2026-01-31T00:00:00Z, and an integer beyond 2^53 one of its digits.';

function listOf(given: Readonly<Record<string, unknown>>, name: string): readonly unknown[] {
  const value = given[name];
  if (!Array.isArray(value)) throw invalid(name, `${name} takes a list.`);
  return value;
}

function near(name: string, known: readonly string[]): string | undefined {
  return didYouMean(nearestNames(name, known), known);
}

function invalid(subject: string, message: string, hint?: string): InvalidValueError {
  return new InvalidValueError(message, { subject, hint });
}
