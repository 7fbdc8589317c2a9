/**
 * What is known of a whole tree before its blocks are read.
 *
 * @module
 */

import { type NameReader, nameReader } from '../block/table-names.ts';
import type { KeySelect, ParameterValue } from '../statement.ts';
import { offsetsOfBytes } from '../text/position.ts';
import { type DigitsAt, digitsOf } from './number.ts';
import { eachNode, isTreeNode, locationOf, type TreeNode, textAt, textsAt } from './tree.ts';

export interface TreeReading extends NameReader {
  /** What DuckDB has read. */
  readonly text: string;
  readonly digitsAt: DigitsAt;
  /** From UTF-8 bytes to UTF-16 units of the text. */
  readonly offsetAt: (byteOffset: number) => number;
  /** The value that a parameter is bound to. */
  readonly parameterOf: (identifier: string) => ParameterValue | undefined;
  /** The position of a named table in the text. */
  readonly ordinalOf: (table: TreeNode) => number;
  /** What is known of a key query, by its node (`key-queries.ts`). */
  readonly keysOf: (node: TreeNode) => Keys | undefined;
  /** Names that the statement itself gives to columns, in lower case. */
  readonly definedNames: ReadonlySet<string>;
  /** Texts of constants that have one value throughout the statement, and may be repeated in conditions. */
  readonly stableTexts: Set<string>;
}

/** What is known of a key query: its values, or the query where they are not known yet. */
export type Keys =
  | { readonly kind: 'values'; readonly values: readonly string[] }
  | { readonly kind: 'query'; readonly query: TreeNode }
  /** None of the values of the query may be the column's. */
  | { readonly kind: 'excluded'; readonly column: TreeNode; readonly query: TreeNode };

/** Key queries by the node that they belong to. */
export type KeyValues = ReadonlyMap<TreeNode, Keys>;

/**
 * @param statement the tree of one statement
 * @param text what DuckDB has read
 * @param parameters values by number or name
 * @param keys of key queries, by their nodes
 */
export function readingOf(
  statement: TreeNode,
  text: string,
  parameters: Readonly<Record<string, ParameterValue>>,
  keys: KeyValues = new Map(),
): TreeReading {
  const tables: TreeNode[] = [];
  const definedNames = new Set<string>();
  eachNode(statement, (node) => {
    if (node['type'] === 'BASE_TABLE') tables.push(node);
    for (const name of [textAt(node, 'alias'), ...textsAt(node, 'column_name_alias'), ...textsAt(node, 'aliases')]) {
      definedNames.add(name.toLowerCase());
    }
  });
  const ordinals = ordinalsOf(tables);
  return {
    text,
    ...nameReader(tables.map(tableName)),
    digitsAt: digitsOf(text),
    offsetAt: offsetsOfBytes(text),
    parameterOf: (identifier) => (Object.hasOwn(parameters, identifier) ? parameters[identifier] : undefined),
    ordinalOf: (table) => ordinals.get(placeOf(table)) ?? -1,
    keysOf: (node) => keys.get(node),
    definedNames,
    stableTexts: new Set(),
  };
}

/** The parts of a table's name that are given. */
export function tableName(table: TreeNode): readonly string[] {
  return ['catalog_name', 'schema_name', 'table_name'].map((part) => textAt(table, part)).filter((part) => part !== '');
}

/** A key query for the engine to run when its tables are loaded. */
export function keySelect(query: TreeNode, { ordinalOf, offsetAt }: TreeReading): KeySelect {
  const reads = new Set<number>();
  const marked = (part: unknown): unknown => {
    if (Array.isArray(part)) return part.map(marked);
    if (!isTreeNode(part)) return part;
    const node = Object.fromEntries(Object.entries(part).map(([key, child]) => [key, marked(child)]));
    const location = part['class'] === 'COLUMN_REF' ? locationOf(part) : undefined;
    if (location !== undefined) return { ...node, place: offsetAt(location) };
    if (part['type'] !== 'BASE_TABLE' || tableName(part).length < 2) return node;
    const ordinal = ordinalOf(part);
    reads.add(ordinal);
    return { ...node, ordinal };
  };
  return { tree: marked(query), reads: [...reads] };
}

/** Tables that stand at one place of the text are one: DuckDB repeats the operand of CASE and the windows that have names. */
function ordinalsOf(tables: readonly TreeNode[]): ReadonlyMap<number, number> {
  const places = [...new Set(tables.map(placeOf))].toSorted((a, b) => a - b);
  return new Map(places.map((place, ordinal) => [place, ordinal]));
}

function placeOf(table: TreeNode): number {
  return locationOf(table) ?? -1;
}
