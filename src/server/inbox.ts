/**
 * What the client has sent and nobody has read yet.
 *
 * @module
 */

import type { Duplex } from 'node:stream';
import { type Frame, Frames } from '../wire/frames.ts';

/** Bytes that may wait before the client is held up. */
const MOST_WAITING = 256 * 1024;

export class Inbox {
  readonly #frames = new Frames();
  #stream: Duplex;
  #hasEnded = false;
  #wake: (() => void) | undefined;
  readonly #onData = (chunk: Uint8Array): void => {
    this.#frames.push(chunk);
    if (this.#frames.size > MOST_WAITING && this.#wake === undefined) this.#stream.pause();
    this.#go();
  };
  readonly #onEnd = (): void => {
    this.#hasEnded = true;
    this.#go();
  };

  constructor(stream: Duplex) {
    this.#stream = stream;
    this.#follow();
  }

  /** Whether something has come that nobody has read. */
  get isEmpty(): boolean {
    return this.#frames.size === 0;
  }

  /** Reads no more from the stream, which another is made of. */
  leave(): void {
    this.#stream.off('data', this.#onData);
    this.#stream.off('end', this.#onEnd);
    this.#stream.off('close', this.#onEnd);
    this.#stream.pause();
  }

  moveTo(stream: Duplex): void {
    this.#stream = stream;
    this.#follow();
  }

  /** The next message before the login; undefined when the client has gone. @throws WireError, FATAL */
  startup(): Promise<Frame | undefined> {
    return this.#next(() => this.#frames.startup());
  }

  /** The next message after that. @throws WireError, FATAL */
  message(): Promise<Frame | undefined> {
    return this.#next(() => this.#frames.message());
  }

  /** Ends the wait of whoever waits. */
  end(): void {
    this.#onEnd();
  }

  async #next(read: () => Frame | undefined): Promise<Frame | undefined> {
    for (;;) {
      const frame = read();
      if (frame !== undefined) return frame;
      if (this.#hasEnded) return undefined;
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
        this.#stream.resume();
      });
    }
  }

  #follow(): void {
    this.#stream.on('data', this.#onData);
    this.#stream.on('end', this.#onEnd);
    this.#stream.on('close', this.#onEnd);
  }

  #go(): void {
    this.#wake?.();
    this.#wake = undefined;
  }
}
