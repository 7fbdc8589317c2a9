/** What a statement of thousands of conditions or columns holds the thread with: counted, since how long it takes is the machine's. */

import { realpathSync } from 'node:fs';
import { afterAll, expect, test, vi } from 'vitest';
import { createDuckDbEngine } from '../../../src/engine/duckdb.ts';
import type { EngineTable } from '../../../src/engine/engine.ts';
import { loadDuckDb } from '../../../src/engine/load.ts';
import { meantRenamings } from '../../../src/engine/meant.ts';
import { checkExpression } from '../../../src/engine/sandbox.ts';
import type { Node } from '../../../src/engine/tree.ts';
import { open, table } from './tables.ts';

afterAll(() => vi.restoreAllMocks());

/** `id = 'name 0' OR id = 'name 1' OR …`, as far as it matters here. */
function conditions(count: number): readonly Node[] {
  const each = (index: number): Node => ({
    type: 'COMPARE_EQUAL',
    left: { type: 'COLUMN_REF', column_names: ['id'], query_location: index },
    right: { type: 'VALUE_CONSTANT', value: { value: `name ${index}` } },
  });
  return [{ type: 'BASE_TABLE' }, ...Array.from({ length: count }, (_, index) => each(index))];
}

test('the tree is gone through as often for a thousand conditions as for ten', () => {
  const times = [10, 1000].map((count) => {
    const nodes = conditions(count);
    const filter = vi.spyOn(nodes, 'filter');
    const values = Array.from({ length: count }, (_, index) => `name ${index}`);
    const users: EngineTable = { ...table(0, 'okta.users.users'), meant: { id: { column: 'name', values } } };
    expect(meantRenamings(nodes, [users])).toHaveLength(count);
    return filter.mock.calls.length;
  });
  expect(times[1]).toBe(times[0]);
});

test('a text of an expression is looked for on the disk only where there is something to hide', () => {
  const native = vi.spyOn(realpathSync, 'native');
  checkExpression("'a' || 'b' || './c'");
  expect(native).not.toHaveBeenCalled();
});

test('types of thousands of columns are asked for in parts, and only where somebody compares them', async () => {
  await using engine = { ...createDuckDbEngine(), [Symbol.asyncDispose]: () => engine.close() };
  let turn = 0;
  const turns = new Map<number, number>();
  const types = vi.spyOn(loadDuckDb().DuckDBPreparedStatement.prototype, 'columnTypeId').mockImplementation(() => {
    turns.set(turn, (turns.get(turn) ?? 0) + 1);
    return 1;
  });
  const count = (): void => {
    turn += 1;
    counting = setImmediate(count);
  };
  let counting = setImmediate(count);
  const columns = Array.from({ length: 1000 }, () => 'kid').join(', ');
  const keys = table(0, 'okta.apps.jwks');
  await (await open(engine, `SELECT ${columns} FROM okta.apps.jwks`, [keys])).close();
  expect(types).not.toHaveBeenCalled();
  await (await open(engine, `SELECT ${columns} FROM okta.apps.jwks`, [{ ...keys, stored: ['kid'] }])).close();
  clearImmediate(counting);
  expect(types).toHaveBeenCalledTimes(2000);
  expect(Math.max(...turns.values())).toBeLessThanOrEqual(200);
});
