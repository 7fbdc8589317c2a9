/**
 * What the expressions of DuckDB's tree are, for the normaliser of conditions.
 *
 * @module
 */

import type { ConditionReader, Description, Form } from '../block/conditions.ts';
import { jsonMembers } from '../block/json-path.ts';
import {
  type ColumnRef,
  type Comparison,
  type Constant,
  type Literal,
  numberConstant,
  type ParameterValue,
} from '../statement.ts';
import { listConstants, literalOf } from '../text/parameters.ts';
import { isParameter, lambdaParameters } from './lambda.ts';
import { numberLiteral } from './number.ts';
import { keySelect, type TreeReading } from './reading.ts';
import { printExpression } from './text.ts';
import {
  hasNode,
  isTreeNode,
  literalList,
  nodeAt,
  nodesAt,
  optionalNode,
  type TreeNode,
  textAt,
  textConstant,
  textsAt,
} from './tree.ts';

/**
 * Reads the conditions of one block.
 *
 * @param subqueryOf the position of a query among the block's `subqueries`
 */
export function treeConditions(
  reading: TreeReading,
  subqueryOf: (node: TreeNode) => number | undefined,
): ConditionReader<TreeNode> {
  return {
    classify: (node) => classify(node, reading, subqueryOf),
    describe: (node) => describe(node, reading),
    valuesOf: (node) => {
      const keys = reading.keysOf(node);
      return keys?.kind === 'values' ? keys.values.map((value) => ({ kind: 'literal', value })) : undefined;
    },
    selectOf: (node) => {
      const keys = reading.keysOf(node);
      return keys?.kind === 'query' ? keySelect(keys.query, reading) : undefined;
    },
    excludedBy: (node) => {
      const keys = reading.keysOf(node);
      if (keys?.kind !== 'excluded') return undefined;
      const column = treeColumn(keys.column, reading);
      return column && { column, values: keySelect(keys.query, reading) };
    },
  };
}

/** The value of an expression that names no column. Undefined for one that does, or whose text is not known. */
export function treeConstant(node: TreeNode, reading: TreeReading): Constant | undefined {
  const literal = readLiteral(node, reading);
  if (literal !== undefined) {
    const isText = textConstant(node) !== undefined || node['class'] === 'PARAMETER';
    return isText ? { kind: 'literal', value: literal } : numberConstant(literal);
  }
  // A number with more digits than a literal holds would come back rounded.
  if (node['class'] === 'CONSTANT') return undefined;
  if (hasNode(node, (each) => dependsOnRows(each, reading))) return undefined;
  const text = printExpression(node, { ...reading, isStrict: false });
  if (text === undefined) return undefined;
  if (printExpression(node, { ...reading, isStrict: true }) === text) reading.stableTexts.add(text);
  return { kind: 'expression', text };
}

/** The column a node names, or the member of a JSON column that it takes out as text. */
export function treeColumn(node: TreeNode, reading: TreeReading): ColumnRef | undefined {
  if (node['class'] === 'COLUMN_REF') return isClock(node, reading) ? undefined : plainColumn(node, reading);
  const name = node['class'] === 'FUNCTION' ? textAt(node, 'function_name').toLowerCase() : '';
  if (!JSON_TEXT.has(name)) return undefined;
  const [source, path, ...more] = nodesAt(node, 'children');
  return more.length === 0 ? memberOf(source, path, reading) : undefined;
}

const JSON_TEXT = new Set(['->>', 'json_extract_string', 'json_extract']);

function memberOf(
  source: TreeNode | undefined,
  path: TreeNode | undefined,
  reading: TreeReading,
): ColumnRef | undefined {
  const members = jsonMembers(textConstant(path) ?? '');
  const column = source && members && jsonColumn(source, reading);
  return column && { ...column, path: [...(column.path ?? []), ...members] };
}

/** A column, or what arrows lead to from it: `a -> 'b'`. */
function jsonColumn(node: TreeNode, reading: TreeReading): ColumnRef | undefined {
  if (node['class'] === 'LAMBDA') return memberOf(nodeAt(node, 'lhs'), nodeAt(node, 'expr'), reading);
  return node['class'] === 'COLUMN_REF' ? plainColumn(node, reading) : undefined;
}

