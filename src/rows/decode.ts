/**
 * Answer → items → rows: the entry of this folder.
 *
 * Decoding is lenient with fields and strict with shapes. A field that is missing or of an odd kind costs at most its
 * own value; an answer without the rows that the method promises is an error, because "no rows" would be a lie.
 *
 * @module
 */

import { CancelledError, UnusableResponseError } from '../errors.ts';
import type { HttpResponse } from '../http/contract.ts';
import { bodyJson } from '../http/json-body.ts';
import { redactUrl } from '../http/trace/redact.ts';
import { TooMuchJson, takeTurns } from '../json-in-turns.ts';
import { follow } from '../registry/json-path.ts';
import type { Field, Method, TableColumn } from '../registry/resource.ts';
import { type JsonValue, own, type Row, type Value } from '../values.ts';
import { cast } from './cast.ts';

/** A decoded item of a response. */
export type Item = Readonly<Record<string, JsonValue>>;

/** The items of an answer. Throws `UNUSABLE_RESPONSE` for anything that is not what the method answers with. */
export async function decodeItems(
  method: Method,
  response: HttpResponse,
  signal?: AbortSignal,
): Promise<readonly Item[]> {
  const items = await itemsOf(method, response, signal);
  if (response.text.length > LARGEST_ITEM && method.response.kind !== 'text') await checkSizes(items, response, signal);
  return items;
}

/** Characters of one object: it is read, written and masked in one go. */
const LARGEST_ITEM = 4 * 2 ** 20;

async function checkSizes(items: readonly Item[], response: HttpResponse, signal?: AbortSignal): Promise<void> {
  const turns = takeTurns(signal);
  for (const item of items) {
    await turns();
    if (sizeOf(item, LARGEST_ITEM) > LARGEST_ITEM)
      throw unusable(
        response,
        `holds an object of more than ${LARGEST_ITEM} characters`,
        'No API has been seen to send one.',
      );
  }
}

/** About how many characters the value takes as JSON; not more is looked at than `most`. */
function sizeOf(value: JsonValue, most: number): number {
  if (typeof value === 'string') return value.length + 2;
  if (typeof value !== 'object' || value === null) return 8;
  let size = 2;
  const isNamed = !Array.isArray(value);
  for (const [name, inner] of Object.entries(value)) {
    size += (isNamed ? name.length + 3 : 0) + 1 + sizeOf(inner as JsonValue, most - size);
    if (size > most) break;
  }
  return size;
}

async function itemsOf(method: Method, response: HttpResponse, signal?: AbortSignal): Promise<readonly Item[]> {
  const { kind } = method.response;
  if (kind === 'none') return [];
  if (response.text === '') {
    // A mutation without an answer was carried out all the same; where there is a way, its row is looked up.
    if (kind === 'object' && method.httpMethod !== 'GET' && method.confirm === undefined) return [];
    throw unusable(response, kind === 'list' ? 'is empty, where a list was expected' : 'is empty');
  }
  if (kind === 'text') return [{ [method.response.fields[0]?.name ?? 'contents']: response.text }];
  const body = await bodyOf(response, signal);
  if (kind === 'object') {
    const item = method.response.rowsAt.map((path) => valueAt(body, path)).find((found) => found !== undefined);
    if (item !== undefined && isItem(item)) {
      if (isForeign(item, method)) throw unusable(response, 'holds an object that has nothing of what was expected');
      return [item];
    }
    const where = method.response.rowsAt.filter((path) => path !== '$').join(' or ');
    const held = item === undefined ? `holds nothing at ${where}` : `holds ${kindOf(item)}`;
    throw unusable(response, `${held}, where an object was expected`);
  }
  const { scalar, mapKey, rowsAt } = method.response;
  const places = rowsAt.map((path) => valueAt(body, path));
  const map = mapKey === undefined ? undefined : places.find((found) => found !== undefined && isItem(found));
  if (mapKey !== undefined && map !== undefined) return membersOf(map as Item, mapKey, method, response);
  const list = places.find((found) => Array.isArray(found));
  // An empty list is what some APIs send for an empty map.
  if (list === undefined || (mapKey !== undefined && list.length > 0)) {
    throw unusable(
      response,
      `holds ${kindOf(body)} without ${mapKey === undefined ? 'a list' : 'an object'} at ${rowsAt.join(' or ')}`,
    );
  }
  return list.map((item, index) => {
    if (scalar !== undefined) return { [scalar]: item };
    if (isItem(item)) return item;
    throw unusable(response, `has ${kindOf(item)} as item ${index + 1} of its list`);
  });
}

