/**
 * Prints expressions of DuckDB's tree as SQL.
 *
 * Not everything: what this printer does not know has no text, and the planner does without. Everything it prints stands
 * in parentheses, so that precedence cannot change.
 *
 * @module
 */

import { isScalarFunction } from '../block/scalar-functions.ts';
import type { ColumnRef } from '../statement.ts';
import { columnText, literalText, quoteName } from '../text/sql-text.ts';
import { type DigitsAt, numberText } from './number.ts';
import {
  isTreeNode,
  listAt,
  literalList,
  nodeAt,
  nodesAt,
  optionalNode,
  type TreeNode,
  textAt,
  textConstant,
  textsAt,
} from './tree.ts';

export interface Printing {
  readonly digitsAt: DigitsAt;
  /** The column that a chain of names is, if that is certain. */
  readonly columnOf: (names: readonly string[]) => ColumnRef | undefined;
  /**
   * Whether to leave out what may have another value at another time or place: parameters, and functions that are not
   * known to be stable.
   */
  readonly isStrict: boolean;
}

/** The expression as SQL, or undefined. */
export function printExpression(node: TreeNode, printing: Printing): string | undefined {
  const print = PRINTERS[textAt(node, 'class')];
  return print?.(node, printing);
}

type Printer = (node: TreeNode, printing: Printing) => string | undefined;

const COMPARISONS: Readonly<Record<string, string>> = {
  COMPARE_EQUAL: '=',
  COMPARE_NOTEQUAL: '<>',
  COMPARE_LESSTHAN: '<',
  COMPARE_GREATERTHAN: '>',
  COMPARE_LESSTHANOREQUALTO: '<=',
  COMPARE_GREATERTHANOREQUALTO: '>=',
  COMPARE_DISTINCT_FROM: 'IS DISTINCT FROM',
  COMPARE_NOT_DISTINCT_FROM: 'IS NOT DISTINCT FROM',
};

const PRINTERS: Readonly<Record<string, Printer>> = {
  COLUMN_REF: (node, { columnOf }) => {
    const column = columnOf(textsAt(node, 'column_names'));
    return column && columnText(column);
  },
  CONSTANT: printConstant,
  LITERALS: (node) => literalList(node)?.map(literalText).join(', '),
  PARAMETER: (node, { isStrict }) => (isStrict ? undefined : `$${textAt(node, 'identifier')}`),
  CONJUNCTION: (node, printing) =>
    printJoined(nodesAt(node, 'children'), node['type'] === 'CONJUNCTION_AND' ? ' AND ' : ' OR ', printing),
  COMPARISON: (node, printing) => {
    const operator = COMPARISONS[textAt(node, 'type')];
    const sides = [nodeAt(node, 'left'), nodeAt(node, 'right')];
    return operator === undefined ? undefined : printJoined(sides, ` ${operator} `, printing);
  },
  BETWEEN: (node, printing) =>
    printAll([nodeAt(node, 'input'), nodeAt(node, 'lower'), nodeAt(node, 'upper')], printing, ([input, low, high]) => {
      return `(${input} BETWEEN ${low} AND ${high})`;
    }),
  CASE: printCase,
  CAST: printCast,
  // The arrow between JSON and a member; a lambda has an expression behind it.
  LAMBDA: (node, printing) =>
    textConstant(optionalNode(node, 'expr')) === undefined
      ? undefined
      : printJoined([nodeAt(node, 'lhs'), nodeAt(node, 'expr')], ' -> ', printing),
  COLLATE: (node, printing) =>
    printAll(
      [nodeAt(node, 'child')],
      printing,
      ([child]) => `(${child} COLLATE ${quoteName(textAt(node, 'collation'))})`,
    ),
  OPERATOR: printOperator,
  FUNCTION: printFunction,
};

function printConstant(node: TreeNode, { digitsAt }: Printing): string | undefined {
  const value = optionalNode(node, 'value');
  if (value?.['is_null'] === true) return 'NULL';
  if (typeof value?.['value'] === 'boolean') return String(value['value']);
  const text = textConstant(node);
  if (text !== undefined) return literalText(text);
  const number = numberText(node, digitsAt);
  return number?.startsWith('-') === true ? `(${number})` : number;
}

