import { afterAll, expect, test, vi } from 'vitest';

import { createDuckDbEngine } from '../../../src/engine/duckdb.ts';
import { open } from '../engine/tables.ts';
import { contextOf, openTestEngine, parseSelect } from './context.ts';

const parser = await openTestEngine();
const engine = createDuckDbEngine();
afterAll(async () => {
  parser.close();
  await engine.close();
});

/** A condition over so many numbers. */
function condition(count: number): string {
  return `n + 1 IN (${Array.from({ length: count }, (_, index) => index).join(', ')})`;
}

/** How often whatever else waits for this thread is let in. */
async function turnsOf(work: () => Promise<unknown>): Promise<number> {
  const turns = vi.spyOn(globalThis, 'setImmediate');
  try {
    await work();
    return turns.mock.calls.length;
  } finally {
    turns.mockRestore();
  }
}

test.each<[values: number, turns: number]>([
  [10, 0],
  // Three between the hands that all tokens go through, three between those of the tree.
  [30_000, 6],
])('parsing a list of %d values lets others in %d times', async (values, turns) => {
  const parse = (): Promise<unknown> =>
    parseSelect(`SELECT id FROM okta.users.users WHERE ${condition(values)}`, contextOf(parser));
  expect(await turnsOf(parse)).toBe(turns);
});

test.each<[values: number, turns: number]>([
  [10, 0],
  [30_000, 4],
])('binding a list of %d values lets others in %d times', async (values, turns) => {
  const bind = async (): Promise<void> => {
    const statement = await open(engine, `SELECT n FROM (SELECT 1 AS n) WHERE ${condition(values)}`);
    await statement.close();
  };
  expect(await turnsOf(bind)).toBe(turns);
});
