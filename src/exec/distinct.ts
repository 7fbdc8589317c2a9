/**
 * Lists change while they are read: an item that moves meanwhile comes a second time, on a later page. And there are lists
 * that never end.
 *
 * @module
 */

import { jsonText } from '../json.ts';
import type { Item } from '../rows/decode.ts';
import { own } from '../values.ts';

/** So many ids, of those that came last, are remembered at least, and twice as many at most: some 200 MB. */
const REMEMBERED = 1_000_000;

/**
 * Takes page after page and leaves out items that came before, by the member that tells them from each other; without
 * one, nothing, since two equal items may both be real.
 */
export function distinctItems(
  id: string | undefined,
  remembered: number = REMEMBERED,
): (page: readonly Item[]) => readonly Item[] {
  if (id === undefined) return (page) => page;
  const isNew = uniqueBy(id, remembered);
  let first: readonly Item[] | undefined;
  return (page) => {
    // Most lists have one page, whose ids nobody needs to remember.
    if (first === undefined) {
      first = page;
      return page;
    }
    first.forEach(isNew);
    first = [];
    return page.filter(isNew);
  };
}

function uniqueBy(id: string, remembered: number): (item: Item) => boolean {
  let [recent, older] = [new Set<string | number>(), new Set<string | number>()];
  return (item) => {
    const value = own(item, id);
    if (typeof value !== 'string' && typeof value !== 'number') return true;
    if (recent.has(value) || older.has(value)) return false;
    if (recent.size >= remembered) [recent, older] = [new Set(), recent];
    recent.add(value);
    return true;
  };
}

/** No list is known that has so many pages in a row without anything new, and yet an end. */
const MOST_IDLE_PAGES = 200;

/**
 * Whether a list goes in circles although no cursor comes again: for many pages, each has been empty or begun like an
 * earlier one. Told of each page's items.
 */
export function circleDetector(id: string | undefined): (page: readonly Item[]) => boolean {
  const beginnings = new Set<string>();
  let idle = 0;
  return ([item]) => {
    const beginning = item === undefined ? undefined : jsonText((id !== undefined && own(item, id)) || item);
    const isNews = beginning !== undefined && !beginnings.has(beginning);
    if (isNews) beginnings.add(beginning);
    idle = isNews ? 0 : idle + 1;
    return idle >= MOST_IDLE_PAGES;
  };
}
