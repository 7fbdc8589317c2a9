/**
 * Lists that the API ends without naming a next page, although there is more. The most is asked for; a page that is full all
 * the same may not be all.
 *
 * @module
 */

import { UnusableResponseError } from '../errors.ts';
import type { HttpResponse } from '../http/contract.ts';
import { redactUrl } from '../http/trace/redact.ts';
import type { Assignment } from '../plan/assignments.ts';
import type { Scan } from '../plan/plan.ts';
import type { Cut, Method } from '../registry/resource.ts';

/** How a list is cut that is asked for with these parameters; undefined for one that pages. */
export function cutOf({ cut }: Method, parameters: Assignment): Cut | undefined {
  const { by } = cut ?? {};
  return by === undefined || by.some((name) => Object.hasOwn(parameters, name)) ? cut : undefined;
}

/**
 * @param response the only page
 * @throws UnusableResponseError where there may be more than it holds
 */
export function checkWhole({ method, resource }: Scan, response: HttpResponse, count: number, given: Assignment): void {
  const cut = cutOf(method, given);
  if (cut === undefined) return;
  const { request, status } = response;
  // A page that took too long was asked for again with less.
  const size = Number(new URL(request.url).searchParams.get(cut.parameter) ?? cut.size);
  if (count < size) return;
  const asked = (cut.by ?? []).filter((name) => Object.hasOwn(given, name));
  const under = asked.length === 0 ? '' : ` with ${asked.map((name) => `"${name}"`).join(', ')}`;
  throw new UnusableResponseError(
    `The list of ${resource.name}${under} came with ${count} items, which is all that was asked for, and has no next page: there may be more.`,
    {
      status,
      method: request.method,
      url: redactUrl(request.url, []),
      hint: `Nothing was returned, because some rows may be missing. This condition is read page by page: ${filled(cut.instead, given)}.`,
    },
  );
}

/** With what was given in place of `{parameter}`, as a part of an SQL text. */
function filled(template: string, given: Assignment): string {
  return template.replaceAll(/\{(\w+)\}/g, (_whole, name: string) => String(given[name] ?? '').replaceAll("'", "''"));
}
