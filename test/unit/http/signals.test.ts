import { getEventListeners } from 'node:events';
import { expect, test } from 'vitest';

import { createSignalHub } from '../../../src/http/signals.ts';

test('followers fire with the caller, with its reason, all of them', () => {
  const hub = createSignalHub();
  const stop = new AbortController();
  const links = Array.from({ length: 50 }, () => hub.link(stop.signal));
  const reason = new Error('no longer wanted');
  stop.abort(reason);
  expect(links.every(({ signal }) => signal.aborted && signal.reason === reason)).toBe(true);
});

test('one that was let go of does not fire', () => {
  const hub = createSignalHub();
  const stop = new AbortController();
  const { signal, release } = hub.link(stop.signal);
  release();
  stop.abort();
  expect(signal.aborted).toBe(false);
});

test('a signal that has fired is its own follower', () => {
  const fired = AbortSignal.abort();
  expect(createSignalHub().link(fired).signal).toBe(fired);
});

test('the end fires all of them, also those of nobody, and those that come later', () => {
  const hub = createSignalHub();
  const released = hub.link(undefined);
  released.release();
  const before = [hub.link(undefined), hub.link(new AbortController().signal)];
  const reason = new Error('closed');
  hub.end(reason);
  const all = [...before, hub.link(undefined), hub.link(new AbortController().signal)];
  expect(all.every(({ signal }) => signal.aborted && signal.reason === reason)).toBe(true);
  expect(released.signal.aborted).toBe(false);
});

test('the caller is listened to once, however many requests there are', () => {
  const hub = createSignalHub();
  const { signal } = new AbortController();
  let listeners = 0;
  const add = signal.addEventListener.bind(signal);
  signal.addEventListener = (...args: Parameters<typeof add>) => {
    listeners += 1;
    add(...args);
  };
  for (let index = 0; index < 30; index += 1) hub.link(signal);
  expect(listeners).toBe(1);
});

test('nobody listens to the caller when all requests are done: a signal of AbortSignal.any would never be let go of', () => {
  const hub = createSignalHub();
  const { signal } = new AbortController();
  const links = [hub.link(signal), hub.link(signal)];
  links[0]?.release();
  expect(getEventListeners(signal, 'abort')).toHaveLength(1);
  links[1]?.release();
  expect(getEventListeners(signal, 'abort')).toHaveLength(0);
});

test('a caller that was let go of can come again', () => {
  const hub = createSignalHub();
  const stop = new AbortController();
  hub.link(stop.signal).release();
  const { signal } = hub.link(stop.signal);
  stop.abort();
  expect(signal.aborted).toBe(true);
});
