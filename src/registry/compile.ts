/**
 * Provider documents → the registry's data. Runs when oktaql is built, and when a user names documents of their own;
 * the built-in provider is never compiled at run time.
 *
 * @module
 */

import { parseDocument } from 'yaml';
import type { ZodType } from 'zod';
import { ProviderDocumentError } from '../errors.ts';
import type { ColumnType } from '../values.ts';
import * as documents from './documents.ts';
import type {
  Field,
  HttpMethod,
  Method,
  Parameter,
  ProviderInfo,
  RequestBody,
  Resource,
  ResponseShape,
  Service,
  TableColumn,
  Verb,
} from './resource.ts';

/** A YAML file: its name for messages, and its text. */
export interface DocumentFile {
  readonly file: string;
  readonly text: string;
}

/** A provider as its document describes it, with the file of each service relative to the registry's `src`. */
export interface CompiledProvider {
  readonly info: ProviderInfo;
  readonly serviceFiles: Readonly<Record<string, string>>;
}

/** Throws `PROVIDER_DOCUMENT` with file and JSON pointer. */
export function compileProvider(source: DocumentFile): CompiledProvider {
  const document = check(documents.providerDocument, readYaml(source), source.file, '');
  const services = Object.entries(document.providerServices);
  return {
    info: {
      name: document.name,
      version: document.version,
      title: document.title ?? document.name,
      description: document.description ?? '',
      services: services.map(([name]) => name),
    },
    serviceFiles: Object.fromEntries(services.map(([name, service]) => [name, service.service.$ref])),
  };
}

/** Throws `PROVIDER_DOCUMENT` with file and JSON pointer. */
export function compileService(provider: string, service: string, source: DocumentFile): Service {
  const root = readYaml(source);
  const document = check(documents.serviceDocument, root, source.file, '');
  const compiler: Compiler = { file: source.file, root, document, prefix: `${provider}.${service}` };
  const resources = Object.entries(document.components['x-stackQL-resources']);
  return {
    name: service,
    title: document.info.title,
    description: document.info.description ?? '',
    resources: Object.fromEntries(
      resources.map(([name, resource]) => [name, compileResource(compiler, name, resource)]),
    ),
  };
}

interface Compiler {
  readonly file: string;
  /** The raw document, for references. */
  readonly root: unknown;
  readonly document: documents.ServiceDocument;
  /** `provider.service`. */
  readonly prefix: string;
}

const VERBS = ['select', 'insert', 'update', 'replace', 'delete'] as const;
const RESOURCES_POINTER = '/components/x-stackQL-resources';

function compileResource(compiler: Compiler, key: string, resource: documents.ResourceDocument): Resource {
  const pointer = `${RESOURCES_POINTER}/${escapePointer(key)}`;
  const verbs = compileVerbs(compiler, resource, pointer);
  const methods = Object.entries(resource.methods).map(([name, method]) =>
    compileMethod(
      compiler,
      `${pointer}/methods/${escapePointer(name)}`,
      { resource: key, name, verb: verbOf(verbs, name) },
      method,
    ),
  );
  const { aliases = {}, parent } = resource['x-oktaql'] ?? {};
  const columns = tableColumns(
    methods.filter((method) => verbs.select.includes(method.name)),
    aliases,
  );
  checkAliases(compiler, aliases, columns, pointer);
  checkParent(compiler, parent, methods, pointer);
  return {
    name: `${compiler.prefix}.${key}`,
    description: resource.description ?? '',
    methods,
    verbs,
    columns,
    ...(parent !== undefined && { parent: { ...parent, where: parent.where ?? {} } }),
  };
}

function compileVerbs(compiler: Compiler, resource: documents.ResourceDocument, pointer: string): Resource['verbs'] {
  const names = (verb: (typeof VERBS)[number]): readonly string[] =>
    (resource.sqlVerbs?.[verb] ?? []).map(({ $ref }, index) => {
      const name = $ref.split('/').at(-1) ?? '';
      if (Object.hasOwn(resource.methods, name)) return name;
      throw wrong(compiler.file, `${pointer}/sqlVerbs/${verb}/${index}/$ref`, `no method ${name} in this resource`);
    });
  return {
    select: names('select'),
    insert: names('insert'),
    update: names('update'),
    replace: names('replace'),
    delete: names('delete'),
  };
}

