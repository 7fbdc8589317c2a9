/**
 * What the expressions of node-sql-parser's tree are, for the normaliser of conditions.
 *
 * That parser gives AND and OR the same precedence (`a OR b AND c` comes back as `(a OR b) AND c`), so they are put in
 * order here. Whatever else it reads otherwise than DuckDB, or may, is left to DuckDB's own tree: only what is listed
 * here is read at all.
 *
 * @module
 */

import { CannotRead } from '../block/cannot-read.ts';
import type { ConditionReader, Form } from '../block/conditions.ts';
import type { NameReader } from '../block/table-names.ts';
import { type ColumnRef, type Comparison, type Literal, numberConstant } from '../statement.ts';
import { fractionLiteral } from '../text/sql-text.ts';
import { isNode, type Node, shieldedIndex } from './front-end.ts';

export interface ForeignReading extends NameReader {
  /** The values that the literals of the tree number. */
  readonly values: readonly Literal[];
}

/** Reads the conditions of one block. Throws {@link CannotRead} for what is none of the forms below. */
export function foreignConditions(
  reading: ForeignReading,
  subqueryOf: (node: Node) => number | undefined,
): ConditionReader<Node> {
  return {
    classify: (node) => classify(node, reading, subqueryOf),
    valuesOf: () => undefined,
    selectOf: () => undefined,
    excludedBy: () => undefined,
    describe: (node) => {
      throw new CannotRead(`no text of ${String(node['type'])}`);
    },
  };
}

const COMPARISONS: Readonly<Record<string, Comparison | '='>> = {
  '=': '=',
  '<>': '<>',
  '!=': '<>',
  '<': '<',
  '<=': '<=',
  '>': '>',
  '>=': '>=',
};

function classify(node: Node, reading: ForeignReading, subqueryOf: (node: Node) => number | undefined): Form<Node> {
  const column = foreignColumn(node, reading);
  if (column !== undefined) return { kind: 'column', column };
  const literal = foreignLiteral(node, reading.values);
  if (literal !== undefined) {
    const isText = node['type'] === 'single_quote_string';
    return { kind: 'constant', value: isText ? { kind: 'literal', value: literal } : numberConstant(literal) };
  }
  if (node['type'] === 'unary_expr' && node['operator'] === 'NOT') return { kind: 'not', operand: inner(node['expr']) };
  const call = node['type'] === 'function' ? foreignCall(node) : undefined;
  // NOT (…) comes as a call of a function called not.
  if (call?.name === 'not' && call.args.length === 1) return { kind: 'not', operand: inner(call.args[0]) };
  if (node['type'] !== 'binary_expr') throw new CannotRead(`a condition of type ${String(node['type'])}`);
  return inOrder(node) ?? binaryForm(node, reading, subqueryOf);
}

function binaryForm(node: Node, reading: ForeignReading, subqueryOf: (node: Node) => number | undefined): Form<Node> {
  const operator = textOf(node['operator'])?.toUpperCase() ?? '';
  const [left, right] = [inner(node['left']), inner(node['right'])];
  const comparison = COMPARISONS[operator];
  if (comparison !== undefined) return { kind: 'compare', operator: comparison, left, right };
  switch (operator) {
    case 'IN':
      return membership(left, right, subqueryOf);
    case 'BETWEEN': {
      const [low, high] = listOf(right);
      return { kind: 'between', operand: left, low: inner(low), high: inner(high) };
    }
    case 'LIKE':
      return pattern(left, right, reading);
    case 'IS':
      return nullTest(left, right);
    case 'IS NOT':
      return { kind: 'not', operand: { ...node, operator: 'IS' } };
    case 'NOT IN':
    case 'NOT BETWEEN':
    case 'NOT LIKE':
      return { kind: 'not', operand: { ...node, operator: operator.slice('NOT '.length) } };
    default:
      throw new CannotRead(`the operator ${operator}`);
  }
}

