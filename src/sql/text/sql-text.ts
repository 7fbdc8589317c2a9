/**
 * Values and names as SQL.
 *
 * @module
 */

import type { ColumnRef, Constant, Literal } from '../statement.ts';

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

/** Decimal digits that a double keeps, whatever they are. */
const EXACT_DIGITS = 15;

/** `1.50` as a number; undefined where a double has not enough digits. */
export function fractionLiteral(text: string): number | undefined {
  const isExact = /^-?\d*\.\d*$/.test(text) && text.replaceAll(/\D/g, '').length <= EXACT_DIGITS;
  return isExact ? Number(text) : undefined;
}
