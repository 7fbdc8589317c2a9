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
import { fieldOf, fieldsOf, renamed, resolveSchema, type SchemaAt } from './fields.ts';
import { asPath, parsePath } from './json-path.ts';
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
  const status = method.response?.openAPIDocKey ?? lowestSuccess(responses);
  if (status === undefined) return { shape: NOTHING };
  if (!Object.hasOwn(responses, status)) throw wrong(compiler.file, `${at}/responses`, `no response ${status}`);
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
  const wrapper = wrapperOf(transform);
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
      fields: scalar === undefined ? fields : scalarFields(compiler, scalar, rows),
      ...(scalar !== undefined && { scalar }),
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
  return type === 'string' || type === 'number' || type === 'integer' || type === 'boolean' ? 'value' : undefined;
}

/** The one column of a list of texts or numbers. In StackQL's documents the schema already says so. */
function scalarFields(compiler: Compiler, scalar: string, rows: RowSchema): readonly Field[] {
  const declared = fieldsOf(compiler, rows.schema, rows.pointer).find(({ name }) => name === scalar);
  return [declared ?? fieldOf(compiler, scalar, rows.schema, rows.pointer)];
}

interface RowSchema {
  readonly schema: unknown;
  readonly pointer: string;
  readonly isList: boolean;
  readonly path: string;
}

/** Follows a path into the schema of the answer, and from a list to its items. */
function rowSchema(compiler: Compiler, { schema, pointer }: AnswerSchema, path: string): RowSchema {
  let at = resolveSchema(compiler, schema, pointer);
  const steps = parsePath(path) ?? [];
  for (const step of steps) at = step.kind === 'member' ? member(compiler, at, step.name, path) : items(compiler, at);
  const isSpread = steps.some(({ kind }) => kind === 'all');
  if (at.schema.type !== 'array') return { ...at, isList: isSpread, path };
  if (at.schema.items === undefined) throw listOfWhat(compiler, at);
  return { schema: at.schema.items, pointer: `${at.pointer}/items`, isList: true, path };
}

function member(compiler: Compiler, at: SchemaAt, name: string, path: string): SchemaAt {
  const { properties = {} } = at.schema;
  const property = Object.hasOwn(properties, name) ? properties[name] : undefined;
  if (property === undefined)
    throw wrong(compiler.file, at.pointer, `no property ${name}, which objectKey ${path} names`);
  return resolveSchema(compiler, property, `${at.pointer}/properties/${escapePointer(name)}`);
}

function items(compiler: Compiler, at: SchemaAt): SchemaAt {
  if (at.schema.items === undefined) throw listOfWhat(compiler, at);
  return resolveSchema(compiler, at.schema.items, `${at.pointer}/items`);
}

function listOfWhat({ file }: Compiler, { pointer }: SchemaAt): ProviderDocumentError {
  return wrong(file, `${pointer}/items`, 'a list of what');
}
