/**
 * What a reference is read with that other references, or queries over them, give.
 *
 * @module
 */

import type { Dependency, InQual, Late, PlannedRef, ScanQual, Without } from '../plan/plan.ts';
import { isRoutable } from '../request/build.ts';
import type { KeySelect, Literal } from '../sql/statement.ts';
import type { Row, Value } from '../values.ts';
import type { Channel } from './key-channel.ts';
import type { ScanKeys } from './provider.ts';

export interface Keys {
  readonly quals: readonly ScanQual[];
  /** Whether no row can be wanted. */
  readonly areNone: boolean;
  /** Where both ways were open (`Late`): whether it is read by keys. */
  readonly byKeys?: boolean;
  readonly fed?: ScanKeys;
}

export interface KeySources {
  readonly channels: ReadonlyMap<Dependency, Channel<readonly Row[]>>;
  /** The values of a query when what it reads is loaded; undefined where it cannot be run by itself. */
  readonly runQuery: (query: KeySelect) => Promise<readonly string[] | undefined>;
}

/** Whatever there is is wanted. */
const ALL: Keys = { quals: [], areNone: false };

/** What a reference is read with, and without. */
export async function keysOf(ref: PlannedRef, sources: KeySources): Promise<Keys> {
  const keys = await wantedKeys(ref, sources);
  if (keys.areNone) return keys;
  const without = await Promise.all(ref.without.map((each) => exclusion(each, sources)));
  return { ...keys, quals: [...keys.quals, ...without.filter((qual) => qual !== undefined)] };
}

async function exclusion({ column, keys }: Without, { runQuery }: KeySources): Promise<ScanQual | undefined> {
  const values = await runQuery(keys);
  return values && { kind: 'notIn', column, values };
}

/** Keys of one source are used as they come; of several, the others have to be complete first. */
async function wantedKeys({ dependencies, late }: PlannedRef, sources: KeySources): Promise<Keys> {
  const { channels } = sources;
  const known = late && (await lateKeys(late, sources));
  if (known !== undefined) {
    for (const dependency of dependencies) channels.get(dependency)?.close();
    return known;
  }
  const [first, ...others] = dependencies;
  if (first === undefined) return ALL;
  const complete = others.map(async (dependency) => {
    const rows: (readonly Literal[])[] = [];
    for await (const batch of channels.get(dependency) ?? []) rows.push(...batch.map(literals));
    return { kind: 'tuples' as const, columns: columnsOf(dependency), rows };
  });
  const source = channels.get(first);
  const rows = async function* (): AsyncGenerator<readonly (readonly Literal[])[]> {
    for await (const batch of source ?? []) yield batch.map(literals);
  };
  return { quals: await Promise.all(complete), areNone: false, fed: { columns: columnsOf(first), rows: rows() } };
}

/** Undefined where the keys cannot be told, and nothing else was open than to use them. */
async function lateKeys({ column, keys, atMost }: Late, { channels, runQuery }: KeySources): Promise<Keys | undefined> {
  const most = atMost ?? Number.POSITIVE_INFINITY;
  const values = 'on' in keys ? await keysUpTo(most, channels.get(keys)) : await runQuery(keys);
  const isEither = atMost !== undefined;
  // Data may hold what no object is called, and what could not be sent.
  const isUsable = values !== undefined && values.length <= most && values.every(isRoutable);
  if (!isUsable) return isEither ? { ...ALL, byKeys: false } : undefined;
  const wanted = values.filter((value) => value !== '');
  const qual: InQual = { kind: 'in', column, values: wanted, isImplied: true, isFromRows: true };
  return { quals: [qual], areNone: wanted.length === 0, ...(isEither && { byKeys: true }) };
}

/** All keys that come; undefined as soon as they are more. */
async function keysUpTo(
  most: number,
  channel: Channel<readonly Row[]> | undefined,
): Promise<readonly Literal[] | undefined> {
  const values: Literal[] = [];
  for await (const batch of channel ?? []) {
    for (const [value = null] of batch) values.push(asLiteral(value));
    if (values.length <= most) continue;
    channel?.close();
    return undefined;
  }
  return values;
}

function columnsOf({ pairs }: Dependency): readonly string[] {
  return pairs.map(({ column }) => column);
}

export function literals(row: Row): readonly Literal[] {
  return row.map(asLiteral);
}

function asLiteral(value: Value): Literal {
  if (value === null || typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean')
    return value;
  // As the plan writes times: texts of one parameter are compared.
  if (value instanceof Date) return value.toISOString().replace('.000Z', 'Z');
  return typeof value === 'bigint' ? value.toString() : JSON.stringify(value);
}
