/**
 * Pieces of text, gathered into chunks: waiting for the sink after each row would cost more than making the row.
 *
 * @module
 */

import type { Sink } from './writer.ts';

/** UTF-16 units: 32 to 96 kB of UTF-8, half or more of what a pipe holds. */
const CHUNK_LENGTH = 32_768;

/** Writes the pieces in order, and waits for the sink after each chunk. Pieces are made only when their turn comes. */
export async function writePieces(sink: Sink, pieces: Iterable<string>): Promise<void> {
  let chunk = '';
  for (const piece of pieces) {
    chunk += piece;
    if (chunk.length < CHUNK_LENGTH) continue;
    await sink.write(chunk);
    chunk = '';
  }
  if (chunk !== '') await sink.write(chunk);
}

/** The items in groups that are about a chunk long each, the last one shorter. */
export function* grouped<T>(items: Iterable<T>, lengthOf: (item: T) => number): Iterable<readonly T[]> {
  let group: T[] = [];
  let length = 0;
  for (const item of items) {
    group.push(item);
    length += lengthOf(item);
    if (length < CHUNK_LENGTH) continue;
    yield group;
    group = [];
    length = 0;
  }
  if (group.length > 0) yield group;
}

/** `toItem` of each, when its turn comes. */
export function* mapped<From, To>(items: Iterable<From>, toItem: (item: From) => To): Iterable<To> {
  for (const item of items) yield toItem(item);
}
