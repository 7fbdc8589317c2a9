/**
 * Processes of engines that are started before a session needs them, since starting takes longer than most statements.
 *
 * @module
 */

import type { EnginePool, EnginePoolOptions } from '../options.ts';
import { EngineProcess } from './engine-process.ts';
import type { ProcessSource } from './process-engine.ts';

export class ProcessPool implements EnginePool, ProcessSource {
  readonly #spares: number;
  readonly #waiting = new Set<EngineProcess>();
  #isClosed = false;

  constructor({ spares = 1 }: EnginePoolOptions = {}) {
    this.#spares = spares;
    this.refill();
  }

  /** One that nobody has used. */
  take(): EngineProcess {
    const [process = new EngineProcess()] = this.#waiting;
    this.#waiting.delete(process);
    return process;
  }

  /** To be called when nobody waits for a process, because starting one takes the processor from all others. */
  refill(): void {
    while (!this.#isClosed && this.#waiting.size < this.#spares) {
      const process = new EngineProcess();
      this.#waiting.add(process);
      // Another is started when one is needed: whatever has ended this one may end them all.
      void process.ended.then(() => this.#waiting.delete(process));
    }
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    await Promise.all([...this.#waiting].map((process) => process.end()));
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }
}
