/**
 * Runs in a process of its own, so that a crash is seen and has a text: `child.js KIND LAG`.
 *
 * @module
 */

import { existsSync, readFileSync } from 'node:fs';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { setTimeout as sleep } from 'node:timers/promises';
import fc from 'fast-check';
import type { Fault, Judge } from './kind.ts';
import { kindNamed } from './kinds.ts';
import { builtProduct } from './product.ts';
import type { BatchReport, Found, ProbeReport, ToChild, ToParent } from './protocol.ts';
import { note, rest, serve, strays } from './watch.ts';

const [, , kindName = '', lagBound = ''] = process.argv;
const kind = kindNamed(kindName);
const product = await builtProduct();
const texts = await kind.texts(product);

serve(answer);

async function answer(message: ToChild): Promise<ToParent> {
  if (message.kind === 'text') return { kind: 'text', text: textsOf(message.seed)[message.at] ?? '' };
  if (message.kind === 'probe') return { kind: 'probe', report: await probe(message.text) };
  return { kind: 'batch', report: await tryBatch(message.seed, message.from) };
}

function textsOf(seed: number): readonly string[] {
  return fc.sample(texts, { numRuns: kind.batchSize, seed });
}

async function tryBatch(seed: number, from: number): Promise<BatchReport> {
  const batch = textsOf(seed);
  const delay = monitorEventLoopDelay({ resolution: 5 });
  const judge = await open();
  const found: Found[] = [];
  const slow: string[] = [];
  delay.enable();
  for (const [index, text] of batch.entries()) {
    if (index < from) continue;
    note(index);
    const begun = performance.now();
    const fault = await judged(judge, text);
    if (performance.now() - begun > Number(lagBound)) slow.push(text);
    if (fault !== undefined) found.push({ text, fault });
  }
  delay.disable();
  await judge.close();
  const lag = { worst: delay.max / 1e6, p99: delay.percentile(99) / 1e6 };
  return { tried: batch.length - from, found, slow, lag, ...(await rest()) };
}

async function probe(text: string): Promise<ProbeReport> {
  note(0);
  const judge = await open();
  const held = watchHolds();
  await sleep(5);
  const fault = await judged(judge, text);
  // A hold right before the end is seen when the next timer fires.
  await sleep(5);
  const lag = held();
  await judge.close();
  return { fault, lag };
}

/** The processor's time of one thread, in nanoseconds (Linux). On a busy machine a delay is mostly that of others. */
const SCHEDULED = `/proc/self/task/${process.pid}/schedstat`;

/** Ends with the most milliseconds between two timers: of the processor where the system says so, of the clock elsewhere. */
function watchHolds(): () => number {
  const now = existsSync(SCHEDULED)
    ? (): number => Number(readFileSync(SCHEDULED, 'utf8').split(' ')[0]) / 1e6
    : (): number => performance.now();
  let [worst, last] = [0, now()];
  const look = (): void => {
    const time = now();
    worst = Math.max(worst, time - last);
    last = time;
  };
  const timer = setInterval(look, 1);
  return () => {
    clearInterval(timer);
    return worst;
  };
}

/** Ready to be asked: what is loaded when it is first used is nobody's lag. */
async function open(): Promise<Judge> {
  const judge = await kind.open(product);
  await judge.judge(kind.harmless);
  return judge;
}

async function judged(judge: Judge, text: string): Promise<Fault | undefined> {
  const fault = await judge.judge(text);
  const [stray] = await strays();
  return fault ?? stray;
}
