/**
 * Provider documents → the registry's data. Runs when oktaql is built, and when a user names documents of their own;
 * the built-in provider is never compiled at run time.
 *
 * @module
 */

import { own } from '../values.ts';
import { readAuth } from './auth.ts';
import { checkOnce, checkReplaces } from './changes.ts';
import { type Compiler, openReference, type ServiceContext } from './compiler.ts';
import { mergeConfigs, readViews } from './config.ts';
import {
  check,
  type DocumentFile,
  type Effort,
  escapePointer,
  newEffort,
  type RawDocument,
  readYaml,
  wrong,
} from './document.ts';
import * as checks from './document-checks.ts';
import type * as documents from './documents.ts';
import type { DocumentFault } from './fault.ts';
import { compileMethod, faultyMethod } from './method.ts';
import {
  type Field,
  type Method,
  type ProviderInfo,
  type Resource,
  requiredParameters,
  type Service,
  type TableColumn,
  type Verb,
} from './resource.ts';
import { namesakesOfOtherTypes, rawColumn, tableColumns, withSecondNames } from './table-columns.ts';
import { attempt, partsOf, type Reading } from './tolerance.ts';

/** Where a service is described: files relative to the registry's `src`, and what the provider's document says of it. */
export interface ServiceSource extends ServiceContext {
  readonly file: string;
  /** The file with its resources, if that is another. */
  readonly resourcesFile?: string;
}

/** A provider as its document describes it. */
export interface CompiledProvider {
  /** Its document. */
  readonly file: string;
  readonly info: ProviderInfo;
  readonly sources: Readonly<Record<string, ServiceSource>>;
  /** What is wrong with the entries of other services. */
  readonly faults: Readonly<Record<string, DocumentFault>>;
}

/**
 * @param folder the version that its folder says, for a document of the user's own: such a one need not say it itself, and what is
 *   wrong with a service is told when that is used
 *
 * Throws `PROVIDER_DOCUMENT` with file and JSON pointer.
 */
export function compileProvider(source: DocumentFile, folder?: string): CompiledProvider {
  const document = check(checks.providerDocument, readYaml(source, newEffort()).root, source.file, '');
  const reading = folder === undefined ? 'strict' : 'lenient';
  const version = document.version ?? folder;
  if (version === undefined) throw wrong(source.file, '/version', 'expected a version');
  const given = document.providerServices ?? (folder === undefined ? undefined : {});
  if (given === undefined) throw wrong(source.file, '/providerServices', 'expected its services');
  const entries = Object.entries(given);
  // Behind a dot, the name of a provider would be taken for that of its service: `okta.x` for `okta`.
  if (!PROVIDER_NAME.test(document.name))
    throw wrong(source.file, '/name', 'the name of a provider has letters, digits, hyphens and underscores only');
  const auth = authOf(document, source.file);
  const { good: services, faults } = partsOf(reading, given, (name, entry) =>
    check(checks.providerService, entry, source.file, `/providerServices/${escapePointer(name)}`),
  );
  return {
    file: source.file,
    info: {
      name: document.name,
      version,
      title: document.title ?? document.name,
      description: document.description ?? '',
      services: entries.map(([name]) => name),
      summaries: Object.fromEntries(
        entries.map(([name]) => {
          const { title = name, description = '' } = own(services, name) ?? {};
          return [name, { title, description }];
        }),
      ),
      ...(auth !== undefined && { auth }),
    },
    sources: Object.fromEntries(Object.entries(services).map(([name, service]) => [name, sourceOf(document, service)])),
    faults,
  };
}

const PROVIDER_NAME = /^[A-Za-z0-9_-]{1,100}$/;

function authOf({ config }: documents.ProviderDocument, file: string): ProviderInfo['auth'] {
  if (config?.auth === undefined || config.auth === null) return undefined;
  return readAuth(config.auth, (problem, at) => {
    throw wrong(file, ['/config/auth', ...at.split('.').filter(Boolean)].join('/'), problem);
  });
}

function sourceOf(provider: documents.ProviderDocument, service: documents.ProviderServiceDocument): ServiceSource {
  const protocol = service.protocolType ?? provider.protocolType;
  const itemsKey = provider.responseKeys?.selectItemsKey;
  return {
    file: service.service.$ref,
    configs: [service.config, provider.config],
    ...(service.resources !== undefined && { resourcesFile: service.resources.$ref }),
    ...(itemsKey !== undefined && { itemsKey }),
    ...(protocol !== undefined && { protocol }),
  };
}

/**
 * @param context what is known from around the document: of a document that stands alone, nothing
 *
 * Throws `PROVIDER_DOCUMENT` with file and JSON pointer: where the context asks for a lenient reading, for what is wrong with the
 * whole service only.
 */
