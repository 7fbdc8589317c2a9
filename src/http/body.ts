/**
 * Reads an answer's body: all of it, and not more than fits.
 *
 * @module
 */

/** A body as text, or why it is none. */
export type Body =
  | { readonly kind: 'text'; readonly text: string; readonly bytes: number }
  | { readonly kind: 'too-large' }
  | { readonly kind: 'not-utf-8' };

export interface BodyOptions {
  /** Bytes that are read at most, after decompression. */
  readonly maxBytes: number;
  /** Whether bytes that are no UTF-8 spoil the body; else they become U+FFFD. */
  readonly isStrict: boolean;
  /** Ends the reading. */
  readonly signal: AbortSignal;
}

/**
 * The limit counts bytes after decompression, and nothing is held beyond it: a kilobyte can unpack to a gigabyte.
 *
 * @throws what the connection throws, a body that ends too early included
 */
export async function readBody(response: Response, options: BodyOptions): Promise<Body> {
  const { maxBytes, isStrict, signal } = options;
  const reader = response.body?.getReader();
  if (reader === undefined) return { kind: 'text', text: '', bytes: 0 };
  // The connection of undici ends with the signal; the stream of another fetch need not know of it.
  const cancel = (): void => void reader.cancel(signal.reason).catch(() => undefined);
  signal.addEventListener('abort', cancel, { once: true });
  try {
    const chunks = await readChunks(reader, maxBytes);
    signal.throwIfAborted();
    if (chunks === undefined) return { kind: 'too-large' };
    const text = decode(chunks, isStrict);
    return text === undefined ? { kind: 'not-utf-8' } : { kind: 'text', text, bytes: lengthOf(chunks) };
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
    bytes += value.byteLength;
    if (bytes > maxBytes) {
      // Not waited for: a stream that was split in two ends only with its other half.
      reader.cancel().catch(() => undefined);
      return undefined;
    }
    chunks.push(value);
  }
}

function lengthOf(chunks: readonly Uint8Array[]): number {
  return chunks.reduce((sum, { byteLength }) => sum + byteLength, 0);
}

function decode(chunks: readonly Uint8Array[], isStrict: boolean): string | undefined {
  const [only] = chunks;
  const bytes = chunks.length === 1 && only !== undefined ? only : Buffer.concat(chunks);
  try {
    return new TextDecoder('utf-8', { fatal: isStrict }).decode(bytes);
  } catch (error) {
    if (error instanceof TypeError) return undefined;
    throw error;
  }
}

/**
 * Whether a JSON text ends before its first bracket is closed. Only the last character is looked at: what slips through is
 * found when the text is parsed, but too late to ask again.
 */
export function isCutOff(text: string): boolean {
  const start = text.trimStart().charAt(0);
  if (start !== '[' && start !== '{') return false;
  return !text.trimEnd().endsWith(start === '[' ? ']' : '}');
}
