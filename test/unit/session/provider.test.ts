import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import type { Provider, ScanOptions } from '../../../src/exec/provider.ts';
import type { Wait } from '../../../src/http/pacing/governor.ts';
import { loadRegistry } from '../../../src/session/load-registry.ts';
import { createProvider } from '../../../src/session/provider.ts';
import { failureOf } from '../http/http-client.contract.ts';
import { type VirtualClock, virtualClock } from '../virtual-clock.ts';

const DESK = fileURLToPath(new URL('../../fixtures/desk', import.meta.url));
const LABELS = 'desk.tickets.labels';
const quals = [{ kind: 'in', column: 'tenant', values: ['acme'] }] as const;

interface World {
  readonly provider: Provider;
  readonly clock: VirtualClock;
  readonly sent: readonly string[];
  readonly waits: readonly Wait[];
}

/** A provider that is not Okta; its API answers so, and then with an empty list. */
async function open(answers: readonly Response[]): Promise<World> {
  const clock = virtualClock();
  const left = [...answers];
  const sent: string[] = [];
  const waits: Wait[] = [];
  const provider = createProvider({
    registry: await loadRegistry(DESK),
    trustRegistry: true,
    environment: () => 'k-123',
    clock,
    onWait: (wait) => waits.push(wait),
    fetch: async ({ method }) => {
      sent.push(method);
      return left.shift() ?? Response.json([]);
    },
  });
  return { provider, clock, sent, waits };
}

async function readAll(provider: Provider, deadline?: number, onAnswer?: ScanOptions['onAnswer']): Promise<number> {
  let count = 0;
  const options = { quals, statement: { deadline }, ...(onAnswer !== undefined && { onAnswer }) };
  for await (const rows of provider.scan(LABELS, options)) count += rows.length;
  return count;
}

const unavailable = (seconds: number): Response =>
  new Response('', { status: 503, headers: { 'retry-after': String(seconds) } });

test.each([
  ['503', unavailable(7), [7_000]],
  ['429', Response.json({ message: 'slow down' }, { status: 429, headers: { 'retry-after': '9' } }), []],
])('a list of another API is asked for again after %s', async (_what, answer, delays) => {
  const { provider, clock, sent, waits } = await open([answer]);
  await clock.run(readAll(provider));
  expect(sent).toEqual(['GET', 'GET']);
  expect(waits).not.toEqual([]);
  expect(waits.filter(({ reason }) => reason === 'retry').map(({ ms }) => ms)).toEqual(delays);
});

test('an answer tells how long its request waited', async () => {
  const { provider, clock } = await open([unavailable(7), unavailable(9)]);
  const answers: (readonly number[])[] = [];
  await clock.run(readAll(provider, undefined, (...answer) => answers.push(answer)));
  expect(answers).toEqual([['[]'.length, 16_000]]);
});

test('a scan fails before a wait for which its statement has no time', async () => {
  const { provider, clock, sent } = await open([unavailable(7)]);
  const failure = await clock.run(failureOf(readAll(provider, clock.now() + 1_000)));
  expect(failure).toMatchObject({ code: 'TIMEOUT', cause: { status: 503 } });
  expect(sent).toEqual(['GET']);
});

test('a DELETE of another API that may have been carried out is not sent again', async () => {
  const { provider, clock, sent } = await open([new Response('', { status: 502 })]);
  const [{ key = '' } = {}] = provider.describe(LABELS).methods.filter(({ httpMethod }) => httpMethod === 'DELETE');
  const failure = await clock.run(failureOf(provider.invoke(key, { tenant: 'acme', name: 'a' })));
  expect(failure).toMatchObject({ code: 'HTTP', status: 502 });
  expect(sent).toEqual(['DELETE']);
});