function verbOf(verbs: Resource['verbs'], method: string): Verb {
  return VERBS.find((verb) => verbs[verb].includes(method)) ?? 'exec';
}

/** Path and HTTP method of an operation are read from where it stands. */
const OPERATION_POINTER = /^\/paths\/[^/]+\/(?:get|post|put|patch|delete)$/;

function compileMethod(
  compiler: Compiler,
  pointer: string,
  identity: { readonly resource: string; readonly name: string; readonly verb: Verb },
  method: documents.MethodDocument,
): Method {
  const { target, pointer: at } = resolve(compiler, method.operation, `${pointer}/operation`);
  if (!OPERATION_POINTER.test(at)) throw wrong(compiler.file, `${pointer}/operation/$ref`, `no operation at #${at}`);
  const operation = check(documents.operation, target, compiler.file, at);
  const [, , path = '', httpMethod = ''] = at.split('/').map(unescapePointer);
  const server = compiler.document.servers[0];
  const extension = method['x-oktaql'] ?? {};
  const response = compileResponse(compiler, method, operation.responses, at);
  return {
    name: identity.name,
    key: `${compiler.prefix}.${identity.resource}.${identity.name}`,
    description: operation.description ?? operation.summary ?? '',
    verb: identity.verb,
    httpMethod: httpMethod.toUpperCase() as HttpMethod,
    path,
    server: server?.url ?? '',
    parameters: [...compileParameters(compiler, operation, path, at), ...serverParameters(compiler)],
    response,
    ...compileBody(compiler, method, operation.requestBody, at),
    ...(response.kind === 'list' && usesLink(compiler.document) && { paging: 'link' as const }),
    ...(extension.pageSize !== undefined && { pageSize: extension.pageSize }),
  };
}

function compileParameters(
  compiler: Compiler,
  operation: documents.OperationDocument,
  path: string,
  at: string,
): readonly Parameter[] {
  const parameters = (operation.parameters ?? []).map((entry, index): Parameter => {
    const { target, pointer } = resolve(compiler, entry, `${at}/parameters/${index}`);
    const {
      name,
      in: location,
      required,
      description,
      schema,
    } = check(documents.parameter, target, compiler.file, pointer);
    if (location === 'cookie') throw wrong(compiler.file, `${pointer}/in`, 'cookie parameters are not supported');
    return {
      ...fieldOf(compiler, name, schema, `${pointer}/schema`),
      description: description ?? '',
      location,
      // OpenAPI demands `required: true` of path parameters; documents forget it.
      isRequired: location === 'path' || (required ?? false),
    };
  });
  const declared = new Set(parameters.filter(({ location }) => location === 'path').map(({ name }) => name));
  for (const [, name = ''] of path.matchAll(/\{([^}]+)\}/g)) {
    // Generators that read parameters of the path item only at the operation lose them (StackQL's page for jwks did).
    if (!declared.has(name)) throw wrong(compiler.file, at, `path parameter ${name} is not declared at the operation`);
  }
  return parameters;
}

function serverParameters({ document }: Compiler): readonly Parameter[] {
  return Object.entries(document.servers[0]?.variables ?? {}).map(([name, { description }]) => ({
    name,
    type: 'VARCHAR',
    description: description ?? '',
    location: 'server',
    isRequired: true,
  }));
}

function compileBody(
  compiler: Compiler,
  method: documents.MethodDocument,
  requestBody: unknown,
  at: string,
): { body?: RequestBody } {
  if (requestBody === undefined) return {};
  const { target, pointer } = resolve(compiler, requestBody, `${at}/requestBody`);
  const content = check(documents.payload, target, compiler.file, pointer).content ?? {};
  const json = content['application/json'];
  if (json === undefined)
    throw wrong(compiler.file, `${pointer}/content`, 'only application/json bodies are supported');
  const check_ = method['x-oktaql']?.bodyCheck;
  return {
    body: {
      fields: fieldsOf(compiler, json.schema, `${pointer}/content/application~1json/schema`),
      required: method.request?.required ?? [],
      ...(check_ !== undefined && { check: check_ }),
    },
  };
}

