/**
 * Messages to the client, gathered until they are worth a write, and held up while the client does not read.
 *
 * @module
 */

import type { Duplex } from 'node:stream';
import { type BackendMessage, writeBackend } from '../wire/backend.ts';
import { ByteWriter } from '../wire/bytes.ts';

/** Bytes that are gathered before they are written. */
const CHUNK = 32 * 1024;

export class Sender {
  readonly writer: ByteWriter = new ByteWriter();
  #stream: Duplex;
  #isGone = false;
  #wake: (() => void) | undefined;

  constructor(stream: Duplex) {
    this.#stream = stream;
    this.#follow(stream);
  }

  /** Goes on with another stream, such as what TLS makes of the first. */
  moveTo(stream: Duplex): void {
    this.#stream = stream;
    this.#follow(stream);
  }

  get isGone(): boolean {
    return this.#isGone;
  }

  send(message: BackendMessage): void {
    writeBackend(this.writer, message);
  }

  /** Writes what was gathered, where that is much, and waits for a client that does not keep up. */
  async pour(): Promise<void> {
    if (this.writer.length >= CHUNK) await this.flush();
  }

  /** Writes all that was gathered. Resolves when the client may be sent more, or is gone. */
  async flush(): Promise<void> {
    if (this.writer.length === 0) return;
    const bytes = this.writer.take();
    if (this.#isGone || this.#stream.write(bytes)) return;
    await new Promise<void>((resolve) => {
      this.#wake = resolve;
    });
  }

  /** Writes what there is and ends the stream. */
  end(): void {
    if (this.writer.length > 0 && !this.#isGone) this.#stream.write(this.writer.take());
    this.#stream.end();
  }

  #follow(stream: Duplex): void {
    stream.on('drain', () => this.#go());
    stream.on('close', () => {
      if (stream !== this.#stream) return;
      this.#isGone = true;
      this.#go();
    });
  }

  #go(): void {
    this.#wake?.();
    this.#wake = undefined;
  }
}
