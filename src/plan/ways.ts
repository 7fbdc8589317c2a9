/**
 * The ways to read a reference that were not taken, for EXPLAIN VERBOSE: whoever wonders why a list is read, or why an object is looked
 * up, sees what the other ways lack or cost.
 *
 * @module
 */

import { type Method, methodsFor, type Resource } from '../registry/resource.ts';
import { canAsk, canonicalName } from './assignments.ts';
import type { PlanContext } from './draft.ts';
import { estimateOf } from './estimate.ts';
import type { RejectedWay, Scan, ScanRequest } from './plan.ts';
import { boundColumns, missingOf, notInCopies, planWithParent, scanOf } from './scan.ts';

/** @param chosen how the reference is read */
export function rejectedWays(request: ScanRequest, chosen: Scan, context: PlanContext): readonly RejectedWay[] {
  const { resource } = request;
  const others = methodsFor(resource, 'select').filter(
    (method) => method !== chosen.method || chosen.parent !== undefined,
  );
  return [
    ...others.map((method) => wayOf(method, request, chosen, context)),
    ...belowParent(request, chosen, context),
    ...copies(request, chosen, context),
  ];
}

function wayOf(method: Method, request: ScanRequest, chosen: Scan, context: PlanContext): RejectedWay {
  const { resource } = request;
  const columns = boundColumns(request);
  const missing = missingOf(method, columns, resource, context);
  if (missing.length > 0) return { way: method.name, why: `needs ${missing.join(', ')}` };
  if (!canAsk(method, resource, columns))
    return { way: method.name, why: 'cannot be asked for all that the statement asks' };
  return atPrice(method.name, scanOf(request, method, context), chosen, context);
}

/** A list for each row of the declared parent, where something else gives what it needs. */
function belowParent(request: ScanRequest, chosen: Scan, context: PlanContext): readonly RejectedWay[] {
  const { resource } = request;
  if (chosen.parent !== undefined || resource.parent === undefined) return [];
  const unfed = { ...request, fed: [], allowParent: true };
  const scan = planWithParent(unfed, methodsFor(resource, 'select'), context);
  if (scan === undefined || scan.isEmbedded) return [];
  return [atPrice(`${scan.method.name} for each row of ${resource.parent.resource}`, scan, chosen, context)];
}

function copies(request: ScanRequest, { isEmbedded }: Scan, context: PlanContext): readonly RejectedWay[] {
  const { resource, fed } = request;
  if (isEmbedded || resource.embedded === undefined) return [];
  const way = `copies in ${resource.embedded.resource}`;
  if (context.settings?.embedded === false) return [{ way, why: 'okta.embedded is off' }];
  const lacking = notInCopies(request);
  if (lacking.length > 0) return [{ way, why: `have no ${lacking.map((name) => nameIn(resource, name)).join(', ')}` }];
  return fed.length > 0 ? [{ way, why: 'a join gives the keys' }] : [{ way, why: 'one object is asked for by itself' }];
}

function nameIn(resource: Resource, column: string): string {
  return (
    resource.columns.find(({ name }) => canonicalName(resource, name) === canonicalName(resource, column))?.name ??
    column
  );
}

function atPrice(way: string, scan: Scan, chosen: Scan, { settings }: PlanContext): RejectedWay {
  const [requests, least] = [scan, chosen].map((each) => estimateOf(each, undefined, settings?.sizes).expected);
  const isDearer = (requests ?? 0) > (least ?? 0);
  const why = isDearer ? 'is expected to cost more' : 'costs no less, and binds less of what is given';
  return { way, why, requests: requests ?? 0 };
}