export function compileService(
  provider: string,
  service: string,
  source: DocumentFile,
  context: ServiceContext = {},
): Service {
  const effort = newEffort();
  const raw = readYaml(source, effort);
  const document = check(checks.serviceDocument, raw.root, source.file, '');
  const whole = { ...raw, resources: document };
  const { resources: resourcesFile, reading = 'strict' } = context;
  const place = resourcesFile === undefined ? whole : readResources(resourcesFile, effort);
  const compiler: Compiler = {
    ...raw,
    prefix: `${provider}.${service}`,
    reading,
    configs: [place.resources['x-stackQL-config'], document['x-stackQL-config'], ...(context.configs ?? [])],
    servers: document.servers ?? [],
    context,
    others: new Map(),
  };
  const resources = place.resources.components?.['x-stackQL-resources'] ?? missing(place.file);
  const { good, faults } = partsOf(reading, resources, (name, resource) => {
    const pointer = `${RESOURCES_POINTER}/${escapePointer(name)}`;
    return compileResource(compiler, { ...place, name }, check(checks.resourceDocument, resource, place.file, pointer));
  });
  return {
    name: service,
    title: document.info?.title ?? service,
    description: document.info?.description ?? '',
    resources: good,
    ...(Object.keys(faults).length > 0 && { faults }),
  };
}

function readResources(source: DocumentFile, effort: Effort): Omit<ResourcePlace, 'name'> {
  const raw = readYaml(source, effort);
  return { ...raw, resources: check(checks.resourcesDocument, raw.root, source.file, '') };
}

function missing(file: string): never {
  throw wrong(file, '/components/x-stackQL-resources', 'there are no resources');
}

/** The document that a resource stands in, which may not be the one that its operations stand in. */
interface ResourcePlace extends RawDocument {
  readonly resources: documents.ResourcesDocument;
  readonly name: string;
}

const VERBS = ['select', 'insert', 'update', 'replace', 'delete'] as const;
const RESOURCES_POINTER = '/components/x-stackQL-resources';

function compileResource(service: Compiler, place: ResourcePlace, resource: documents.ResourceDocument): Resource {
  const pointer = `${RESOURCES_POINTER}/${escapePointer(place.name)}`;
  const { verbs, absent } = compileVerbs(service.reading, place, resource, pointer);
  const extension = resource['x-oktaql'] ?? {};
  const { aliases: declared = {}, id, parent, secrets = [], transitions, singleton, embedded } = extension;
  const compiler = operationsOf(service, place, resource, pointer);
  checkSize(place, resource, pointer);
  const methods = [
    ...Object.entries(resource.methods ?? {}).map(([name, method]) =>
      compileMethod(compiler, {
        at: { ...place, pointer: `${pointer}/methods/${escapePointer(name)}` },
        resource: place.name,
        name,
        verb: verbOf(verbs, name),
        secrets,
        config: resource.config,
        method,
      }),
    ),
    ...Object.entries(absent).map(([name, fault]) =>
      faultyMethod(service, { resource: place.name, name, verb: verbOf(verbs, name) }, fault),
    ),
  ];
  if (methods.reduce((sum, { parameters }) => sum + parameters.length, 0) > MOST_PARAMETERS)
    throw wrong(place.file, `${pointer}/methods`, `more than ${MOST_PARAMETERS} parameters in one resource`);
  const { otherNames } = extension;
  const selects = methods.filter((method) => verbs.select.includes(method.name));
  const { aliases, named: takingNames } = readAliases(declared, methods);
  const otherTypes = namesakesOfOtherTypes(selects);
  const named = { ...takingNames, ...otherTypes };
  const columns = [
    ...tableColumns(selects, { ...declared, ...otherTypes }, otherNames),
    ...rawColumn(selects, secrets),
  ];
  checkAliases(place, declared, methods, columns, pointer);
  checkOtherNames(place, otherNames, selects, pointer);
  checkParent(place, parent, methods, pointer);
  const idField = idFieldOf(place, { aliases: declared, id }, methods, pointer);
  checkNames(place, { secrets, transitions }, methods, pointer);
  for (const method of methods) {
    checkConfirm(place, method, methods, pointer);
    checkReplaces(place.file, method, methods, pointer);
    checkOnce(place.file, method, pointer);
  }
  const views = readViews(mergeConfigs([resource.config, ...service.configs]).views);
  return {
    name: `${service.prefix}.${place.name}`,
    description: resource.description ?? '',
    methods: methods.map(withoutMembers),
    verbs,
    columns: withSecondNames(columns),
    aliases: { ...aliases, ...secondNames(methods, aliases), ...aliasesOfOthers(otherNames, columns) },
    ...(Object.keys(named).length > 0 && { named }),
    ...(otherNames !== undefined && { otherNames }),
    ...(idField !== undefined && { id: idField }),
    ...(parent !== undefined && { parent: { ...parent, where: parent.where ?? {} } }),
    ...(transitions !== undefined && { transitions }),
    ...(singleton !== undefined && { isSingleton: singleton }),
    ...(embedded !== undefined && { embedded }),
    ...(views.length > 0 && { views }),
  };
}

