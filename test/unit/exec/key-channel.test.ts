import { expect, test } from 'vitest';
import { createChannel } from '../../../src/exec/key-channel.ts';
import { untilAborted } from '../../../src/exec/parallel.ts';

async function all<T>(items: AsyncIterable<T>): Promise<readonly T[]> {
  const found: T[] = [];
  for await (const item of items) found.push(item);
  return found;
}

test('what was sent arrives in order, before and after the reader comes', async () => {
  const channel = createChannel<number>();
  channel.send(1);
  channel.send(2);
  const reading = all(channel);
  await Promise.resolve();
  channel.send(3);
  channel.end();
  expect(await reading).toEqual([1, 2, 3]);
});

test('a failure comes after what was sent before it', async () => {
  const channel = createChannel<number>();
  channel.send(1);
  channel.fail(new Error('gone'));
  channel.end();
  const found: number[] = [];
  const reading = (async () => {
    for await (const item of channel) found.push(item);
  })();
  await expect(reading).rejects.toThrow('gone');
  expect(found).toEqual([1]);
});

test('a reader that waits for a source with nothing to give stops with the signal', async () => {
  const channel = createChannel<number>();
  const stop = new AbortController();
  channel.send(1);
  const reading = all(untilAborted(channel, stop.signal));
  await new Promise((resolve) => setImmediate(resolve));
  stop.abort();
  expect(await reading).toEqual([1]);
});
