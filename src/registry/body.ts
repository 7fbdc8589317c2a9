/**
 * What a method takes as its body.
 *
 * @module
 */

import { type JsonValue, own } from '../values.ts';
import type { Compiler } from './compiler.ts';
import { check, escapePointer, resolve, wrong } from './document.ts';
import * as checks from './document-checks.ts';
import type * as documents from './documents.ts';
import { renamed, requiredOf, resolveSchema, type SchemaAt, writableFieldsOf } from './fields.ts';
import { isJsonMedia } from './media.ts';
import type { JsonObject, RequestBody } from './resource.ts';

interface BodyContext {
  /** The operation. */
  readonly at: string;
  readonly config: documents.ConfigDocument;
}

/** A body that is no JSON makes the method unusable, not the document. */
export function bodyOf(
  compiler: Compiler,
  method: documents.MethodDocument,
  requestBody: unknown,
  { at, config }: BodyContext,
): { readonly body?: RequestBody; readonly unsupported?: string } {
  const { request = {} } = method;
  const fixed = {
    ...textOf(compiler, at, 'base', request.base),
    ...textOf(compiler, at, 'default', request.default),
  };
  if (requestBody === undefined) {
    if (request.base === undefined && request.default === undefined) return {};
    return { body: { mediaType: 'application/json', fields: [], required: [], ...fixed } };
  }
  const { target, pointer } = resolve(compiler, requestBody, `${at}/requestBody`);
  const content = check(checks.payload, target, compiler.file, pointer).content ?? {};
  const mediaType = Object.keys(content).find(isJsonMedia);
  if (mediaType === undefined) return { unsupported: `its body is ${Object.keys(content).join(' or ')}` };
  const bodyCheck = method['x-oktaql']?.bodyCheck;
  const own = {
    schema: content[mediaType]?.schema,
    pointer: `${pointer}/content/${escapePointer(mediaType)}/schema`,
  };
  const {
    schema,
    pointer: schemaAt,
    nestedAt,
  } = nestedSchema(compiler, request.schema_override ?? own.schema, own.pointer, config);
  const fields = renamed(writableFieldsOf(compiler, schema, schemaAt), request.projection_map);
  const required = [...(request.required ?? []), ...requiredOf(compiler, schema, schemaAt)];
  return {
    body: {
      mediaType: mediaType === '*/*' ? 'application/json' : mediaType,
      ...(resolveSchema(compiler, schema, schemaAt).schema.type === 'array' && { isList: true }),
      fields,
      required: fields
        .filter(({ name, wireName = name }) => required.includes(name) || required.includes(wireName))
        .map(({ name }) => name),
      ...(bodyCheck !== undefined && { check: bodyCheck }),
      ...fixed,
      ...(nestedAt.length > 0 && { nestedAt }),
    },
  };
}

/** `naive_task`: the names of statements are members of `task` in the body. */
function nestedSchema(
  compiler: Compiler,
  root: unknown,
  pointer: string,
  { requestBodyTranslate }: documents.ConfigDocument,
): { readonly schema: unknown; readonly pointer: string; readonly nestedAt: readonly string[] } {
  const [, path = ''] = /^naive_(.+)$/.exec(requestBodyTranslate?.algorithm ?? '') ?? [];
  const nestedAt = path
    .replace(/^\$\.?/, '')
    .split('.')
    .filter((name) => name !== '');
  if (nestedAt.length === 0) return { schema: root, pointer, nestedAt };
  let at: SchemaAt | undefined = resolveSchema(compiler, root, pointer);
  for (const name of nestedAt) {
    const inner: unknown = own(at?.schema.properties ?? {}, name);
    at =
      at === undefined || inner === undefined
        ? undefined
        : resolveSchema(compiler, inner, `${at.pointer}/properties/${escapePointer(name)}`);
  }
  // Documents also give the schema of the inner object alone.
  return at === undefined ? { schema: root, pointer, nestedAt } : { ...at, nestedAt };
}

function textOf(
  compiler: Compiler,
  at: string,
  key: 'base' | 'default',
  text: string | undefined,
): { readonly base?: JsonObject; readonly default?: JsonObject } {
  if (text === undefined) return {};
  const value = parsed(text);
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return { [key]: value as JsonObject };
  throw wrong(compiler.file, at, `request.${key} of its method is no JSON object`);
}

function parsed(text: string): JsonValue | undefined {
  try {
    return JSON.parse(text) as JsonValue;
  } catch {
    return undefined;
  }
}
