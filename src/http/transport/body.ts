/**
 * Reads an answer's body: all of it, and not more than fits.
 *
 * @module
 */

import { takeTurns } from '../../json-in-turns.ts';

/** A body as text, or why it is none. */
export type Body =
  | { readonly kind: 'text'; readonly text: string; readonly bytes: number }
  | { readonly kind: 'too-large' }
  | { readonly kind: 'not-utf-8' };

export interface ReadOptions {
  /** Bytes that are read at most, after decompression. */
  readonly maxBytes: number;
  /** Ends the reading. */
  readonly signal: AbortSignal;
}

/**
 * All bytes; undefined where they are too many. The limit counts them after decompression, and nothing is held beyond it: a
 * kilobyte can unpack to a gigabyte.
 *
 * @throws what the connection throws, a body that ends too early included
 */
export async function readBytes(
  response: Response,
  { maxBytes, signal }: ReadOptions,
): Promise<Uint8Array | undefined> {
  const reader = response.body?.getReader();
  if (reader === undefined) return new Uint8Array();
  // The stream of somebody's fetch need not know of the signal.
  const cancel = (): void => void reader.cancel(signal.reason).catch(() => undefined);
  signal.addEventListener('abort', cancel, { once: true });
  try {
    const chunks = await readChunks(reader, maxBytes);
    signal.throwIfAborted();
    return chunks === undefined ? undefined : joined(chunks);
  } finally {
    signal.removeEventListener('abort', cancel);
  }
}

/** All there is; undefined where that is too much, and then the connection is given up. */
async function readChunks(
  reader: ReadableStreamDefaultReader<Uint8Array>,
  maxBytes: number,
): Promise<readonly Uint8Array[] | undefined> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return chunks;
    // Of anything else nobody could say how much it is.
    if (!(value instanceof Uint8Array)) throw new TypeError('the body gives something that is no bytes');
    bytes += value.byteLength;
    if (bytes > maxBytes) {
      // Not waited for: a stream that was split in two ends only with its other half.
      reader.cancel().catch(() => undefined);
      return undefined;
    }
    chunks.push(value);
  }
}

export function joined(chunks: readonly Uint8Array[]): Uint8Array {
  const [only] = chunks;
  return chunks.length === 1 && only !== undefined ? only : Buffer.concat(chunks);
}

/**
 * What the bytes say.
 *
 * @param bytes undefined where they were too many
 * @param isStrict whether bytes that are no UTF-8 spoil the body; else they become U+FFFD
 */
export async function readText(bytes: Uint8Array | undefined, isStrict: boolean): Promise<Body> {
  if (bytes === undefined) return { kind: 'too-large' };
  try {
    return { kind: 'text', text: await decoded(bytes, isStrict), bytes: bytes.byteLength };
  } catch (error) {
    if (error instanceof TypeError) return { kind: 'not-utf-8' };
    throw error;
  }
}

/** Bytes that are decoded in one go. */
const PART = 2 ** 20;

async function decoded(bytes: Uint8Array, isStrict: boolean): Promise<string> {
  const decoder = new TextDecoder('utf-8', { fatal: isStrict });
  if (bytes.byteLength <= PART) return decoder.decode(bytes);
  const turns = takeTurns();
  let text = '';
  for (let start = 0; start < bytes.byteLength; start += PART) {
    await turns();
    text += decoder.decode(bytes.subarray(start, start + PART), { stream: true });
  }
  return text + decoder.decode();
}

/** Characters at either end, of which blanks can be many. */
const LOOKED_AT = 1_000;

/**
 * Whether a JSON text ends before its first bracket is closed. Only the last character is looked at: what slips through is
 * found when the text is parsed, but too late to ask again.
 */
export function isCutOff(text: string): boolean {
  const start = text.slice(0, LOOKED_AT).trimStart().charAt(0);
  if (start !== '[' && start !== '{') return false;
  return !text
    .slice(-LOOKED_AT)
    .trimEnd()
    .endsWith(start === '[' ? ']' : '}');
}
