/**
 * Turns node-sql-parser's tree of a SELECT into a `QueryBlock`.
 *
 * What that parser gets wrong is put right or refused here (5.4.0, seen in trials): it gives AND and OR the same
 * precedence (`a OR b AND c` comes back as `(a OR b) AND c`), reads CROSS and NATURAL before JOIN as aliases, and takes
 * a table behind `ON …,` for a part of the condition.
 * A wrong conjunct would be pushed down and lose rows, so whatever is not understood yields no qual at all.
 *
 * @module
 */

import { NotSupportedError } from '../errors.ts';
import { type ForeignTree, isNode, type Node } from './front-end.ts';
import type { ColumnRef, Condition, FromItem, JoinKind, Literal, Qual, QueryBlock } from './statement.ts';

/** Numbers the named tables of one statement. */
interface Numbering {
  next: number;
}

interface Reading {
  readonly strings: readonly string[];
  readonly tables: Numbering;
}

/** The block of a SELECT node. Set-operation arms become blocks below a block without FROM. */
export function readQuery(tree: ForeignTree): QueryBlock {
  return readArms(tree.root, { strings: tree.strings, tables: { next: 0 } });
}

/** The conjuncts of a WHERE, and whether every one of them is listed. */
export function readWhere(where: unknown, strings: readonly string[]): { quals: readonly Qual[]; isComplete: boolean } {
  if (!isNode(where)) return { quals: [], isComplete: true };
  const parts = conjuncts(where).map((part) => readQual(part, strings));
  const quals = parts.filter((qual) => qual !== undefined);
  return { quals, isComplete: quals.length === parts.length };
}

function readArms(root: Node, reading: Reading): QueryBlock {
  const arms: QueryBlock[] = [];
  for (let arm: unknown = root; isNode(arm); arm = arm['_next']) arms.push(readSelect(arm, reading));
  const [only, second] = arms;
  return only !== undefined && second === undefined ? only : { from: [], conditions: [], columns: [], blocks: arms };
}

/** The order of these steps is the order of the text: table ordinals depend on it. */
function readSelect(select: Node, reading: Reading): QueryBlock {
  const inner: QueryBlock[] = [];
  const columns: ColumnRef[] = [];
  const visit = (part: unknown): void => visitExpressions(part, reading, inner, columns);
  visit(select['with']);
  visit(select['distinct']);
  visit(select['columns']);
  const { items, conditions } = readFrom(select['from'], reading, visit);
  visit(select['where']);
  for (const part of ['groupby', 'having', 'window', 'orderby', 'limit']) visit(select[part]);
  const where = readWhere(select['where'], reading.strings).quals.map((qual): Condition => ({ at: 'where', qual }));
  return { from: items, conditions: [...conditions, ...where], columns, blocks: inner };
}

/** Finds the columns an expression names, and the queries inside it. */
function visitExpressions(part: unknown, reading: Reading, inner: QueryBlock[], columns: ColumnRef[]): void {
  if (Array.isArray(part)) {
    for (const item of part) visitExpressions(item, reading, inner, columns);
    return;
  }
  if (!isNode(part)) return;
  if (part['type'] === 'select') {
    inner.push(readArms(part, reading));
    return;
  }
  const column = readColumn(part);
  if (column !== undefined) columns.push(column);
  for (const child of Object.values(part)) visitExpressions(child, reading, inner, columns);
}

function readFrom(
  from: unknown,
  reading: Reading,
  visit: (part: unknown) => void,
): { items: readonly FromItem[]; conditions: readonly Condition[] } {
  const items: FromItem[] = [];
  const conditions: Condition[] = [];
  const nodes = (Array.isArray(from) ? from : [from]).filter(isNode);
  nodes.forEach((node, index) => {
    items.push(readFromItem(node, nodes[index - 1], nodes[index + 1], index, reading, visit));
    refuseComma(node['on']);
    visit(node['on']);
    const { quals } = readWhere(node['on'], reading.strings);
    conditions.push(...quals.map((qual): Condition => ({ at: index, qual })));
  });
  return { items, conditions };
}

/** In `a JOIN b ON x, c`, node-sql-parser takes `x, c` for the condition, and the table is lost. */
function refuseComma(condition: unknown): void {
  if (!isNode(condition) || condition['type'] !== 'expr_list' || condition['parentheses'] === true) return;
  throw new NotSupportedError('A comma behind JOIN … ON … is not supported.', {
    hint: 'Write CROSS JOIN instead of the comma.',
  });
}

