/**
 * A long list that is in the order of its times, such as ninety days of a log, read in slices side by side: page after page, it
 * would take as long as all answers together.
 *
 * A slice costs at least one request, so there are none before a first page has shown that there is more, none where little is
 * left, and they grow where the list turns out to be thin.
 *
 * @module
 */

import type { Method, Resource } from '../registry/resource.ts';
import type { Item } from '../rows/decode.ts';
import { own } from '../values.ts';

/** The parameters that bound a slice, as they are sent. */
export type Slice = Readonly<Record<string, string>>;

/** What is left of a list behind its first page. */
export interface Rest {
  /** The parameters for its bounds. */
  readonly lower: string;
  readonly upper: string;
  /** Milliseconds since 1970. */
  readonly from: number;
  readonly until: number;
  /** What `until` is sent as. */
  readonly end: string;
  /** Items of a page, and milliseconds that the first one spans. */
  readonly size: number;
  readonly spanMs: number;
}

const DAY_MS = 86_400_000;
/** A slice is to have so many pages: its last one is half empty, more or less. */
const PAGES = 6;
/** Nearly so many: one item too many costs a page. */
const AIM = 0.95;
/** Okta's limit on its log is 120 requests a minute, which four at once reach with answers that take two seconds. */
export const SLICES_AT_ONCE = 4;
/** Where less than a page of a slice was there, the next one is so many times as long. */
const GROWTH = 4;

/**
 * What is left behind a full first page, where it is worth slices: a day or more, with pages for two slices.
 *
 * @param parameters what the page was asked for with
 * @param page its items
 */
export function restOf(
  { ranges = {} }: Method,
  { id }: Resource,
  parameters: Readonly<Record<string, unknown>>,
  page: readonly Item[],
): Rest | undefined {
  const named = (bound: 'lower' | 'upper') => Object.entries(ranges).find(([, range]) => range.bound === bound);
  const [[lower, { column }] = ['', { column: '' }], [upper, above] = ['', undefined]] = [
    named('lower'),
    named('upper'),
  ];
  const end = own(parameters, upper);
  // What lies on a border comes twice, and is told apart by its id.
  if (id === undefined || lower === '' || column !== above?.column || typeof end !== 'string') return undefined;
  const times = page.map((item) => Date.parse(String(own(item, column))));
  const [first, last] = [times[0] ?? Number.NaN, times.at(-1) ?? Number.NaN];
  const isInOrder = times.every((time, index) => index === 0 || time >= (times[index - 1] ?? Number.NaN));
  const [spanMs, until] = [last - first, Date.parse(end)];
  if (!isInOrder || !(spanMs > 0) || !(until - last >= DAY_MS)) return undefined;
  const pagesLeft = (until - last) / spanMs;
  // Whether a lower bound belongs to the range is not said; a millisecond more makes sure of what the page has not shown.
  return pagesLeft < 2 * PAGES ? undefined : { lower, upper, from: last - 1, until, end, size: page.length, spanMs };
}

/** The slices of a rest, in order, each when there is room for it. */
export interface Slices extends AsyncIterable<Slice> {
  /** Told of each slice that was read, with what it held. It has to be, or no more slices come. */
  finished(slice: Slice, items: number): void;
}

export function slicesOf({ lower, upper, from, until, end, size, spanMs }: Rest): Slices {
  let lengthMs = PAGES * AIM * spanMs;
  let [atOnce, running] = [2, 0];
  let wake = (): void => undefined;
  const room = async (): Promise<void> => {
    while (running >= atOnce) {
      await new Promise<void>((resolve) => {
        wake = resolve;
      });
    }
  };
  const lengthOf = (slice: Slice): number => Date.parse(slice[upper] ?? '') - Date.parse(slice[lower] ?? '');
  async function* all(): AsyncGenerator<Slice> {
    for (let start = from; start < until; ) {
      await room();
      const isLast = until - start < 1.5 * lengthMs;
      const next = isLast ? until : Math.ceil(start + lengthMs);
      running += 1;
      yield { [lower]: timeText(start), [upper]: isLast ? end : timeText(next + 1) };
      start = next;
    }
  }
  return {
    [Symbol.asyncIterator]: all,
    finished: (slice, items) => {
      running -= 1;
      const isThin = items < size;
      atOnce = isThin ? 1 : Math.min(SLICES_AT_ONCE, atOnce + 1);
      lengthMs = isThin ? Math.max(lengthMs, GROWTH * lengthOf(slice)) : (PAGES * AIM * size * lengthOf(slice)) / items;
      wake();
    },
  };
}

function timeText(milliseconds: number): string {
  return new Date(milliseconds).toISOString();
}
