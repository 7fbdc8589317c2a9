/**
 * Reads and writes the values that messages are made of: integers in network order, texts that end in a zero byte.
 *
 * @module
 */

import { violation } from './failure.ts';

const UTF8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** The text of UTF-8 bytes. @throws WireError (22021) for what is none */
export function textOf(bytes: Uint8Array): string {
  try {
    return UTF8.decode(bytes);
  } catch {
    throw violation('invalid byte sequence for encoding "UTF8"');
  }
}

/** Reads the body of one message from its start. Every method throws a FATAL WireError where too little is left. */
export class ByteReader {
  readonly #bytes: Buffer;
  #at = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  get left(): number {
    return this.#bytes.length - this.#at;
  }

  uint8(): number {
    return this.#bytes.readUInt8(this.#advance(1));
  }

  int16(): number {
    return this.#bytes.readInt16BE(this.#advance(2));
  }

  uint16(): number {
    return this.#bytes.readUInt16BE(this.#advance(2));
  }

  int32(): number {
    return this.#bytes.readInt32BE(this.#advance(4));
  }

  uint32(): number {
    return this.#bytes.readUInt32BE(this.#advance(4));
  }

  int64(): bigint {
    return this.#bytes.readBigInt64BE(this.#advance(8));
  }

  float32(): number {
    return this.#bytes.readFloatBE(this.#advance(4));
  }

  float64(): number {
    return this.#bytes.readDoubleBE(this.#advance(8));
  }

  /** A text up to its zero byte. */
  text(): string {
    const end = this.#bytes.indexOf(0, this.#at);
    if (end === -1) throw violation('invalid string in message');
    const text = textOf(this.#bytes.subarray(this.#at, end));
    this.#at = end + 1;
    return text;
  }

  bytes(length: number): Buffer {
    const start = this.#advance(length);
    return this.#bytes.subarray(start, start + length);
  }

  rest(): Buffer {
    return this.bytes(this.left);
  }

  /** As many as `read` is called for. */
  list<T>(count: number, read: () => T): readonly T[] {
    return Array.from({ length: count }, read);
  }

  /** Throws where something is left. */
  end(): void {
    if (this.left > 0) throw violation('invalid message format');
  }

  #advance(length: number): number {
    if (length < 0 || length > this.left) throw violation('insufficient data left in message');
    const start = this.#at;
    this.#at += length;
    return start;
  }
}

const FIRST_SIZE = 1024;

/** Writes messages one behind the other. */
export class ByteWriter {
  #bytes: Buffer = Buffer.allocUnsafe(FIRST_SIZE);
  #length = 0;

  /** Of what has been written and not been taken. */
  get length(): number {
    return this.#length;
  }

  uint8(value: number): this {
    this.#length = this.#room(1).writeUInt8(value, this.#length);
    return this;
  }

  int16(value: number): this {
    this.#length = this.#room(2).writeInt16BE(value, this.#length);
    return this;
  }

  uint16(value: number): this {
    this.#length = this.#room(2).writeUInt16BE(value, this.#length);
    return this;
  }

  int32(value: number): this {
    this.#length = this.#room(4).writeInt32BE(value, this.#length);
    return this;
  }

  uint32(value: number): this {
    this.#length = this.#room(4).writeUInt32BE(value, this.#length);
    return this;
  }

  int64(value: bigint): this {
    this.#length = this.#room(8).writeBigInt64BE(value, this.#length);
    return this;
  }

  float32(value: number): this {
    this.#length = this.#room(4).writeFloatBE(value, this.#length);
    return this;
  }

  float64(value: number): this {
    this.#length = this.#room(8).writeDoubleBE(value, this.#length);
    return this;
  }

  /** A text, ended by a zero byte. */
  text(value: string): this {
    return this.characters(value).uint8(0);
  }

  /** A text without an end. */
  characters(value: string): this {
    // Three bytes are the most that a UTF-16 unit takes.
    this.#length += this.#room(value.length * 3).write(value, this.#length);
    return this;
  }

  bytes(value: Uint8Array): this {
    this.#room(value.length).set(value, this.#length);
    this.#length += value.length;
    return this;
  }

  /** A text behind its length in bytes. */
  sizedCharacters(value: string): this {
    const start = this.#length;
    this.int32(0).characters(value);
    this.#bytes.writeInt32BE(this.#length - start - 4, start);
    return this;
  }

  /** What `write` writes, behind its length in bytes, which counts itself if `isOwn`. */
  sized(write: () => void, isOwn: boolean): this {
    const start = this.#length;
    this.int32(0);
    write();
    this.#bytes.writeInt32BE(this.#length - start - (isOwn ? 0 : 4), start);
    return this;
  }

  /** All that has been written since the last time. */
  take(): Buffer {
    const taken = this.#bytes.subarray(0, this.#length);
    this.#bytes = Buffer.allocUnsafe(FIRST_SIZE);
    this.#length = 0;
    return taken;
  }

  #room(size: number): Buffer {
    const needed = this.#length + size;
    if (needed > this.#bytes.length) {
      const larger = Buffer.allocUnsafe(Math.max(needed, this.#bytes.length * 2));
      this.#bytes.copy(larger, 0, 0, this.#length);
      this.#bytes = larger;
    }
    return this.#bytes;
  }
}
