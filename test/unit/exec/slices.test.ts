import { describe, expect, test } from 'vitest';
import { createProvider, type Provider } from '../../../src/index.ts';
import type { ScanQual } from '../../../src/plan/plan.ts';
import { createSimulator, faults } from '../../../src/simulator/index.ts';
import { failureOf } from '../http/http-client.contract.ts';
import { type LogEvent, type LogOptions, type LogServer, serveLog } from './log-server.ts';
import { rowsOf } from './org.ts';

const LOG = 'okta.logs.system_log_events';
const DAY_MS = 86_400_000;
const NOW = new Date('2026-11-29T12:00:00.000Z');
/** The log as far back as it is kept. */
const FIRST = NOW.getTime() - 90 * DAY_MS;

function eventAt(milliseconds: number, index: number, microseconds = ''): LogEvent {
  return { uuid: `e${index}`, published: new Date(milliseconds).toISOString().replace('Z', `${microseconds}Z`) };
}

/** So many events, evenly, between two times. */
function evenly(count: number, from = FIRST + 1, until = NOW.getTime()): readonly LogEvent[] {
  return Array.from({ length: count }, (_, index) =>
    eventAt(Math.floor(from + ((until - from) * index) / count), index),
  );
}

function start(options: LogOptions): { readonly provider: Provider; readonly server: LogServer } {
  const server = serveLog(options);
  const provider = createProvider({ token: 't', subdomain: 'my-org', fetch: server.fetch, now: () => NOW });
  return { provider, server };
}

/** Its time as a text that sorts by it, to the microsecond. */
function timeKey({ published }: LogEvent): string {
  return published.replace('Z', '').padEnd(26, '0');
}

const pagesOf = (size: number): ScanQual => ({ kind: 'in', column: 'limit', values: [size] });

async function uuids(provider: Provider, quals: readonly ScanQual[] = [], limit?: number): Promise<readonly string[]> {
  const rows = await rowsOf(provider, LOG, { columns: ['uuid'], quals, ...(limit !== undefined && { limit }) });
  return rows.map(([uuid]) => String(uuid));
}

const allOf = (events: readonly LogEvent[]): readonly string[] => events.map(({ uuid }) => uuid);

