/**
 * One process that tries texts, and another one when that has ended.
 *
 * @module
 */

import { type ChildProcess, fork } from 'node:child_process';
import { closeSync, mkdirSync, mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Fault } from './kind.ts';

/** Milliseconds without progress after which a text is said to hang: far more than what a statement is given. */
const HANG_MS = 60_000;
const LOOK_MS = 1000;

/** The process is gone. */
export interface Ended {
  readonly kind: 'ended';
  readonly fault: Fault;
  /** The number of the text that it was at. */
  readonly at: number;
}

export class Worker<Question extends object, Answer extends { readonly kind: string }> {
  readonly #script: string;
  readonly #args: readonly string[];
  readonly #folder: string;
  #child: ChildProcess | undefined;

  /** @param script answers each message with one */
  constructor(script: string, args: readonly string[]) {
    this.#script = script;
    this.#args = args;
    this.#folder = mkdtempSync(join(tmpdir(), 'oktaql-fuzz-'));
  }

  /** One at a time. */
  async ask(question: Question): Promise<Answer | Ended> {
    this.#child ??= this.#start();
    const child = this.#child;
    let isHanging = false;
    let place = '';
    let since = performance.now();
    const watch = setInterval(() => {
      const now = this.#place();
      if (now !== place) since = performance.now();
      place = now;
      if (performance.now() - since < HANG_MS) return;
      isHanging = true;
      child.kill('SIGKILL');
    }, LOOK_MS);
    try {
      return await new Promise<Answer | Ended>((resolve) => {
        child.once('message', (answer) => resolve(answer as Answer));
        child.once('exit', (code, signal) => {
          const detail = isHanging ? `no end within ${HANG_MS / 1000} s` : `the process ended (${signal ?? code})`;
          resolve({ kind: 'ended', fault: { kind: isHanging ? 'hang' : 'crash', detail }, at: Number(this.#place()) });
        });
        child.send(question);
      });
    } finally {
      clearInterval(watch);
      child.removeAllListeners('message').removeAllListeners('exit');
      if (child.exitCode !== null || child.signalCode !== null) this.#child = undefined;
    }
  }

  /** The next question is answered by a new process. */
  async restart(): Promise<void> {
    const child = this.#child;
    this.#child = undefined;
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return;
    const gone = new Promise((resolve) => child.once('exit', resolve));
    child.disconnect();
    await gone;
  }

  async close(): Promise<void> {
    await this.restart();
    rmSync(this.#folder, { recursive: true });
  }

  /** Where the process has its temporary files, and nobody else. */
  get #temporary(): string {
    return join(this.#folder, 'tmp');
  }

  #start(): ChildProcess {
    const file = openSync(join(this.#folder, 'place'), 'w');
    mkdirSync(this.#temporary, { recursive: true });
    const child = fork(this.#script, [...this.#args], {
      execArgv: ['--expose-gc'],
      serialization: 'advanced',
      // In the order of their numbers: the place is that of `note`.
      stdio: ['ignore', 'ignore', 'inherit', 'ipc', file],
      env: { ...process.env, TMPDIR: this.#temporary },
    });
    closeSync(file);
    return child;
  }

  #place(): string {
    return readFileSync(join(this.#folder, 'place'), 'utf8').trim();
  }
}
