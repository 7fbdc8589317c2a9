/**
 * What a statement costs, told before it is paid.
 *
 * @module
 */

import type { LimitState } from '../http/pacing/governor.ts';
import type { RequestPrice } from '../plan/price.ts';
import type { Explanation } from '../session/explanation.ts';
import type { Answer, Workspace } from './contract.ts';
import { refused } from './failures.ts';

/** What a call may allow at most. */
export const MOST_REQUESTS = 100_000;

/** Undefined where the price is within what is allowed; else the refusal, with the plan. */
export function tooDear(explanation: Explanation, allowed: number, workspace: Workspace): Answer | undefined {
  const { requests, lines } = explanation;
  if (requests.expected <= allowed) return undefined;
  return refused(
    `Not run: it would take ${priceText(requests)}, and ${allowed} are allowed. Nothing was sent.`,
    ...shownPlan(lines),
    ...leftLines(explanation, workspace),
    `Next: narrow it by conditions on parameters or by LIMIT, or if all of it is needed call query with max_requests: ${allowance(requests)}.`,
  );
}

/** Some more than is expected: an expectation is no promise. */
export function allowance({ expected, max }: RequestPrice): number {
  return Math.min(MOST_REQUESTS, max ?? Math.ceil(expected * 1.5) + 5);
}

export function priceText({ min, max, expected }: RequestPrice): string {
  if (max === min) return countText(min);
  return `about ${countText(expected)} (${max === undefined ? `at least ${min}` : `${min} to ${max}`})`;
}

export function countText(requests: number): string {
  return `${requests} ${requests === 1 ? 'request' : 'requests'}`;
}

/** A plan is for a glance; its first tables are what costs. */
const MOST_LINES = 40;

export function shownPlan(lines: readonly string[]): readonly string[] {
  const more = lines.length - MOST_LINES;
  return more > 0 ? [...lines.slice(0, MOST_LINES), `… ${more} more lines`] : lines;
}

/** What is left of the limits that a statement's requests count against, as far as answers have said. */
export function leftLines({ buckets }: Pick<Explanation, 'buckets'>, workspace: Workspace): readonly string[] {
  const own = workspace.limits().filter(({ bucket }) => buckets.includes(bucket));
  const least = own.toSorted((a, b) => a.remaining - b.remaining).slice(0, 3);
  return least.length === 0
    ? []
    : [`Left of the rate limit: ${least.map((each) => leftText(each, workspace)).join('; ')}.`];
}

function leftText({ bucket, remaining, limit, resetsAt }: LimitState, { terms }: Workspace): string {
  const seconds = Math.max(0, Math.ceil((resetsAt - terms.now()) / 1000));
  return `${remaining} of ${limit} on ${bucket}, full again in ${seconds} s`;
}
