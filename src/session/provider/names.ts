/**
 * Names as callers write them → the names of documents.
 *
 * @module
 */

import { canonicalName } from '../../plan/assignments.ts';
import { unknownParameter } from '../../plan/call.ts';
import { valueFor } from '../../plan/plain.ts';
import type { InQual, ScanQual } from '../../plan/plan.ts';
import { unknownColumn } from '../../registry/nearest.ts';
import type { Registry } from '../../registry/registry.ts';
import { isStarColumn, type Method, type Resource, type TableColumn } from '../../registry/resource.ts';
import type { Value } from '../../values.ts';

/** Callers name columns as they like; plans have one name for each. */
export function canonicalQual(qual: ScanQual, resource: Resource): ScanQual {
  switch (qual.kind) {
    case 'and':
    case 'or':
      return { ...qual, quals: qual.quals.map((part) => canonicalQual(part, resource)) };
    case 'tuples':
      return { ...qual, columns: qual.columns.map((column) => canonicalName(resource, column)) };
    case 'in':
      return withTypes({ ...qual, column: canonicalName(resource, qual.column) }, resource);
    default:
      return { ...qual, column: canonicalName(resource, qual.column) };
  }
}

/** `'TRUE'` for a parameter that is a truth value becomes one: what is sent is what its column then holds. */
function withTypes(qual: InQual, resource: Resource): InQual {
  const column = resource.columns.find(({ name }) => canonicalName(resource, name) === qual.column);
  if (column === undefined || qual.path !== undefined) return qual;
  return { ...qual, values: qual.values.map((value) => valueFor(column, { kind: 'literal', value }) ?? value) };
}

export function selectColumns(resource: Resource, names: readonly string[] | undefined): readonly TableColumn[] {
  if (names === undefined) return resource.columns.filter(isStarColumn);
  return names.map((name) => {
    const column = resource.columns.find((candidate) => candidate.name.toLowerCase() === name.toLowerCase());
    if (column === undefined)
      throw unknownColumn(
        name,
        resource.columns.map((known) => known.name),
      );
    return column;
  });
}

export function resourceNames(registry: Registry): readonly string[] {
  return registry.providers.flatMap(({ name, services }) =>
    services.flatMap((service) =>
      Object.values(registry.service(name, service).resources).map((resource) => resource.name),
    ),
  );
}

export function checkNames(method: Method, parameters: Readonly<Record<string, Value>>): void {
  for (const name of Object.keys(parameters)) {
    if (!method.parameters.some((parameter) => parameter.name === name)) throw unknownParameter(method, name);
  }
}
