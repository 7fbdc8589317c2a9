/**
 * What a change would be made to, for a person: the first objects by their names, and what would be different.
 *
 * @module
 */

import { QueryError } from '../../errors.ts';
import type { PlannedChange, PlannedRequest } from '../../exec/outcome.ts';
import { jsonText } from '../../output/json-text.ts';
import { visibleText } from '../../output/visible-text.ts';
import { quoteName } from '../../plan/examples.ts';
import type { Resource } from '../../registry/resource.ts';
import { own, toObjects, type Value } from '../../values.ts';
import type { Call } from '../contract.ts';

/** So many are shown; the rest is counted. */
const MOST_TARGETS = 10;

/** What says to a person which object it is. */
const NAMES = ['label', 'name', 'displayName', 'login', 'kid', 'profile', 'status'];

/** What a value, or a body, may take of a line. */
const LONGEST = 160;

/** A line or more for each of the first targets. */
export async function targetLines({ resource: name, requests }: PlannedChange, call: Call): Promise<readonly string[]> {
  const resource = call.workspace.registry.resource(name.split('.'));
  const shown = requests.slice(0, MOST_TARGETS);
  const current = await Promise.all(shown.map((request) => objectOf(request, resource, call)));
  const more = requests.length - shown.length;
  return [
    ...shown.flatMap((request, index) => linesOf(request, index, current[index])),
    ...(more > 0 ? [`and ${more} more of the same kind`] : []),
  ];
}

type Columns = Readonly<Record<string, Value>>;

/** The object as it is, where one SELECT finds it by what the request names; what that says is no more than a help. */
async function objectOf(
  { parameters, body }: PlannedRequest,
  { name, columns, verbs }: Resource,
  { session, signal }: Call,
): Promise<Columns | undefined> {
  const isObject = columns.some(({ origin, name: column }) => origin === 'path' && Object.hasOwn(parameters, column));
  if (!isObject || verbs.select.length === 0) return undefined;
  const changed = Object.keys(parsed(body) ?? {});
  const wanted = columns.filter(
    ({ name: column, origin }) => origin === 'response' && [...NAMES, ...changed].includes(column),
  );
  if (wanted.length === 0) return undefined;
  const keys = Object.entries(parameters).filter(([, value]) => typeof value === 'string' || typeof value === 'number');
  const where = keys.map(([key], index) => `${quoteName(key)} = $${index + 1}`).join(' AND ');
  const sql = `SELECT ${wanted.map((column) => quoteName(column.name)).join(', ')} FROM ${name} WHERE ${where} LIMIT 2`;
  try {
    const values = keys.map(([, value]) => value as string | number);
    const found = toObjects(await session.query(sql, { readOnly: true, parameters: values, maxRequests: 3, signal }));
    return found.length === 1 ? found[0] : undefined;
  } catch (error) {
    // Not every object can be read by what changes it.
    if (!(error instanceof QueryError) || signal.aborted) throw error;
    return undefined;
  }
}

function linesOf(
  { method, url, body, differences }: PlannedRequest,
  index: number,
  current: Columns | undefined,
): readonly string[] {
  const named = current === undefined ? '' : namesOf(current);
  const head = `${index + 1}. ${method} ${visibleText(url)}${named === '' ? '' : ` (${named})`}`;
  if (differences !== undefined) {
    return [head, ...differences.map(({ member, before, after }) => changeLine(member, before, after))];
  }
  const sent = parsed(body);
  if (sent === undefined) return body === undefined ? [head] : [head, `   body ${cut(body)}`];
  return [
    head,
    ...Object.entries(sent).map(([name, after]) => {
      const before = current === undefined ? undefined : own(current, name);
      return changeLine(name, before === undefined ? undefined : jsonText(before), jsonText(after));
    }),
  ];
}

function changeLine(member: string, before: string | undefined, after: string | undefined): string {
  const was = before === undefined || before === 'null' ? '' : `${cut(before)} → `;
  return `   ${visibleText(member)}: ${was}${after === undefined ? 'removed' : cut(after)}`;
}

/** In quotes, so that a name cannot pass for a word of ours. */
function namesOf(current: Columns): string {
  const profile = current['profile'];
  const inner = typeof profile === 'object' && profile !== null ? (profile as Columns) : {};
  const names = [...NAMES.map((name) => own(current, name)), own(inner, 'login'), own(inner, 'name')];
  return names.flatMap((value) => (typeof value === 'string' ? [cut(jsonText(value))] : [])).join(', ');
}

function cut(text: string): string {
  const shown = visibleText(text);
  return shown.length > LONGEST ? `${shown.slice(0, LONGEST)}… (${shown.length} characters)` : shown;
}

function parsed(body: string | undefined): Readonly<Record<string, Value>> | undefined {
  try {
    const value = body === undefined ? undefined : (JSON.parse(body) as Value);
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Columns) : undefined;
  } catch {
    return undefined;
  }
}
