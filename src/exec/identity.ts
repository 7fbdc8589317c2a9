/**
 * Which object an item is, where it was asked for by its id, by a name, or by several.
 *
 * @module
 */

import { InvalidValueError } from '../errors.ts';
import { type Assignment, isIdOfNamed, objectColumn } from '../plan/assignments.ts';
import type { Scan, ScanQual } from '../plan/plan.ts';
import type { Resource } from '../registry/resource.ts';
import type { Item } from '../rows/decode.ts';
import { type JsonValue, own } from '../values.ts';
import type { ScanKeys } from './provider.ts';

/** Items of one answer, and the values that the parameters of its call had. */
export interface Batch {
  readonly items: readonly Item[];
  readonly parameters: Assignment;
}

/** What was asked for. */
interface Asked {
  readonly scan: Scan;
  readonly keys?: Pick<ScanKeys, 'columns'> | undefined;
}

/** An object that was looked up by its id and by a name, or by two names, comes once. */
export async function* distinctObjects(
  { resource, method }: Scan,
  batches: AsyncIterable<Batch>,
): AsyncGenerator<Batch> {
  const looked = Object.keys(method.names ?? {}).find((name) => isIdOfNamed(resource, objectColumn(resource, name)));
  if (method.response.kind !== 'object' || looked === undefined) {
    yield* batches;
    return;
  }
  const id = objectColumn(resource, looked);
  const isNew = uniqueCalls();
  for await (const { items, parameters } of batches) {
    const distinct = items.filter((item) => isNew({ ...parameters, [looked]: String(idOf(item, id)) }));
    yield { items: distinct, parameters };
  }
}

function idOf(item: Item, column: string): JsonValue | undefined {
  return Object.entries(item).find(([name]) => name.toLowerCase() === column)?.[1];
}

/**
 * Where what is said to be an id was a name, the object has another id: the engine would find no row, though there is one.
 *
 * @throws InvalidValueError
 */
export function checkIdentity({ scan, keys }: Asked, item: Item, parameters: Assignment): void {
  const { resource, method, quals } = scan;
  if (method.response.kind !== 'object') return;
  for (const name of Object.keys(method.names ?? {})) {
    const column = objectColumn(resource, name);
    if (!isIdOfNamed(resource, column)) continue;
    const columns = [...quals.flatMap(({ qual }) => columnsIn(qual)), ...(keys?.columns ?? [])];
    const isNamed = columns.some((each) => each !== column && objectColumn(resource, each) === column);
    const id = idOf(item, column);
    if (isNamed || !columns.includes(column) || id === undefined || String(id) === String(own(parameters, name)))
      continue;
    throw namedAsId(resource, column);
  }
}

function columnsIn(qual: ScanQual): readonly string[] {
  if (qual.kind === 'tuples') return qual.columns;
  return qual.kind === 'in' && qual.path === undefined ? [qual.column] : [];
}

function namedAsId({ name, named = {} }: Resource, column: string): InvalidValueError {
  const alias = Object.entries(named).find(([, field]) => field.toLowerCase() === column)?.[0] ?? column;
  return new InvalidValueError(`${name}.${column} holds ids, and what it was compared with is a name of another id.`, {
    subject: column,
    hint: `Compare ${alias} with it, which holds what was given.`,
  });
}

/** Whether a call was not made before. */
export function uniqueCalls(): (call: Assignment) => boolean {
  const seen = new Set<string>();
  return (call) => {
    const key = JSON.stringify(call);
    const isNew = !seen.has(key);
    seen.add(key);
    return isNew;
  };
}
