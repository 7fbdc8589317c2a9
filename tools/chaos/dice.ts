/**
 * Chances that a seed decides.
 *
 * @module
 */

export interface Dice {
  /** A whole number from 0, below `sides`. */
  upTo(sides: number): number;
  oneIn(sides: number): boolean;
  pick<T>(values: readonly [T, ...T[]]): T;
}

/** mulberry32, which is enough for what need not be secret. */
export function createDice(seed: number): Dice {
  let state = seed | 0;
  const next = (): number => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  const upTo = (sides: number): number => Math.floor(next() * sides);
  return { upTo, oneIn: (sides) => upTo(sides) === 0, pick: (values) => values[upTo(values.length)] ?? values[0] };
}
