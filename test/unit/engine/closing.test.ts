/** Engines that are closed while they are at work: a fault here ends the process, not the test. */

import { describe, expect, test } from 'vitest';
import { createDuckDbEngine } from '../../../src/engine/duckdb.ts';
import type { Engine } from '../../../src/engine/engine.ts';
import { createProcessEngine } from '../../../src/engine/process/process-engine.ts';
import { failureOf } from '../http/http-client.contract.ts';
import { ask, open, table } from './tables.ts';

const ENGINES: readonly (readonly [name: string, create: () => Engine, rounds: number])[] = [
  ['in this process', () => createDuckDbEngine(), 60],
  ['in a process of its own', () => createProcessEngine(), 6],
];

describe.each(ENGINES)('an engine %s', (_name, create, rounds) => {
  test('may be closed while statements begin, are bound and run', async () => {
    for (let round = 0; round < rounds; round += 1) {
      const engine = create();
      const sql = 'SELECT count(*) FROM range(100000) t(i) WHERE md5(i::VARCHAR) LIKE $$a%$$';
      const work = Promise.allSettled(
        Array.from({ length: 4 }, async () => {
          const statement = await open(engine, sql);
          await statement.run();
          await statement.close();
        }),
      );
      // Each round a little later.
      for (let turn = 0; turn < round; turn += 1) await new Promise((resolve) => setImmediate(resolve));
      await engine.close();
      for (const result of await work) {
        if (result.status === 'rejected') expect(result.reason).toMatchObject({ code: 'CANCELLED' });
      }
    }
  });

  test('begins nothing once it is closed, and is closed once', async () => {
    const engine = create();
    expect((await ask(engine, 'SELECT 1')).rows).toEqual([[1]]);
    await Promise.all([engine.close(), engine.close()]);
    await engine.close();
    expect(await failureOf(engine.begin())).toMatchObject({ code: 'CANCELLED', message: 'The session is closed.' });
  });
});

test('a signal that fires while names are bound is a cancellation, whatever it cuts off', async () => {
  const engine = createDuckDbEngine();
  const narrow = { ...table(0, 'okta.apps.jwks'), stored: ['kid'] };
  const text = `SELECT count(*) FROM okta.apps.jwks WHERE ${Array.from({ length: 40 }, (_, n) => `kid LIKE '${n}%'`).join(' OR ')}`;
  for (let round = 0; round < 120; round += 1) {
    const abort = new AbortController();
    const statement = await engine.begin(abort.signal);
    const bound = Promise.allSettled([statement.bind({ text, tables: [narrow] })]);
    // Each round a little later.
    for (let turn = 0; turn < round; turn += 1) await new Promise((resolve) => setImmediate(resolve));
    abort.abort();
    const [result] = await bound;
    if (result.status === 'rejected') expect(result.reason).toMatchObject({ code: 'CANCELLED' });
    await statement.close();
  }
  await engine.close();
});

test('what heeds no interrupt is not waited for in this process', async () => {
  const engine = createDuckDbEngine();
  const abort = new AbortController();
  const statement = await engine.begin(abort.signal);
  // Some seconds in one call of a function.
  const text = "SELECT levenshtein(repeat('a', 40000), repeat('b', 40000 + round(random())::INT))";
  await statement.bind({ text, tables: [] });
  let isDone = false;
  const failure = failureOf(statement.run(abort.signal)).then((error) => {
    isDone = true;
    return error;
  });
  for (let delay = 200; !isDone; delay *= 2) {
    await new Promise((resolve) => setTimeout(resolve, delay));
    abort.abort();
  }
  expect(await failure).toMatchObject({ code: 'CANCELLED' });
  expect(await failureOf(statement.bind({ text: 'SELECT 1', tables: [] }))).toMatchObject({ code: 'CANCELLED' });
  await statement.close();
  expect((await ask(engine, 'SELECT 1')).rows).toEqual([[1]]);
  await engine.close();
});