function plainColumn(node: TreeNode, reading: TreeReading): ColumnRef {
  return reading.referenceOf(textsAt(node, 'column_names'));
}

const COMPARISONS: Readonly<Record<string, Comparison | '='>> = {
  COMPARE_EQUAL: '=',
  COMPARE_NOTEQUAL: '<>',
  COMPARE_LESSTHAN: '<',
  COMPARE_GREATERTHAN: '>',
  COMPARE_LESSTHANOREQUALTO: '<=',
  COMPARE_GREATERTHANOREQUALTO: '>=',
};

const OTHER = { kind: 'other' } as const;

function classify(
  node: TreeNode,
  reading: TreeReading,
  subqueryOf: (node: TreeNode) => number | undefined,
): Form<TreeNode> {
  const column = treeColumn(node, reading);
  if (column !== undefined) return { kind: 'column', column };
  switch (node['class']) {
    case 'CONJUNCTION':
      return { kind: node['type'] === 'CONJUNCTION_AND' ? 'and' : 'or', operands: nodesAt(node, 'children') };
    case 'SUBQUERY':
      return queryForm(node, reading, subqueryOf);
    default:
      return knownForm(node, reading) ?? constantForm(node, reading);
  }
}

function constantForm(node: TreeNode, reading: TreeReading): Form<TreeNode> {
  const value = treeConstant(node, reading);
  return value === undefined ? OTHER : { kind: 'constant', value };
}

function knownForm(node: TreeNode, reading: TreeReading): Form<TreeNode> | undefined {
  switch (node['class']) {
    case 'COMPARISON':
      return comparison(node);
    case 'BETWEEN':
      return {
        kind: 'between',
        operand: nodeAt(node, 'input'),
        low: nodeAt(node, 'lower'),
        high: nodeAt(node, 'upper'),
      };
    case 'OPERATOR':
      return operator(node);
    case 'FUNCTION':
      return patternMatch(node, reading);
    default:
      return undefined;
  }
}

function comparison(node: TreeNode): Form<TreeNode> | undefined {
  const sides = { left: nodeAt(node, 'left'), right: nodeAt(node, 'right') };
  const known = COMPARISONS[textAt(node, 'type')];
  if (known !== undefined) return { kind: 'compare', operator: known, ...sides };
  // x IS TRUE comes as CAST(x AS BOOLEAN) IS NOT DISTINCT FROM true.
  const value = optionalNode(sides.right, 'value')?.['value'];
  const isTest = node['type'] === 'COMPARE_NOT_DISTINCT_FROM' && sides.left['class'] === 'CAST';
  const operand = isTest ? nodeAt(sides.left, 'child') : undefined;
  return operand !== undefined && typeof value === 'boolean' ? { kind: 'is', operand, value } : undefined;
}

function operator(node: TreeNode): Form<TreeNode> | undefined {
  const [operand, ...items] = nodesAt(node, 'children');
  if (operand === undefined) return undefined;
  switch (node['type']) {
    case 'OPERATOR_NOT':
      return { kind: 'not', operand };
    case 'OPERATOR_IS_NULL':
    case 'OPERATOR_IS_NOT_NULL':
      return { kind: 'null', operand, isNull: node['type'] === 'OPERATOR_IS_NULL' };
    case 'COMPARE_IN':
      return membership(operand, items);
    case 'COMPARE_NOT_IN':
      return { kind: 'not', operand: { ...node, type: 'COMPARE_IN' } };
    default:
      return undefined;
  }
}

function membership(operand: TreeNode, items: readonly TreeNode[]): Form<TreeNode> {
  const values = items.length === 1 ? literalList(items[0]) : undefined;
  return values === undefined
    ? { kind: 'in', operand, items }
    : { kind: 'in', operand, items: [], values: values.map(listedConstant) };
}

function listedConstant(value: string | number): Constant {
  return typeof value === 'string' ? { kind: 'literal', value } : numberConstant(value);
}

const PREFIX_FUNCTIONS = new Set(['prefix', 'starts_with', '^@']);

