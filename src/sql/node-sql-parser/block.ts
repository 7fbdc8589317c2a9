/**
 * Turns node-sql-parser's tree of a SELECT into a `QueryBlock`.
 *
 * What that parser gets wrong is put right or refused here (5.4.0, seen in trials): it reads CROSS and NATURAL before
 * JOIN as aliases, and takes a table behind `ON …,` for a part of the condition. A wrong conjunct would be pushed down and
 * lose rows, so that every kind of node and every property that is not listed here makes the whole tree unreadable, and
 * DuckDB's own is asked for.
 *
 * Entry of the room `node-sql-parser/`, which nothing of that parser leaves. It may not know the other reader.
 *
 * @module
 */

import { CannotRead } from '../block/cannot-read.ts';
import { readConjuncts } from '../block/conditions.ts';
import { derived, isOfColumns, renamed, selectBlock, setBlock, starOf } from '../block/parts.ts';
import { isScalarFunction, isSpreadingFunction } from '../block/scalar-functions.ts';
import { hasStrayQualifier, nameReader } from '../block/table-names.ts';
import type {
  ColumnRef,
  Constant,
  Cte,
  FromNode,
  JoinKind,
  Limit,
  OutputColumn,
  Qual,
  QueryBlock,
  RowOrder,
  SelectBlock,
} from '../statement.ts';
import { columnsIn, comparedIn } from './compared.ts';
import {
  type ForeignReading,
  foreignCall,
  foreignColumn,
  foreignConditions,
  foreignConjuncts,
  foreignLiteral,
  foreignNames,
  textOf,
} from './expression.ts';
import { type ForeignTree, isNode, type Node } from './front-end.ts';

/** Reads one statement: its names and values, and the count of its tables so far. */
interface Reading extends ForeignReading {
  nextTable: number;
}

/**
 * The block of a SELECT node.
 *
 * @throws CannotRead if any part of it is not certain to mean what DuckDB will do
 */
export function readQuery(tree: ForeignTree): QueryBlock {
  const reading = { ...nameReader(tableNames(tree.root)), values: tree.values, nextTable: 0 };
  const block = readArms(tree.root, reading);
  if (hasStrayQualifier(block)) throw new CannotRead('a name that may be a member');
  return block;
}

function tableNames(part: unknown): readonly (readonly string[])[] {
  if (Array.isArray(part)) return part.flatMap(tableNames);
  if (!isNode(part)) return [];
  const below = Object.values(part).flatMap(tableNames);
  return textOf(part['table']) === undefined || part['type'] === 'column_ref' ? below : [nameOf(part), ...below];
}

function nameOf(table: Node): readonly string[] {
  return ['db', 'schema', 'table'].map((part) => textOf(table[part])).filter((part) => part !== undefined);
}

/** A SELECT, or several of them: `_next` leads from one to the next, and the last holds ORDER BY and LIMIT of all. */
function readArms(root: Node, reading: Reading): QueryBlock {
  const selects: Node[] = [];
  for (let next: unknown = root; isNode(next); next = next['_next']) selects.push(next);
  const last = selects.at(-1);
  if (last === undefined || selects.length === 1) return readSelect(root, reading);
  if (selects.some((select) => select['parentheses_symbol'] === true)) throw new CannotRead('closed arms');
  const ctes = readCtes(root['with'], reading);
  const arms = selects.map((select) => readSelect({ ...select, ...OPEN_ARM }, reading));
  const contents = new Contents(reading);
  contents.add(last['orderby']);
  const limit = readLimit(last['limit'], reading);
  return setBlock({
    ctes,
    subqueries: contents.subqueries,
    columns: contents.columns,
    ...(limit !== undefined && { limit }),
    isTransparent: limit === undefined,
    arms,
  });
}

/** What belongs to the whole set operation. */
const OPEN_ARM = { with: undefined, orderby: undefined, limit: undefined };

/** What a SELECT node may hold. Anything else in it is a clause that is not read here. */
const SELECT_PARTS = new Set([
  'type',
  'with',
  'distinct',
  'columns',
  'into',
  'from',
  'where',
  'groupby',
  'having',
  'orderby',
  'limit',
  '_next',
  'set_op',
  'parentheses_symbol',
  'loc',
  'tableList',
  'columnList',
]);

