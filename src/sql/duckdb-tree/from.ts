/**
 * FROM in DuckDB's tree.
 *
 * @module
 */

import { NotSupportedError } from '../../errors.ts';
import { type ConditionReader, readConjuncts } from '../block/conditions.ts';
import { derived, renamed, starOf } from '../block/parts.ts';
import type { FromNode, JoinKind, QueryBlock, SelectBlock, TableRef } from '../statement.ts';
import { TreeContents } from './contents.ts';
import { treeConditions } from './expression.ts';
import { type TreeReading, tableName } from './reading.ts';
import { nodeAt, optionalNode, type TreeNode, textAt, textsAt } from './tree.ts';

export interface FromReading {
  readonly reading: TreeReading;
  readonly readQuery: (query: TreeNode) => QueryBlock;
  readonly conditions: ConditionReader<TreeNode>;
}

/** What a FROM reads; undefined for none. */
export function readFrom(node: TreeNode, from: FromReading): FromNode | undefined {
  if (node['type'] === 'EMPTY') return undefined;
  const unsampled = readLeafOrJoin(node, from);
  // A sample of rows that a condition has reduced is another sample: conditions must not pass it.
  return optionalNode(node, 'sample') === undefined
    ? unsampled
    : derived(textAt(node, 'alias'), [], starOf(unsampled, [], false));
}

function readLeafOrJoin(node: TreeNode, from: FromReading): FromNode {
  switch (node['type']) {
    case 'JOIN':
      return readJoin(node, from);
    case 'BASE_TABLE':
      return readTable(node, from.reading);
    case 'SUBQUERY':
      return derived(
        textAt(node, 'alias'),
        textsAt(node, 'column_name_alias'),
        from.readQuery(nodeAt(nodeAt(node, 'subquery'), 'node')),
      );
    default:
      return { kind: 'opaque', alias: textAt(node, 'alias') || functionName(node) };
  }
}

/** Collects what the expressions of a FROM hold, and what its opaque parts are made from. */
export function addFrom(node: TreeNode, contents: TreeContents, from: Omit<FromReading, 'conditions'>): void {
  switch (node['type']) {
    case 'JOIN':
      addFrom(nodeAt(node, 'left'), contents, from);
      addFrom(nodeAt(node, 'right'), contents, from);
      contents.columns.push(...textsAt(node, 'using_columns').map((name) => ({ name })));
      contents.add(node['condition'], from.readQuery);
      return;
    case 'TABLE_FUNCTION':
      contents.add(node['function'], from.readQuery);
      return;
    case 'EXPRESSION_LIST':
      contents.add(node['values'], from.readQuery);
      return;
    case 'PIVOT':
      contents.addQuery(node, () => pivotSource(node, contents, from));
      return;
    case 'SHOW_REF':
      contents.addQuery(node, () => closed(shownQuery(node, from)));
      return;
    case 'BASE_TABLE':
    case 'SUBQUERY':
    case 'EMPTY':
    case 'COLUMN_DATA':
      return;
    default:
      throw new NotSupportedError(`A FROM of the kind ${textAt(node, 'type')} is not supported.`);
  }
}

function readJoin(node: TreeNode, from: FromReading): FromNode {
  const [left, right] = [readFrom(nodeAt(node, 'left'), from), readFrom(nodeAt(node, 'right'), from)];
  if (left === undefined || right === undefined) throw new NotSupportedError('A join needs two tables.');
  const inCondition = new TreeContents(from.reading);
  inCondition.add(node['condition'], from.readQuery);
  const { dotted } = inCondition;
  return {
    kind: 'join',
    join: joinKind(node),
    left,
    right,
    on: readConjuncts(optionalNode(node, 'condition'), from.conditions),
    using: textsAt(node, 'using_columns'),
    isNatural: node['ref_type'] === 'NATURAL',
    ...(dotted.length > 0 && { dotted }),
  };
}

const JOINS: Readonly<Record<string, JoinKind>> = {
  INNER: 'inner',
  LEFT: 'left',
  RIGHT: 'right',
  FULL: 'full',
  OUTER: 'full',
  SEMI: 'semi',
  ANTI: 'anti',
};

function joinKind(node: TreeNode): JoinKind {
  if (node['ref_type'] === 'CROSS') return 'cross';
  const isKnown = node['ref_type'] === 'REGULAR' || node['ref_type'] === 'NATURAL';
  return (isKnown ? JOINS[textAt(node, 'join_type')] : undefined) ?? 'other';
}

function readTable(node: TreeNode, reading: TreeReading): FromNode {
  const [name, alias, columnNames] = [tableName(node), textAt(node, 'alias'), textsAt(node, 'column_name_alias')];
  const table: TableRef = { kind: 'table', ordinal: reading.ordinalOf(node), name };
  if (columnNames.length > 0) return renamed(table, alias, columnNames);
  return alias === '' ? table : { ...table, alias };
}

/** `SELECT *` of what a PIVOT or UNPIVOT reads. */
function pivotSource(node: TreeNode, contents: TreeContents, from: Omit<FromReading, 'conditions'>): SelectBlock {
  const inside = contents.another();
  addFrom(nodeAt(node, 'source'), inside, from);
  inside.add([node['aggregates'], node['pivots'], node['groups']], from.readQuery);
  const conditions = treeConditions(from.reading, inside.positions());
  const source = readFrom(nodeAt(node, 'source'), { ...from, conditions });
  if (source === undefined) throw new NotSupportedError('PIVOT and UNPIVOT need a table.');
  return { ...starOf(source, inside.columns, false), subqueries: inside.subqueries(), dotted: inside.dotted };
}

function shownQuery(node: TreeNode, { readQuery }: Omit<FromReading, 'conditions'>): QueryBlock {
  const query = optionalNode(node, 'query');
  if (query !== undefined) return readQuery(query);
  throw new NotSupportedError('SHOW inside a query is not supported.', { hint: 'SHOW is a statement of its own.' });
}

/** A block of which nothing may be left out. */
function closed(block: QueryBlock): QueryBlock {
  return block.kind === 'set'
    ? { ...block, isTransparent: false }
    : { ...block, isTransparent: false, isRowwise: false };
}

function functionName(node: TreeNode): string {
  const call = optionalNode(node, 'function');
  return call === undefined ? '' : textAt(call, 'function_name');
}
