/**
 * A method of a resource: its operation, parameters and server.
 *
 * @module
 */

import { bodyOf } from './body.ts';
import { type Compiler, openReference } from './compiler.ts';
import { mergeConfigs, type Readable, readPaging, readRetry, snakeCase } from './config.ts';
import { check, type RawDocument, resolve, unescapePointer, wrong } from './document.ts';
import * as checks from './document-checks.ts';
import type * as documents from './documents.ts';
import type { DocumentFault } from './fault.ts';
import { fieldOf } from './fields.ts';
import type {
  Field,
  Filter,
  FilterOperator,
  HttpMethod,
  Method,
  Paging,
  Parameter,
  Replaces,
  RequestBody,
  ResponseShape,
  Verb,
} from './resource.ts';
import { responseOf } from './response.ts';
import { serverParameters } from './server.ts';
import { attempt } from './tolerance.ts';
import { wrapperOf } from './wrappers.ts';

/** A method as the documents have it, and what its resource says about it. */
export interface MethodSource {
  /** For errors: where it stands. */
  readonly at: RawDocument & { readonly pointer: string };
  readonly resource: string;
  readonly name: string;
  readonly verb: Verb;
  readonly secrets: readonly string[];
  readonly config: documents.ConfigDocument | undefined;
  /** Not yet checked. */
  readonly method: unknown;
}

/**
 * What this version cannot do makes the method unusable, not the document: its error comes when it is used.
 *
 * Throws `PROVIDER_DOCUMENT` for what is wrong in the document, unless it is read leniently.
 */
export function compileMethod(service: Compiler, source: MethodSource): Method {
  return attempt(
    service.reading,
    () => {
      const method = check(checks.methodDocument, source.method, source.at.file, source.at.pointer);
      return method.operation === undefined
        ? commandMethod(service, source)
        : operationMethod(service, source, method, method.operation.$ref);
    },
    (fault) => faultyMethod(service, source, fault),
  );
}

/** One of which nothing is known but that it is there, and what is wrong with it. */
export function faultyMethod(
  service: Compiler,
  source: Pick<MethodSource, 'resource' | 'name' | 'verb'>,
  fault: DocumentFault,
): Method {
  return { ...uncallable(service, source), unsupported: 'its document is wrong', fault };
}

function operationMethod(
  service: Compiler,
  source: MethodSource,
  method: documents.MethodDocument,
  $ref: string,
): Method {
  const { compiler, path, httpMethod, operation, item, at } = operationOf(service, source, $ref);
  const extension = method['x-oktaql'] ?? {};
  const config = mergeConfigs([method.config, source.config, ...compiler.configs]);
  const named = namingBy(config);
  const response = responseOf(compiler, method, operation.responses, { at, verb: source.verb });
  const body = bodyOf(compiler, method, operation.requestBody, { at, config });
  const { parameters, unsupported: parameterProblem } = parametersOf(compiler, operation, item, { path, at });
  const [server] = method.servers ?? operation.servers ?? item.servers ?? compiler.servers;
  const paging = pagingOf(config, response.shape, extension, httpMethod);
  const unsupported =
    body.unsupported ??
    response.unsupported ??
    parameterProblem ??
    (paging?.kind === 'unsupported' ? paging.reason : undefined) ??
    unsupportedReason(method, operation, config, { path, server });
  return {
    ...identityOf(service, source),
    description: operation.description ?? operation.summary ?? '',
    httpMethod,
    path,
    server: server?.url ?? '',
    parameters: [...optionalByDefault(parameters, extension), ...serverParameters(server)].map(named),
    response: {
      ...response.shape,
      fields: markSecrets(response.shape.fields, source.secrets).map(named),
    },
    ...(body.body !== undefined && {
      body: { ...withSecrets(body.body, source.secrets), fields: body.body.fields.map(named) },
    }),
    ...(paging?.kind === 'read' && { paging: paging.value }),
    ...(config.retry !== undefined && { retry: readRetry(config.retry) }),
    ...extensionsOf(extension),
    ...(unsupported !== undefined && { unsupported }),
  };
}

function identityOf(
  { prefix }: Compiler,
  { resource, name, verb }: Pick<MethodSource, 'resource' | 'name' | 'verb'>,
): Pick<Method, 'name' | 'key' | 'verb'> {
  return { name, key: `${prefix}.${resource}.${name}`, verb };
}

/** A method of a provider that is no HTTP API. */
function commandMethod(service: Compiler, source: MethodSource): Method {
  const { protocol = 'http' } = service.context;
  if (protocol === 'http') throw wrong(source.at.file, `${source.at.pointer}/operation`, 'expected object with a $ref');
  return { ...uncallable(service, source), unsupported: `its provider speaks ${protocol}, not HTTP` };
}

function uncallable(service: Compiler, source: Pick<MethodSource, 'resource' | 'name' | 'verb'>): Method {
  return {
    ...identityOf(service, source),
    description: '',
    httpMethod: 'POST',
    path: '/',
    server: '',
    parameters: [],
    response: { kind: 'none', rowsAt: [], fields: [] },
  };
}