function printCase(node: TreeNode, printing: Printing): string | undefined {
  const checks = nodesAt(node, 'case_checks').flatMap((check) => [
    nodeAt(check, 'when_expr'),
    nodeAt(check, 'then_expr'),
  ]);
  return printAll([...checks, nodeAt(node, 'else_expr')], printing, (texts) => {
    const branches = texts.slice(0, -1).map((text, index) => (index % 2 === 0 ? `WHEN ${text}` : `THEN ${text}`));
    return `(CASE ${branches.join(' ')} ELSE ${texts.at(-1)} END)`;
  });
}

function printCast(node: TreeNode, printing: Printing): string | undefined {
  const type = printType(nodeAt(node, 'cast_type'));
  const word = node['try_cast'] === true ? 'TRY_CAST' : 'CAST';
  return type && printAll([nodeAt(node, 'child')], printing, ([child]) => `${word}(${child} AS ${type})`);
}

/** Types of one name; of those with parts, DECIMAL and lists. */
function printType(type: TreeNode): string | undefined {
  const id = textAt(type, 'id');
  const info = optionalNode(type, 'type_info');
  if (info === undefined) return /^[A-Z ]+$/.test(id) ? id : undefined;
  if (id === 'DECIMAL') return `DECIMAL(${String(info['width'])}, ${String(info['scale'])})`;
  if (id === 'LIST') {
    const child = printType(nodeAt(info, 'child_type'));
    return child && `${child}[]`;
  }
  const isPlain = listAt(info, 'user_type_modifiers').length === 0 && textAt(info, 'schema') === '';
  return id === 'UNBOUND' && isPlain ? quoteName(textAt(info, 'name')) : undefined;
}

function printOperator(node: TreeNode, printing: Printing): string | undefined {
  const compose = OPERATORS[textAt(node, 'type')];
  return compose && printAll(nodesAt(node, 'children'), printing, compose);
}

const OPERATORS: Readonly<Record<string, (texts: readonly string[]) => string>> = {
  COMPARE_IN: ([operand, ...items]) => `(${operand} IN (${items.join(', ')}))`,
  COMPARE_NOT_IN: ([operand, ...items]) => `(${operand} NOT IN (${items.join(', ')}))`,
  OPERATOR_NOT: ([operand]) => `(NOT ${operand})`,
  OPERATOR_IS_NULL: ([operand]) => `(${operand} IS NULL)`,
  OPERATOR_IS_NOT_NULL: ([operand]) => `(${operand} IS NOT NULL)`,
  OPERATOR_COALESCE: (operands) => `coalesce(${operands.join(', ')})`,
  ARRAY_EXTRACT: ([list, index]) => `${list}[${index}]`,
};

/** Operators of DuckDB that are spelt otherwise in SQL. */
const SPELLING: Readonly<Record<string, string>> = {
  '~~': 'LIKE',
  '!~~': 'NOT LIKE',
  '~~*': 'ILIKE',
  '!~~*': 'NOT ILIKE',
  '~~~': 'GLOB',
};

function printFunction(node: TreeNode, printing: Printing): string | undefined {
  const name = textAt(node, 'function_name');
  const children = nodesAt(node, 'children');
  if (printing.isStrict && !isScalarFunction(name)) return undefined;
  if (!isPlainCall(node) || children.some((child) => textAt(child, 'alias') !== '')) return undefined;
  if (/^[a-z_]/i.test(name)) {
    return printAll(children, printing, (texts) => `${quoteName(name)}(${texts.join(', ')})`);
  }
  const operator = SPELLING[name] ?? name;
  if (children.length === 1) return printAll(children, printing, ([operand]) => `(${operator} ${operand})`);
  return children.length === 2 ? printJoined(children, ` ${operator} `, printing) : undefined;
}

/** Without DISTINCT, FILTER, ORDER BY and a catalog. */
function isPlainCall(node: TreeNode): boolean {
  const order = optionalNode(node, 'order_bys');
  const isOrdered = order !== undefined && listAt(order, 'orders').length > 0;
  const isQualified = !['', 'main'].includes(textAt(node, 'schema')) || textAt(node, 'catalog') !== '';
  return node['distinct'] !== true && !isTreeNode(node['filter']) && !isOrdered && !isQualified;
}

function printJoined(nodes: readonly TreeNode[], operator: string, printing: Printing): string | undefined {
  return printAll(nodes, printing, (texts) => `(${texts.join(operator)})`);
}

function printAll(
  nodes: readonly TreeNode[],
  printing: Printing,
  compose: (texts: readonly string[]) => string,
): string | undefined {
  const texts: string[] = [];
  for (const node of nodes) {
    const text = printExpression(node, printing);
    if (text === undefined) return undefined;
    texts.push(text);
  }
  return compose(texts);
}
