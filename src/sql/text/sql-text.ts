/**
 * Values and names as SQL.
 *
 * @module
 */

import type { ColumnRef, Constant, Literal, Qual } from '../statement.ts';

/** A quoted identifier. */
export function quoteName(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}

export function literalText(value: Literal): string {
  if (typeof value === 'string') return `'${value.replaceAll("'", "''")}'`;
  return typeof value === 'number' && value < 0 ? `(${value})` : String(value);
}

export function constantText(constant: Constant): string {
  if (constant.kind === 'expression') return constant.text;
  const text = literalText(constant.value);
  return constant.type === undefined ? text : `CAST(${text} AS ${constant.type})`;
}

export function columnText({ before = [], qualifier, name, path = [] }: ColumnRef): string {
  const column = [...before, ...(qualifier === undefined ? [] : [qualifier]), name].map(quoteName).join('.');
  return path.length === 0 ? column : `(${column} ->> ${literalText(`$.${path.join('.')}`)})`;
}

/** The condition in parentheses; undefined where it cannot be printed. */
export function conditionText(qual: Qual): string | undefined {
  switch (qual.kind) {
    case 'in':
      return listText(columnText(qual.column), qual.values.map(constantText));
    case 'compare':
      return `(${columnText(qual.column)} ${qual.operator} ${constantText(qual.value)})`;
    case 'like':
      return `(${columnText(qual.column)} LIKE ${constantText(qual.pattern)})`;
    case 'null':
      return `(${columnText(qual.column)} IS ${qual.isNull ? '' : 'NOT '}NULL)`;
    case 'sameAs':
      return `(${columnText(qual.left)} = ${columnText(qual.right)})`;
    case 'constant':
      return constantText(qual.value);
    case 'and':
    case 'or': {
      const parts = qual.quals.map(conditionText);
      const isWhole = qual.isPartial === undefined && parts.every((part) => part !== undefined);
      return isWhole ? `(${parts.join(qual.kind === 'and' ? ' AND ' : ' OR ')})` : undefined;
    }
    case 'other':
      return qual.text;
    case 'inQuery':
      return undefined;
  }
}

function listText(column: string, values: readonly string[]): string {
  return values.length === 1 ? `(${column} = ${values.join()})` : `(${column} IN (${values.join(', ')}))`;
}

/** Decimal digits that a double keeps, whatever they are. */
const EXACT_DIGITS = 15;

/** `1.50` as a number; undefined where a double has not enough digits. */
export function fractionLiteral(text: string): number | undefined {
  const isExact = /^-?\d*\.\d*$/.test(text) && text.replaceAll(/\D/g, '').length <= EXACT_DIGITS;
  return isExact ? Number(text) : undefined;
}
