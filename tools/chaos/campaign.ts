/**
 * All rounds with one kind of engine, in several processes.
 *
 * @module
 */

import { fileURLToPath } from 'node:url';
import { Worker } from '../fuzz/crew.ts';
import { BATCHES_OF_ONE, judgeHeap } from '../fuzz/heap.ts';
import type { Fault } from '../fuzz/kind.ts';
import type { Batch, BatchReport } from './protocol.ts';
import type { Isolation, Tally } from './round.ts';

export interface Limits {
  readonly isolation: Isolation;
  /** To be tried, at least. */
  readonly rounds: number;
  /** Milliseconds, by `performance.now()`, after which no batch is begun. */
  readonly until: number;
  readonly seed: number;
  /** The number of the round to begin with. */
  readonly first: number;
  readonly workers: number;
}

/** Rounds after which it is looked at what is left behind. */
const BATCH = 25;

/** So many are enough to work on. */
const MOST_FAULTS = 20;

const CHILD = fileURLToPath(new URL('child.js', import.meta.url));

type Tester = Worker<Batch, BatchReport>;

export class Chaos {
  readonly #limits: Limits;
  readonly #say: (line: string) => void;
  readonly #begun = performance.now();
  readonly #tally: Tally = {};
  #next: number;
  #tried = 0;
  #faults = 0;
  #growth = 0;

  /** @param say told of each fault */
  constructor(limits: Limits, say: (line: string) => void) {
    this.#limits = limits;
    this.#next = limits.first;
    this.#say = say;
  }

  get isGood(): boolean {
    return this.#faults === 0 && this.#tried > 0;
  }

  async run(): Promise<void> {
    const { workers, isolation } = this.#limits;
    const crew = Array.from({ length: workers }, (): Tester => new Worker(CHILD, [isolation]));
    await Promise.all(crew.map((worker) => this.#work(worker).finally(() => worker.close())));
  }

  summary(): string {
    const ms = performance.now() - this.#begun;
    const wrong = this.#faults === 0 ? 'nothing wrong' : `${this.#faults} wrong`;
    const ends = Object.entries(this.#tally).toSorted(([, one], [, other]) => other - one);
    const each = `${(ms / 1000).toFixed()} s, ${(ms / this.#tried).toFixed()} ms each`;
    return (
      `isolation ${this.#limits.isolation}: ${this.#tried} rounds of seed ${this.#limits.seed} (${each}): ${wrong}; ` +
      `statements ended with ${ends.map(([what, count]) => `${what} ${count}`).join(', ')}; heap +${(this.#growth / 2 ** 20).toFixed(1)} MB`
    );
  }

  #isMore(): boolean {
    const { rounds, until } = this.#limits;
    return this.#tried < rounds && performance.now() < until && this.#faults < MOST_FAULTS;
  }

  async #work(worker: Tester): Promise<void> {
    let heaps: number[] = [];
    while (this.#isMore()) {
      const from = this.#next;
      this.#next += BATCH;
      const report = await worker.ask({ seed: this.#limits.seed, from, count: BATCH });
      if (report.kind === 'ended') {
        this.#tried += report.at - from + 1;
        this.#report(report.at, report.fault);
        heaps = [];
        continue;
      }
      heaps = [...heaps, report.heap];
      this.#add(report, from, heaps);
      if (heaps.length < BATCHES_OF_ONE) continue;
      heaps = [];
      await worker.restart();
    }
  }

  #add({ tried, found, tally, left }: BatchReport, from: number, heaps: readonly number[]): void {
    this.#tried += tried;
    for (const [what, count] of Object.entries(tally)) this.#tally[what] = (this.#tally[what] ?? 0) + count;
    for (const { round, fault } of found) this.#report(round, fault);
    if (left.length > 0) this.#report(from, { kind: 'leak', detail: `left behind: ${left.join(', ')}` });
    const { growth, fault } = judgeHeap(heaps);
    this.#growth = Math.max(this.#growth, growth);
    if (fault !== undefined) this.#report(from, fault);
  }

  #report(round: number, { kind, detail }: Fault): void {
    this.#faults += 1;
    this.#say(`\nisolation ${this.#limits.isolation}, round ${round} of seed ${this.#limits.seed}: ${kind}`);
    this.#say(detail.replaceAll(/^/gm, '  '));
  }
}
