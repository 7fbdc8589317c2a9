/**
 * What a statement took, in one line: whom it asked, with how many requests, and what is left of the limit.
 *
 * @module
 */

import { visibleText } from '../../output/visible-text.ts';
import { count, type ProgressState } from '../progress.ts';

export interface StatusTerms {
  /** Milliseconds, where they are wanted. */
  readonly ms?: number | undefined;
  /** By the clock of the session. */
  readonly now: number;
}

/** @example 'acme.okta.com · 3 requests · /api/v1/apps 597 of 600 left, resets in 41 s' */
export function statusText({ requests, limits }: ProgressState, { ms, now }: StatusTerms): string {
  const sent = requests?.sent ?? 0;
  const [scarce] = limits.toSorted((one, other) => one.remaining / one.limit - other.remaining / other.limit);
  const hosts = [...new Set(limits.map(({ origin }) => new URL(origin).host))];
  const parts = [
    hosts.join(', '),
    sent === 0 ? 'no request' : `${count(sent)} ${sent === 1 ? 'request' : 'requests'}`,
    scarce === undefined ? '' : limitText(scarce, now),
    ms === undefined ? '' : timeText(ms),
  ];
  return visibleText(parts.filter((part) => part !== '').join(' · '));
}

function limitText({ bucket, limit, remaining, resetsAt }: ProgressState['limits'][number], now: number): string {
  const left = `${bucket} ${count(remaining)} of ${count(limit)} left`;
  return resetsAt > now ? `${left}, resets in ${Math.ceil((resetsAt - now) / 1000)} s` : left;
}

export function timeText(ms: number): string {
  return ms < 1000 ? `${Math.round(ms)} ms` : `${(ms / 1000).toFixed(1)} s`;
}
