/**
 * Cuts a stream of bytes into messages, however it comes in chunks.
 *
 * @module
 */

import { violation } from './failure.ts';

/** A message that has not been read yet. */
export interface Frame {
  /** The letter that it begins with; messages before the login have none. */
  readonly type: string;
  /** What stands behind the length. */
  readonly body: Uint8Array;
}

export interface FrameLimits {
  /** Bytes of a message before the login. */
  readonly startup: number;
  /** Bytes of a message that holds a statement, values or data. */
  readonly large: number;
  /** Bytes of any other. */
  readonly small: number;
}

/** PostgreSQL's own, but for the large ones: there it is a gigabyte. */
const FRAME_LIMITS: FrameLimits = { startup: 10_000, large: 32 * 1024 * 1024, small: 10_000 };

/** Query, Parse, Bind, FunctionCall, CopyData. */
const LARGE = 'QPBFd';
/** Besides those: Describe, Execute, Close, Sync, Flush, Terminate, passwords, CopyDone, CopyFail. */
const SMALL = 'DECSHXpcf';

const LENGTH_BYTES = 4;

/** The bytes that have come and have not been read. */
export class Frames {
  readonly #limits: FrameLimits;
  #chunks: Buffer[] = [];
  #size = 0;

  constructor(limits: FrameLimits = FRAME_LIMITS) {
    this.#limits = limits;
  }

  /** Bytes that are waiting. */
  get size(): number {
    return this.#size;
  }

  push(chunk: Uint8Array): void {
    if (chunk.length === 0) return;
    this.#chunks.push(Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength));
    this.#size += chunk.length;
  }

  /**
   * The next message before the login, if all of it has come.
   *
   * @throws WireError, FATAL, as soon as its length cannot be right
   */
  startup(): Frame | undefined {
    const length = this.#int32(0);
    if (length === undefined) return undefined;
    // A length and a code at least.
    if (length < 2 * LENGTH_BYTES || length > this.#limits.startup) throw violation('invalid length of startup packet');
    if (this.#size < length) return undefined;
    return { type: '', body: this.#take(length).subarray(LENGTH_BYTES) };
  }

  /** The next message of a client after that, if all of it has come. @throws WireError, FATAL */
  message(): Frame | undefined {
    return this.#message((type) => this.#limitOf(type));
  }

  /** The next message of a server, whatever its length. */
  answer(): Frame | undefined {
    return this.#message(() => this.#limits.large);
  }

  #message(limitOf: (type: string) => number): Frame | undefined {
    const first = this.#chunks[0]?.[0];
    if (first === undefined) return undefined;
    const type = String.fromCharCode(first);
    const limit = limitOf(type);
    const length = this.#int32(1);
    if (length === undefined) return undefined;
    if (length < LENGTH_BYTES || length > limit) throw violation('invalid message length');
    if (this.#size < 1 + length) return undefined;
    return { type, body: this.#take(1 + length).subarray(1 + LENGTH_BYTES) };
  }

  #limitOf(type: string): number {
    if (LARGE.includes(type)) return this.#limits.large;
    if (SMALL.includes(type)) return this.#limits.small;
    throw violation(`invalid frontend message type ${type.charCodeAt(0)}`);
  }

  #int32(offset: number): number | undefined {
    const end = offset + LENGTH_BYTES;
    if (this.#size < end) return undefined;
    this.#gather(end);
    return this.#chunks[0]?.readInt32BE(offset);
  }

  #take(length: number): Buffer {
    this.#gather(length);
    const first = this.#chunks[0] as Buffer;
    const rest = first.subarray(length);
    if (rest.length === 0) this.#chunks.shift();
    else this.#chunks[0] = rest;
    this.#size -= length;
    return first.subarray(0, length);
  }

  /** Makes the first chunk as long as that. Only what is needed is copied, so that many small chunks cost no more than one. */
  #gather(length: number): void {
    let have = this.#chunks[0]?.length ?? 0;
    if (have >= length) return;
    let count = 1;
    for (; have < length; count += 1) have += this.#chunks[count]?.length ?? 0;
    this.#chunks.splice(0, count, Buffer.concat(this.#chunks.slice(0, count)));
  }
}
