import { expect, test } from 'vitest';
import { createProgress, NOTHING_KNOWN, progressText, withEvent } from '../../../src/cli/progress.ts';
import type { Output } from '../../../src/cli/streams.ts';
import type { ProgressEvent } from '../../../src/exec/progress.ts';
import { createSession } from '../../../src/session/session.ts';
import { createSimulator } from '../../../src/simulator/index.ts';
import { virtualClock } from '../virtual-clock.ts';

const START = Date.parse('2026-11-29T20:00:00Z');

function recorded(): { readonly output: Output; readonly written: () => string } {
  let written = '';
  const output: Output = {
    isTerminal: true,
    write: (chunk) => {
      written += String(chunk);
    },
    drained: async () => undefined,
  };
  return { output, written: () => written };
}

const SCAN: ProgressEvent = {
  kind: 'scan',
  statement: 1,
  scan: 0,
  table: 'okta.apps.jwks',
  pages: 12,
  rows: 2400,
  calls: { done: 120, known: 500, isAll: true },
  isDone: false,
};

test('the line says pages, rows, calls of how many, requests of the limit, and counts a wait down', () => {
  const events: readonly ProgressEvent[] = [
    SCAN,
    { kind: 'requests', statement: 1, sent: 132, most: 10_000 },
    {
      kind: 'wait',
      origin: 'https://acme.okta.com',
      bucket: '/api/v1/apps',
      ms: 41_000,
      until: START + 41_000,
      reason: 'rate-limit',
    },
  ];
  const state = events.reduce(withEvent, NOTHING_KNOWN);
  const known = 'okta.apps.jwks 12 pages, 2,400 rows, 120 of 500 calls · 132 of 10,000 requests';
  expect(progressText(state, START)).toBe(`${known} · waiting 41 s for the rate limit of /api/v1/apps`);
  expect(progressText(state, START + 20_500)).toBe(`${known} · waiting 21 s for the rate limit of /api/v1/apps`);
  expect(progressText(state, START + 41_000)).toBe(known);
});

test('a scan that is done makes room for those that are not', () => {
  const other: ProgressEvent = { ...SCAN, scan: 1, table: 'okta.users.users', alias: 'u', pages: 1, rows: 1 };
  const { calls: _calls, ...single } = other;
  const state = [single, { ...SCAN, isDone: true }].reduce(withEvent, NOTHING_KNOWN);
  expect(progressText(state, START)).toBe('u 1 page, 1 row');
});

test('nothing is shown within the first second, then a line no wider than the terminal, and none at the end', async () => {
  const clock = virtualClock(START);
  const { output, written } = recorded();
  const progress = createProgress(output, { shown: { columns: () => 40 }, clock });
  const seen: string[] = [];
  const work = async (): Promise<number> => {
    progress.onProgress(SCAN);
    await clock.sleep(900);
    seen.push(written());
    await clock.sleep(600);
    seen.push(written());
    return 7;
  };
  expect(await clock.run(progress.during(work))).toBe(7);
  const line = 'okta.apps.jwks 12 pages, 2,400 rows, 1…';
  expect(seen[0]).toBe('');
  expect(seen[1]).toBe(`${line}\r\u001b[2K${line}\r\u001b[2K${line}`);
  expect(written()).toBe(`${seen[1]}\r\u001b[2K`);
  expect(clock.sleepers()).toBe(0);
});

test('a note stands above the line', async () => {
  const clock = virtualClock(START);
  const { output, written } = recorded();
  const progress = createProgress(output, { shown: { columns: () => 80 }, clock });
  await clock.run(
    progress.during(async () => {
      progress.onProgress({ ...SCAN, pages: 1, rows: 0 });
      await clock.sleep(1_100);
      progress.stderr.write('note: something\n');
    }),
  );
  expect(written()).toBe('okta.apps.jwks 1 page, 0 rows, 120 of 500 calls\r\u001b[2Knote: something\n');
});

test('in a log there is a line every half minute, and nothing where it is not wanted', async () => {
  const clock = virtualClock(START);
  const [log, silent] = [recorded(), recorded()];
  const inLog = createProgress(log.output, { shown: 'in-log', clock });
  const never = createProgress(silent.output, { shown: 'never', clock });
  await clock.run(
    inLog.during(async () => {
      inLog.onProgress(SCAN);
      await clock.sleep(65_000);
    }),
  );
  await clock.run(never.during(() => clock.sleep(65_000)));
  expect(log.written().split('\n')).toEqual([
    'after 30 s: okta.apps.jwks 12 pages, 2,400 rows, 120 of 500 calls',
    'after 60 s: okta.apps.jwks 12 pages, 2,400 rows, 120 of 500 calls',
    '',
  ]);
  expect(silent.written()).toBe('');
});

test('a session tells of every table, call and request, and of what is left of the limits', async () => {
  const simulator = createSimulator({ subdomain: 'my-org', rateLimit: 500 });
  const events: ProgressEvent[] = [];
  await using session = createSession({
    token: simulator.token,
    subdomain: 'my-org',
    fetch: (request) => simulator.handle(request),
    onProgress: (event) => events.push(event),
  });
  simulator.clearJournal();
  const { rows } = await session.query('SELECT * FROM okta.apps.jwks j');
  const state = events.reduce(withEvent, NOTHING_KNOWN);
  const [jwks] = state.scans;
  const lists = simulator.journal.filter(({ path }) => path.endsWith('/jwks')).length;
  expect(jwks).toMatchObject({ table: 'okta.apps.jwks', alias: 'j', rows: rows.length, isDone: true });
  expect(jwks?.calls).toEqual({ done: lists, known: lists, isAll: true });
  expect([jwks?.pages, state.requests?.sent]).toEqual([simulator.journal.length, simulator.journal.length]);
  const [limit] = state.limits;
  expect(limit).toMatchObject({ bucket: '/api/v1/apps', limit: 500, remaining: 500 - simulator.journal.length });
  expect(events.at(-1)).toEqual({ kind: 'end', statement: 1 });
  await session.query('SELECT 1');
  expect(events.at(-1)).toEqual({ kind: 'end', statement: 2 });
});
