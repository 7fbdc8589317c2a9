/**
 * Numbers in DuckDB's tree, exactly.
 *
 * JSON as JavaScript reads it holds 53 bits. Larger integers have been rounded when they arrive here, so their digits are
 * taken from the text of the statement.
 *
 * @module
 */

import { fractionLiteral } from '../text/sql-text.ts';
import { locationOf, optionalNode, type TreeNode, typeIdOf } from './tree.ts';

const INTEGERS = new Set(['INTEGER', 'BIGINT', 'HUGEINT', 'UHUGEINT', 'UBIGINT', 'UINTEGER', 'SMALLINT', 'TINYINT']);

/** The digits of a text by byte offset. */
export type DigitsAt = (byteOffset: number) => string | undefined;

/** @param text the statement, as DuckDB has read it */
export function digitsOf(text: string): DigitsAt {
  const bytes = Buffer.from(text, 'utf8');
  return (byteOffset) => {
    // Numbers are ASCII, so the end of the longest one that DuckDB takes is not far.
    const match = /^-?\s*\d[\d_]*(?:\.[\d_]*)?(?![\w.])/.exec(bytes.toString('latin1', byteOffset, byteOffset + 200));
    return match?.[0].replaceAll(/[_\s]/g, '');
  };
}

/** A number as SQL; undefined for a constant that is none, or that cannot be told exactly. */
export function numberText(constant: TreeNode, digitsAt: DigitsAt): string | undefined {
  const value = optionalNode(constant, 'value');
  const [id, number] = [typeIdOf(value), value?.['value']];
  if (INTEGERS.has(id)) return Number.isSafeInteger(number) ? String(number) : digitsOfNode(constant, digitsAt);
  if (id === 'DECIMAL') return decimalText(value, number) ?? digitsOfNode(constant, digitsAt);
  return id === 'DOUBLE' && Number.isFinite(number) ? doubleText(Number(number)) : undefined;
}

/** A number as a literal: integers beyond 2^53 as text, fractions only if a double prints them as they were written. */
export function numberLiteral(constant: TreeNode, digitsAt: DigitsAt): number | string | undefined {
  const text = numberText(constant, digitsAt);
  if (text === undefined) return undefined;
  if (/^-?\d+$/.test(text)) return Number.isSafeInteger(Number(text)) ? Number(text) : text;
  if (typeIdOf(optionalNode(constant, 'value')) === 'DOUBLE') return Number(text);
  return fractionLiteral(text);
}

function digitsOfNode(constant: TreeNode, digitsAt: DigitsAt): string | undefined {
  const location = locationOf(constant);
  return location === undefined ? undefined : digitsAt(location);
}

/** A DECIMAL comes as an integer and the number of its digits behind the point. */
function decimalText(value: TreeNode | undefined, unscaled: unknown): string | undefined {
  const type = value === undefined ? undefined : optionalNode(value, 'type');
  const scale = type === undefined ? undefined : optionalNode(type, 'type_info')?.['scale'];
  if (!Number.isSafeInteger(unscaled) || typeof scale !== 'number') return undefined;
  const digits = String(Math.abs(Number(unscaled))).padStart(scale + 1, '0');
  const sign = Number(unscaled) < 0 ? '-' : '';
  return `${sign}${digits.slice(0, digits.length - scale)}.${digits.slice(digits.length - scale)}`;
}

/** With an exponent, since that is what makes it a DOUBLE. */
function doubleText(value: number): string {
  return value.toExponential();
}