/** Methods of one resource, and parameters of all of them: columns are compared with them. The largest of ours has 70. */
const MOST_METHODS = 1_000;
const MOST_PARAMETERS = 4_000;

function checkSize({ file }: ResourcePlace, { methods = {} }: documents.ResourceDocument, pointer: string): void {
  if (Object.keys(methods).length > MOST_METHODS)
    throw wrong(file, `${pointer}/methods`, `more than ${MOST_METHODS} methods in one resource`);
}

/** `serviceDoc` names the document that the operations of a resource stand in. */
function operationsOf(
  service: Compiler,
  place: ResourcePlace,
  { serviceDoc }: documents.ResourceDocument,
  pointer: string,
): Compiler {
  if (serviceDoc === undefined) return service;
  return openReference(service, serviceDoc.$ref, { ...place, pointer: `${pointer}/serviceDoc/$ref` }).compiler;
}

/** StackQL's, for resources that list no method under a verb. */
const USUAL_NAMES: Readonly<Record<(typeof VERBS)[number], readonly string[]>> = {
  select: ['list', 'get', 'select', 'aggregatedList'],
  insert: ['insert', 'create'],
  update: [],
  replace: [],
  delete: ['delete'],
};

/** The verbs, and what is wrong with methods that they name and nobody has. */
function compileVerbs(
  reading: Reading,
  { file }: ResourcePlace,
  { sqlVerbs, methods = {} }: documents.ResourceDocument,
  pointer: string,
): { readonly verbs: Resource['verbs']; readonly absent: Readonly<Record<string, DocumentFault>> } {
  const absent = new Map<string, DocumentFault>();
  const names = (verb: (typeof VERBS)[number]): readonly string[] => {
    if (sqlVerbs === undefined) return USUAL_NAMES[verb].filter((name) => Object.hasOwn(methods, name));
    return (sqlVerbs[verb] ?? []).map(({ $ref }, index) => {
      const name = $ref.split('/').at(-1) ?? '';
      if (Object.hasOwn(methods, name)) return name;
      const at = `${pointer}/sqlVerbs/${verb}/${index}/$ref`;
      return attempt<string>(
        reading,
        () => {
          throw wrong(file, at, `no method ${name} in this resource`);
        },
        (fault) => {
          absent.set(name, fault);
          return name;
        },
      );
    });
  };
  const [select, insert, update, replace, remove] = VERBS.map(names);
  const verbs = {
    select: select ?? [],
    insert: insert ?? [],
    update: update ?? [],
    replace: replace ?? [],
    delete: remove ?? [],
  };
  return { verbs, absent: Object.fromEntries(absent) };
}

function verbOf(verbs: Resource['verbs'], method: string): Verb {
  return VERBS.find((verb) => verbs[verb].includes(method)) ?? 'exec';
}

/** Aliases of parameters that take names are only sometimes equal to the field. */
function readAliases(
  declared: Readonly<Record<string, string>>,
  methods: readonly Method[],
): { readonly aliases: Readonly<Record<string, string>>; readonly named: Readonly<Record<string, string>> } {
  const takesNames = new Set(methods.flatMap(({ names = {} }) => Object.keys(names)));
  const isNamed = ([name, field]: readonly [string, string]): boolean => takesNames.has(name) || takesNames.has(field);
  const entries = Object.entries(declared);
  return {
    aliases: Object.fromEntries(entries.filter((entry) => !isNamed(entry))),
    named: Object.fromEntries(entries.filter(isNamed)),
  };
}

/** A name that no field has is the parameter's second one. */
function aliasesOfOthers(
  otherNames: documents.OtherNamesDocument = {},
  columns: readonly TableColumn[],
): Readonly<Record<string, string>> {
  const isField = (name: string): boolean =>
    columns.some((column) => column.name === name && column.origin === 'response');
  return Object.fromEntries(
    Object.entries(otherNames).flatMap(([name, { parameter }]) => (isField(name) ? [] : [[name, parameter]])),
  );
}

/** A table tells of its columns' members, so that its methods need not. */
function withoutMembers(method: Method): Method {
  const fields = method.response.fields.map(({ members: _told, ...field }): Field => field);
  return { ...method, response: { ...method.response, fields } };
}

/** A parameter's second name binds it as well. */
function secondNames(
  methods: readonly Method[],
  aliases: Readonly<Record<string, string>>,
): Readonly<Record<string, string>> {
  return Object.fromEntries(
    methods.flatMap(({ parameters }) =>
      parameters.flatMap(({ name, alias }) => (alias === undefined ? [] : [[alias, own(aliases, name) ?? name]])),
    ),
  );
}

