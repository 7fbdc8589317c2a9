/**
 * How many requests one statement may make: a join without a key can ask a large org a hundred thousand times, for hours, and
 * keep others from its rate limit.
 *
 * @module
 */

import { ResourceLimitError } from '../errors.ts';
import { estimateOf } from '../plan/estimate.ts';
import type { PlannedRef, QueryPlan, Scan } from '../plan/plan.ts';

/** @throws ResourceLimitError where the plan alone says that the requests will not do: nothing has been sent then */
export function checkEstimate({ refs }: QueryPlan, most: number): void {
  const costs = refs.flatMap((ref) => (ref.scan === undefined ? [] : [{ ref, min: leastOf(ref, ref.scan) }]));
  const total = costs.reduce((sum, { min }) => sum + min, 0);
  if (total <= most) return;
  const [dearest] = costs.toSorted((a, b) => b.min - a.min);
  throw tooMany(
    `The statement would make ${total} requests or more${dearest === undefined ? '' : `, ${dearest.min} of them for ${nameOf(dearest.ref)}`}; at most ${most} may be made. Nothing was sent.`,
  );
}

function leastOf({ dependencies }: PlannedRef, scan: Scan): number {
  return dependencies.length > 0 ? 0 : estimateOf(scan).min;
}

function nameOf({ name, alias }: PlannedRef): string {
  return alias === undefined ? name.join('.') : `${name.join('.')} ${alias}`;
}

/**
 * @param onRequest told how many have been made, with each
 * @returns to be called before each request; throws ResourceLimitError for one too many
 */
export function requestBudget(most: number, onRequest?: (made: number, most: number) => void): () => void {
  let made = 0;
  return () => {
    if (made >= most) {
      throw tooMany(`The statement has made ${most} requests, which is all that it may make. Nothing was returned.`);
    }
    made += 1;
    onRequest?.(made, most);
  };
}

function tooMany(message: string): ResourceLimitError {
  return new ResourceLimitError(message, {
    hint: 'EXPLAIN shows what each table takes, and a condition on its parameters asks for less. If all of them are meant: --max-requests, SET okta.max_requests, or the option maxRequests.',
  });
}
