/**
 * Changes of parsed documents and answers: values that nobody expects, at any place.
 *
 * @module
 */

import fc from 'fast-check';

type Tree = unknown;

export interface TreeChange {
  readonly kind: 'put' | 'drop' | 'rename' | 'move' | 'double';
  /** Which of all places, as a part of the whole. */
  readonly at: number;
  /** Where a moved value comes from. */
  readonly from: number;
  readonly value: Tree;
  readonly key: string;
}

const nested = (levels: number): Tree => JSON.parse('['.repeat(levels) + ']'.repeat(levels));

/** Whatever a schema, a path or a value may be in place of what it should be. */
const VALUES: readonly Tree[] = [
  ...[null, true, false, 0, -1, 0.5, 1e308, 2 ** 53, -(2 ** 63), [], {}, [[]], [null], { a: {} }, { '': null }],
  ...['', ' ', '0', 'null', '\u0000', '\ud800', '\u202e', 'x'.repeat(5000), '__proto__', 'constructor', 'toString'],
  ...['2026-02-30T25:61:00Z', '+275760-09-13T00:00:00.001Z', '0000-00-00', '1e400', '-0', 'Infinity', 'NaN'],
  nested(3),
  nested(400),
  Array.from({ length: 300 }, (_, index) => index),
  Object.fromEntries(Array.from({ length: 300 }, (_, index) => [`k${index}`, { index }])),
];

const KEYS = [
  ...['__proto__', 'constructor', 'toString', 'hasOwnProperty', 'then', 'length', '', ' ', 'a.b', '"', "'", '1', '-1'],
  ...['id', 'ID', 'name', 'type', 'created', 'status', '_links', '$ref', 'x\u0000y', 'ü', '[0]'],
];

/** @param values beside those that are odd everywhere */
export function treeChanges(values: readonly Tree[], keys: readonly string[]): fc.Arbitrary<readonly TreeChange[]> {
  const share = fc.double({ min: 0, max: 1, noNaN: true, maxExcluded: true });
  const change: fc.Arbitrary<TreeChange> = fc.record({
    kind: fc.constantFrom('put', 'put', 'put', 'drop', 'rename', 'move', 'double'),
    at: share,
    from: share,
    value: fc.constantFrom(...VALUES, ...values),
    key: fc.constantFrom(...KEYS, ...keys),
  });
  return fc.array(change, { minLength: 1, maxLength: 3 });
}

interface Place {
  readonly holder: Record<string, Tree> | Tree[];
  readonly key: string;
}

/** A tree of its own, with the changes in it. */
export function changedTree(tree: Tree, changes: readonly TreeChange[]): Tree {
  const root: Tree[] = [structuredClone(tree)];
  for (const change of changes) {
    const places = placesIn(root);
    const place = places[Math.floor(change.at * places.length)];
    if (place !== undefined) APPLY[change.kind](change, place, places);
  }
  return root[0];
}

function placesIn(holder: Place['holder']): readonly Place[] {
  return Object.keys(holder).flatMap((key) => {
    const value = valueAt({ holder, key });
    const below = typeof value === 'object' && value !== null ? placesIn(value as Place['holder']) : [];
    return [{ holder, key }, ...below];
  });
}

function valueAt({ holder, key }: Place): Tree {
  return (holder as Record<string, Tree>)[key];
}

function put(holder: Place['holder'], key: string, value: Tree): void {
  // A member called __proto__ is one like all others.
  Object.defineProperty(holder, key, { value, enumerable: true, configurable: true, writable: true });
}

function drop({ holder, key }: Place): void {
  if (Array.isArray(holder)) holder.splice(Number(key), 1);
  else delete holder[key];
}

type Apply = (change: TreeChange, place: Place, places: readonly Place[]) => void;

const APPLY: Readonly<Record<TreeChange['kind'], Apply>> = {
  put: ({ value }, place) => put(place.holder, place.key, structuredClone(value)),
  drop: (_change, place) => drop(place),
  rename: ({ key }, place) => {
    // Items of a list have no names.
    if (Array.isArray(place.holder)) return;
    put(place.holder, key, valueAt(place));
    drop(place);
  },
  move: ({ from }, place, places) => {
    const source = places[Math.floor(from * places.length)];
    if (source !== undefined) put(place.holder, place.key, structuredClone(valueAt(source)));
  },
  double: ({ key }, place) => {
    const copy = structuredClone(valueAt(place));
    if (Array.isArray(place.holder)) place.holder.push(copy);
    else put(place.holder, key, copy);
  },
};
