/**
 * Equalities between columns of two references, and what follows from several of them.
 *
 * @module
 */

import type { BlockScope, BoundColumn } from './scope.ts';

/** An equality between columns of two references, usable to restrict `target`. */
export interface Edge {
  readonly target: BoundColumn;
  readonly source: BoundColumn;
  /** The query that the values are those of, where it is an IN. */
  readonly query?: BlockScope;
  /**
   * Which reading of either is meant, of those that a CTE has by being named several times. Two edges speak of one row only where
   * they are of one reading.
   */
  readonly targetUse: object;
  readonly sourceUse: object;
}

/**
 * The edges, and those that follow: what equals a column equals whatever that equals in the same row. So a reference can be fed by
 * the one of its sources that has the fewest rows, and by pairs that occur in one.
 */
export function closed(edges: readonly Edge[]): readonly Edge[] {
  const all = [...edges];
  const key = ({ target, source, targetUse, sourceUse }: Edge): string =>
    [
      target.bound.ref.ordinal,
      target.column,
      idOf(targetUse),
      source.bound.ref.ordinal,
      source.column,
      idOf(sourceUse),
    ].join();
  const ids = new Map<object, number>();
  const idOf = (use: object): number => {
    const id = ids.get(use) ?? ids.size;
    ids.set(use, id);
    return id;
  };
  const known = new Set(all.map(key));
  // What is found goes on as well, until nothing new follows.
  for (let index = 0; index < all.length && all.length < MOST_EDGES; index += 1) {
    const first = all[index] as Edge;
    for (const second of edges) {
      const edge = composed(first, second);
      if (edge === undefined || known.has(key(edge))) continue;
      known.add(key(edge));
      all.push(edge);
    }
  }
  return all;
}

/** Statements with more are written by programs. */
const MOST_EDGES = 1_000;

function composed(first: Edge, second: Edge): Edge | undefined {
  const isChain =
    first.source.bound === second.target.bound &&
    first.source.column === second.target.column &&
    first.source.path === undefined &&
    first.sourceUse === second.targetUse &&
    second.query === undefined &&
    first.target.bound !== second.source.bound;
  return isChain ? { ...first, source: second.source, sourceUse: second.sourceUse } : undefined;
}
