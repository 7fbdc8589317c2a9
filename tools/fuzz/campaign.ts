/**
 * All texts of one kind: tried in batches by several processes, and whatever is wrong looked at once more, alone.
 *
 * @module
 */

import { createHash } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Ended, Worker } from './crew.ts';
import { BATCHES_OF_ONE, judgeHeap } from './heap.ts';
import type { Fault, Kind } from './kind.ts';
import type { BatchReport, Found, ProbeReport, ToChild, ToParent } from './protocol.ts';
import { shrunk } from './shrink.ts';

export interface Limits {
  /** Texts to be tried, at least. */
  readonly texts: number;
  /** Milliseconds, by `performance.now()`, after which no batch is begun. */
  readonly until: number;
  readonly seed: number;
  readonly workers: number;
  /** Milliseconds for which one text may hold the event loop. */
  readonly lagMs: number;
}

/** A fault, and how to meet it again. */
export interface Finding {
  readonly fault: Fault;
  /** The smallest found; of the whole batch where it is the fault of many together. */
  readonly text: string;
  /** Whether the text alone has it. */
  readonly isAlone: boolean;
  readonly batch: number;
}

export interface Summary {
  readonly tried: number;
  readonly findings: readonly Finding[];
  /** Milliseconds: of the whole run, where others may have had the processor, and the worst text alone. */
  readonly lag: { readonly worst: number; readonly p99: number; readonly alone: number };
  /** Bytes that the heap of one process grew by, at most. */
  readonly growth: number;
}

/** So many different ones are enough to work on. */
const MOST_FINDINGS = 20;

const LONGEST_LINE = 2000;

/** What is slow has to be so every time. */
const LAG_TRIES = 3;

const CHILD = fileURLToPath(new URL('child.js', import.meta.url));

type Tester = Worker<ToChild, ToParent>;

export class Campaign {
  readonly #kind: Kind;
  readonly #limits: Limits;
  readonly #say: (line: string) => void;
  readonly #findings = new Map<string, Finding>();
  #next: number;
  #tried = 0;
  #lag: Summary['lag'] = { worst: 0, p99: 0, alone: 0 };
  #growth = 0;

  /**
   * @param first the batch to begin with
   * @param say told of each finding
   */
  constructor(kind: Kind, limits: Limits, first: number, say: (line: string) => void) {
    this.#kind = kind;
    this.#limits = limits;
    this.#next = first;
    this.#say = say;
  }

