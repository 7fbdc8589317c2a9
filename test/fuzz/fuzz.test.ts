/** What `npm run fuzz` does for hours, for a few seconds, and all that it once found. `FUZZ_RUNS=20000` makes it more, `FUZZ_SEED` others. */

import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import * as library from '../../src/index.ts';
import * as simulator from '../../src/simulator/index.ts';
import type { Judge, Kind } from '../../tools/fuzz/kind.ts';
import { KINDS, kindNamed } from '../../tools/fuzz/kinds.ts';

const RUNS = Number(process.env['FUZZ_RUNS'] ?? 300);
const SEED = Number(process.env['FUZZ_SEED'] ?? 13);

/** What one text of another kind takes longer than a statement. */
const SLOWER: Readonly<Record<string, number>> = { documents: 10, answers: 10 };

const product = { library, simulator };

async function faultsOf(kind: Kind, texts: readonly string[]): Promise<readonly string[]> {
  const judge = await kind.open(product);
  try {
    return await judged(judge, texts);
  } finally {
    await judge.close();
  }
}

async function judged(judge: Judge, texts: readonly string[]): Promise<readonly string[]> {
  const faults: string[] = [];
  for (const text of texts) {
    const fault = await judge.judge(text);
    if (fault !== undefined) faults.push(`${JSON.stringify(text)}\n  ${fault.kind}: ${fault.detail}`);
  }
  return faults;
}

test.each(KINDS)(
  'spoilt $name do what they say, or are refused as their author’s mistakes',
  {
    timeout: 3_600_000,
  },
  async (kind) => {
    const numRuns = Math.ceil(RUNS / (SLOWER[kind.name] ?? 1));
    const texts = fc.sample(await kind.texts(product), { numRuns, seed: SEED });
    expect(await faultsOf(kind, texts)).toEqual([]);
  },
);

interface Regression {
  readonly kind: string;
  readonly text: string;
}

const REGRESSIONS = readFileSync(new URL('regressions.jsonl', import.meta.url), 'utf8')
  .trimEnd()
  .split('\n')
  .map((line) => JSON.parse(line) as Regression);

test.each(REGRESSIONS)('once failed: $kind $text', async ({ kind, text }) => {
  expect(await faultsOf(kindNamed(kind), [text])).toEqual([]);
});

test('the judge sees an internal error, an error that is none of ours, and a request that nobody asked for', async () => {
  const failing = (error: unknown) => ({
    ...product,
    library: {
      ...library,
      createSession: () => ({ query: () => Promise.reject(error), close: async () => undefined }),
    },
  });
  const kinds: (string | undefined)[] = [];
  for (const error of [
    new library.InternalError('x'),
    new TypeError('x'),
    new library.NetworkError('x', { elapsedMs: 1, method: 'GET', url: 'https://x.example' }),
    new library.CancelledError(),
  ]) {
    const judge = await kindNamed('statements').open(failing(error) as unknown as typeof product);
    kinds.push((await judge.judge('SELECT 1'))?.kind);
  }
  expect(kinds).toEqual(['internal', 'internal', 'sent', undefined]);
});
