import { type Answer, success } from '../answer.ts';
import { invalid, invalidCursor, invalidParameters, invalidSearch } from '../errors.ts';
import type { Item } from '../org/field-values.ts';
import { pageLinks } from '../paging.ts';
import { itemsAt } from './api-org.ts';
import type { ApiCall } from './crud.ts';
import { wantedItems } from './lists.ts';

const DAY_MS = 86_400_000;
const USUAL = 100;
const MOST = 1000;

/**
 * The system log. A query in ascending order without `until` is a poll: it has a next page for ever, whether or not
 * anything has happened. A cursor stands for an event's place in the log.
 */
export function answerLog(call: ApiCall): Answer {
  const { searchParams } = call.url;
  const now = call.org.backend.now().getTime();
  const since = timeOf(searchParams.get('since'), now - 7 * DAY_MS);
  const until = timeOf(searchParams.get('until'), Number.POSITIVE_INFINITY);
  if (Number.isNaN(since) || Number.isNaN(until)) return invalidParameters('since and until must be ISO 8601 times');
  if (since < now - 180 * DAY_MS) return invalid('since', 'since: The time is more than 180 days ago.');
  const limit = Math.min(Number(searchParams.get('limit') ?? USUAL), MOST);
  if (!Number.isInteger(limit) || limit < 0) return invalidParameters(`limit must be between 0 and ${MOST}`);
  const events = wantedItems(call, eventsBetween(call, since, until));
  if (events === undefined) return invalidSearch();
  const start = startOf(call, events);
  return start === undefined ? invalidCursor() : answerFrom(call, events, start, limit);
}

function answerFrom(call: ApiCall, events: readonly Item[], start: number, limit: number): Answer {
  const { searchParams } = call.url;
  const isDescending = searchParams.get('sortOrder')?.toUpperCase() === 'DESCENDING';
  const page = events.slice(start, start + limit);
  const isPolling = !isDescending && !searchParams.has('until');
  const hasMore = start + page.length < events.length;
  const last = page.at(-1)?.['uuid'] ?? (start > 0 ? events[start - 1]?.['uuid'] : '');
  const next = isPolling || hasMore ? call.org.backend.cursors.seal(String(last ?? '')) : undefined;
  return success(200, page, pageLinks(call.url, limit, next));
}

function eventsBetween(call: ApiCall, since: number, until: number): readonly Item[] {
  const events = itemsAt(call.org, call.match).filter((event) => {
    const published = Date.parse(String(event['published']));
    return published >= since && published < until;
  });
  const isDescending = call.url.searchParams.get('sortOrder')?.toUpperCase() === 'DESCENDING';
  return isDescending ? events.toReversed() : events;
}

function startOf({ url, org }: ApiCall, events: readonly Item[]): number | undefined {
  const after = url.searchParams.get('after');
  if (after === null) return 0;
  const uuid = org.backend.cursors.open(after);
  if (uuid === undefined) return undefined;
  return uuid === '' ? 0 : events.findIndex((event) => event['uuid'] === uuid) + 1;
}

function timeOf(text: string | null, otherwise: number): number {
  return text === null ? otherwise : Date.parse(text);
}
