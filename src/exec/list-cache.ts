/**
 * Lists that were read a moment ago, so that clients with many connections do not ask for the same one with each of them.
 *
 * What is kept are answers before they are decoded: who reads them decodes the columns that it wants, and masks its secrets. A list
 * counts only whole, and is as old as its first request.
 *
 * @module
 */

import type { Page } from '../http/paging/pages.ts';
import type { Method } from '../registry/resource.ts';
import type { HttpRequest } from '../request/build.ts';
import { KeptList, type ListReader, type OpenList } from './kept-list.ts';

export interface ListCache {
  /** The pages of a list: kept ones, those that another reads just now, or its own. */
  pages(list: ListName, reader: CacheReader, open: OpenList): AsyncGenerator<Page>;
  /** How many milliseconds ago it was asked for, if all of it is there. */
  ageOf(list: ListName, ttlMs: number): number | undefined;
  /** Lets go of all lists of an origin: something changes there. */
  forget(origin: string): void;
  clear(): void;
}

/** All that decides about what an API answers. Whose login it is need not be said: a provider has one for each origin. */
export interface ListName {
  readonly method: Method;
  /** For its first page. */
  readonly request: HttpRequest;
  /** The same, but for the time of the statement where that is in it. */
  readonly name: HttpRequest;
}

export interface CacheReader extends ListReader {
  /** Milliseconds that a list may be old. */
  readonly ttlMs: number;
}

/** How one scan uses it. */
export interface Caching {
  readonly lists: ListCache;
  /** Above 0. */
  readonly ttlMs: number;
  readonly keeps: (method: Method) => boolean;
}

export interface ListCacheOptions {
  /** Milliseconds since some fixed time. */
  readonly now: () => number;
  /** Bytes of all lists together; those that were not read for longest go first. */
  readonly maxBytes: number;
}

interface Entry {
  readonly key: string;
  readonly origin: string;
  readonly startedAt: number;
  readonly list: KeptList;
  keepMs: number;
  bytes: number;
  isKept: boolean;
}

export function createListCache({ now, maxBytes }: ListCacheOptions): ListCache {
  // The one that was read last stands last.
  const entries = new Map<string, Entry>();
  let total = 0;

  const drop = (entry: Entry): void => {
    if (!entry.isKept) return;
    entry.isKept = false;
    entries.delete(entry.key);
    total -= entry.bytes;
    entry.list.release();
  };
  const dropWhere = (isUnwanted: (entry: Entry) => boolean): void => {
    for (const entry of [...entries.values()].filter(isUnwanted)) drop(entry);
  };
  const makeRoom = (newest: Entry): void => {
    for (const entry of [...entries.values()]) if (total > maxBytes && entry !== newest) drop(entry);
    if (total > maxBytes) drop(newest);
  };
  /** A clock that is put back makes everything too old. */
  const isWithin = ({ startedAt }: Entry, ms: number): boolean => now() >= startedAt && now() - startedAt <= ms;
  const begin = (key: string, origin: string, ttlMs: number, open: OpenList): Entry => {
    const list = new KeptList(open, {
      onPage: (page) => {
        if (!entry.isKept) return;
        const bytes = sizeOf(page);
        entry.bytes += bytes;
        total += bytes;
        makeRoom(entry);
      },
      onCut: () => drop(entry),
    });
    const entry: Entry = { key, origin, startedAt: now(), list, keepMs: ttlMs, bytes: 0, isKept: true };
    return entry;
  };
  return {
    pages: async function* (list, { ttlMs, ...reader }, open) {
      dropWhere((entry) => !isWithin(entry, entry.keepMs));
      const key = keyOf(list);
      const known = entries.get(key);
      const isFresh = known !== undefined && isWithin(known, ttlMs);
      if (known !== undefined && !isFresh) drop(known);
      const entry = known !== undefined && isFresh ? known : begin(key, originOf(list), ttlMs, open);
      entries.delete(key);
      entries.set(key, entry);
      entry.keepMs = Math.max(entry.keepMs, ttlMs);
      yield* entry.list.read(reader);
    },
    ageOf: (list, ttlMs) => {
      const entry = entries.get(keyOf(list));
      return entry?.list.isWhole === true && isWithin(entry, ttlMs) ? now() - entry.startedAt : undefined;
    },
    forget: (origin) => dropWhere((entry) => entry.origin === origin),
    clear: () => dropWhere(() => true),
  };
}

function keyOf({ method, name: { url, headers, body } }: ListName): string {
  return JSON.stringify([method.key, url, headers, body]);
}

function originOf({ request }: ListName): string {
  return new URL(request.url).origin;
}

/** What a page takes beside its text, more or less. */
const PAGE_BYTES = 4_096;

/** A text with one character beyond Latin-1 takes two bytes for each; what is beyond ASCII is counted so. */
function sizeOf({ text }: Page): number {
  return PAGE_BYTES + text.length * (Buffer.byteLength(text) > text.length ? 2 : 1);
}