function membership(operand: Node, list: Node, subqueryOf: (node: Node) => number | undefined): Form<Node> {
  const items = listOf(list).map(inner);
  const [only] = items;
  const subquery = only === undefined ? undefined : subqueryOf(only);
  if (subquery !== undefined && items.length === 1) return { kind: 'inQuery', operand, subquery };
  return { kind: 'in', operand, items };
}

function pattern(operand: Node, right: Node, { values }: ForeignReading): Form<Node> {
  const value = foreignLiteral(right, values);
  if (value === undefined) throw new CannotRead('a pattern that is no literal, or ESCAPE');
  return { kind: 'like', operand, pattern: { kind: 'literal', value } };
}

function nullTest(operand: Node, right: Node): Form<Node> {
  if (right['type'] !== 'null') throw new CannotRead('IS with something else than NULL');
  return { kind: 'null', operand, isNull: true };
}

/**
 * An AND or OR with its operands, as SQL orders them: OR between, AND binding more. Undefined for another operator.
 * Parentheses are kept closed.
 */
function inOrder(node: Node): (Form<Node> & { readonly kind: 'and' | 'or' }) | undefined {
  const { operands, operators } = flatten(node);
  if (operators.length === 0) return undefined;
  const groups = groupsOf(operands, operators);
  const [first] = groups;
  if (groups.length === 1 && first !== undefined) return { kind: 'and', operands: first };
  return { kind: 'or', operands: groups.map(andOf) };
}

/** The conditions that all have to hold, as they are joined by AND. */
export function foreignConjuncts(condition: unknown): readonly Node[] {
  if (!isNode(condition)) return [];
  const form = inOrder(condition);
  return form?.kind === 'and' ? form.operands : [condition];
}

/** The operands between the ORs. */
function groupsOf(operands: readonly Node[], operators: readonly string[]): readonly (readonly Node[])[] {
  const groups: Node[][] = [[]];
  operands.forEach((operand, index) => {
    if (index > 0 && operators[index - 1] === 'OR') groups.push([]);
    groups.at(-1)?.push(operand);
  });
  return groups;
}

/** The node of a chain of ANDs, in parentheses so that it stays one. */
function andOf(operands: readonly Node[]): Node {
  return operands.reduce((left, right) => ({ type: 'binary_expr', operator: 'AND', left, right }));
}

/** `a OR b AND c` as operands and operators in the order of the text, whatever the tree says. */
function flatten(root: Node): { operands: readonly Node[]; operators: readonly string[] } {
  const operands: Node[] = [];
  const operators: string[] = [];
  // A loop with a stack of its own: a chain of some thousand operators is as deep.
  const waiting: (Node | string)[] = [{ ...root, parentheses: false }];
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    if (typeof next === 'string') operators.push(next);
    else if (isLogical(next)) waiting.push(inner(next['right']), logicalOperator(next) ?? '', inner(next['left']));
    else operands.push(next);
  }
  return { operands, operators };
}

function isLogical(node: Node): boolean {
  return node['type'] === 'binary_expr' && node['parentheses'] !== true && logicalOperator(node) !== undefined;
}

function logicalOperator(node: Node): 'AND' | 'OR' | undefined {
  const operator = textOf(node['operator'])?.toUpperCase();
  return operator === 'AND' || operator === 'OR' ? operator : undefined;
}

/** The name in lower case and the arguments of a plain call. */
export function foreignCall(node: Node): { readonly name: string; readonly args: readonly unknown[] } {
  const { name: parts, ...qualifiers } = isNode(node['name']) ? node['name'] : {};
  // A schema, or the column of label.upper().
  if (Object.values(qualifiers).some((part) => part != null)) throw new CannotRead('a function behind a dot');
  const names = Array.isArray(parts) ? parts.map(textOf) : [];
  const args = isNode(node['args']) ? node['args']['value'] : [];
  const name = names[0]?.toLowerCase();
  if (names.length !== 1 || name === undefined || !Array.isArray(args)) throw new CannotRead('a function');
  if (NO_FUNCTIONS.has(name)) throw new CannotRead(name);
  return { name, args };
}