/** The order of these steps is the order of the text: table ordinals depend on it. */
function readSelect(select: Node, reading: Reading): SelectBlock {
  if (select['type'] !== 'select') throw new CannotRead(String(select['type']));
  onlyHolds(select, SELECT_PARTS);
  if (isNode(select['into'])) onlyHolds(select['into'], new Set());
  const ctes = readCtes(select['with'], reading);
  const contents = new Contents(reading);
  const isDistinct = readDistinct(select['distinct']);
  const output = nodesOf(select['columns']).map((column) => readOutput(column, contents, reading));
  const isScalar = !contents.hasUnknownCall;
  const readOn = (condition: unknown): readonly Qual[] => readCondition(condition, contents, reading);
  const from = readFrom(select['from'], readOn, contents, reading);
  const where = readCondition(select['where'], contents, reading);
  const isFirstScalar = !holdsUnknownCall(nodesOf(select['columns'])[0]);
  const hasGroups = readGroups(select['groupby'], contents);
  for (const part of ['having', 'orderby']) contents.add(select[part]);
  const limit = readLimit(select['limit'], reading);
  const ofGroups = foreignConjuncts(select['having']);
  const having = ofGroups
    .filter((condition) => !holdsCall(condition))
    .flatMap((condition) => conjunctsOf(condition, contents, reading));
  if (!having.every(isOfColumns)) throw new CannotRead('HAVING');
  const isPlain = !isDistinct && !hasGroups && !isNode(select['having']);
  const order = isPlain ? readOrder(select, isScalar, reading) : undefined;
  const isEachValue = !isNode(select['having']) && limit === undefined && (hasGroups ? isFirstScalar : isScalar);
  return selectBlock({
    ctes,
    subqueries: contents.subqueries,
    columns: contents.columns,
    ...(from !== undefined && { from }),
    where,
    having,
    compared: [
      ...comparedIn(select['columns'], reading),
      ...comparedIn(ofGroups.filter(holdsCall), reading),
      ...comparedIn(select['orderby'], reading),
    ],
    output,
    stars: contents.stars,
    ...(limit !== undefined && { limit }),
    isTransparent: limit === undefined,
    isRowwise: isScalar && isPlain && select['orderby'] == null,
    ...(order !== undefined && { order }),
    ...(isEachValue && { isEachValue }),
  });
}

/** By what rows are ordered, or the only one is found, where that is one column. */
function readOrder(select: Node, isScalar: boolean, reading: Reading): RowOrder | undefined {
  const orders = nodesOf(select['orderby']);
  const [only] = orders;
  if (isScalar && only !== undefined && orders.length === 1 && only['nulls'] == null) {
    const column = isNode(only['expr']) ? foreignColumn(only['expr'], reading) : undefined;
    return column && { column, isDescending: only['type'] === 'DESC', isExtreme: false };
  }
  const selected = nodesOf(select['columns']);
  const [extreme] = selected;
  if (orders.length > 0 || selected.length !== 1 || extreme === undefined || !isNode(extreme['expr'])) return undefined;
  return readExtreme(extreme['expr'], reading);
}

/** `max(published)`. */
function readExtreme(call: Node, reading: Reading): RowOrder | undefined {
  const name = call['type'] === 'aggr_func' ? String(call['name']).toUpperCase() : '';
  const args = isNode(call['args']) ? call['args'] : {};
  const isPlain = Object.entries(call).every(([key, value]) => EXTREME_PARTS.has(key) || value == null);
  const isPlainArgument = Object.entries(args).every(([key, value]) => key === 'expr' || value == null);
  if ((name !== 'MAX' && name !== 'MIN') || !isPlain || !isPlainArgument || !isNode(args['expr'])) return undefined;
  const column = foreignColumn(args['expr'], reading);
  return column && { column, isDescending: name === 'MAX', isExtreme: true };
}

const EXTREME_PARTS = new Set(['type', 'name', 'args', 'loc']);

function holdsCall(part: unknown): boolean {
  if (Array.isArray(part)) return part.some(holdsCall);
  if (!isNode(part)) return false;
  return part['type'] === 'aggr_func' || part['type'] === 'function' || Object.values(part).some(holdsCall);
}

function readDistinct(distinct: unknown): boolean {
  const type = isNode(distinct) ? distinct['type'] : undefined;
  if (type != null && type !== 'DISTINCT') throw new CannotRead(String(type));
  return type === 'DISTINCT';
}

function readOutput(node: Node, contents: Contents, reading: Reading): OutputColumn {
  onlyHolds(node, new Set(['type', 'expr', 'as']));
  const expression = node['expr'];
  const alias = textOf(node['as']);
  if (!isNode(expression)) throw new CannotRead('no expression');
  contents.add(expression);
  if (expression['type'] !== 'column_ref') {
    return holdsSpreadingCall(expression)
      ? { kind: 'other' }
      : { kind: 'expression', ...(alias !== undefined && { name: alias, of: columnsIn(expression, reading) }) };
  }
  if (expression['column'] === '*') {
    if (alias !== undefined) throw new CannotRead('a star with an alias');
    const qualifier = textOf(expression['table']);
    return { kind: 'star', ...(qualifier !== undefined && { qualifier }) };
  }
  const column = certainColumn(expression, reading);
  return { kind: 'column', name: alias ?? column.name, column };
}

