/**
 * What a method answers with success.
 *
 * @module
 */

import type { ProviderDocumentError } from '../errors.ts';
import type { Compiler } from './compiler.ts';
import { check, escapePointer, resolve, wrong } from './document.ts';
import * as checks from './document-checks.ts';
import type * as documents from './documents.ts';
import { fieldOf, fieldsOf, propertiesOf, renamed, resolveSchema, type SchemaAt } from './fields.ts';
import { asPath, parsePath, textOf } from './json-path.ts';
import { isJsonMedia } from './media.ts';
import { membersOf } from './member-types.ts';
import type { Field, ResponseShape, Verb } from './resource.ts';
import { wrapperOf } from './wrappers.ts';

interface Answer {
  readonly shape: ResponseShape;
  /** Why this version cannot read it. */
  readonly unsupported?: string;
}

interface ResponseContext {
  /** The operation. */
  readonly at: string;
  readonly verb: Verb;
}

export function responseOf(
  compiler: Compiler,
  method: documents.MethodDocument,
  responses: Readonly<Record<string, unknown>>,
  { at, verb }: ResponseContext,
): Answer {
  const named = method.response?.openAPIDocKey;
  const isThere = named === undefined || Object.hasOwn(responses, named);
  // Documents are published whose methods name 200 where the operation answers 204.
  const status =
    isThere || compiler.reading === 'strict' ? (named ?? lowestSuccess(responses)) : lowestSuccess(responses);
  if (status === undefined || !Object.hasOwn(responses, status)) return undeclared(compiler, method, { at, verb });
  const { target, pointer } = resolve(compiler, responses[status], `${at}/responses/${status}`);
  const content = check(checks.payload, target, compiler.file, pointer).content ?? {};
  const mediaType = Object.keys(content).find(isJsonMedia);
  const schema = method.response?.schema_override ?? (mediaType === undefined ? undefined : content[mediaType]?.schema);
  if (mediaType !== undefined) {
    const own = `${pointer}/content/${escapePointer(mediaType)}/schema`;
    return jsonResponse(compiler, method, { schema, pointer: own, verb });
  }
  if (Object.keys(content).length === 0) return { shape: NOTHING };
  return { shape: { kind: 'text', rowsAt: [], fields: [TEXT_FIELD] } };
}

/** An answer that the operation does not describe. What is to be read from it has to be said elsewhere. */
function undeclared(compiler: Compiler, method: documents.MethodDocument, { at, verb }: ResponseContext): Answer {
  const { openAPIDocKey, schema_override: schema } = method.response ?? {};
  if (compiler.reading === 'lenient' && schema !== undefined)
    return jsonResponse(compiler, method, { schema, pointer: at, verb });
  const isRead = verb === 'select' || compiler.reading === 'strict';
  if (openAPIDocKey !== undefined && isRead)
    throw wrong(compiler.file, `${at}/responses`, `no response ${openAPIDocKey}`);
  return { shape: NOTHING };
}

const NOTHING: ResponseShape = { kind: 'none', rowsAt: [], fields: [] };

const TEXT_FIELD: Field = { name: 'contents', type: 'VARCHAR', description: 'The answer, which is no JSON.' };

function lowestSuccess(responses: Readonly<Record<string, unknown>>): string | undefined {
  const codes = Object.keys(responses).filter((key) => key.startsWith('2'));
  return codes.sort()[0] ?? Object.keys(responses).find((key) => key === 'default');
}

interface AnswerSchema {
  readonly schema: unknown;
  readonly pointer: string;
  readonly verb: Verb;
}

function jsonResponse(compiler: Compiler, method: documents.MethodDocument, own: AnswerSchema): Answer {
  const { objectKey, transform, projection_map: renames } = method.response ?? {};
  const wrapper = wrapperOf(transform, objectKey);
  const path = objectKey === undefined ? undefined : asPath(objectKey);
  if (objectKey !== undefined && path === undefined) {
    return { shape: NOTHING, unsupported: `its rows are at ${objectKey}` };
  }
  const rows = rowSchema(compiler, own, path ?? usualPath(compiler, own));
  const fields = renamed(rowFields(compiler, rows, own.verb), renames);
  const scalar = method['x-oktaql']?.scalar ?? wrapper?.scalar ?? undeclaredScalar(compiler, rows, fields);
  return {
    shape: {
      kind: rows.isList ? 'list' : 'object',
      rowsAt: method['x-oktaql']?.rowsAt ?? wrapper?.rowsAt ?? [rows.path],
      fields: [...(scalar === undefined ? fields : scalarFields(compiler, scalar, rows)), ...keyField(rows, fields)],
      ...(scalar !== undefined && { scalar }),
      ...(rows.isMap && { mapKey: MAP_KEY }),
    },
  };
}

/** Only of rows that become tables it matters what is inside their fields. */
function rowFields(compiler: Compiler, { schema, pointer }: RowSchema, verb: Verb): readonly Field[] {
  const fields = fieldsOf(compiler, schema, pointer);
  if (verb !== 'select') return fields;
  const members = membersOf(compiler, schema, pointer);
  return fields.map((field): Field => {
    const own = field.type === 'JSON' ? members.get(field.name) : undefined;
    return own === undefined ? field : { ...field, members: own };
  });
}

/**
 * Where a document does not say it, StackQL looks at the provider's `responseKeys`, then at `items`. Only SELECT does:
 * the object that was just made may have a list of its own.
 */
