/**
 * Rows that were sent and are not loaded yet. Whoever sends them keeps it short.
 *
 * @module
 */

import { CancelledError } from '../../errors.ts';
import type { LoadRow } from '../append.ts';

type Batch = readonly LoadRow[];

export class RowQueue {
  readonly #onTaken: () => Promise<void>;
  readonly #waiting: Batch[] = [];
  #state: 'open' | 'ended' | 'failed' = 'open';
  #wake: () => void = () => undefined;

  /** @param onTaken told when the batch before has been dealt with */
  constructor(onTaken: () => Promise<void> = async () => undefined) {
    this.#onTaken = onTaken;
  }

  push(batch: Batch): void {
    this.#waiting.push(batch);
    this.#wake();
  }

  /** @param failed whether the rows so far are not to be kept */
  end(failed: boolean): void {
    this.#state = failed ? 'failed' : 'ended';
    this.#wake();
  }

  async *batches(): AsyncGenerator<Batch> {
    for (;;) {
      const batch = this.#waiting.shift();
      if (batch !== undefined) {
        yield batch;
        await this.#onTaken();
      } else if (this.#state === 'ended') {
        return;
      } else if (this.#state === 'failed') {
        // The parent knows the reason, and throws it.
        throw new CancelledError();
      } else {
        await new Promise<void>((resolve) => {
          this.#wake = resolve;
        });
      }
    }
  }
}