function checkAliases(
  { file }: ResourcePlace,
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
    if (!isPath) throw wrong(file, at, `${name} is no path parameter of a method`);
    if (!columns.some((column) => column.name === field && column.origin === 'response')) {
      throw wrong(file, at, `${field} is no response field`);
    }
  }
}

function checkOtherNames(
  { file }: ResourcePlace,
  otherNames: documents.OtherNamesDocument = {},
  methods: readonly Method[],
  pointer: string,
): void {
  for (const [name, { parameter }] of Object.entries(otherNames)) {
    const at = `${pointer}/x-oktaql/otherNames/${escapePointer(name)}/parameter`;
    const isKnown = methods.some(({ parameters }) => parameters.some((one) => one.name === parameter));
    if (!isKnown) throw wrong(file, at, `${parameter} is no parameter of a method that selects`);
  }
}

/**
 * The member that tells the items of a list from each other: the one that is named, or else an item's own id under the name
 * of a parameter. A parameter of the list itself names what all of its items belong to.
 */
function idFieldOf(
  { file }: ResourcePlace,
  { aliases, id }: { aliases: Readonly<Record<string, string>>; id: string | false | undefined },
  methods: readonly Method[],
  pointer: string,
): string | undefined {
  if (id === false) return undefined;
  const lists = methods.filter(({ verb, response }) => verb === 'select' && response.kind === 'list');
  const ofLists = lists.flatMap(({ parameters }) => parameters.map(({ name }) => name));
  const name = id ?? Object.entries(aliases).find(([parameter]) => !ofLists.includes(parameter))?.[1];
  if (name === undefined) return undefined;
  const fields = lists.flatMap(({ response }) => response.fields);
  const field = fields.find((one) => one.name === name);
  if (field !== undefined) return field.wireName ?? field.name;
  if (id === undefined) return undefined;
  throw wrong(file, `${pointer}/x-oktaql/id`, `${id} is no field of a list's items`);
}

/** The parent's own columns are in another document; a test holds ours together. */
function checkParent(
  { file }: ResourcePlace,
  parent: documents.ParentDocument | undefined,
  methods: readonly Method[],
  pointer: string,
): void {
  const known = methods.flatMap((method) => method.parameters.map(({ name }) => name));
  for (const name of Object.keys(parent?.supplies ?? {})) {
    const at = `${pointer}/x-oktaql/parent/supplies/${escapePointer(name)}`;
    if (!known.includes(name)) throw wrong(file, at, `${name} is no parameter of a method`);
  }
}

/** Names that would never match: a secret that stays in clear, a status that cannot be set. */
function checkNames(
  { file }: ResourcePlace,
  { secrets, transitions = {} }: { secrets: readonly string[]; transitions: Resource['transitions'] | undefined },
  methods: readonly Method[],
  pointer: string,
): void {
  const fields = new Set(
    methods.flatMap(({ response, body }) => [...response.fields, ...(body?.fields ?? [])].map(({ name }) => name)),
  );
  secrets.forEach((name, index) => {
    const at = `${pointer}/x-oktaql/secrets/${index}`;
    const [column = ''] = name.split('.');
    if (!fields.has(column)) throw wrong(file, at, `${column} is no field of an answer or a body`);
  });
  for (const [column, values] of Object.entries(transitions)) {
    for (const [value, method] of Object.entries(values)) {
      const at = `${pointer}/x-oktaql/transitions/${escapePointer(column)}/${escapePointer(value)}`;
      if (!methods.some(({ name }) => name === method)) throw wrong(file, at, `no method ${method}`);
    }
  }
}

/** What could not be looked up, or would never be found, must not be promised. */
function checkConfirm({ file }: ResourcePlace, method: Method, methods: readonly Method[], pointer: string): void {
  const { confirm } = method;
  if (confirm === undefined) return;
  const at = `${pointer}/methods/${escapePointer(method.name)}/x-oktaql/confirm`;
  const list = methods.find(({ name }) => name === confirm.method);
  if (list === undefined || list.httpMethod !== 'GET' || list.response.kind !== 'list')
    throw wrong(file, `${at}/method`, `no method ${confirm.method} that reads a list`);
  const known = new Set(method.parameters.map(({ name }) => name));
  const missing = requiredParameters(list).find(({ name }) => !known.has(name));
  if (missing !== undefined) throw wrong(file, `${at}/method`, `${list.name} needs ${missing.name}`);
  for (const key of ['match', 'same'] as const) {
    confirm[key].forEach((name, index) => {
      const isThere = [method.body?.fields ?? [], list.response.fields].every((fields) =>
        fields.some((field) => field.name === name),
      );
      if (!isThere) throw wrong(file, `${at}/${key}/${index}`, `${name} is not both sent and listed`);
    });
  }
}
