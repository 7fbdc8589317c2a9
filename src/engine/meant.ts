/**
 * Conditions that name one column and are meant for another: an id compared with a name, which the column beside it holds.
 *
 * @module
 */

import { NotSupportedError } from '../errors.ts';
import type { EngineTable, MeantColumn } from './engine.ts';
import { isList } from './long-lists.ts';
import { allNodes, type Node } from './tree.ts';

/** A column reference to be written with another name. */
export interface Renaming {
  /** UTF-8 bytes from the start of the text. */
  readonly byteOffset: number;
  readonly to: string;
}

/**
 * The column references of equalities and lists that hold a value which is meant for another column.
 *
 * @param nodes of the whole tree
 * @throws NotSupportedError where it is not certain that there is one, and whose column it is
 */
export function meantRenamings(nodes: readonly Node[], tables: readonly EngineTable[]): readonly Renaming[] {
  const found = tables.flatMap((table) =>
    Object.entries(table.meant ?? {}).flatMap((each) => renamingsOf(each, table, nodes, tables)),
  );
  // The tree repeats what the text says once.
  return [...new Map(found.map((renaming) => [renaming.byteOffset, renaming])).values()];
}

function renamingsOf(
  [column, meant]: readonly [string, MeantColumn],
  table: EngineTable,
  nodes: readonly Node[],
  tables: readonly EngineTable[],
): readonly Renaming[] {
  const tests = nodes.map(testOf).filter((test) => test !== undefined);
  const wanted = new Set(meant.values);
  const found = tests.filter((test) => nameOf(test.column) === column && holds(test.values, wanted));
  const isAlone = nodes.filter(({ type }) => type === 'BASE_TABLE' || type === 'TABLE_FUNCTION').length === 1;
  const isCertain = found.length > 0 && found.every((test) => isOf(test.column, table, tables, isAlone));
  if (!isCertain) throw unclear(column, meant, table);
  return found.map((test) => ({ byteOffset: Number(test.column['query_location']), to: meant.column }));
}

function unclear(column: string, { column: to }: MeantColumn, { name, alias }: EngineTable): NotSupportedError {
  const table = alias ?? name.at(-1) ?? '';
  return new NotSupportedError(`${table}.${column} is compared with what is no id of its rows.`, {
    hint: `Write ${table}.${to} in its place, which holds what was given.`,
  });
}

interface Test {
  readonly column: Node;
  readonly values: readonly Node[];
}

function testOf(node: Node): Test | undefined {
  const operands = operandsOf(node);
  const columns = operands.filter(({ type }) => type === 'COLUMN_REF');
  const [column] = columns;
  const values = operands.filter((operand) => operand !== column);
  const isConstant = values.every((value) => allNodes(value).every(({ type }) => !NAMING.has(String(type))));
  return column !== undefined && isConstant ? { column, values } : undefined;
}

const NAMING: ReadonlySet<string> = new Set(['COLUMN_REF', 'SUBQUERY']);

function operandsOf(node: Node): readonly Node[] {
  if (node['type'] === 'COMPARE_EQUAL') return [node['left'] as Node, node['right'] as Node];
  return node['type'] === 'COMPARE_IN' ? (node['children'] as readonly Node[]) : [];
}

/** What is no plain constant has been computed by the planner, and may be one of them. */
function holds(values: readonly Node[], wanted: ReadonlySet<string>): boolean {
  return values.some((value) => {
    if (isList(value)) return value.values.some((each) => wanted.has(String(each)));
    const constant = value['value'] as { readonly value?: unknown } | undefined;
    return value['type'] !== 'VALUE_CONSTANT' || wanted.has(String(constant?.value));
  });
}

function namesOf(column: Node): readonly string[] {
  return (column['column_names'] as readonly string[]).map((name) => name.toLowerCase());
}

function nameOf(column: Node): string {
  return namesOf(column).at(-1) ?? '';
}

/** By its qualifier, which no other table has; without one, where nothing else is read from. */
function isOf(column: Node, table: EngineTable, tables: readonly EngineTable[], isAlone: boolean): boolean {
  const qualifier = namesOf(column).at(-2);
  const exposed = exposedName(table);
  if (qualifier !== undefined) {
    return qualifier === exposed && tables.filter((each) => exposedName(each) === exposed).length === 1;
  }
  return isAlone;
}

function exposedName({ name, alias }: EngineTable): string {
  return (alias ?? name.at(-1) ?? '').toLowerCase();
}