  async run(): Promise<Summary> {
    const args = [this.#kind.name, String(this.#limits.lagMs)];
    const crew = Array.from({ length: this.#limits.workers }, (): Tester => new Worker(CHILD, args));
    await Promise.all(crew.map((worker) => this.#work(worker).finally(() => worker.close())));
    return { tried: this.#tried, findings: [...this.#findings.values()], lag: this.#lag, growth: this.#growth };
  }

  #isMore(): boolean {
    const isEnough = this.#tried >= this.#limits.texts || performance.now() >= this.#limits.until;
    return !isEnough && this.#findings.size < MOST_FINDINGS;
  }

  async #work(worker: Tester): Promise<void> {
    let heaps: number[] = [];
    while (this.#isMore()) {
      const batch = this.#next;
      this.#next += 1;
      const reports = await this.#tryBatch(worker, batch);
      // A process that crashed left no heap to compare with.
      heaps = reports.length > 1 ? [] : [...heaps, ...reports.map(({ heap }) => heap)];
      this.#judgeHeap(heaps, batch);
      if (heaps.length < BATCHES_OF_ONE) continue;
      heaps = [];
      await worker.restart();
    }
  }

  /** More than one report where its process ended in between. */
  async #tryBatch(worker: Tester, batch: number): Promise<readonly BatchReport[]> {
    const seed = seedOf(this.#limits.seed, batch);
    const reports: BatchReport[] = [];
    for (let from = 0; from < this.#kind.batchSize; ) {
      const reply = await worker.ask({ kind: 'batch', seed, from });
      if (reply.kind === 'ended') {
        this.#tried += reply.at - from + 1;
        from = reply.at + 1;
        await this.#lookAt(worker, await this.#textOf(worker, seed, reply), batch);
      } else if (reply.kind === 'batch') {
        from = this.#kind.batchSize;
        reports.push(reply.report);
        await this.#judge(worker, reply.report, batch);
      }
    }
    return reports;
  }

  async #textOf(worker: Tester, seed: number, { at, fault }: Ended): Promise<Found> {
    const reply = await worker.ask({ kind: 'text', seed, at });
    return { text: reply.kind === 'text' ? reply.text : '', fault };
  }

  async #judge(worker: Tester, report: BatchReport, batch: number): Promise<void> {
    this.#tried += report.tried;
    const { worst, p99 } = report.lag;
    this.#lag = { ...this.#lag, worst: Math.max(worst, this.#lag.worst), p99: Math.max(p99, this.#lag.p99) };
    if (report.left.length > 0) {
      this.#report({ fault: leak(`left behind: ${report.left.join(', ')}`), text: '', isAlone: false, batch });
    }
    for (const found of report.found) await this.#lookAt(worker, found, batch);
    for (const text of report.slow) await this.#lookAtLag(worker, text, batch);
  }

  #judgeHeap(heaps: readonly number[], batch: number): void {
    const { growth, fault } = judgeHeap(heaps);
    this.#growth = Math.max(this.#growth, growth);
    if (fault !== undefined) this.#report({ fault, text: '', isAlone: false, batch });
  }

  /** Alone, and then as small as it gets. */
  async #lookAt(worker: Tester, { text, fault }: Found, batch: number): Promise<void> {
    if (this.#findings.has(signatureOf(fault))) return;
    const again = await probe(worker, text);
    if (again.fault === undefined || signatureOf(again.fault) !== signatureOf(fault)) {
      this.#report({ fault, text, isAlone: false, batch });
      return;
    }
    const isFaulty = async (smaller: string): Promise<boolean> => {
      const tried = await probe(worker, smaller);
      return tried.fault !== undefined && signatureOf(tried.fault) === signatureOf(fault);
    };
    // Each try of what hangs takes a minute.
    const smallest = fault.kind === 'hang' ? text : await shrunk(text, isFaulty);
    this.#report({ fault, text: smallest, isAlone: true, batch });
  }

  async #lookAtLag(worker: Tester, text: string, batch: number): Promise<void> {
    const lags: number[] = [];
    for (let count = 0; count < LAG_TRIES; count += 1) lags.push((await probe(worker, text)).lag);
    const lag = Math.min(...lags);
    this.#lag = { ...this.#lag, alone: Math.max(lag, this.#lag.alone) };
    if (lag <= this.#limits.lagMs) return;
    const detail = `holds the event loop for ${lags.map((each) => `${each.toFixed()} ms`).join(', ')}`;
    this.#report({ fault: { kind: 'lag', detail }, text, isAlone: true, batch });
  }

  #report(finding: Finding): void {
    const signature = signatureOf(finding.fault);
    if (this.#findings.has(signature)) return;
    this.#findings.set(signature, finding);
    const { fault, text, isAlone, batch } = finding;
    this.#say(`\n${this.#kind.name}: ${fault.kind}, in batch ${batch} of seed ${this.#limits.seed}`);
    this.#say(fault.detail.replaceAll(/^/gm, '  '));
    this.#say(recordOf(this.#kind.name, text));
    if (!isAlone) this.#say(`  It does not fail alone: --seed ${this.#limits.seed} --first ${batch}.`);
  }
}

/** A line for the file of what once failed, or the file that such a line would be too long for. */
function recordOf(kind: string, text: string): string {
  const line = JSON.stringify({ kind, text });
  if (line.length <= LONGEST_LINE) return line;
  const file = join('.cache', `fuzz-${kind}-${createHash('sha256').update(text).digest('hex').slice(0, 8)}.json`);
  mkdirSync('.cache', { recursive: true });
  writeFileSync(file, `${line}\n`);
  return `  ${line.length} characters, in ${file}`;
}

function leak(detail: string): Fault {
  return { kind: 'leak', detail };
}

async function probe(worker: Tester, text: string): Promise<ProbeReport> {
  const reply = await worker.ask({ kind: 'probe', text });
  if (reply.kind === 'probe') return reply.report;
  return { lag: 0, ...(reply.kind === 'ended' && { fault: reply.fault }) };
}

/** Neighbouring batches of neighbouring seeds are still others. */
function seedOf(seed: number, batch: number): number {
  return (Math.imul(seed, 0x9e3779b1) + Math.imul(batch, 0x85ebca6b)) | 0;
}

/** Faults that differ in names, numbers and lines only are one. */
function signatureOf({ kind, detail }: Fault): string {
  const [first = ''] = detail.split('\n');
  return `${kind} ${first.replaceAll(/"[^"]*"|'[^']*'|`[^`]*`|\d+/g, '…')}`;
}