/** The members of a map, each with its name. */
function membersOf(
  map: Item,
  mapKey: string,
  { response: { scalar } }: Method,
  response: HttpResponse,
): readonly Item[] {
  return Object.entries(map).map(([key, item]) => {
    if (scalar !== undefined) return { [mapKey]: key, [scalar]: item };
    if (isItem(item)) return { [mapKey]: key, ...item };
    throw unusable(response, `has ${kindOf(item)} as the member ${JSON.stringify(key.slice(0, 100))} of its map`);
  });
}

/**
 * Whether it has none of the members that the method answers with: an error that a gateway calls success looks like that.
 * Settings may be empty; what was asked for by its id has at least that, and so has what was made.
 */
function isForeign(item: Item, { response: { fields }, confirm, httpMethod, path }: Method): boolean {
  const isNamed = confirm !== undefined || (httpMethod === 'GET' && path.endsWith('}'));
  if (fields.length === 0 || (Object.keys(item).length === 0 && !isNamed)) return false;
  return !fields.some(({ name, wireName = name }) => Object.hasOwn(item, wireName));
}

/** The objects of the list inside an item at that path; none where there is no list. */
export function itemsAt(item: Item, path: string): readonly Item[] {
  const list = valueAt(item, path);
  return Array.isArray(list) ? list.filter(isItem) : [];
}

/**
 * The row of an item. Columns of parameters hold what the parameter was bound to, which an answer may spell otherwise; where it
 * was not, an alias holds the field it stands for.
 *
 * @param onUnfit told of each field whose value cannot be one of the column's type; the row has NULL there
 */
export function toRow(
  item: Item,
  columns: readonly TableColumn[],
  parameters: Readonly<Record<string, Value>>,
  onUnfit?: (column: TableColumn) => void,
): Row {
  return columns.map((column) => {
    const { name, wireName = name, type, origin, aliasOf, given, secrets } = column;
    if (origin === 'raw') return masked(column.wireName === undefined ? item : own(item, wireName), secrets) ?? null;
    const parameter = origin === 'response' ? given : wireName;
    const bound = parameter === undefined ? undefined : jsonOf(own(parameters, parameter));
    if (bound !== undefined) return cast(bound, type) ?? null;
    const field = origin === 'response' ? wireName : aliasOf;
    if (field === undefined) return null;
    const value = cast(masked(own(item, field), secrets), type);
    if (value === undefined && origin === 'response') onUnfit?.(column);
    return value ?? null;
  });
}

const MASK = '***';

/** The value with `***` in place of whatever the paths lead to. NULL stays NULL: that there is no secret is no secret. */
function masked(value: JsonValue | undefined, paths: Field['secrets'] = []): JsonValue | undefined {
  return paths.reduce<JsonValue | undefined>(
    (result, path) => (result === undefined ? result : maskAt(result, path)),
    value,
  );
}

function maskAt(value: JsonValue, [name, ...inner]: readonly string[]): JsonValue {
  if (value === null) return null;
  if (name === undefined) return MASK;
  if (Array.isArray(value)) return value.map((item: JsonValue) => maskAt(item, [name, ...inner]));
  const member = isItem(value) ? own(value, name) : undefined;
  return member === undefined ? value : { ...(value as Item), [name]: maskAt(member, inner) };
}

function jsonOf(value: Value | undefined): JsonValue | undefined {
  return value instanceof Date ? value.toISOString() : value;
}

async function bodyOf(response: HttpResponse, signal?: AbortSignal): Promise<JsonValue> {
  try {
    return await bodyJson(response, signal);
  } catch (error) {
    if (error instanceof CancelledError) throw error;
    if (error instanceof TooMuchJson)
      throw unusable(response, error.message, 'Ask for less at once, such as smaller pages.');
    const type = response.headers.get('content-type') ?? 'no content type';
    throw unusable(
      response,
      `is no JSON (${type.slice(0, 60)})`,
      'A proxy or a login page may have answered in place of the API.',
    );
  }
}

/** `$.*`, which only we write, is the list of an object that has one. */
function valueAt(body: JsonValue, path: string): JsonValue | undefined {
  return path === '$.*' ? onlyList(body) : follow(body, path);
}

/** The list in an object that has one; which of several is meant nobody knows. */
function onlyList(body: JsonValue): JsonValue | undefined {
  const lists = isItem(body) ? Object.values(body).filter((member) => Array.isArray(member)) : [];
  return lists.length === 1 ? lists[0] : undefined;
}

function isItem(value: JsonValue): value is Item {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function kindOf(value: JsonValue): string {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'a list';
  return typeof value === 'object' ? 'an object' : `a ${typeof value}`;
}

function unusable({ status, request, headers }: HttpResponse, problem: string, hint?: string): UnusableResponseError {
  const url = redactUrl(request.url, []);
  return new UnusableResponseError(`The answer to ${request.method} ${url} ${problem}.`, {
    status,
    method: request.method,
    url,
    requestId: headers.get('x-okta-request-id') ?? undefined,
    hint,
  });
}