function usualPath(compiler: Compiler, { schema, pointer, verb }: AnswerSchema): string {
  if (verb !== 'select') return '$';
  const { properties = {} } = resolveSchema(compiler, schema, pointer).schema;
  const usual = [compiler.context.itemsKey, 'items'].find((key) => {
    const property = key !== undefined && Object.hasOwn(properties, key) ? properties[key] : undefined;
    return property !== undefined && resolveSchema(compiler, property, pointer).schema.type === 'array';
  });
  return usual === undefined ? '$' : (asPath(usual) ?? '$');
}

/** A list of texts or numbers of which the document does not say how the column is called. */
function undeclaredScalar(compiler: Compiler, rows: RowSchema, fields: readonly Field[]): string | undefined {
  if (!rows.isList || fields.length > 0) return undefined;
  const { type } = resolveSchema(compiler, rows.schema, rows.pointer).schema;
  return type === 'string' || type === 'number' || type === 'integer' || type === 'boolean' ? UNNAMED : undefined;
}

const UNNAMED = 'value';

/** What StackQL calls the column of such a list. */
const UNNAMED_IN_STACKQL = 'column_anon';

/** The one column of a list of texts or numbers. In StackQL's documents the schema already says so. */
function scalarFields(compiler: Compiler, scalar: string, rows: RowSchema): readonly Field[] {
  const declared = fieldsOf(compiler, rows.schema, rows.pointer).find(({ name }) => name === scalar);
  const field = declared ?? fieldOf(compiler, scalar, rows.schema, rows.pointer);
  return [scalar === UNNAMED ? { ...field, alias: UNNAMED_IN_STACKQL } : field];
}

/** The column of the names that the members of a map have: `key`, as DuckDB calls it, unless the rows have such a field. */
const MAP_KEY = 'key';

function keyField({ isMap }: RowSchema, fields: readonly Field[]): readonly Field[] {
  if (!isMap || fields.some(({ name }) => name.toLowerCase() === MAP_KEY)) return [];
  return [{ name: MAP_KEY, type: 'VARCHAR', description: 'The name under which the object stands in the answer.' }];
}

interface RowSchema {
  readonly schema: unknown;
  readonly pointer: string;
  readonly isList: boolean;
  /** Whether the rows are the members of an object, whose names no document knows. */
  readonly isMap: boolean;
  readonly path: string;
}

/** Follows a path into the schema of the answer, and from a list or a map to what it holds. */
function rowSchema(compiler: Compiler, { schema, pointer, verb }: AnswerSchema, path: string): RowSchema {
  const steps = parsePath(path) ?? [];
  let at = resolveSchema(compiler, schema, pointer);
  let walked = '$';
  for (const [index, step] of steps.entries()) {
    const isMap = (step.kind === 'all' || step.kind === 'values') && mapValues(compiler, at) !== undefined;
    // All that a map holds, at the end of a path, is the map.
    if (isMap && index === steps.length - 1) return mapRows(compiler, at, walked);
    walked += isMap ? '.*' : textOf(step.kind === 'values' ? { kind: 'all' } : step);
    if (step.kind === 'member') at = member(compiler, at, step.name, path);
    else at = isMap ? valuesOf(compiler, at) : items(compiler, at);
  }
  const isSpread = steps.some(({ kind }) => kind === 'all' || kind === 'values');
  if (at.schema.type === 'array') {
    if (at.schema.items === undefined) throw listOfWhat(compiler, at);
    return { schema: at.schema.items, pointer: `${at.pointer}/items`, isList: true, isMap: false, path: walked };
  }
  const isMap = !isSpread && verb === 'select' && mapValues(compiler, at) !== undefined;
  return isMap ? mapRows(compiler, at, walked) : { ...at, isList: isSpread, isMap: false, path: walked };
}

function mapRows(compiler: Compiler, at: SchemaAt, path: string): RowSchema {
  return { ...valuesOf(compiler, at), isList: true, isMap: true, path };
}

/** What the members of a map are: of an object without members of its own, where the document says it. */
function mapValues(compiler: Compiler, { schema, pointer }: SchemaAt): unknown {
  const { additionalProperties: values } = schema;
  const isSaid = typeof values === 'object' && values !== null && Object.keys(values).length > 0;
  const [first] = isSaid ? propertiesOf(compiler, schema, pointer, 0) : [];
  return isSaid && first === undefined ? values : undefined;
}

function valuesOf(compiler: Compiler, at: SchemaAt): SchemaAt {
  return resolveSchema(compiler, mapValues(compiler, at), `${at.pointer}/additionalProperties`);
}

/** Its own, or one of a part of it: an answer may be put together by `allOf`. */
function member(compiler: Compiler, at: SchemaAt, name: string, path: string): SchemaAt {
  for (const [own, property, pointer] of propertiesOf(compiler, at.schema, at.pointer, 0)) {
    if (own === name) return resolveSchema(compiler, property, pointer);
  }
  throw wrong(compiler.file, at.pointer, `no property ${name}, which objectKey ${path} names`);
}

function items(compiler: Compiler, at: SchemaAt): SchemaAt {
  if (at.schema.items === undefined) throw listOfWhat(compiler, at);
  return resolveSchema(compiler, at.schema.items, `${at.pointer}/items`);
}

function listOfWhat({ file }: Compiler, { pointer }: SchemaAt): ProviderDocumentError {
  return wrong(file, `${pointer}/items`, 'a list of what');
}