/** The tree does not say where a name stands, which has to be known of one that may lead into a JSON column. */
function certainColumn(node: Node, reading: Reading): ColumnRef {
  const column = reading.columnOf(foreignNames(node));
  if (column === undefined) throw new CannotRead('a name that may be a member');
  return column;
}

function readCtes(list: unknown, reading: Reading): readonly Cte[] {
  return nodesOf(list).map((cte) => {
    onlyHolds(cte, new Set(['name', 'stmt', 'columns']));
    const statement = isNode(cte['stmt']) ? (cte['stmt']['ast'] ?? cte['stmt']) : undefined;
    if (!isNode(statement)) throw new CannotRead('a CTE');
    return {
      name: textOf(cte['name']) ?? '',
      columnNames: nodesOf(cte['columns']).map((column) => foreignNames(column).join('.')),
      isRecursive: false,
      block: readArms(statement, reading),
    };
  });
}

/** Grouping by expressions. Whatever makes several grouping sets looks like a call of a function. */
function readGroups(groups: unknown, contents: Contents): boolean {
  if (groups == null) return false;
  if (!isNode(groups)) throw new CannotRead('GROUP BY');
  onlyHolds(groups, new Set(['columns']));
  const columns = nodesOf(groups['columns']);
  if (columns.some(({ type }) => type !== 'column_ref' && type !== 'number')) throw new CannotRead('GROUP BY');
  contents.add(columns);
  return true;
}

function readLimit(limit: unknown, { values }: Reading): Limit | undefined {
  const numbers = isNode(limit) ? nodesOf(limit['value']) : [];
  const separator = isNode(limit) ? limit['seperator'] : '';
  if (numbers.length === 0) return undefined;
  const constants = numbers.map((number) => countOf(number, values));
  const [first, second] = constants;
  // OFFSET alone comes as one number and its word.
  if (separator === 'offset' && second === undefined) return { ...(first && { offset: first }), isOther: false };
  if (separator !== 'offset' && second !== undefined) throw new CannotRead('LIMIT a, b');
  return { ...(first && { count: first }), ...(second && { offset: second }), isOther: false };
}

function countOf(node: Node, values: Reading['values']): Constant {
  const value = foreignLiteral(node, values);
  if (node['type'] !== 'number' || typeof value !== 'number' || value < 0) throw new CannotRead('LIMIT');
  return { kind: 'literal', value };
}

function readCondition(condition: unknown, contents: Contents, reading: Reading): readonly Qual[] {
  if (condition == null) return [];
  if (!isNode(condition)) throw new CannotRead('a condition');
  contents.add(condition);
  return conjunctsOf(condition, contents, reading);
}

/** @param contents those that the condition is among */
function conjunctsOf(condition: Node, contents: Contents, reading: Reading): readonly Qual[] {
  return readConjuncts(
    condition,
    foreignConditions(reading, (node) => contents.positionOf(node)),
  );
}

type ReadOn = (condition: unknown) => readonly Qual[];

/** The comma binds less than JOIN: what stands between two of them is joined first. */
function readFrom(from: unknown, readOn: ReadOn, contents: Contents, reading: Reading): FromNode | undefined {
  if (from == null) return undefined;
  if (!Array.isArray(from) || !from.every(isNode)) throw new CannotRead('FROM');
  const groups: FromNode[] = [];
  from.forEach((node, index) => {
    const leaf = readLeaf(node, from[index + 1], contents, reading);
    const left = groups.at(-1);
    const mistaken = mistakenJoinWord(from[index - 1], node);
    const isComma = textOf(node['join']) === undefined;
    if (left === undefined || isComma) groups.push(leaf);
    else groups[groups.length - 1] = readJoin(node, left, leaf, mistaken, readOn, contents);
  });
  return groups.reduce((left, right) => crossed(left, right));
}

function crossed(left: FromNode, right: FromNode): FromNode {
  return { kind: 'join', join: 'cross', left, right, on: [], using: [], isNatural: false };
}

const JOINS: Readonly<Record<string, JoinKind>> = {
  'INNER JOIN': 'inner',
  JOIN: 'inner',
  'LEFT JOIN': 'left',
  'RIGHT JOIN': 'right',
  'FULL JOIN': 'full',
  'CROSS JOIN': 'cross',
};

