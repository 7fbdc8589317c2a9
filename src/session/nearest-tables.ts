/**
 * A table that there is not, where another service has one of that name or nearly: `applications` for `okta.apps.applications`.
 *
 * @module
 */

import { BindError } from '../errors.ts';
import { didYouMean, nearestNames } from '../registry/nearest.ts';
import type { Registry } from '../registry/registry.ts';

const MOST = 3;

/** The error with a hint that names them; else the error itself. */
export function withNearestTables(error: unknown, registry: Registry): unknown {
  if (!(error instanceof BindError) || error.code !== 'UNKNOWN_RESOURCE' || error.unknownName === '') return error;
  const name = error.unknownName.split('.').at(-1) ?? '';
  const known = namesOf(registry);
  const isOne = known.filter((each) => lastPart(each).toLowerCase() === name.toLowerCase());
  // What resembles it where it was looked for goes before what resembles it elsewhere.
  if (isOne.length === 0 && error.nearest.length > 0) return error;
  const near = nearestNames(name, [...new Set(known.map(lastPart))]);
  const found = isOne.length > 0 ? isOne : near.flatMap((each) => known.filter((full) => lastPart(full) === each));
  const nearest = found.slice(0, MOST);
  if (nearest.length === 0) return error;
  return new BindError('UNKNOWN_RESOURCE', error.message, {
    unknownName: error.unknownName,
    nearest,
    hint: didYouMean(nearest, []),
    cause: error,
  });
}

/** As far as it costs nothing to know: documents that are read for their names alone may take minutes. */
function namesOf({ providers }: Registry): readonly string[] {
  return providers.flatMap(({ name, resourceNames = {} }) =>
    Object.entries(resourceNames).flatMap(([service, names]) => names.map((each) => `${name}.${service}.${each}`)),
  );
}

function lastPart(name: string): string {
  return name.split('.').at(-1) ?? '';
}
