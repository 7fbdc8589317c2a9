import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { availableParallelism, constants, getPriority, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, describe, expect, test } from 'vitest';
import type { Engine } from '../../../src/engine/engine.ts';
import { ProcessPool } from '../../../src/engine/process/pool.ts';
import { createProcessEngine, type ProcessEngineOptions } from '../../../src/engine/process/process-engine.ts';
import { failureOf } from '../http/http-client.contract.ts';
import { engineContract } from './engine.contract.ts';
import { ask, open as bound, firstValue, local } from './tables.ts';

engineContract('DuckDB in a process of its own', () => createProcessEngine());

const folder = mkdtempSync(join(tmpdir(), 'oktaql-test-'));
afterAll(() => rmSync(folder, { recursive: true }));

let engine: Engine = createProcessEngine();
let ended: boolean[];
afterEach(() => engine.close());

function open(options: ProcessEngineOptions = {}): void {
  ended = [];
  engine = createProcessEngine({ spillDirectory: folder, ...options, onEnded: (lost) => ended.push(lost) });
}

/** DuckDB heeds no interrupt within it, and it takes minutes. */
const ENDLESS_CONSTANT = "levenshtein(repeat('a', 200000), repeat('b', 200000))";
/** The same, and computed only when it runs. */
const ENDLESS = "SELECT levenshtein(repeat('a', 200000), repeat('b', 200000 + round(random())::INT))";
/** DuckDB follows it down its stack, which ends first. */
const CRASH = "SELECT json_structure(repeat('[', 1000000) || repeat(']', 1000000))";

const one = async (): Promise<unknown> => (await ask(engine, 'SELECT 1')).rows;

describe('what no interrupt ends', () => {
  /** Nobody tells when a function has been entered, and before that DuckDB heeds an interrupt: so later and later. */
  async function untilTheProcessEnds(attempt: (abort: () => Promise<void>) => Promise<void>): Promise<void> {
    open();
    for (let delay = 100; ended.length === 0; delay *= 2) {
      await attempt(() => new Promise((resolve) => setTimeout(resolve, delay)));
    }
  }

  test('ends when its signal fires, and the next statement has a new engine', async () => {
    await untilTheProcessEnds(async (wait) => {
      const abort = new AbortController();
      const statement = await engine.begin(abort.signal);
      const planned = failureOf(statement.evaluate([ENDLESS_CONSTANT]));
      await wait();
      abort.abort(new Error('enough'));
      expect(await planned).toMatchObject({ code: 'CANCELLED', cause: { message: 'enough' } });
      await statement.close();
    });
    expect(await one()).toEqual([[1]]);
    expect(ended).toEqual([false]);
  });

  test('takes what runs beside it along, and says so', async () => {
    await untilTheProcessEnds(async (wait) => {
      const abort = new AbortController();
      const [first, second] = [await engine.begin(abort.signal), await engine.begin()];
      for (const statement of [first, second]) await statement.bind({ text: ENDLESS, tables: [] });
      const failures = [failureOf(first.run(abort.signal)), failureOf(second.run())] as const;
      await wait();
      abort.abort();
      expect(await failures[0]).toMatchObject({ code: 'CANCELLED' });
      const isGone = ended.length > 0;
      await second.close();
      expect(await failures[1]).toMatchObject({ code: isGone ? 'ENGINE_CRASHED' : 'CANCELLED' });
    });
  });

  test('ends when its statement is closed', async () => {
    open();
    const statement = await engine.begin();
    await statement.bind({ text: ENDLESS, tables: [] });
    const failure = failureOf(statement.run());
    await statement.close();
    expect(await failure).toMatchObject({ code: 'CANCELLED' });
  });

  test('ends when its engine is closed', async () => {
    open();
    const statement = await engine.begin();
    await statement.bind({ text: ENDLESS, tables: [] });
    const failure = failureOf(statement.run());
    await engine.close();
    expect(await failure).toMatchObject({ code: 'CANCELLED' });
    expect(readdirSync(folder)).toEqual([]);
  });

  // The later, the surer is it that both are in the function; nothing tells.
  test.each([50, 500, 1500])('says of all statements that the session is closed, after %d ms', async (delay) => {
    open();
    const statements = [await engine.begin(), await engine.begin()];
    for (const statement of statements) await statement.bind({ text: ENDLESS, tables: [] });
    const failures = statements.map((statement) => failureOf(statement.run()));
    await new Promise((resolve) => setTimeout(resolve, delay));
    await engine.close();
    expect(await Promise.all(failures)).toMatchObject([{ code: 'CANCELLED' }, { code: 'CANCELLED' }]);
  });
});

