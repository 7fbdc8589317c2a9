/**
 * Provider documents → the registry's data. Runs when oktaql is built, and when a user names documents of their own;
 * the built-in provider is never compiled at run time.
 *
 * @module
 */

import {
  check,
  type DocumentFile,
  escapePointer,
  type RawDocument,
  readYaml,
  resolve,
  unescapePointer,
  wrong,
} from './document.ts';
import * as documents from './documents.ts';
import { fieldOf, fieldsOf, requiredOf, resolveSchema, writableFieldsOf } from './fields.ts';
import type {
  Field,
  Filter,
  FilterOperator,
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
import { wrapperOf } from './wrappers.ts';

/** A provider as its document describes it, with the file of each service relative to the registry's `src`. */
export interface CompiledProvider {
  readonly info: ProviderInfo;
  readonly serviceFiles: Readonly<Record<string, string>>;
}

/** Throws `PROVIDER_DOCUMENT` with file and JSON pointer. */
export function compileProvider(source: DocumentFile): CompiledProvider {
  const document = check(documents.providerDocument, readYaml(source).root, source.file, '');
  const services = Object.entries(document.providerServices);
  return {
    info: {
      name: document.name,
      version: document.version,
      title: document.title ?? document.name,
      description: document.description ?? '',
      services: services.map(([name]) => name),
      summaries: Object.fromEntries(
        services.map(([name, { title, description }]) => [
          name,
          { title: title ?? name, description: description ?? '' },
        ]),
      ),
    },
    serviceFiles: Object.fromEntries(services.map(([name, service]) => [name, service.service.$ref])),
  };
}

/** Throws `PROVIDER_DOCUMENT` with file and JSON pointer. */
export function compileService(provider: string, service: string, source: DocumentFile): Service {
  const raw = readYaml(source);
  const document = check(documents.serviceDocument, raw.root, source.file, '');
  const compiler: Compiler = { ...raw, document, prefix: `${provider}.${service}` };
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

interface Compiler extends RawDocument {
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
      { resource: key, name, verb: verbOf(verbs, name), secrets: resource['x-oktaql']?.secrets ?? [] },
      method,
    ),
  );
  const { aliases = {}, parent, secrets = [], transitions, singleton, embedded } = resource['x-oktaql'] ?? {};
  const columns = tableColumns(
    methods.filter((method) => verbs.select.includes(method.name)),
    aliases,
  );
  checkAliases(compiler, aliases, methods, columns, pointer);
  checkParent(compiler, parent, methods, pointer);
  checkNames(compiler, { secrets, transitions }, methods, pointer);
  return {
    name: `${compiler.prefix}.${key}`,
    description: resource.description ?? '',
    methods,
    verbs,
    columns,
    aliases,
    ...(parent !== undefined && { parent: { ...parent, where: parent.where ?? {} } }),
    ...(transitions !== undefined && { transitions }),
    ...(singleton !== undefined && { isSingleton: singleton }),
    ...(embedded !== undefined && { embedded }),
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
  identity: {
    readonly resource: string;
    readonly name: string;
    readonly verb: Verb;
    readonly secrets: readonly string[];
  },
  method: documents.MethodDocument,
): Method {
  const { target, pointer: at } = resolve(compiler, method.operation, `${pointer}/operation`);
  if (!OPERATION_POINTER.test(at)) throw wrong(compiler.file, `${pointer}/operation/$ref`, `no operation at #${at}`);
  const operation = check(documents.operation, target, compiler.file, at);
  const [, , path = '', httpMethod = ''] = at.split('/').map(unescapePointer);
  const extension = method['x-oktaql'] ?? {};
  const response = markSecrets(compileResponse(compiler, method, operation.responses, at), identity.secrets);
  const body = compileBody(compiler, method, operation.requestBody, at);
  const transform = wrapperOf(method.response?.transform) === undefined ? method.response?.transform?.type : undefined;
  const unsupported =
    body.unsupported ?? (transform === undefined ? undefined : `its answer needs the template ${transform}`);
  return {
    name: identity.name,
    key: `${compiler.prefix}.${identity.resource}.${identity.name}`,
    description: operation.description ?? operation.summary ?? '',
    verb: identity.verb,
    httpMethod: httpMethod.toUpperCase() as HttpMethod,
    path,
    server: compiler.document.servers[0]?.url ?? '',
    parameters: [...compileParameters(compiler, operation, path, at), ...serverParameters(compiler)],
    response,
    ...(body.body !== undefined && { body: body.body }),
    ...pagingOf(compiler, response, extension),
    ...(extension.pageSize !== undefined && { pageSize: extension.pageSize }),
    ...(extension.defaults !== undefined && { defaults: extension.defaults }),
    ...(extension.filter !== undefined && { filter: filterOf(extension.filter) }),
    ...(extension.bucket !== undefined && { bucket: extension.bucket }),
    ...(unsupported !== undefined && { unsupported }),
  };
}

function pagingOf(
  { document }: Compiler,
  { kind }: ResponseShape,
  { paging, unpaged = false }: documents.MethodExtension,
): { readonly paging?: 'link' | 'body' } {
  if (paging !== undefined) return { paging };
  return kind === 'list' && !unpaged && usesLink(document) ? { paging: 'link' } : {};
}

function filterOf({ parameter, columns, exact = [] }: documents.FilterDocument): Filter {
  return { parameter, columns: columns as Readonly<Record<string, readonly FilterOperator[]>>, exact };
}

/** `a.b` is the member b of the column a. */
function markSecrets(shape: ResponseShape, secrets: readonly string[]): ResponseShape {
  const paths = secrets.map((secret) => secret.split('.'));
  const fields = shape.fields.map((field): Field => {
    const own = paths.filter(([column]) => column === field.name).map(([, ...inner]) => inner);
    return own.length === 0 ? field : { ...field, secrets: own };
  });
  return { ...shape, fields };
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
    const field = fieldOf(compiler, name, schema ?? { type: 'string' }, `${pointer}/schema`);
    return {
      name,
      // A list in a URL is a text such as a,b.
      type: field.type === 'JSON' ? 'VARCHAR' : field.type,
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

const JSON_MEDIA = /^application\/(?:[\w.-]+\+)?json\b/;

/** A body that is no JSON makes the method unusable, not the document. */
function compileBody(
  compiler: Compiler,
  method: documents.MethodDocument,
  requestBody: unknown,
  at: string,
): { readonly body?: RequestBody; readonly unsupported?: string } {
  if (requestBody === undefined) return {};
  const { target, pointer } = resolve(compiler, requestBody, `${at}/requestBody`);
  const content = check(documents.payload, target, compiler.file, pointer).content ?? {};
  const mediaType = Object.keys(content).find((type) => JSON_MEDIA.test(type));
  if (mediaType === undefined) return { unsupported: `its body is ${Object.keys(content).join(' or ')}` };
  const bodyCheck = method['x-oktaql']?.bodyCheck;
  const schema = content[mediaType]?.schema;
  const schemaAt = `${pointer}/content/${escapePointer(mediaType)}/schema`;
  const fields = writableFieldsOf(compiler, schema, schemaAt);
  const required = [...(method.request?.required ?? []), ...requiredOf(compiler, schema, schemaAt)];
  return {
    body: {
      mediaType,
      fields,
      required: fields.map(({ name }) => name).filter((name) => required.includes(name)),
      ...(bodyCheck !== undefined && { check: bodyCheck }),
    },
  };
}

function compileResponse(
  compiler: Compiler,
  method: documents.MethodDocument,
  responses: Readonly<Record<string, unknown>>,
  at: string,
): ResponseShape {
  const status = method.response?.openAPIDocKey ?? lowestSuccess(responses);
  if (!Object.hasOwn(responses, status)) throw wrong(compiler.file, `${at}/responses`, `no response ${status}`);
  const { target, pointer } = resolve(compiler, responses[status], `${at}/responses/${status}`);
  const content = check(documents.payload, target, compiler.file, pointer).content ?? {};
  const mediaType = Object.keys(content).find((type) => JSON_MEDIA.test(type));
  if (mediaType !== undefined) {
    const schemaAt = `${pointer}/content/${escapePointer(mediaType)}/schema`;
    return jsonResponse(compiler, method, content[mediaType]?.schema, schemaAt);
  }
  if (Object.keys(content).length === 0) return { kind: 'none', rowsAt: [], fields: [] };
  return { kind: 'text', rowsAt: [], fields: [TEXT_FIELD] };
}

const TEXT_FIELD: Field = { name: 'contents', type: 'VARCHAR', description: 'The answer, which is no JSON.' };

function lowestSuccess(responses: Readonly<Record<string, unknown>>): string {
  const codes = Object.keys(responses).filter((key) => key.startsWith('2'));
  return codes.sort()[0] ?? '';
}

function jsonResponse(
  compiler: Compiler,
  method: documents.MethodDocument,
  own: unknown,
  ownAt: string,
): ResponseShape {
  const { objectKey, schema_override: override, transform } = method.response ?? {};
  const wrapper = wrapperOf(transform);
  const rows = rowSchema(compiler, override ?? own, ownAt, objectKey);
  const fields = fieldsOf(compiler, rows.schema, rows.pointer);
  const scalar = method['x-oktaql']?.scalar ?? wrapper?.scalar;
  const rowsAt = method['x-oktaql']?.rowsAt ?? wrapper?.rowsAt ?? [objectKey ?? '$'];
  return {
    kind: rows.isList ? 'list' : 'object',
    rowsAt,
    fields: scalar === undefined ? fields : scalarFields(compiler, scalar, rows),
    ...(scalar !== undefined && { scalar }),
  };
}

/** The one column of a list of texts or numbers. In StackQL's documents the schema already says so. */
function scalarFields(
  compiler: Compiler,
  scalar: string,
  rows: { schema: unknown; pointer: string },
): readonly Field[] {
  const declared = fieldsOf(compiler, rows.schema, rows.pointer).find(({ name }) => name === scalar);
  return [declared ?? fieldOf(compiler, scalar, rows.schema, rows.pointer)];
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
  if (at.schema.items === undefined) throw wrong(compiler.file, `${at.pointer}/items`, 'a list of what');
  return { schema: at.schema.items, pointer: `${at.pointer}/items`, isList: true };
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
  methods: readonly Method[],
  columns: readonly TableColumn[],
  pointer: string,
): void {
  for (const [name, field] of Object.entries(aliases)) {
    const at = `${pointer}/x-oktaql/aliases/${escapePointer(name)}`;
    const isPath = methods.some(({ parameters }) =>
      parameters.some((one) => one.name === name && one.location === 'path'),
    );
    if (!isPath) throw wrong(compiler.file, at, `${name} is no path parameter of a method`);
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

/** Names that would never match: a secret that stays in clear, a status that cannot be set. */
function checkNames(
  compiler: Compiler,
  { secrets, transitions = {} }: { secrets: readonly string[]; transitions: Resource['transitions'] | undefined },
  methods: readonly Method[],
  pointer: string,
): void {
  const fields = new Set(methods.flatMap(({ response }) => response.fields.map(({ name }) => name)));
  secrets.forEach((name, index) => {
    const at = `${pointer}/x-oktaql/secrets/${index}`;
    const [column = ''] = name.split('.');
    if (!fields.has(column)) throw wrong(compiler.file, at, `${column} is no field of an answer`);
  });
  for (const [column, values] of Object.entries(transitions)) {
    for (const [value, method] of Object.entries(values)) {
      const at = `${pointer}/x-oktaql/transitions/${escapePointer(column)}/${escapePointer(value)}`;
      if (!methods.some(({ name }) => name === method)) throw wrong(compiler.file, at, `no method ${method}`);
    }
  }
}

/** OpenAPI's only standard way to name the next page in a header, as StackQL's documents spell it. */
function usesLink(document: documents.ServiceDocument): boolean {
  const pagination = document['x-stackQL-config']?.pagination;
  return pagination?.requestToken.location === 'request' && pagination.responseToken.key.toLowerCase() === 'link';
}
