/**
 * `chaos`: statements on a simulated org, while its answers fail, signals fire, sessions are closed and engines are killed.
 *
 * Each ends with its right rows or with a fitting error, the next one in its session has its rows, and nothing is left behind: no
 * handle, process, file or rejection. Ends with 1 otherwise.
 *
 * @module
 */

import { availableParallelism } from 'node:os';
import { parseArgs } from 'node:util';
import { amount } from '../fuzz/amount.ts';
import { Chaos } from './campaign.ts';
import type { Isolation } from './round.ts';

const USAGE = `npm run chaos -- [--rounds N] [--minutes M] [--seed S] [--isolation none|process]
  --rounds     how many for each engine; 1000 otherwise, or as many as the minutes allow
  --minutes    how long it may take in all
  --seed       which rounds; 1 otherwise
  --first      the number of the first round; 0 otherwise
  --isolation  only this engine; both otherwise, one after the other
  --workers    processes at once; as many as there are processors otherwise`;

const DEFAULT_ROUNDS = 1000;
const ENGINES: readonly Isolation[] = ['none', 'process'];

const { values } = parseArgs({
  options: {
    rounds: { type: 'string' },
    minutes: { type: 'string' },
    seed: { type: 'string', default: '1' },
    first: { type: 'string', default: '0' },
    isolation: { type: 'string' },
    workers: { type: 'string', default: String(availableParallelism()) },
    help: { type: 'boolean', default: false },
  },
});

if (values.help) console.log(USAGE);
else process.exitCode = (await chaos()) ? 0 : 1;

async function chaos(): Promise<boolean> {
  const engines = values.isolation === undefined ? ENGINES : ENGINES.filter((each) => each === values.isolation);
  if (engines.length === 0) throw new TypeError(`--isolation takes ${ENGINES.join(' or ')}.\n${USAGE}`);
  const minutes = amount('minutes', values.minutes) ?? Number.POSITIVE_INFINITY;
  const common = {
    rounds:
      amount('rounds', values.rounds) ?? (values.minutes === undefined ? DEFAULT_ROUNDS : Number.POSITIVE_INFINITY),
    seed: amount('seed', values.seed) ?? 1,
    first: amount('first', values.first) ?? 0,
    workers: amount('workers', values.workers) ?? 1,
  };
  let isGood = true;
  for (const isolation of engines) {
    const until = performance.now() + (minutes * 60_000) / engines.length;
    const campaign = new Chaos({ ...common, isolation, until }, console.log);
    await campaign.run();
    console.log(campaign.summary());
    isGood &&= campaign.isGood;
  }
  return isGood;
}