/** What looks like a call and stands for columns, or for a comparison with each of some values. */
const NO_FUNCTIONS = new Set(['columns', 'unpack', 'any', 'all', 'some', 'grouping', 'grouping_id']);

/** What a column reference may consist of and still mean no more than the column: `a[1]` and `a COLLATE c` mean more. */
const PLAIN_COLUMN = new Set(['type', 'db', 'schema', 'table', 'column', 'parentheses', 'loc']);

/** The column that a node names, if it does nothing else. */
export function foreignColumn(node: Node, reading: NameReader): ColumnRef | undefined {
  if (node['type'] !== 'column_ref') return undefined;
  const column = reading.columnOf(foreignNames(node));
  if (column === undefined) throw new CannotRead('a name that may be a field');
  return column;
}

/** The names of a column reference, from the first. */
export function foreignNames(node: Node): readonly string[] {
  const parts = isNode(node['column']) ? Object.entries(node['column']) : [];
  const isPlain =
    Object.entries(node).every(([key, value]) => PLAIN_COLUMN.has(key) || value == null) &&
    parts.every(([key, value]) => key === 'expr' || value == null);
  const names = isPlain && isNode(node['column']) ? chainOf(node['column']['expr']) : undefined;
  if (names === undefined) throw new CannotRead('a column with something behind it');
  const qualifiers = ['db', 'schema', 'table'].map((part) => textOf(node[part])).filter((part) => part !== undefined);
  return [...qualifiers, ...names];
}

/** okta.apps.jwks.kid comes as a chain of "." operators. */
function chainOf(expression: unknown): readonly string[] | undefined {
  if (isNode(expression) && expression['type'] === 'binary_expr' && expression['operator'] === '.') {
    const [left, right] = [chainOf(expression['left']), chainOf(expression['right'])];
    return left && right && [...left, ...right];
  }
  const name = textOf(expression);
  return name === undefined ? undefined : [name];
}

/** The value of a literal; undefined for anything else, and for numbers that cannot be told exactly. */
export function foreignLiteral(node: Node, values: readonly Literal[]): Literal | undefined {
  const { type, value } = node;
  if (!Object.entries(node).every(([key, part]) => PLAIN_LITERAL.has(key) || part == null)) return undefined;
  if (type === 'single_quote_string') return values[shieldedIndex(value) ?? -1];
  if (type === 'null') return null;
  if (type === 'bool' && typeof value === 'boolean') return value;
  return type === 'number' || type === 'bigint' ? numberLiteral(value) : undefined;
}

const PLAIN_LITERAL = new Set(['type', 'value', 'parentheses', 'loc']);

/** Integers beyond 2^53 arrive as text; as text they stay exact. */
function numberLiteral(value: unknown): Literal | undefined {
  if (typeof value === 'number') return Number.isSafeInteger(value) ? value : undefined;
  if (typeof value !== 'string') return undefined;
  if (/^-?\d+$/.test(value)) return Number.isSafeInteger(Number(value)) ? Number(value) : value;
  return fractionLiteral(value);
}

function listOf(node: Node): readonly unknown[] {
  const list = node['type'] === 'expr_list' ? node['value'] : undefined;
  if (!Array.isArray(list)) throw new CannotRead('no list');
  return list;
}

function inner(value: unknown): Node {
  if (isNode(value)) return value;
  throw new CannotRead('no node');
}

/** The text of a name, which the tree holds as a string or as `{ type, value }`. A string is no name, whatever the tree says. */
export function textOf(value: unknown): string | undefined {
  const text = isNode(value) ? value['value'] : value;
  if (shieldedIndex(text) !== undefined) throw new CannotRead('a string for a name');
  return typeof text === 'string' ? text : undefined;
}