function compileResponse(
  compiler: Compiler,
  method: documents.MethodDocument,
  responses: Readonly<Record<string, unknown>>,
  at: string,
): ResponseShape {
  const status =
    method.response?.openAPIDocKey ??
    Object.keys(responses)
      .filter((key) => key.startsWith('2'))
      .sort()[0] ??
    '';
  if (!Object.hasOwn(responses, status)) throw wrong(compiler.file, `${at}/responses`, `no response ${status}`);
  const { target, pointer } = resolve(compiler, responses[status], `${at}/responses/${status}`);
  const json = check(documents.payload, target, compiler.file, pointer).content?.['application/json'];
  if (json === undefined) return { kind: 'none', rowsAt: [], fields: [] };
  const rows = rowSchema(
    compiler,
    json.schema,
    `${pointer}/content/application~1json/schema`,
    method.response?.objectKey,
  );
  const rowsAt = method['x-oktaql']?.rowsAt ?? [method.response?.objectKey ?? '$'];
  return { kind: rows.isList ? 'list' : 'object', rowsAt, fields: fieldsOf(compiler, rows.schema, rows.pointer) };
}

/** Follows `objectKey` into the schema of the answer, and from a list to its items. */
function rowSchema(
  compiler: Compiler,
  root: unknown,
  pointer: string,
  objectKey = '$',
): { schema: unknown; pointer: string; isList: boolean } {
  let at = resolveSchema(compiler, root, pointer);
  for (const key of objectKey.split('.').slice(1)) {
    const property = at.schema.properties?.[key];
    if (property === undefined)
      throw wrong(compiler.file, at.pointer, `no property ${key}, which objectKey ${objectKey} names`);
    at = resolveSchema(compiler, property, `${at.pointer}/properties/${escapePointer(key)}`);
  }
  if (at.schema.type !== 'array') return { schema: at.schema, pointer: at.pointer, isList: false };
  return { schema: at.schema.items, pointer: `${at.pointer}/items`, isList: true };
}

function fieldsOf(compiler: Compiler, root: unknown, pointer: string): readonly Field[] {
  const { schema, pointer: at } = resolveSchema(compiler, root, pointer);
  return Object.entries(schema.properties ?? {}).map(([name, property]) =>
    fieldOf(compiler, name, property, `${at}/properties/${escapePointer(name)}`),
  );
}

function fieldOf(compiler: Compiler, name: string, root: unknown, pointer: string): Field {
  const { schema } = resolveSchema(compiler, root ?? {}, pointer);
  return { name, type: columnType(schema), description: schema.description ?? '' };
}

function columnType(schema: documents.SchemaDocument): ColumnType {
  switch (schema.type) {
    case 'integer':
      return 'BIGINT';
    case 'number':
      return 'DOUBLE';
    case 'boolean':
      return 'BOOLEAN';
    case 'object':
    case 'array':
      return 'JSON';
    default:
      return schema.format === 'date-time' ? 'TIMESTAMPTZ' : 'VARCHAR';
  }
}

/** Response fields first, then the parameters that are no fields, each name once. */
function tableColumns(methods: readonly Method[], aliases: Readonly<Record<string, string>>): readonly TableColumn[] {
  const columns = new Map<string, TableColumn>();
  const add = (column: TableColumn): void => {
    const key = column.name.toLowerCase();
    if (!columns.has(key)) columns.set(key, column);
  };
  for (const method of methods) for (const field of method.response.fields) add({ ...field, origin: 'response' });
  const parameters = methods.flatMap((method) => method.parameters);
  for (const location of ['path', 'server', 'query', 'header'] as const) {
    for (const { name, type, description } of parameters.filter((parameter) => parameter.location === location)) {
      const aliasOf = aliases[name];
      add({ name, type, description, origin: location, ...(aliasOf !== undefined && { aliasOf }) });
    }
  }
  return [...columns.values()];
}