function readJoin(
  node: Node,
  left: FromNode,
  right: FromNode,
  mistaken: string | undefined,
  readOn: ReadOn,
  contents: Contents,
): FromNode {
  const join = mistaken === 'CROSS' ? 'cross' : JOINS[textOf(node['join'])?.toUpperCase() ?? ''];
  if (join === undefined) throw new CannotRead(`${textOf(node['join'])}`);
  refuseComma(node['on']);
  const using = nodesOf(node['using']).map((name) => textOf(name) ?? '');
  const hasCondition = node['on'] != null || using.length > 0;
  const isNatural = mistaken === 'NATURAL';
  if (hasCondition === (join === 'cross' || isNatural)) throw new CannotRead('a join with or without a condition');
  contents.columns.push(...using.map((name) => ({ name })));
  return { kind: 'join', join, left, right, on: readOn(node['on']), using, isNatural };
}

/** In `a JOIN b ON x, c`, node-sql-parser takes `x, c` for the condition, and the table is lost. */
function refuseComma(condition: unknown): void {
  if (isNode(condition) && condition['type'] === 'expr_list') throw new CannotRead('a comma behind ON');
}

const LEAF_PARTS = new Set(['db', 'schema', 'table', 'as', 'join', 'on', 'using', 'expr', 'loc']);

function readLeaf(node: Node, next: Node | undefined, contents: Contents, reading: Reading): FromNode {
  onlyHolds(node, LEAF_PARTS);
  const alias = mistakenJoinWord(node, next) === undefined ? textOf(node['as']) : undefined;
  const { exposed, columnNames } = readAlias(alias);
  if (textOf(node['table']) === undefined) {
    return derived(exposed ?? '', columnNames, readDerived(node['expr'], contents, reading));
  }
  const table = { kind: 'table', ordinal: reading.nextTable, name: nameOf(node) } as const;
  // FROM ONLY t comes as a table called only, whose alias is t.
  if (/^(?:only|lateral)$/i.test(table.name.join('.'))) throw new CannotRead(table.name.join());
  reading.nextTable += 1;
  if (columnNames.length > 0) return renamed(table, exposed ?? '', columnNames);
  return exposed === undefined ? table : { ...table, alias: exposed };
}

/** node-sql-parser glues column aliases on: `t(a, b)`. */
function readAlias(alias: string | undefined): { exposed?: string; columnNames: readonly string[] } {
  if (alias === undefined) return { columnNames: [] };
  const match = /^(\w+)\(([\w\s,]+)\)$/.exec(alias);
  if (match !== null)
    return { exposed: match[1] ?? '', columnNames: (match[2] ?? '').split(',').map((name) => name.trim()) };
  if (/[()]/.test(alias)) throw new CannotRead('an alias with parentheses');
  return { exposed: alias, columnNames: [] };
}

function readDerived(expression: unknown, contents: Contents, reading: Reading): QueryBlock {
  if (!isNode(expression)) throw new CannotRead('FROM');
  if (isNode(expression['ast'])) return readArms(expression['ast'], reading);
  if (expression['type'] !== 'values') throw new CannotRead('FROM');
  const inside = contents.another();
  inside.add(expression['values']);
  if (inside.subqueries.length > 0) throw new CannotRead('a query inside VALUES');
  return starOf({ kind: 'opaque', alias: 'valueslist' }, inside.columns, true);
}

/** Join words that node-sql-parser takes for the alias of the table before them. */
const JOIN_WORDS = new Set(['CROSS', 'NATURAL']);

/** DuckDB's other joins, taken for aliases too. */
const OTHER_JOIN_WORDS = new Set(['SEMI', 'ANTI', 'ASOF', 'POSITIONAL', 'LATERAL']);

function mistakenJoinWord(node: Node | undefined, next: Node | undefined): string | undefined {
  const word = textOf(node?.['as'])?.toUpperCase();
  if (word === undefined || next === undefined || textOf(next['join']) === undefined) return undefined;
  if (OTHER_JOIN_WORDS.has(word)) throw new CannotRead(`${word} JOIN`);
  return JOIN_WORDS.has(word) ? word : undefined;
}

/** Expressions whose parts may be looked through for columns and queries. */
const TRANSPARENT = new Set(['unary_expr', 'expr_list', 'case', 'when', 'else', 'star', 'expr', 'cast', 'ASC', 'DESC']);

const LITERALS = new Set(['number', 'bigint', 'single_quote_string', 'null', 'bool', 'default', 'origin']);

