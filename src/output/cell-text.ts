import type { ResultColumn, Value } from '../values.ts';
import { dateText, jsonText } from './json-text.ts';

/**
 * A value as plain text, for formats without types; null stays null. A JSON column gives JSON text even for a string,
 * so that `"1"` and `1` differ.
 */
export function cellText(value: Value | undefined, column: ResultColumn): string | null {
  if (value === null || value === undefined) return null;
  if (column.type === 'JSON') return jsonText(value);
  if (value instanceof Date) return dateText(value);
  return typeof value === 'object' ? jsonText(value) : String(value);
}
