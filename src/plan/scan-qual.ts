/**
 * What a condition says, in the terms of a scan: with names of one resource, and values of its columns' types.
 *
 * @module
 */

import type { Resource, TableColumn } from '../registry/resource.ts';
import type { ColumnRef, Constant, Literal, Qual } from '../sql/statement.ts';
import { canonicalName, isAskedColumn } from './assignments.ts';
import { plainValue, valueFor } from './plain.ts';
import type { ScanQual } from './plan.ts';

/** The qual in a scan's terms; undefined where only the engine can tell what it is true of. */
export function scanQual(qual: Qual, resource: Resource): ScanQual | undefined {
  switch (qual.kind) {
    case 'and': {
      const parts = qual.quals.map((part) => scanQual(part, resource)).filter((part) => part !== undefined);
      return parts.length === 0 ? undefined : conjunction(parts, qual);
    }
    case 'or': {
      const parts = qual.quals.map((part) => scanQual(part, resource));
      return parts.every((part) => part !== undefined) ? { kind: 'or', quals: parts } : undefined;
    }
    case 'in': {
      const values = qual.values.map((value) => typedValue(value, qual.column, resource));
      if (!values.every((value) => value !== undefined)) return undefined;
      if (qual.isImplied !== true) return { kind: 'in', ...columnOf(qual.column), values };
      return { kind: 'in', ...columnOf(qual.column), values: nameable(values, qual.column, resource), isImplied: true };
    }
    case 'compare': {
      const value = typedValue(qual.value, qual.column, resource);
      const isPlain = qual.alongside === undefined || typedValue(qual.alongside, qual.column, resource) !== undefined;
      if (value === undefined || !isPlain) return undefined;
      return {
        kind: 'compare',
        ...columnOf(qual.column),
        operator: qual.operator,
        value: asWritten(qual.value, value),
      };
    }
    case 'like': {
      const { pattern } = qual;
      if (pattern.kind !== 'literal' || pattern.type !== undefined || typeof pattern.value !== 'string')
        return undefined;
      return { kind: 'like', ...columnOf(qual.column), pattern: pattern.value };
    }
    case 'null':
      return { kind: 'null', ...columnOf(qual.column), isNull: qual.isNull };
    default:
      return undefined;
  }
}

/** Data may hold an empty text where an id is expected: no object has that id. */
function nameable(values: readonly Literal[], { name }: ColumnRef, resource: Resource): readonly Literal[] {
  return isAskedColumn(resource, name) ? values : values.filter((value) => value !== '');
}

type QualColumn = Pick<ScanQual & { readonly kind: 'null' }, 'column' | 'path' | 'memberType'>;

function columnOf({ name, path, memberType }: ColumnRef): QualColumn {
  return { column: name, ...(path !== undefined && { path }), ...(memberType !== undefined && { memberType }) };
}

/** A time is shown as the statement has it: nobody has to find two of them equal. */
function asWritten(constant: Constant, value: Literal): Literal {
  const isText = constant.kind === 'literal' && typeof constant.value === 'string' && typeof value === 'string';
  return isText ? constant.value : value;
}

/** What the constant is as a value of that column. An arrow takes a member out of JSON as a text. */
function typedValue(
  constant: Constant,
  { name, path, memberType = 'VARCHAR' }: ColumnRef,
  resource: Resource,
): Literal | undefined {
  if (constant.kind !== 'literal') return undefined;
  if (path !== undefined) return plainValue(memberType, constant);
  const column = resource.columns.find((each) => canonicalName(resource, each.name) === name);
  if (column === undefined) return undefined;
  const value = valueFor(column, constant);
  const given = value === undefined ? namesakeOf(column, resource) : undefined;
  return given === undefined ? value : valueFor(given, constant);
}

/** Where a parameter is called like a field of another type, a value of the parameter's type is meant for that. */
function namesakeOf(field: TableColumn, { named = {}, columns }: Resource): TableColumn | undefined {
  const [alias] = Object.entries(named).find(([, name]) => name.toLowerCase() === field.name.toLowerCase()) ?? [];
  return columns.find(({ name, type }) => name === alias && type !== field.type);
}

/** What is left of an AND. */
export function conjunction<Q>(
  quals: readonly Q[],
  whole: { readonly quals: readonly unknown[]; readonly isPartial?: true },
): { readonly kind: 'and'; readonly quals: readonly Q[]; readonly isPartial?: true } {
  const isPartial = whole.isPartial === true || quals.length < whole.quals.length;
  return { kind: 'and', quals, ...(isPartial && { isPartial }) };
}