/** Join words that node-sql-parser takes for the alias of the table before them. */
const JOIN_WORDS: Readonly<Record<string, JoinKind>> = { CROSS: 'cross', NATURAL: 'natural' };

/** DuckDB's other joins, taken for aliases too. Which rows they pair depends on rows that a qual would leave out. */
const OTHER_JOIN_WORDS = new Set(['SEMI', 'ANTI', 'ASOF', 'POSITIONAL']);

const JOINS: Readonly<Record<string, JoinKind>> = {
  'INNER JOIN': 'inner',
  JOIN: 'inner',
  'LEFT JOIN': 'left',
  'RIGHT JOIN': 'right',
  'FULL JOIN': 'full',
  'CROSS JOIN': 'cross',
};

function readFromItem(
  node: Node,
  previous: Node | undefined,
  next: Node | undefined,
  index: number,
  reading: Reading,
  visit: (part: unknown) => void,
): FromItem {
  const alias = mistakenJoinWord(node, next) === undefined ? textOf(node['as']) : undefined;
  const join = joinOf(node, previous, index);
  const using = (Array.isArray(node['using']) ? node['using'] : []).map(textOf).filter((name) => name !== undefined);
  const table = textOf(node['table']);
  if (table === undefined) {
    visit(node['expr']);
    return { join, exposedName: exposedBy(alias) ?? '', source: { kind: 'derived' }, using };
  }
  const name = [textOf(node['db']), textOf(node['schema']), table].filter((part) => part !== undefined);
  if (name.length > 1 && alias?.includes('(')) {
    throw new NotSupportedError(`The columns of ${name.join('.')} cannot be renamed by its alias.`, {
      hint: 'Rename them in a subquery: (SELECT a AS x FROM …) AS t.',
    });
  }
  const ordinal = reading.tables.next++;
  const exposed = exposedBy(alias);
  return {
    join,
    exposedName: exposed ?? table,
    source: { kind: 'table', ordinal, name, ...(exposed !== undefined && { alias: exposed }) },
    using,
  };
}

