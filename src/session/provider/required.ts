/**
 * What a scan has to be given, so that an outside planner knows before it asks.
 *
 * @module
 */

import { missingParameters } from '../../plan/assignments.ts';
import { sharedParameters } from '../../plan/scan.ts';
import type { Registry } from '../../registry/registry.ts';
import { type Method, type Resource, usableMethods } from '../../registry/resource.ts';

type Names = readonly string[];

/**
 * Sets of columns, the smallest first, one of which a scan's quals have to give values for. A set without columns: nothing has to
 * be given. No set at all: the resource cannot be scanned.
 */
export function requiredSets(
  resource: Resource,
  registry: Registry,
  defaults: Readonly<Record<string, string>>,
): readonly Names[] {
  const sets = usableMethods(resource, 'select').flatMap((method) => {
    const missing = missingOf(resource, method, defaults);
    return [missing, ...suppliedByParent(missing, resource, registry, defaults)];
  });
  const distinct = [...new Map(sets.map((set) => [[...set].sort().join('\n'), set])).values()];
  // Of one that another is part of, the other is enough.
  return distinct
    .filter((set) => !distinct.some((other) => other !== set && other.every((name) => set.includes(name))))
    .toSorted((a, b) => a.length - b.length);
}

/** Parameters of which the document knows all values need not be given. */
function missingOf(resource: Resource, method: Method, defaults: Readonly<Record<string, string>>): Names {
  const { enumerate = {} } = method;
  return missingParameters(resource, method, [], defaults).filter((name) => !Object.hasOwn(enumerate, name));
}

/** What has to be given all the same, where rows of a declared parent supply some of it. */
function suppliedByParent(
  missing: Names,
  resource: Resource,
  registry: Registry,
  defaults: Readonly<Record<string, string>>,
): readonly Names[] {
  if (resource.parent === undefined) return [];
  const { supplies } = resource.parent;
  const parent = registry.resource(resource.parent.resource.split('.'));
  const shared = sharedParameters(resource, parent);
  const left = missing.filter((name) => !Object.hasOwn(supplies, name) && !Object.hasOwn(shared, name));
  // What the parent needs is given to the child, where both have it.
  return requiredSets(parent, registry, defaults)
    .filter((set) => set.every((name) => Object.hasOwn(shared, name)))
    .map((set) => [...new Set([...left, ...set])]);
}
