import { PassThrough, Writable } from 'node:stream';
import { expect, test } from 'vitest';
import { ClosedPipe, createTextOutput } from '../../../src/cli/streams.ts';
import { CancelledError } from '../../../src/errors.ts';

/** A stream that is full after the first byte, until somebody reads. */
const full = (): PassThrough => new PassThrough({ highWaterMark: 1 });

test('waits until there is room', async () => {
  const stream = full();
  const output = createTextOutput(stream);
  output.write('rows');
  const drained = output.drained();
  stream.read();
  await drained;
  await output.drained();
});

test('does not wait any longer when the signal fires, and listens no more', async () => {
  const stream = full();
  const output = createTextOutput(stream);
  const stop = new AbortController();
  output.write('rows');
  const before = stream.listenerCount('drain');
  const drained = output.drained(stop.signal);
  stop.abort();
  await expect(drained).rejects.toThrow(CancelledError);
  expect(stream.listenerCount('drain')).toBe(before);
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
  const output = createTextOutput(stream);
  output.write('rows');
  await new Promise((resolve) => stream.once('close', resolve));
  await expect(output.drained()).rejects.toThrow(ClosedPipe);
  output.write('more');
  expect(written).toEqual(['rows']);
});