/** node-sql-parser glues column aliases on: `t(a, b)`. */
function exposedBy(alias: string | undefined): string | undefined {
  return alias?.replace(/\(.*$/s, '').trim();
}

function joinOf(node: Node, previous: Node | undefined, index: number): JoinKind {
  if (index === 0) return 'from';
  const mistaken = previous === undefined ? undefined : mistakenJoinWord(previous, node);
  if (mistaken !== undefined) return mistaken;
  const join = textOf(node['join']);
  if (join === undefined) return 'comma';
  // A kind of join we do not know may preserve any side: FULL restricts none.
  return JOINS[join.toUpperCase()] ?? 'full';
}

function mistakenJoinWord(node: Node, next: Node | undefined): JoinKind | undefined {
  const alias = textOf(node['as']);
  if (alias === undefined || next === undefined || textOf(next['join']) === undefined) return undefined;
  const word = alias.toUpperCase();
  if (!OTHER_JOIN_WORDS.has(word)) return JOIN_WORDS[word];
  throw new NotSupportedError(`${word} JOIN is not supported.`, {
    hint: 'Write what it asks for with EXISTS, NOT EXISTS or a window function.',
  });
}

/** The operands of the outermost AND; with an OR among them, the whole expression, of which nothing can be read. */
function conjuncts(expression: Node): readonly Node[] {
  const { operands, operators } = flatten(expression);
  return operators.every((operator) => operator === 'AND') ? operands : [expression];
}

/**
 * `a OR b AND c` as operands and operators in the order of the text, parentheses kept closed. Where an OR is among
 * them, no operand is a conjunct of its own, whatever the tree says.
 */
function flatten(expression: Node): { operands: readonly Node[]; operators: readonly string[] } {
  const operator = textOf(expression['operator'])?.toUpperCase();
  const { left, right } = expression;
  const isLogical = expression['type'] === 'binary_expr' && (operator === 'AND' || operator === 'OR');
  if (!isLogical || !isNode(left) || !isNode(right)) return { operands: [expression], operators: [] };
  const sides = [left, right].map((side) => {
    if (side['parentheses'] !== true) return flatten(side);
    // ((a AND b)) AND c: a closed pair of ANDs is as good as an open one.
    const closed = flatten({ ...side, parentheses: false });
    const isAnd = operator === 'AND' && closed.operators.every((inner) => inner === 'AND');
    return isAnd ? closed : { operands: [side], operators: [] };
  });
  return {
    operands: sides.flatMap((side) => side.operands),
    operators: [...(sides[0]?.operators ?? []), operator ?? '', ...(sides[1]?.operators ?? [])],
  };
}

function readQual(part: Node, strings: readonly string[]): Qual | undefined {
  if (part['type'] !== 'binary_expr' || !isNode(part['left']) || !isNode(part['right'])) return undefined;
  const { left, right } = part;
  const operator = textOf(part['operator'])?.toUpperCase();
  if (operator === 'IN') return readIn(left, right, strings);
  if (operator !== '=') return undefined;
  const [leftColumn, rightColumn] = [readPlainColumn(left), readPlainColumn(right)];
  if (leftColumn && rightColumn) return { kind: 'sameAs', left: leftColumn, right: rightColumn };
  const column = leftColumn ?? rightColumn;
  const literal = readLiteral(leftColumn ? right : left, strings);
  return column && literal && { kind: 'in', column, values: [literal.value] };
}

function readIn(left: Node, right: Node, strings: readonly string[]): Qual | undefined {
  const column = readPlainColumn(left);
  const list: unknown = right['type'] === 'expr_list' ? right['value'] : undefined;
  if (column === undefined || !Array.isArray(list)) return undefined;
  const values = list.map((item) => (isNode(item) ? readLiteral(item, strings) : undefined));
  if (!values.every((value) => value !== undefined)) return undefined;
  return { kind: 'in', column, values: values.map(({ value }) => value) };
}

/** What a column reference may consist of and still mean no more than the column: `a[1]` and `a COLLATE c` mean more. */
const PLAIN_COLUMN = new Set(['type', 'db', 'schema', 'table', 'column', 'parentheses', 'loc']);

function readPlainColumn(node: Node): ColumnRef | undefined {
  const isPlain = Object.entries(node).every(([key, value]) => PLAIN_COLUMN.has(key) || value == null);
  const parts = isNode(node['column']) ? Object.entries(node['column']) : [];
  return isPlain && parts.every(([key, value]) => key === 'expr' || value == null) ? readColumn(node) : undefined;
}

/** A column reference that is not a star. More than one qualifier: the last, which is the table's exposed name. */
function readColumn(node: Node): ColumnRef | undefined {
  if (node['type'] !== 'column_ref') return undefined;
  const name = columnName(node['column']);
  if (name === undefined) return undefined;
  const qualifier = name.qualifier ?? textOf(node['table']);
  return { name: name.name, ...(qualifier !== undefined && { qualifier }) };
}

function columnName(column: unknown): ColumnRef | undefined {
  const expression = isNode(column) ? column['expr'] : undefined;
  if (!isNode(expression)) return undefined;
  // okta.apps.jwks.kid comes as a chain of "." operators.
  if (expression['type'] === 'binary_expr' && expression['operator'] === '.') {
    const { left, right } = expression;
    const qualifier = isNode(left) && left['operator'] === '.' ? textOf(left['right']) : textOf(left);
    const name = textOf(right);
    return name === undefined || qualifier === undefined ? undefined : { name, qualifier };
  }
  const name = textOf(expression);
  return name === undefined ? undefined : { name };
}

function readLiteral(node: Node, strings: readonly string[]): { readonly value: Literal } | undefined {
  const { type, value } = node;
  if (type === 'single_quote_string') return { value: strings[Number(value)] ?? '' };
  if (type === 'null') return { value: null };
  if (type === 'bool' && typeof value === 'boolean') return { value };
  // Integers beyond 2^53 arrive as text of type bigint; as text they stay exact.
  if (type === 'bigint' && typeof value === 'string' && /^-?\d+$/.test(value)) return { value };
  if (type === 'number' && typeof value === 'number' && Number.isSafeInteger(value)) return { value };
  return undefined;
}

/** The text of a name, which the tree holds as a string or as `{ type, value }`. */
export function textOf(value: unknown): string | undefined {
  if (typeof value === 'string') return value;
  return isNode(value) && typeof value['value'] === 'string' ? value['value'] : undefined;
}