describe('the end of the process', () => {
  test.each<[what: string, sql: string, code: string]>([
    ['memory that DuckDB does not count', 'SELECT list_sum(range(2000000000))', 'RESOURCE_LIMIT'],
    ['a crash', CRASH, 'ENGINE_CRASHED'],
  ])('%s is an error of the statement alone', async (_what, sql, code) => {
    open({ memoryLimit: '100MB' });
    expect(await failureOf(ask(engine, sql))).toMatchObject({ code, hint: expect.any(String) });
    expect(await one()).toEqual([[1]]);
  });

  test('tables in memory are lost with it, those of a file are not', async () => {
    const database = join(folder, 'kept.duckdb');
    for (const options of [{}, { database }]) {
      open(options);
      await local(engine, 'CREATE TABLE t AS SELECT 1 AS a');
      await failureOf(ask(engine, CRASH));
      const statement = await engine.begin();
      expect(await statement.tables()).toEqual('database' in options ? ['t'] : []);
      await statement.close();
      expect(ended).toEqual([!('database' in options)]);
      await engine.close();
    }
  });

  test('leaves no directory behind', async () => {
    open();
    await failureOf(ask(engine, CRASH));
    await engine.close();
    expect(readdirSync(folder).filter((name) => name.startsWith('oktaql-'))).toEqual([]);
  });
});

describe('the processor', () => {
  test('what computes for longer than it may is ended, and nothing else', async () => {
    open({ cpuLimitMs: 1500 });
    // Together they may take more than that.
    for (let count = 0; count < 40; count += 1) expect(await one()).toEqual([[1]]);
    expect(await failureOf(ask(engine, ENDLESS))).toMatchObject({
      code: 'RESOURCE_LIMIT',
      message:
        'The statement took more time of the processor than its engine may have (1500 ms), so the engine was ended.',
      hint: expect.stringContaining('cpuLimitMs'),
    });
    expect(await one()).toEqual([[1]]);
  });

  test('what computes for long goes behind others, all of its threads but the one that watches', async () => {
    const pool = new ProcessPool();
    const [process] = [pool.take()];
    open({ pool: { take: () => process, refill: () => undefined } });
    const { pid = 0 } = process;
    expect(await one()).toEqual([[1]]);
    expect(getPriority(pid)).toBe(0);
    const statement = await bound(engine, ENDLESS);
    const failure = failureOf(statement.run());
    await expect.poll(() => getPriority(pid)).toBe(constants.priority.PRIORITY_BELOW_NORMAL);
    await statement.close();
    expect(await failure).toMatchObject({ code: 'CANCELLED' });
    await pool.close();
  });

  test('four threads at most, or as many as are asked for', async () => {
    open();
    expect(await firstValue(engine, "current_setting('threads')")).toBe(Math.min(4, availableParallelism()));
    await engine.close();
    open({ threads: 3 });
    expect(await firstValue(engine, "current_setting('threads')")).toBe(3);
  });
});

test('options that DuckDB refuses are told at the first statement', async () => {
  open({ memoryLimit: 'much' });
  expect(await failureOf(engine.begin())).toMatchObject({ code: 'INVALID_VALUE', subject: 'memoryLimit' });
});

test('its environment is empty', async () => {
  open();
  const { rows } = await ask(engine, "SELECT current_setting('http_proxy')").catch(() => ({ rows: [['']] }));
  expect(rows).toEqual([['']]);
});