/** Path and HTTP method of an operation are read from where it stands. */
const OPERATION_POINTER = /^\/paths\/([^/]+)\/(get|post|put|patch|delete)$/;

interface Operation {
  readonly compiler: Compiler;
  readonly path: string;
  readonly httpMethod: HttpMethod;
  readonly operation: documents.OperationDocument;
  readonly item: documents.PathItemDocument;
  readonly at: string;
}

function operationOf(service: Compiler, { at: place }: MethodSource, reference: string): Operation {
  const pointer = `${place.pointer}/operation/$ref`;
  const { compiler, $ref } = openReference(service, reference, { ...place, pointer });
  // StackQL takes `…/GET` too; in the document the verb is in small letters.
  const lowered = $ref.replace(/[^/]+$/, (verb) =>
    /^(?:get|post|put|patch|delete)$/i.test(verb) ? verb.toLowerCase() : verb,
  );
  const { target, pointer: at } = resolve(compiler, { $ref: lowered }, pointer.slice(0, -'/$ref'.length));
  const [, escapedPath, verb] = OPERATION_POINTER.exec(at) ?? [];
  if (escapedPath === undefined || verb === undefined) throw wrong(compiler.file, pointer, `no operation at #${at}`);
  const itemAt = `/paths/${escapedPath}`;
  const { target: item } = resolve(compiler, { $ref: `#${itemAt}` }, pointer);
  return {
    compiler,
    path: unescapePointer(escapedPath),
    httpMethod: verb.toUpperCase() as HttpMethod,
    operation: check(checks.operation, target, compiler.file, at),
    item: check(checks.pathItem, item, compiler.file, itemAt),
    at,
  };
}

