import { afterEach, beforeEach, expect, test, vi } from 'vitest';

import { watchTraffic } from '../../../src/cli/traffic.ts';
import type { Wait } from '../../../src/http/pacing/governor.ts';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

function watch() {
  const lines: string[] = [];
  const traffic = watchTraffic(
    {},
    {
      isTerminal: false,
      write: (text) => void lines.push(String(text)),
      drained: async () => undefined,
    },
  );
  return { ...traffic, lines };
}

const wait: Wait = { origin: 'https://acme.okta.com', bucket: '/api/v1/apps', ms: 41_200, reason: 'rate-limit' };

test('a wait is shown when it has gone on for two seconds', () => {
  const { onWait, lines } = watch();
  onWait(wait);
  vi.advanceTimersByTime(1_999);
  expect(lines).toEqual([]);
  vi.advanceTimersByTime(1);
  expect(lines).toEqual(['waiting 40 s more for the rate limit: /api/v1/apps at acme.okta.com\n']);
});

test('a short wait is not shown', () => {
  const { onWait, lines } = watch();
  onWait({ ...wait, ms: 2_000, reason: 'concurrency' });
  vi.advanceTimersByTime(10_000);
  expect(lines).toEqual([]);
});

test('nothing is shown, and no timer is left, after the end', () => {
  const { onWait, close, lines } = watch();
  onWait(wait);
  close();
  expect(vi.getTimerCount()).toBe(0);
  vi.advanceTimersByTime(10_000);
  expect(lines).toEqual([]);
});
