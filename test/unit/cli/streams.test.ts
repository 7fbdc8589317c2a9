import { getEventListeners } from 'node:events';
import { PassThrough, Writable } from 'node:stream';
import { expect, test } from 'vitest';
import { ClosedPipe, createOutput, sinkOf } from '../../../src/cli/streams.ts';
import { CancelledError, ExecutionError } from '../../../src/errors.ts';

/** A stream that is full after the first byte, until somebody reads. */
const full = (): PassThrough => new PassThrough({ highWaterMark: 1 });

test('waits until there is room', async () => {
  const stream = full();
  const output = createOutput(stream);
  output.write('rows');
  const drained = output.drained();
  stream.read();
  await drained;
  await output.drained();
});

test('does not wait any longer when the signal fires, and listens no more', async () => {
  const stream = full();
  const output = createOutput(stream);
  const stop = new AbortController();
  output.write('rows');
  const before = stream.eventNames().map((name) => stream.listenerCount(name));
  const drained = output.drained(stop.signal);
  stop.abort();
  await expect(drained).rejects.toThrow(CancelledError);
  expect(stream.eventNames().map((name) => stream.listenerCount(name))).toEqual(before);
  expect(getEventListeners(stop.signal, 'abort')).toEqual([]);
  await expect(output.drained(stop.signal)).rejects.toThrow(CancelledError);
});

test('tells that the reader is gone, and writes no more', async () => {
  const written: string[] = [];
  const stream = new Writable({
    write: (chunk, _encoding, done) => {
      written.push(String(chunk));
      done(Object.assign(new Error('write EPIPE'), { code: 'EPIPE' }));
    },
  });
  const output = createOutput(stream);
  output.write('rows');
  await new Promise((resolve) => stream.once('close', resolve));
  await expect(output.drained()).rejects.toThrow(ClosedPipe);
  output.write('more');
  expect(written).toEqual(['rows']);
});

test('what else keeps it from writing is an error, with nothing written behind it', async () => {
  const written: string[] = [];
  const stream = new Writable({
    write: (chunk, _encoding, done) => {
      written.push(String(chunk));
      done(Object.assign(new Error('ENOSPC: no space left on device, write'), { code: 'ENOSPC' }));
    },
  });
  const output = createOutput(stream);
  output.write('short');
  await expect(output.drained()).rejects.toThrow(ExecutionError);
  await expect(output.drained()).rejects.toThrow('The output cannot be written: ENOSPC');
  output.write('more');
  expect(written).toEqual(['short']);
});

test('takes text and bytes, in order', async () => {
  const stream = new PassThrough();
  const sink = sinkOf(createOutput(stream), new AbortController().signal);
  await sink.write('東京 ');
  await sink.write(new Uint8Array([0, 255, 10]));
  await sink.write('end');
  expect(stream.read()).toEqual(Buffer.from([...Buffer.from('東京 '), 0, 255, 10, ...Buffer.from('end')]));
});

test('a sink has each chunk taken before it asks for the next, until the signal fires', async () => {
  const stream = full();
  const stop = new AbortController();
  const sink = sinkOf(createOutput(stream), stop.signal);
  let isTaken = false;
  const writing = sink.write(new Uint8Array(100_000)).then(() => {
    isTaken = true;
  });
  await new Promise((resolve) => setImmediate(resolve));
  expect(isTaken).toBe(false);
  stream.read();
  await writing;
  const waiting = sink.write('more');
  stop.abort();
  await expect(waiting).rejects.toThrow(CancelledError);
  await expect(sink.write('and more')).rejects.toThrow(CancelledError);
});
