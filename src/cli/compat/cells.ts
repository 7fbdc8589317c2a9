/**
 * Values as StackQL prints them: all as texts.
 *
 * @module
 */

import { dateText } from '../../output/json-text.ts';
import type { JsonValue, ResultColumn, Value } from '../../values.ts';

/** SQL's NULL. */
const NULL_TEXT = 'null';

const FLOATING = /^(?:FLOAT|DOUBLE)$/;

/** Objects and lists are JSON with their members in the order of their names, as Go writes them; a fraction has six digits. */
export function compatText(value: Value | undefined, { type }: ResultColumn): string {
  if (value === null || value === undefined) return NULL_TEXT;
  if (value instanceof Date) return dateText(value);
  if (typeof value === 'object') return goJson(value);
  return typeof value === 'number' && FLOATING.test(type) && !Number.isInteger(value)
    ? value.toFixed(6)
    : String(value);
}

/** JSON as Go's encoder writes it: sorted, without blanks, and with what HTML would take for a tag escaped. */
function goJson(value: unknown): string {
  return escapeHtml(JSON.stringify(sorted(value)));
}

/** A text as a JSON string of Go's. */
export function goString(text: string): string {
  return escapeHtml(JSON.stringify(text));
}

function escapeHtml(json: string): string {
  return json.replaceAll(/[<>&\u2028\u2029]/g, (sign) => `\\u${sign.charCodeAt(0).toString(16).padStart(4, '0')}`);
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value === 'bigint') return Number(value);
  if (typeof value !== 'object' || value === null || value instanceof Date) return value;
  return Object.fromEntries(
    Object.entries(value as Readonly<Record<string, JsonValue>>)
      .map(([name, inner]) => [name, sorted(inner)] as const)
      .toSorted(([a], [b]) => (a < b ? -1 : 1)),
  );
}
