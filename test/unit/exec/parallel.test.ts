import { setImmediate as turn } from 'node:timers/promises';

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import { mapInOrder, type ParallelOptions, readAhead } from '../../../src/exec/parallel.ts';
import { failureOf } from '../http/http-client.contract.ts';

async function* source(count: number): AsyncGenerator<number> {
  for (let item = 0; item < count; item += 1) yield item;
}

async function collect<T>(items: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = [];
  for await (const item of items) all.push(item);
  return all;
}

/** Tasks that end when they are told to, or when they are aborted. */
function controlled() {
  const started: number[] = [];
  const aborted: number[] = [];
  const finish = new Map<number, { resolve: () => void; reject: (error: unknown) => void }>();
  let running = 0;
  let most = 0;
  const task = async (item: number, signal: AbortSignal): Promise<string> => {
    started.push(item);
    running += 1;
    most = Math.max(most, running);
    try {
      await new Promise<void>((resolve, reject) => {
        finish.set(item, { resolve, reject });
        signal.addEventListener('abort', () => {
          aborted.push(item);
          reject(new Error(`task ${item} was aborted`));
        });
      });
      return `result ${item}`;
    } finally {
      running -= 1;
    }
  };
  return { task, started, aborted, finish, running: () => running, most: () => most };
}

const sizes = { concurrency: 3 } satisfies ParallelOptions;

describe('mapInOrder, gently', () => {
  test('begins with one task, and with two more each time that more is wanted', async () => {
    const begun: number[] = [];
    const task = async (item: number): Promise<number> => {
      begun.push(item);
      return item;
    };
    const results = mapInOrder(() => source(40), task, { concurrency: 10, isGentle: true });
    const counts: number[] = [];
    for (let taken = 0; taken < 6; taken += 1) {
      expect((await results.next()).value).toBe(taken);
      // Whatever would begin by itself has had its turns.
      for (let turns = 0; turns < 5; turns += 1) await turn();
      counts.push(begun.length);
    }
    expect(counts).toEqual([1, 3, 5, 7, 9, 11]);
    await results.return(undefined);
  });

  test.each([0, 1, 2, 7, 100])('%i items: all results, in order', async (count) => {
    const options = { concurrency: 4, isGentle: true };
    const results = await collect(
      mapInOrder(
        () => source(count),
        async (item) => item,
        options,
      ),
    );
    expect(results).toEqual(Array.from({ length: count }, (_, item) => item));
  });

  test('ends with the reader, and fails with a task', async () => {
    const { task, started, finish } = controlled();
    const results = mapInOrder(() => source(9), task, { concurrency: 4, isGentle: true });
    const first = results.next();
    await turn();
    finish.get(0)?.resolve();
    expect((await first).value).toBe('result 0');
    await results.return(undefined);
    expect(started).toEqual([0]);
    const failing = mapInOrder(
      () => source(9),
      async (item) => {
        if (item === 2) throw new Error('two');
        return item;
      },
      { concurrency: 4, isGentle: true },
    );
    expect(await failureOf(collect(failing))).toMatchObject({ message: 'two' });
  });
});