function unsupportedReason(
  { request, response, 'x-oktaql': extension }: documents.MethodDocument,
  operation: documents.OperationDocument,
  { requestTranslate, queryParamTranspose }: documents.ConfigDocument,
  { path, server }: { readonly path: string; readonly server: documents.ServerDocument | undefined },
): string | undefined {
  // A template that makes rows of texts is for readers without x-oktaql, which says the same in one word.
  const isKnown = extension?.scalar !== undefined || wrapperOf(response?.transform, response?.objectKey) !== undefined;
  const answer = isKnown ? undefined : response?.transform?.type;
  if (answer !== undefined) return `its answer needs the template ${answer}`;
  if (request?.transform !== undefined) return `its body needs the template ${request.transform.type}`;
  if (operation['x-stackQL-graphQL'] !== undefined) return 'it is a GraphQL query';
  const translation = requestTranslate?.algorithm ?? queryParamTranspose?.algorithm ?? '';
  if (translation !== '') return `its request is made by the algorithm ${translation}`;
  if (/[?#]/.test(path)) return 'its path holds a query';
  return server === undefined ? 'its document names no server' : undefined;
}

/** With `snake_case_aliases`, statements may write every name in snake case as well. */
function namingBy({
  snake_case_aliases: hasAliases = false,
}: documents.ConfigDocument): <T extends Field>(field: T) => T {
  return (field) => {
    const alias = snakeCase(field.name);
    return hasAliases && alias !== field.name ? { ...field, alias } : field;
  };
}

function pagingOf(
  config: documents.ConfigDocument,
  { kind }: ResponseShape,
  { paging, unpaged = false }: documents.MethodExtension,
  httpMethod: HttpMethod,
): Readable<Paging> | undefined {
  if (paging !== undefined) return { kind: 'read', value: { kind: 'body-link', at: '$._links.next.href' } };
  if (kind !== 'list' || unpaged) return undefined;
  const declared = readPaging(config.pagination);
  const needsBody = declared.kind === 'read' && 'to' in declared.value && declared.value.to.in === 'body';
  if (needsBody && httpMethod === 'GET')
    return { kind: 'unsupported', reason: 'its next page is named in the body of a GET' };
  return declared;
}

function extensionsOf({
  pageSize,
  defaults,
  filter,
  search,
  ranges,
  orders,
  also,
  enumerate,
  bucket,
  confirm,
  names,
  cut,
  absent,
  replaces,
  once,
}: documents.MethodExtension): Pick<
  Method,
  | 'pageSize'
  | 'defaults'
  | 'filter'
  | 'search'
  | 'ranges'
  | 'orders'
  | 'also'
  | 'enumerate'
  | 'bucket'
  | 'confirm'
  | 'names'
  | 'cut'
  | 'absent'
  | 'replaces'
  | 'once'
> {
  return {
    ...(pageSize !== undefined && { pageSize }),
    ...(defaults !== undefined && { defaults }),
    ...(filter !== undefined && { filter: filterOf(filter) }),
    ...(search !== undefined && { search: filterOf(search) }),
    ...(ranges !== undefined && { ranges }),
    ...(orders !== undefined && { orders: orders.map((order) => ({ ...order, within: order.within ?? {} })) }),
    ...(also !== undefined && { also }),
    ...(enumerate !== undefined && { enumerate }),
    ...(bucket !== undefined && { bucket }),
    ...(confirm !== undefined && { confirm: { ...confirm, same: confirm.same ?? [] } }),
    ...(names !== undefined && { names }),
    ...(cut !== undefined && { cut }),
    ...(absent !== undefined && { absent }),
    ...(replaces !== undefined && { replaces: replacesOf(replaces) }),
    ...(once !== undefined && { once: { ...once, unless: once.unless ?? {} } }),
  };
}

function replacesOf({ read, withheld = [] }: documents.ReplacesDocument): Replaces {
  return { read, withheld: withheld.map(({ path, where = {} }) => ({ path, where })) };
}

function filterOf({ parameter, columns, exact = [], lags }: documents.FilterDocument): Filter {
  const operators = columns as Readonly<Record<string, readonly FilterOperator[]>>;
  return { parameter, columns: operators, exact, ...(lags !== undefined && { lags }) };
}

/** Whatever a body holds there, the API keeps for a secret. */
function withSecrets(body: RequestBody, secrets: readonly string[]): RequestBody {
  return secrets.length === 0 ? body : { ...body, secrets: secrets.map((secret) => secret.split('.')) };
}

/** `a.b` is the member b of the column a. */
function markSecrets(fields: readonly Field[], secrets: readonly string[]): readonly Field[] {
  const paths = secrets.map((secret) => secret.split('.'));
  return fields.map((field): Field => {
    const own = paths.filter(([column]) => column === field.name).map(([, ...inner]) => inner);
    return own.length === 0 ? field : { ...field, secrets: own };
  });
}

interface ParametersAt {
  readonly path: string;
  /** The operation. */
  readonly at: string;
}

/** Those of the operation, then those of its path that the operation does not override (OpenAPI 3, Path Item Object). */
function parametersOf(
  compiler: Compiler,
  operation: documents.OperationDocument,
  item: documents.PathItemDocument,
  { path, at }: ParametersAt,
): { readonly parameters: readonly Parameter[]; readonly unsupported?: string } {
  const pathAt = at.slice(0, at.lastIndexOf('/'));
  const read = (entries: readonly unknown[] | undefined, from: string): readonly documents.ParameterDocument[] =>
    (entries ?? []).map((entry, index) => parameterDocument(compiler, entry, `${from}/parameters/${index}`));
  const own = read(operation.parameters, at);
  const shared = read(item.parameters, pathAt).filter(
    (one) => !own.some((other) => other.name === one.name && other.in === one.in),
  );
  const all = [
    ...own.map((one, index) => ({ ...one, pointer: `${at}/parameters/${index}` })),
    ...shared.map((one) => ({ ...one, pointer: `${pathAt}/parameters` })),
  ];
  const parameters = all.flatMap((one) => (one.in === 'cookie' ? [] : [parameterOf(compiler, one)]));
  checkPath(compiler, path, parameters, at);
  const cookie = all.find((one) => one.in === 'cookie' && one.required === true);
  return { parameters, ...(cookie !== undefined && { unsupported: `it needs the cookie ${cookie.name}` }) };
}

/** What a document has us send on its own need not be given, though the document requires it of readers that send nothing. */
function optionalByDefault(
  parameters: readonly Parameter[],
  { defaults = {} }: documents.MethodExtension,
): readonly Parameter[] {
  return parameters.map((parameter) =>
    Object.hasOwn(defaults, parameter.name) ? { ...parameter, isRequired: false } : parameter,
  );
}

function parameterDocument(compiler: Compiler, entry: unknown, at: string): documents.ParameterDocument {
  const { target, pointer } = resolve(compiler, entry, at);
  return check(checks.parameter, target, compiler.file, pointer);
}

function parameterOf(
  compiler: Compiler,
  {
    name,
    in: location,
    required,
    description,
    schema,
    pointer,
  }: documents.ParameterDocument & { readonly pointer: string },
): Parameter {
  const field = fieldOf(compiler, name, schema ?? { type: 'string' }, `${pointer}/schema`);
  return {
    name,
    // A list in a URL is a text such as a,b.
    type: field.type === 'JSON' ? 'VARCHAR' : field.type,
    description: description ?? '',
    location: location as Parameter['location'],
    // OpenAPI demands `required: true` of path parameters; documents forget it.
    isRequired: location === 'path' || (required ?? false),
  };
}

function checkPath(compiler: Compiler, path: string, parameters: readonly Parameter[], at: string): void {
  const declared = new Set(parameters.filter(({ location }) => location === 'path').map(({ name }) => name));
  for (const [, name = ''] of path.matchAll(/\{([^}]+)\}/g)) {
    if (!declared.has(name)) throw wrong(compiler.file, at, `path parameter ${name} is declared nowhere`);
  }
}