function checkAliases(
  compiler: Compiler,
  aliases: Readonly<Record<string, string>>,
  columns: readonly TableColumn[],
  pointer: string,
): void {
  for (const [name, field] of Object.entries(aliases)) {
    const at = `${pointer}/x-oktaql/aliases/${escapePointer(name)}`;
    if (!columns.some((column) => column.name === name && column.origin === 'path')) {
      throw wrong(compiler.file, at, `${name} is no path parameter of a select method`);
    }
    if (!columns.some((column) => column.name === field && column.origin === 'response')) {
      throw wrong(compiler.file, at, `${field} is no response field`);
    }
  }
}

/** The parent's own columns are in another document; a test holds ours together. */
function checkParent(
  compiler: Compiler,
  parent: documents.ParentDocument | undefined,
  methods: readonly Method[],
  pointer: string,
): void {
  const known = methods.flatMap((method) => method.parameters.map(({ name }) => name));
  for (const name of Object.keys(parent?.supplies ?? {})) {
    const at = `${pointer}/x-oktaql/parent/supplies/${escapePointer(name)}`;
    if (!known.includes(name)) throw wrong(compiler.file, at, `${name} is no parameter of a method`);
  }
}

/** OpenAPI's only standard way to name the next page in a header, as StackQL's documents spell it. */
function usesLink(document: documents.ServiceDocument): boolean {
  const pagination = document['x-stackQL-config']?.pagination;
  return pagination?.requestToken.location === 'request' && pagination.responseToken.key.toLowerCase() === 'link';
}

function resolveSchema(
  compiler: Compiler,
  root: unknown,
  pointer: string,
): { schema: documents.SchemaDocument; pointer: string } {
  const { target, pointer: at } = resolve(compiler, root, pointer);
  return { schema: check(documents.schema, target, compiler.file, at), pointer: at };
}

/** What a `$ref` names, with its pointer; anything else as it is. */
function resolve(compiler: Compiler, node: unknown, pointer: string): { target: unknown; pointer: string } {
  let target = node;
  let at = pointer;
  // A chain of references longer than this is a circle.
  for (let hops = 0; hops < 32; hops += 1) {
    const $ref = typeof target === 'object' && target !== null && '$ref' in target ? target.$ref : undefined;
    if (typeof $ref !== 'string') return { target, pointer: at };
    if (!$ref.startsWith('#/')) throw wrong(compiler.file, `${at}/$ref`, `${$ref} is not in this document`);
    target = follow(compiler, $ref.slice(1), `${at}/$ref`);
    at = $ref.slice(1);
  }
  throw wrong(compiler.file, pointer, 'the references go in a circle');
}

function follow(compiler: Compiler, pointer: string, from: string): unknown {
  let target: unknown = compiler.root;
  for (const key of pointer.split('/').slice(1).map(unescapePointer)) {
    const isThere = typeof target === 'object' && target !== null && Object.hasOwn(target, key);
    if (!isThere) throw wrong(compiler.file, from, `nothing at #${pointer}`);
    target = (target as Readonly<Record<string, unknown>>)[key];
  }
  return target;
}

function readYaml({ file, text }: DocumentFile): unknown {
  // Without merge keys and with core types only, no document can run code or blow up by aliases.
  const document = parseDocument(text, { schema: 'core' });
  const [error] = document.errors;
  if (error !== undefined) throw wrong(file, '', `not YAML: ${error.message.split('\n')[0]}`);
  try {
    return document.toJS({ maxAliasCount: 100 }) as unknown;
  } catch (cause) {
    throw wrong(file, '', `not YAML we read: ${cause instanceof Error ? cause.message : 'an alias is wrong'}`);
  }
}

function check<T>(shape: ZodType<T>, value: unknown, file: string, pointer: string): T {
  const result = shape.safeParse(value);
  if (result.success) return result.data;
  const issue = result.error.issues[0];
  const path = (issue?.path ?? []).map((part) => `/${escapePointer(String(part))}`).join('');
  throw wrong(file, pointer + path, issue?.message ?? 'invalid');
}

function wrong(file: string, pointer: string, problem: string): ProviderDocumentError {
  return new ProviderDocumentError(`${file}#${pointer}: ${problem}.`, { file, pointer });
}

/** RFC 6901 section 3. */
function escapePointer(part: string): string {
  return part.replaceAll('~', '~0').replaceAll('/', '~1');
}

function unescapePointer(part: string): string {
  return part.replaceAll('~1', '/').replaceAll('~0', '~');
}