/** Operators that DuckDB has as well, whatever they bind. An arrow binds less than AND there, so it is none of them. */
const OPERATORS = /^(?:[-+*/%]|\|\||<>|!=|[<>]?=|[<>]|AND|OR|(?:NOT )?(?:IN|BETWEEN|LIKE|ILIKE)|IS(?: NOT)?)$/;

/** What the expressions of one block hold. */
class Contents {
  readonly columns: ColumnRef[] = [];
  readonly stars: (string | undefined)[] = [];
  readonly subqueries: QueryBlock[] = [];
  hasUnknownCall = false;
  readonly #positions = new Map<unknown, number>();
  /** Queries behind EXISTS. */
  readonly #existence = new Set<unknown>();
  readonly #reading: Reading;

  constructor(reading: Reading) {
    this.#reading = reading;
  }

  another(): Contents {
    return new Contents(this.#reading);
  }

  /** The position of a query among {@link subqueries}. */
  positionOf(node: Node): number | undefined {
    return this.#positions.get(node['ast']);
  }

  /** Takes in an expression, or a list of them. */
  add(part: unknown): void {
    if (Array.isArray(part)) for (const item of part) this.add(item);
    if (!isNode(part)) return;
    const type = part['type'];
    if (isNode(part['ast'])) this.#addQuery(part['ast']);
    else if (type === 'column_ref') this.#addColumn(part);
    else if (type === 'binary_expr') this.#addOperator(part);
    else if (type === 'function' || type === 'aggr_func') this.#addCall(part);
    else if (typeof type !== 'string' || TRANSPARENT.has(type)) this.add(Object.values(part));
    else if (!LITERALS.has(type)) throw new CannotRead(`an expression of type ${type}`);
  }

  #addQuery(ast: Node): void {
    this.#positions.set(ast, this.subqueries.length);
    const block = readArms(ast, this.#reading);
    this.subqueries.push(this.#existence.has(ast) ? { ...block, isExistence: true } : block);
    // An aggregate in there may be one over the rows out here.
    this.hasUnknownCall ||= holdsUnknownCall(ast);
  }

  #addColumn(node: Node): void {
    if (node['column'] === '*') this.stars.push(textOf(node['table']));
    else this.columns.push(certainColumn(node, this.#reading));
  }

  #addOperator(node: Node): void {
    if (!OPERATORS.test(textOf(node['operator'])?.toUpperCase() ?? '')) throw new CannotRead('an operator');
    this.add([node['left'], node['right']]);
  }

  #addCall(node: Node): void {
    onlyHolds(node, CALL_PARTS);
    this.hasUnknownCall ||= isUnknownCall(node);
    if (node['type'] === 'function' && foreignCall(node).name === 'exists') this.#markExistence(foreignCall(node).args);
    this.add(node['type'] === 'function' ? [...foreignCall(node).args] : node['args']);
  }

  #markExistence(args: readonly unknown[]): void {
    for (const arg of args) if (isNode(arg)) this.#existence.add(arg['ast']);
  }
}

const CALL_PARTS = new Set(['type', 'name', 'args', 'parentheses', 'loc']);

function isUnknownCall(node: Node): boolean {
  if (node['type'] !== 'function') return true;
  const { name } = foreignCall(node);
  return name !== 'not' && name !== 'exists' && !isScalarFunction(name);
}

function holdsUnknownCall(part: unknown): boolean {
  if (Array.isArray(part)) return part.some(holdsUnknownCall);
  if (!isNode(part)) return false;
  const isCall = part['type'] === 'function' || part['type'] === 'aggr_func';
  return (isCall && isUnknownCall(part)) || Object.values(part).some(holdsUnknownCall);
}

function holdsSpreadingCall(part: unknown): boolean {
  if (Array.isArray(part)) return part.some(holdsSpreadingCall);
  if (!isNode(part)) return false;
  const isSpreading = part['type'] === 'function' && isSpreadingFunction(foreignCall(part).name);
  return isSpreading || Object.values(part).some(holdsSpreadingCall);
}

function nodesOf(list: unknown): readonly Node[] {
  if (list == null) return [];
  if (!Array.isArray(list) || !list.every(isNode)) throw new CannotRead('no list of nodes');
  return list;
}

/** Throws unless all that the node holds is among these. */
function onlyHolds(node: Node, known: ReadonlySet<string>): void {
  const other = Object.entries(node).find(([key, value]) => !known.has(key) && !isNothing(value));
  if (other !== undefined) throw new CannotRead(`${other[0]} in ${String(node['type'])}`);
}

function isNothing(value: unknown): boolean {
  return value == null || (Array.isArray(value) && value.length === 0);
}