describe('a long log', () => {
  test('is read side by side, each event once, in order, by few requests more than it has pages', async () => {
    const events = evenly(6_000);
    const { provider, server } = start({ events });
    expect(await uuids(provider, [pagesOf(100)])).toEqual(allOf(events));
    expect(server.most()).toBe(4);
    expect(server.asked.length).toBeLessThanOrEqual(60 * 1.1);
  });

  test.each([
    { isSinceIn: true, isUntilIn: true },
    { isSinceIn: true, isUntilIn: false },
    { isSinceIn: false, isUntilIn: true },
    { isSinceIn: false, isUntilIn: false },
  ])('loses and doubles nothing on a border: %j', async (bounds) => {
    // Where the borders are depends on the first page alone, so the second reading has events on all of them.
    const events = evenly(3_000);
    const first = start({ events });
    await uuids(first.provider, [pagesOf(100)]);
    const borders = [...new Set(first.server.asked.flatMap((query) => [query.get('since'), query.get('until')]))]
      .map((time) => Date.parse(time ?? ''))
      .filter((time) => time > Date.parse(events[100]?.published ?? '') && time < NOW.getTime());
    expect(borders.length).toBeGreaterThan(6);
    const onBorders = borders.flatMap((time) =>
      [-1, 0, 1].flatMap((off) => ['', '001', '999'].map((micro) => ({ time: time + off, micro }))),
    );
    const all = [
      ...events,
      ...onBorders.map(({ time, micro }, index) => eventAt(time, 10_000 + index, micro)),
    ].toSorted((a, b) => (timeKey(a) < timeKey(b) ? -1 : 1));
    const { provider, server } = start({ events: all, ...bounds });
    expect(await uuids(provider, [pagesOf(100)])).toEqual(allOf(all));
    expect(server.asked.filter((query) => !query.has('after')).length).toBeGreaterThan(4);
  });

  test('ends where the statement says', async () => {
    const events = evenly(6_000);
    const [from, until] = [events[1_000]?.published ?? '', events[5_000]?.published ?? ''];
    const quals: readonly ScanQual[] = [
      { kind: 'compare', column: 'published', operator: '>=', value: from },
      { kind: 'compare', column: 'published', operator: '<', value: until },
      pagesOf(100),
    ];
    const { provider, server } = start({ events });
    const inside = allOf(events).slice(1_000, 5_000);
    // The bound of the request is a millisecond later.
    expect((await uuids(provider, quals)).slice(0, 4_000)).toEqual(inside);
    expect(server.most()).toBe(4);
    expect(
      server.asked.every((query) => (query.get('since') ?? '') >= new Date(Date.parse(from) - 1).toISOString()),
    ).toBe(true);
    const last = new Date(Date.parse(until) + 1).toISOString();
    expect(server.asked.every((query) => (query.get('until') ?? '') <= last)).toBe(true);
  });

  test.each<[what: string, events: readonly LogEvent[], most: number]>([
    ['one page', evenly(90), 1],
    ['a few pages', evenly(800), 8],
    ['less than a day of many', evenly(3_000, NOW.getTime() - DAY_MS / 2), 31],
    ['many events, then silence', evenly(150, FIRST + 1, FIRST + DAY_MS / 24), 10],
    ['silence, then many events', [...evenly(101, FIRST + 1, FIRST + DAY_MS), ...late(2_000)], 35],
    ['all at one moment', Array.from({ length: 3_000 }, (_, index) => eventAt(FIRST + 5, index)), 30],
  ])('of %s costs no more than so many requests', async (_, events, most) => {
    const { provider, server } = start({ events });
    expect(await uuids(provider, [pagesOf(100)])).toEqual(allOf(events));
    expect(server.asked.length).toBeLessThanOrEqual(most);
  });

  test('is read no further than a limit', async () => {
    const events = evenly(6_000);
    const { provider, server } = start({ events });
    expect(await uuids(provider, [pagesOf(100)], 250)).toEqual(allOf(events).slice(0, 250));
    expect(server.asked).toHaveLength(3);
  });

  test('ends with the reader who has enough', async () => {
    const { provider, server } = start({ events: evenly(20_000) });
    for await (const rows of provider.scan(LOG, { columns: ['uuid'], quals: [pagesOf(100)] }))
      if (rows.length > 0) break;
    expect(server.asked.length).toBeLessThan(10);
  });

  test('that is newest first, or begun at a cursor, is read page by page', async () => {
    const events = evenly(3_000).toReversed();
    const newest = start({ events });
    const order: ScanQual = { kind: 'in', column: 'sortOrder', values: ['DESCENDING'] };
    expect(await uuids(newest.provider, [pagesOf(100), order])).toEqual(allOf(events));
    expect(newest.server.asked).toHaveLength(30);
    const begun = start({ events: evenly(3_000) });
    const cursor: ScanQual = { kind: 'in', column: 'after', values: ['e99'] };
    expect(await uuids(begun.provider, [pagesOf(100), cursor])).toHaveLength(2_900);
    expect(begun.server.asked).toHaveLength(29);
  });

  test('fails where a slice fails, whenever it does, and sends no more', async () => {
    for (const failing of [2, 4, 9, 20]) {
      let count = 0;
      const { provider, server } = start({
        events: evenly(6_000),
        before: () => {
          count += 1;
          const body = JSON.stringify({ errorCode: 'E0000006', errorSummary: 'no', errorCauses: [] });
          return count === failing ? new Response(body, { status: 403 }) : undefined;
        },
      });
      expect(await failureOf(uuids(provider, [pagesOf(100)]))).toMatchObject({ code: 'PERMISSION' });
      expect(server.asked.length).toBeLessThan(failing + 4);
    }
  });
});

describe('the log of the simulated org', () => {
  const open = () => {
    const simulator = createSimulator({ now: () => NOW });
    const provider = createProvider({
      token: simulator.token,
      subdomain: 'my-org',
      fetch: (request) => simulator.handle(request),
      now: () => NOW,
    });
    return { simulator, provider };
  };

  test('has the same events in slices as in one page', async () => {
    const { simulator, provider } = open();
    const whole = await uuids(provider);
    expect(simulator.journal).toHaveLength(1);
    expect(await uuids(provider, [pagesOf(5)])).toEqual(whole);
    expect(simulator.maxInFlight).toBeGreaterThan(1);
    expect(simulator.journal.length - 1).toBeLessThanOrEqual((whole.length / 5) * 1.15);
    expect(simulator.violations).toEqual([]);
  });

  test('is all there after failures that pass, and an error after one that does not', async () => {
    const { simulator, provider } = open();
    const whole = await uuids(provider);
    const path = /\/logs\?.*limit=5/;
    simulator.switches.faults = [faults.resetBefore({ match: { path }, skip: 5, times: 2 })];
    expect(await uuids(provider, [pagesOf(5)])).toEqual(whole);
    simulator.switches.faults = [faults.htmlPage({ match: { path }, skip: 7 })];
    expect(await failureOf(uuids(provider, [pagesOf(5)]))).toMatchObject({ code: 'UNUSABLE_RESPONSE' });
  });
});

/** Events of the last day. */
function late(count: number): readonly LogEvent[] {
  const from = NOW.getTime() - DAY_MS;
  return Array.from({ length: count }, (_, index) =>
    eventAt(Math.floor(from + (index * DAY_MS) / count), 50_000 + index),
  );
}
