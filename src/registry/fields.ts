/**
 * Schemas → columns. Only the first level of an object is a column; what lies deeper is JSON.
 *
 * @module
 */

import type { ColumnType } from '../values.ts';
import { check, escapePointer, type RawDocument, resolve, spend, wrong } from './document.ts';
import * as checks from './document-checks.ts';
import type * as documents from './documents.ts';
import type { Field } from './resource.ts';

/** A schema with references followed, and where it stands. */
export interface SchemaAt {
  readonly schema: documents.SchemaDocument;
  readonly pointer: string;
}

export function resolveSchema(document: RawDocument, root: unknown, pointer: string): SchemaAt {
  const { target, pointer: at } = resolve(document, root ?? {}, pointer);
  const { checked } = document.effort;
  const known = typeof target === 'object' && target !== null ? checked.get(target) : undefined;
  const schema = (known as documents.SchemaDocument | undefined) ?? check(checks.schema, target, document.file, at);
  if (typeof target === 'object' && target !== null) checked.set(target, schema);
  return { schema, pointer: at };
}

/** Columns that one answer may make. Tables of ours have a fiftieth of it. */
const MOST_FIELDS = 4_000;

/**
 * The properties of an object as fields: its own, then those of `allOf`, `oneOf` and `anyOf`, each name once. A row of a
 * variant lacks the fields of the others, which are NULL then.
 */
export function fieldsOf(document: RawDocument, root: unknown, pointer: string): readonly Field[] {
  const fields = new Map<string, Field>();
  for (const [name, property, at] of propertiesOf(document, root, pointer, 0)) {
    if (fields.has(name)) continue;
    if (fields.size === MOST_FIELDS)
      throw wrong(document.file, at, `more than ${MOST_FIELDS} properties in one object`);
    fields.set(name, fieldOf(document, name, property, at));
  }
  return [...fields.values()];
}

/** The names that an object must have: its own, and those of each part of `allOf`. Of variants, none is sure. */
export function requiredOf(document: RawDocument, root: unknown, pointer: string, depth = 0): readonly string[] {
  if (depth > DEEPEST) throw wrong(document.file, pointer, 'the schema contains itself');
  const { schema, pointer: at } = resolveSchema(document, root, pointer);
  const inherited = (schema.allOf ?? []).flatMap((part, index) =>
    requiredOf(document, part, `${at}/allOf/${index}`, depth + 1),
  );
  return [...new Set([...(schema.required ?? []), ...inherited])];
}

/** The fields that a request may set. */
export function writableFieldsOf(document: RawDocument, root: unknown, pointer: string): readonly Field[] {
  const readOnly = new Set<string>();
  for (const [name, property, at] of propertiesOf(document, root, pointer, 0)) {
    if (resolveSchema(document, property, at).schema.readOnly === true) readOnly.add(name);
  }
  return fieldsOf(document, root, pointer).filter(({ name }) => !readOnly.has(name));
}

/**
 * Fields under the names that a document gives them. StackQL's `projection_map` is found written both ways round, so the
 * schema decides: of each pair, the name that it has is the API's.
 */
export function renamed(
  fields: readonly Field[],
  renames: Readonly<Record<string, string>> | undefined,
): readonly Field[] {
  if (renames === undefined) return fields;
  const known = new Set(fields.map(({ name }) => name));
  const names = new Map(Object.entries(renames).map(([a, b]) => (known.has(a) && !known.has(b) ? [a, b] : [b, a])));
  return fields.map((field) => {
    const name = names.get(field.name);
    return name === undefined ? field : { ...field, name, wireName: field.name };
  });
}

export function fieldOf(document: RawDocument, name: string, root: unknown, pointer: string): Field {
  const { schema, pointer: at } = resolveSchema(document, root, pointer);
  const type = columnType(document, { schema, pointer: at }, 0);
  return { name, type, description: schema.description ?? '', ...(mayBeText(schema, type) && { mayBeText: true }) };
}

/** Of a value that is JSON because nothing, or several things, are said of it. */
function mayBeText({ type, properties }: SchemaAt['schema'], columnType: ColumnType): boolean {
  return columnType === 'JSON' && type !== 'object' && type !== 'array' && properties === undefined;
}

/** Schemas nested by `allOf` deeper than this refer to themselves. */
const DEEPEST = 16;

const COMBINERS = ['allOf', 'oneOf', 'anyOf'] as const;

function* partsOf({ schema, pointer }: SchemaAt): Iterable<readonly [unknown, string]> {
  for (const combiner of COMBINERS) {
    for (const [index, part] of (schema[combiner] ?? []).entries()) yield [part, `${pointer}/${combiner}/${index}`];
  }
}

export function* propertiesOf(
  document: RawDocument,
  root: unknown,
  pointer: string,
  depth: number,
): Iterable<readonly [string, unknown, string]> {
  if (depth > DEEPEST) throw wrong(document.file, pointer, 'the schema contains itself');
  const at = resolveSchema(document, root, pointer);
  for (const [name, property] of Object.entries(at.schema.properties ?? {})) {
    spend(document, 1, at.pointer);
    yield [name, property, `${at.pointer}/properties/${escapePointer(name)}`];
  }
  for (const [part, partPointer] of partsOf(at)) yield* propertiesOf(document, part, partPointer, depth + 1);
}

export function columnType(document: RawDocument, at: SchemaAt, depth: number): ColumnType {
  const { type, format, properties } = at.schema;
  if (at.schema['x-stackQL-stringOnly'] === true) return 'VARCHAR';
  switch (type) {
    case 'integer':
      return 'BIGINT';
    case 'number':
      return 'DOUBLE';
    case 'boolean':
      return 'BOOLEAN';
    case 'object':
    case 'array':
      return 'JSON';
    case 'string':
      return format === 'date-time' ? 'TIMESTAMPTZ' : 'VARCHAR';
    default:
      return properties === undefined ? combinedType(document, at, depth) : 'JSON';
  }
}

/** The type that all parts share. A value of which nothing is said, or different things, is JSON: that holds anything. */
function combinedType(document: RawDocument, at: SchemaAt, depth: number): ColumnType {
  if (depth > DEEPEST) return 'JSON';
  const types = new Set(
    [...partsOf(at)].map(([part, pointer]) => columnType(document, resolveSchema(document, part, pointer), depth + 1)),
  );
  const [only, second] = types;
  return only !== undefined && second === undefined ? only : 'JSON';
}