/** `x IN $1` comes as the first. */
const LIST_SEARCHES = new Set(['contains', 'list_contains', 'list_has', 'array_contains', 'array_has']);

function patternMatch(node: TreeNode, reading: TreeReading): Form<TreeNode> | undefined {
  const [operand, argument, ...more] = nodesAt(node, 'children');
  if (operand === undefined || argument === undefined || more.length > 0) return undefined;
  const name = textAt(node, 'function_name').toLowerCase();
  const values = LIST_SEARCHES.has(name) ? boundValues(operand, reading) : undefined;
  if (values !== undefined) return { kind: 'inList', operand: argument, values };
  if (name === '!~~') return { kind: 'not', operand: { ...node, function_name: '~~' } };
  const value = treeConstant(argument, reading);
  if (name === '~~') return value && treeColumn(operand, reading) && { kind: 'like', operand, pattern: value };
  const start = PREFIX_FUNCTIONS.has(name) && value?.kind === 'literal' ? value.value : undefined;
  // In a pattern, % and _ stand for others, and LIKE without ESCAPE cannot say them.
  const isPlain = typeof start === 'string' && !/[%_]/.test(start) && treeColumn(operand, reading) !== undefined;
  return isPlain ? { kind: 'like', operand, pattern: { kind: 'literal', value: `${start}%` } } : undefined;
}

function queryForm(
  node: TreeNode,
  reading: TreeReading,
  subqueryOf: (node: TreeNode) => number | undefined,
): Form<TreeNode> {
  const subquery = subqueryOf(node);
  if (subquery !== undefined && node['subquery_type'] === 'SCALAR') return { kind: 'query', subquery };
  if (subquery !== undefined && node['subquery_type'] === 'EXISTS') return { kind: 'exists', subquery };
  const operand = optionalNode(node, 'child');
  const isMembership = node['subquery_type'] === 'ANY' && node['comparison_type'] === 'COMPARE_EQUAL';
  if (!isMembership || operand === undefined) return OTHER;
  const values = boundList(optionalNode(node, 'subquery'), reading);
  if (values !== undefined) return { kind: 'inList', operand, values };
  return subquery === undefined ? OTHER : { kind: 'inQuery', operand, subquery };
}

/** What `= ANY ($1)` and `IN (SELECT unnest($1))` compare with: DuckDB makes the second of the first. */
function boundList(subquery: TreeNode | undefined, reading: TreeReading): readonly Constant[] | undefined {
  const select = subquery === undefined ? undefined : optionalNode(subquery, 'node');
  if (select === undefined || !isUnnestAlone(select)) return undefined;
  const [call] = nodesAt(select, 'select_list');
  const [list] = call === undefined ? [] : nodesAt(call, 'children');
  return list && boundValues(list, reading);
}

/** The values of a parameter that is a list, or of a long list of literals. */
function boundValues(node: TreeNode, reading: TreeReading): readonly Constant[] | undefined {
  if (node['function_name'] === 'list_value') {
    const [only, ...others] = nodesAt(node, 'children');
    return others.length > 0 ? undefined : literalList(only)?.map(listedConstant);
  }
  const value = node['class'] === 'PARAMETER' ? parameterAt(node, reading) : undefined;
  return value === undefined ? undefined : listConstants(textAt(node, 'identifier'), value);
}

/** `SELECT unnest(…)` and nothing else. */
function isUnnestAlone(select: TreeNode): boolean {
  const list = nodesAt(select, 'select_list');
  const [call] = list;
  const isCall = list.length === 1 && call?.['class'] === 'FUNCTION' && nodesAt(call, 'children').length === 1;
  return (
    isCall &&
    textAt(call, 'function_name').toLowerCase() === 'unnest' &&
    optionalNode(select, 'from_table')?.['type'] === 'EMPTY' &&
    nodesAt(select, 'modifiers').length === 0 &&
    ['where_clause', 'having', 'qualify', 'sample'].every((part) => (select[part] ?? null) === null)
  );
}

function parameterAt(node: TreeNode, reading: TreeReading): ParameterValue | undefined {
  return reading.parameterOf(textAt(node, 'identifier'));
}

