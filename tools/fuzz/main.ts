/**
 * `fuzz`: spoilt statements, provider documents and answers, many of each, and what must not come of them.
 *
 * Ends with 1 on an internal error (XX000), an error that is none of ours, a crash, a rejection that nobody waited for, a
 * request that nobody asked for, an event loop that is held, and a heap or handles that grow; with the smallest text found.
 *
 * @module
 */

import { availableParallelism } from 'node:os';
import { parseArgs } from 'node:util';
import { amount } from './amount.ts';
import { Campaign, type Summary } from './campaign.ts';
import { KINDS, kindNamed } from './kinds.ts';

const USAGE = `npm run fuzz -- [--kind ${KINDS.map(({ name }) => name).join('|')}] [--statements N] [--minutes M] [--seed S]
  --kind        only these; all of them otherwise, one after the other
  --statements  how many texts of each kind are tried, at least; 20000 otherwise, or as many as the minutes allow
  --minutes     how long it may take in all
  --seed        which texts; 1 otherwise
  --first       the number of the first batch; 0 otherwise
  --workers     processes at once; as many as there are processors otherwise
  --lag         milliseconds for which one text may hold the event loop; 200 otherwise`;

const DEFAULT_TEXTS = 20_000;

const { values } = parseArgs({
  options: {
    kind: { type: 'string' },
    statements: { type: 'string' },
    minutes: { type: 'string' },
    seed: { type: 'string', default: '1' },
    first: { type: 'string', default: '0' },
    workers: { type: 'string', default: String(availableParallelism()) },
    lag: { type: 'string', default: '200' },
    help: { type: 'boolean', default: false },
  },
});

if (values.help) console.log(USAGE);
else process.exitCode = (await fuzz()) ? 0 : 1;

async function fuzz(): Promise<boolean> {
  const kinds = values.kind === undefined ? KINDS : [kindNamed(values.kind)];
  const minutes = amount('minutes', values.minutes) ?? Number.POSITIVE_INFINITY;
  const texts = amount('statements', values.statements);
  const common = {
    texts: texts ?? (values.minutes === undefined ? DEFAULT_TEXTS : Number.POSITIVE_INFINITY),
    seed: amount('seed', values.seed) ?? 1,
    workers: amount('workers', values.workers) ?? 1,
    lagMs: amount('lag', values.lag) ?? 0,
  };
  const first = amount('first', values.first) ?? 0;
  let isGood = true;
  for (const kind of kinds) {
    const begun = performance.now();
    const until = begun + (minutes * 60_000) / kinds.length;
    const summary = await new Campaign(kind, { ...common, until }, first, console.log).run();
    console.log(lineOf(kind.name, common.seed, summary, performance.now() - begun));
    isGood &&= summary.findings.length === 0 && summary.tried > 0;
  }
  return isGood;
}

function lineOf(name: string, seed: number, { tried, findings, lag, growth }: Summary, ms: number): string {
  const counts = new Map<string, number>();
  for (const { fault } of findings) counts.set(fault.kind, (counts.get(fault.kind) ?? 0) + 1);
  const wrong =
    counts.size === 0 ? 'nothing wrong' : [...counts].map(([kind, count]) => `${count} × ${kind}`).join(', ');
  const held = `event loop: worst ${lag.worst.toFixed()} ms, p99 ${lag.p99.toFixed()} ms; slow ones alone: ${lag.alone.toFixed()} ms`;
  const each = (ms / tried).toFixed(2);
  return `${name}: ${tried} tried of seed ${seed} in ${(ms / 1000).toFixed()} s (${each} ms each): ${wrong}; ${held}; heap +${(growth / 2 ** 20).toFixed(1)} MB`;
}
