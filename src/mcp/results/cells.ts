/**
 * Values as a model reads them: ids whole, long texts and JSON cut where that is told.
 *
 * @module
 */

import { cellText } from '../../output/cell-text.ts';
import { jsonText } from '../../output/json-text.ts';
import { visibleLines } from '../../output/visible-text.ts';
import type { JsonValue, ResultColumn, Value } from '../../values.ts';

/** What has no blank and is no longer is an id, a URL or a key, and stays whole. */
const LONGEST_WORD = 256;

/**
 * The text of a cell; null for NULL.
 *
 * @param most characters that a text or a JSON cell may have
 */
export function shownCell(value: Value | undefined, column: ResultColumn, most: number): string | null {
  const text = cellText(value, column);
  if (text === null || isWhole(text, most)) return text;
  if (typeof value === 'object' && value !== null && !(value instanceof Date)) {
    return jsonText(shortened(value, most, column.name));
  }
  return cutText(text, most, column.name);
}

/** The same with its type, for programs: NULL, numbers and truth as they are, moments as text. */
export function shownValue(value: Value | undefined, column: ResultColumn, most: number): JsonValue {
  if (value === null || value === undefined) return null;
  if (typeof value === 'number' || typeof value === 'boolean' || typeof value === 'bigint') return value;
  if (typeof value === 'object' && !(value instanceof Date)) return visibleIn(shortened(value, most, column.name));
  return visibleIn(shownCell(value, { ...column, type: 'VARCHAR' }, most));
}

/** Controls and marks that hide or turn text are written out wherever they stand. */
function visibleIn(value: JsonValue): JsonValue {
  if (typeof value === 'string') return visibleLines(value);
  if (typeof value !== 'object' || value === null) return value;
  if (isList(value)) return value.map(visibleIn);
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [visibleLines(name), visibleIn(inner)]));
}

function isWhole(text: string, most: number): boolean {
  return text.length <= most || (text.length <= LONGEST_WORD && !/[\s{["]/.test(text));
}

function cutText(text: string, most: number, path: string): string {
  // Not within a pair of surrogates.
  const head = text.slice(0, Math.max(8, most - 40)).replace(/[\ud800-\udbff]$/, '');
  return `${head}…(${text.length} characters: ${path})`;
}

/** The value with what is long in it replaced by where it stands and how long it is. */
function shortened(value: JsonValue, most: number, path: string): JsonValue {
  if (jsonText(value).length <= most) return value;
  if (typeof value === 'string') return isWhole(value, most) ? value : cutText(value, most, path);
  if (typeof value !== 'object' || value === null) return value;
  return isList(value) ? shortList(value, most, path) : shortObject(value, most, path);
}

function shortList(items: readonly JsonValue[], most: number, path: string): JsonValue {
  const shown: JsonValue[] = [];
  let left = most;
  for (const [index, item] of items.entries()) {
    const short = shortened(item, Math.max(MOST_INNER, Math.floor(most / 2)), `${path}[${index}]`);
    left -= jsonText(short).length;
    if (left < 0 && index > 0) return [...shown, `…${items.length - index} more of ${items.length}: ${path}`];
    shown.push(short);
  }
  return shown;
}

/** A member that is cut still says something. */
const MOST_INNER = 60;

/** Small members stay; of the others each has its share. */
function shortObject(object: Readonly<Record<string, JsonValue>>, most: number, path: string): JsonValue {
  const members = Object.entries(object);
  const share = Math.max(MOST_INNER, Math.floor(most / Math.max(1, members.length)));
  let left = most;
  const shown: (readonly [string, JsonValue])[] = [];
  for (const [index, [name, inner]] of members.entries()) {
    const at = `${path}.${name}`;
    const isLong = jsonText(inner).length > share;
    const short =
      isLong && typeof inner === 'object'
        ? `…(${jsonText(inner).length} characters: ${at})`
        : shortened(inner, share, at);
    left -= name.length + 3 + jsonText(short).length;
    if (left < 0 && index > 0) {
      const rest = members.slice(index).map(([each]) => each);
      return Object.fromEntries([...shown, ['…', `${rest.length} more: ${rest.slice(0, 8).join(', ')}`]]);
    }
    shown.push([name, short]);
  }
  return Object.fromEntries(shown);
}

function isList(value: object): value is readonly JsonValue[] {
  return Array.isArray(value);
}
