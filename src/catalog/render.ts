/**
 * Values of DuckDB as PostgreSQL's text format has them.
 *
 * @module
 */

import type { DuckDBValue } from '@duckdb/node-api';
import { isReg, isVector, memberOf } from './types.ts';

/** @param write how an object of a `reg…` type is called */
export function renderValue(
  value: DuckDBValue,
  type: string,
  write: (type: string, oid: number) => string,
): string | null {
  if (value === null) return null;
  if (isReg(type)) return write(type, Number(value));
  if (typeof value === 'boolean') return type === 'text' ? String(value) : value ? 't' : 'f';
  const items = itemsOf(value);
  if (items === undefined) return type === 'timestamptz' ? timestampText(String(value)) : String(value);
  const member = memberOf(type) ?? 'text';
  const texts = items.map((item) => renderValue(item, member, write));
  if (isVector(type)) return texts.map((text) => text ?? '').join(' ');
  return `{${texts.map(elementText).join(',')}}`;
}

function itemsOf(value: DuckDBValue): readonly DuckDBValue[] | undefined {
  return typeof value === 'object' && value !== null && 'items' in value ? value.items : undefined;
}

/** https://www.postgresql.org/docs/15/arrays.html#ARRAYS-IO */
function elementText(text: string | null): string {
  if (text === null) return 'NULL';
  const isPlain = text !== '' && !/[{},"\\\s]/.test(text) && text.toUpperCase() !== 'NULL';
  return isPlain ? text : `"${text.replace(/["\\]/g, '\\$&')}"`;
}

/** `2026-11-29 10:00:00+00` */
function timestampText(text: string): string {
  return text.replace(/(\.\d*?)0+(?=[+-])/, '$1').replace(/\.(?=[+-])/, '');
}