describe('mapInOrder', () => {
  test.each([
    [0, 1],
    [1, 1],
    [10, 1],
    [10, 3],
    [3, 10],
    [10_000, 7],
    [10_000, 100],
  ])('%i items, %i at a time: all results, in order', async (count, concurrency) => {
    const results = await collect(
      mapInOrder(
        () => source(count),
        async (item) => item * 2,
        { concurrency },
      ),
    );
    expect(results).toEqual(Array.from({ length: count }, (_, item) => item * 2));
  });

  test('whatever the order in which the tasks end, the results keep theirs', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.nat({ max: 4 }), { maxLength: 30 }),
        fc.integer({ min: 1, max: 8 }),
        async (turns, concurrency) => {
          let running = 0;
          let most = 0;
          const task = async (item: number): Promise<number> => {
            running += 1;
            most = Math.max(most, running);
            for (let left = turns[item] ?? 0; left > 0; left -= 1) await turn();
            running -= 1;
            return item;
          };
          const results = await collect(mapInOrder(() => source(turns.length), task, { concurrency }));
          expect(results).toEqual(turns.map((_, item) => item));
          expect(most).toBeLessThanOrEqual(concurrency);
        },
      ),
      { numRuns: 50 },
    );
  });

  test('the bound is reached, and not passed, while the first task is slow', async () => {
    const tasks = controlled();
    const reading = collect(mapInOrder(() => source(10), tasks.task, sizes));
    await expect.poll(() => tasks.started).toEqual([0, 1, 2]);
    tasks.finish.get(1)?.resolve();
    tasks.finish.get(2)?.resolve();
    await expect.poll(() => tasks.started).toEqual([0, 1, 2, 3, 4]);
    expect([tasks.running(), tasks.most()]).toEqual([3, 3]);
    for (let item = 0; item < 10; item += 1) {
      await expect.poll(() => tasks.finish.has(item)).toBe(true);
      tasks.finish.get(item)?.resolve();
    }
    expect(await reading).toHaveLength(10);
  });

  test('results that wait for a slow one before them are bounded', async () => {
    let begun = 0;
    const task = async (item: number): Promise<number> => {
      begun += 1;
      if (item === 0) await new Promise(() => undefined);
      return item;
    };
    void mapInOrder(() => source(1_000), task, { concurrency: 2 }).next();
    for (let left = 200; left > 0; left -= 1) await turn();
    expect(begun).toBe(16);
  });

  test('the first failure in time ends all, even while an earlier task is running', async () => {
    const tasks = controlled();
    const reading = failureOf(collect(mapInOrder(() => source(100), tasks.task, sizes)));
    await expect.poll(() => tasks.started).toHaveLength(3);
    tasks.finish.get(2)?.reject(new Error('the third failed'));
    expect((await reading).message).toBe('the third failed');
    expect([tasks.aborted, tasks.running(), tasks.started]).toEqual([[0, 1, 2], 0, [0, 1, 2]]);
  });

  test('a task that throws before its first await fails like any other', async () => {
    const task = (): Promise<number> => {
      throw new Error('at once');
    };
    expect((await failureOf(collect(mapInOrder(() => source(3), task, sizes)))).message).toBe('at once');
  });

  test('a source that fails midway ends all', async () => {
    const tasks = controlled();
    const failing = async function* (): AsyncGenerator<number> {
      yield 0;
      throw new Error('no more');
    };
    expect((await failureOf(collect(mapInOrder(() => failing(), tasks.task, sizes)))).message).toBe('no more');
    expect([tasks.aborted, tasks.running()]).toEqual([[0], 0]);
  });

  test('a failure ends a source that waits for what may never come', async () => {
    let isTold = false;
    const waiting = async function* (signal: AbortSignal): AsyncGenerator<number> {
      yield 0;
      await new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve()));
      isTold = signal.aborted;
    };
    const task = async (): Promise<number> => {
      throw new Error('the task failed');
    };
    const reading = failureOf(collect(mapInOrder(waiting, task, sizes)));
    expect([(await reading).message, isTold]).toEqual(['the task failed', true]);
  });

  test('a consumer that stops early aborts what runs and closes the source', async () => {
    const tasks = controlled();
    let isClosed = false;
    const closing = async function* (): AsyncGenerator<number> {
      try {
        yield* source(100);
      } finally {
        isClosed = true;
      }
    };
    const results = mapInOrder(() => closing(), tasks.task, sizes);
    const first = results.next();
    await expect.poll(() => tasks.started).toHaveLength(3);
    tasks.finish.get(0)?.resolve();
    expect(await first).toEqual({ done: false, value: 'result 0' });
    await results.return(undefined);
    expect([tasks.running(), isClosed]).toEqual([0, true]);
    const { length } = tasks.started;
    await turn();
    expect(tasks.started).toHaveLength(length);
  });

  test('the signal ends all as a cancellation, even while nothing new happens', async () => {
    const tasks = controlled();
    const stop = new AbortController();
    const reading = failureOf(collect(mapInOrder(() => source(100), tasks.task, { ...sizes, signal: stop.signal })));
    await expect.poll(() => tasks.started).toHaveLength(3);
    stop.abort(new Error('enough'));
    expect(await reading).toMatchObject({ code: 'CANCELLED', cause: { message: 'enough' } });
    expect([tasks.aborted, tasks.running()]).toEqual([[0, 1, 2], 0]);
  });

  test('a signal that has fired begins nothing', async () => {
    const tasks = controlled();
    const signal = AbortSignal.abort();
    const failure = await failureOf(collect(mapInOrder(() => source(3), tasks.task, { ...sizes, signal })));
    expect([failure, tasks.started]).toMatchObject([{ code: 'CANCELLED' }, []]);
  });
});

describe('readAhead', () => {
  test('asks for one value more than is used', async () => {
    let asked = 0;
    const counted = async function* (): AsyncGenerator<number> {
      for (asked = 1; asked <= 4; asked += 1) yield asked;
    };
    const seen: (readonly [number, number])[] = [];
    for await (const item of readAhead(counted())) {
      await turn();
      seen.push([item, asked]);
    }
    expect(seen).toEqual([
      [1, 2],
      [2, 3],
      [3, 4],
      [4, 5],
    ]);
  });

  test('a failure comes after what was there before it, however long that takes', async () => {
    const failing = async function* (): AsyncGenerator<number> {
      yield 1;
      throw new Error('no more');
    };
    const seen: number[] = [];
    const reading = async (): Promise<void> => {
      for await (const item of readAhead(failing())) {
        for (let left = 5; left > 0; left -= 1) await turn();
        seen.push(item);
      }
    };
    expect((await failureOf(reading())).message).toBe('no more');
    expect(seen).toEqual([1]);
  });

  test('a consumer that stops early ends the source', async () => {
    let isEnded = false;
    const endless = async function* (): AsyncGenerator<number> {
      try {
        for (let item = 0; ; item += 1) yield item;
      } finally {
        isEnded = true;
      }
    };
    for await (const item of readAhead(endless())) if (item === 2) break;
    expect(isEnded).toBe(true);
  });
});
