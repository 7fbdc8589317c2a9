/**
 * Schemas → what is inside JSON columns.
 *
 * @module
 */

import { ProviderDocumentError } from '../errors.ts';
import type { ColumnType } from '../values.ts';
import type { RawDocument } from './document.ts';
import type { MemberDocument } from './documents.ts';
import { columnType, propertiesOf, resolveSchema } from './fields.ts';
import type { MemberType, MemberTypes } from './resource.ts';

/** What lies deeper is not listed. */
const DEEPEST = 7;

/** So many schemas are looked at for the rows of one method: documents are not trusted to be small. */
const MOST_SCHEMAS = 5_000;

type Members = MemberTypes | readonly [MemberType];

/** Of each property of an object that holds JSON with something declared inside: what that is. */
export function membersOf(document: RawDocument, root: unknown, pointer: string): ReadonlyMap<string, Members> {
  const properties = propertyTypes(document, root, pointer, { depth: 0, above: [], budget: { schemas: MOST_SCHEMAS } });
  return new Map(
    Object.entries(properties).flatMap(([name, type]) => (typeof type === 'string' ? [] : [[name, type]])),
  );
}

/** What both say. A value that is said to be two things is a text, which can hold either. */
export function mergeMembers(one: MemberType, other: MemberType): MemberType {
  if (one === 'JSON' || other === 'JSON' || one === other) return one === 'JSON' ? other : one;
  if (typeof one === 'string' || typeof other === 'string') return 'VARCHAR';
  if (isList(one) || isList(other)) {
    return isList(one) && isList(other) ? [mergeMembers(one[0], other[0])] : 'VARCHAR';
  }
  const merged = new Map(Object.entries(one));
  for (const [name, type] of Object.entries(other)) {
    const known = merged.get(name);
    merged.set(name, known === undefined ? type : mergeMembers(known, type));
  }
  return Object.fromEntries(merged);
}

function isList(type: MemberType): type is readonly [MemberType] {
  return Array.isArray(type);
}

interface Inside {
  readonly depth: number;
  /** Where the schemas around it stand: one that contains itself ends there. */
  readonly above: readonly string[];
  readonly budget: { schemas: number };
}

/** All properties, those of variants too, each merged with its namesakes. */
function propertyTypes(document: RawDocument, root: unknown, pointer: string, inside: Inside): MemberTypes {
  const types = new Map<string, MemberType>();
  for (const [name, property, at] of propertiesOf(document, root, pointer, 0)) {
    const type = memberType(document, property, at, inside);
    const known = types.get(name);
    types.set(name, known === undefined ? type : mergeMembers(known, type));
  }
  return Object.fromEntries(types);
}

/** What is wrong in a schema that is no column is no reason to refuse the document, which was good enough without it. */
function memberType(document: RawDocument, root: unknown, pointer: string, inside: Inside): MemberType {
  try {
    return declaredType(document, root, pointer, inside);
  } catch (error) {
    if (error instanceof ProviderDocumentError) return 'JSON';
    throw error;
  }
}

function declaredType(document: RawDocument, root: unknown, pointer: string, inside: Inside): MemberType {
  inside.budget.schemas -= 1;
  const at = resolveSchema(document, root, pointer);
  const type = columnType(document, at, 0);
  if (type !== 'JSON') return type;
  if (inside.depth >= DEEPEST || inside.above.includes(at.pointer) || inside.budget.schemas < 0) return 'JSON';
  const below = { ...inside, depth: inside.depth + 1, above: [...inside.above, at.pointer] };
  const { type: kind, items, 'x-oktaql': extension } = at.schema;
  if (extension?.members !== undefined) return typeOfMember(extension.members);
  if (kind === 'array') {
    return items === undefined ? 'JSON' : [memberType(document, items, `${at.pointer}/items`, below)];
  }
  const properties = propertyTypes(document, at.schema, at.pointer, below);
  if (Object.keys(properties).length > 0) return properties;
  // Where nothing is said of a value, or several things, a text is what can always be had.
  return kind === 'object' ? 'JSON' : 'VARCHAR';
}

const TYPES: Readonly<Record<MemberDocument & string, ColumnType>> = {
  string: 'VARCHAR',
  integer: 'BIGINT',
  number: 'DOUBLE',
  boolean: 'BOOLEAN',
  'date-time': 'TIMESTAMPTZ',
  object: 'JSON',
};

function typeOfMember(member: MemberDocument): MemberType {
  if (typeof member === 'string') return TYPES[member];
  if (isElements(member)) {
    const [element = 'object'] = member;
    return [typeOfMember(element)];
  }
  return Object.fromEntries(Object.entries(member).map(([name, inner]) => [name, typeOfMember(inner)]));
}

function isElements(member: MemberDocument): member is readonly MemberDocument[] {
  return Array.isArray(member);
}