function readLiteral(node: TreeNode, reading: TreeReading): Literal | undefined {
  if (node['class'] === 'PARAMETER') return literalOf(parameterAt(node, reading) ?? null);
  if (node['class'] === 'CAST') return booleanOf(node);
  const value = node['class'] === 'CONSTANT' ? optionalNode(node, 'value') : undefined;
  if (value === undefined) return undefined;
  if (value['is_null'] === true) return null;
  if (typeof value['value'] === 'boolean') return value['value'];
  return textConstant(node) ?? numberLiteral(node, reading.digitsAt);
}

/** TRUE and FALSE come as CAST('t' AS BOOLEAN) and CAST('f' AS BOOLEAN). */
function booleanOf(node: TreeNode): boolean | undefined {
  const text = textConstant(optionalNode(node, 'child'));
  const isBoolean = optionalNode(node, 'cast_type')?.['id'] === 'BOOLEAN' && (text === 't' || text === 'f');
  return isBoolean ? text === 't' : undefined;
}

/** What a constant may not hold. A collation is no part of a value, and makes what is compared with it equal to others. */
const ROW_CLASSES = new Set(['SUBQUERY', 'STAR', 'WINDOW', 'POSITIONAL_REFERENCE', 'LAMBDA', 'COLLATE']);

function dependsOnRows(node: TreeNode, reading: TreeReading): boolean {
  return columnNames(node, reading).length > 0 || ROW_CLASSES.has(textAt(node, 'class'));
}

/** Schemas of functions. What else stands before the dot of a call is a column: `label.upper()` is `upper(label)`. */
const SCHEMAS = new Set(['', 'main', 'pg_catalog', 'information_schema']);

/** The chain of names of the column that a node names, if it names one. */
export function columnNames(node: TreeNode, reading: TreeReading): readonly string[] {
  if (node['class'] === 'COLUMN_REF') return isClock(node, reading) ? [] : textsAt(node, 'column_names');
  const isCall = textAt(node, 'function_name') !== '' && !SCHEMAS.has(textAt(node, 'schema').toLowerCase());
  return isCall ? ['catalog', 'schema'].map((part) => textAt(node, part)).filter((name) => name !== '') : [];
}

/** `current_date` and its like come as columns, and are columns where there are some of that name. */
const CLOCKS = new Set(['current_date', 'current_timestamp', 'current_time', 'localtime', 'localtimestamp']);

/** Whether a COLUMN_REF is the time, and no column. */
function isClock(node: TreeNode, reading: TreeReading): boolean {
  const [name, ...more] = textsAt(node, 'column_names').map((part) => part.toLowerCase());
  return name !== undefined && more.length === 0 && CLOCKS.has(name) && !reading.definedNames.has(name);
}

function describe(node: TreeNode, reading: TreeReading): Description {
  const hasQuery = hasNode(node, (each) => each['class'] === 'SUBQUERY');
  const text = hasQuery ? undefined : printExpression(node, { ...reading, isStrict: true });
  return { columns: columnsIn(node, reading, true), ...(text !== undefined && { text }) };
}

/**
 * Each column that an expression names. What a lambda calls its arguments is none.
 *
 * @param withQueries whether those of queries inside are among them
 */
export function columnsIn(part: unknown, reading: TreeReading, withQueries: boolean): readonly ColumnRef[] {
  const found: ColumnRef[] = [];
  const visit = (inner: unknown, parameters: readonly string[], caller?: TreeNode): void => {
    if (Array.isArray(inner)) for (const each of inner) visit(each, parameters, caller);
    if (!isTreeNode(inner) || literalList(inner) !== undefined) return;
    const names = columnNames(inner, reading);
    if (names.length > 0 && !isParameter(names, parameters)) found.push(...reading.columnsOf(names));
    const known = [...parameters, ...lambdaParameters(inner, caller)];
    for (const [key, child] of Object.entries(inner)) {
      if (withQueries || key !== 'subquery') visit(child, known, inner);
    }
  };
  visit(part, []);
  return uniqueColumns(found);
}

function uniqueColumns(columns: readonly ColumnRef[]): readonly ColumnRef[] {
  return [...new Map(columns.map((column) => [JSON.stringify(column), column])).values()];
}
