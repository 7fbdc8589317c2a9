/**
 * Answers statements about the provider documents. The columns are StackQL's, so that its scripts keep working; what
 * EXTENDED adds behind its columns is ours.
 *
 * @module
 */

import { assertNever, NotSupportedError } from '../errors.ts';
import type { DocumentFault } from '../registry/fault.ts';
import { listMembers } from '../registry/members.ts';
import type { Registry } from '../registry/registry.ts';
import {
  type Field,
  type FilterOperator,
  type Method,
  methodsFor,
  type Parameter,
  type Resource,
  requiredParameters,
  type TableColumn,
  usableMethods,
  type Verb,
} from '../registry/resource.ts';
import type { CommandTag, MetadataFilter, MetadataStatement, MetadataSubject } from '../sql/statement.ts';
import { type ColumnType, own } from '../values.ts';
import { readableResources } from './catalog.ts';
import type { PlanContext } from './draft.ts';
import { insertTemplate, sqlName } from './insert-template.ts';
import type { MetadataPlan } from './plan.ts';
import { sameName } from './scope.ts';

/** The names of the columns, and a row's values under them. */
interface Answer {
  readonly columns: readonly string[];
  /** What EXTENDED adds. */
  readonly more?: readonly string[];
  readonly rows: readonly Readonly<Record<string, string | null>>[];
  /** Rows of the session's own tables that come behind. */
  readonly own?: MetadataPlan['own'];
}

/** Throws `UNKNOWN_…` with the nearest names, `NOT_SUPPORTED` for a resource that the statement cannot be about. */
export function planMetadata({ subject, filter }: MetadataStatement, context: PlanContext): MetadataPlan {
  const { columns: plain, more = [], rows, own: ownTables } = answer(subject, context);
  const columns = 'isExtended' in subject && subject.isExtended ? [...plain, ...more] : plain;
  return {
    kind: 'metadata',
    tag: tagOf(subject),
    columns: columns.map((name) => ({ name, type: 'VARCHAR' })),
    rows: rows.map((row) => columns.map((name) => row[name] ?? null)),
    ...(ownTables !== undefined && { own: ownTables }),
    ...(filter !== undefined && { filter: conditionOf(filter, columns) }),
  };
}

function tagOf({ kind }: MetadataSubject): CommandTag {
  if (kind === 'registry') return 'REGISTRY LIST';
  return kind === 'resource' || kind === 'method' ? 'DESCRIBE' : 'SHOW';
}

function conditionOf(filter: MetadataFilter, columns: readonly string[]): string {
  if (filter.kind === 'where') return filter.condition;
  const column = columns.includes('MethodName') ? 'MethodName' : 'name';
  return `${column} LIKE '${filter.pattern.replaceAll("'", "''")}'`;
}

function answer(subject: MetadataSubject, context: PlanContext): Answer {
  const { registry } = context;
  switch (subject.kind) {
    case 'providers':
      return listProviders(registry);
    case 'services':
      return listServices(registry, subject.of);
    case 'tables':
      return listTables(registry);
    case 'columns':
      return listColumns(registry, subject.of);
    case 'resources':
      return listResources(registry, subject.of);
    case 'methods':
      return listMethods(registry.resource(subject.of));
    case 'resource':
      return describeResource(registry.resource(subject.name), subject.isExtended);
    case 'method':
      return describeMethod(registry.method(subject.name).method);
    case 'insert':
      return showInsert(registry.resource(subject.target), subject, context);
    case 'registry':
      return listVersions(registry, subject.provider);
    case 'version':
      return showVersion(context);
    case 'isolation-level':
      // What StackQL answers to clients that ask when they connect. Okta has no transactions.
      return { columns: ['transaction_isolation'], rows: [{ transaction_isolation: 'read committed' }] };
    case 'setting':
      return showSetting(subject.name, context);
    default:
      return assertNever(subject);
  }
}

/** StackQL's columns. What a package does not know of itself is NULL. */
function showVersion({ about = {} }: PlanContext): Answer {
  const { version, platform } = about;
  return {
    columns: ['version'],
    more: ['commit', 'build_date', 'platform'],
    rows: [{ version: version ?? null, commit: null, build_date: null, platform: platform ?? null }],
  };
}

/** Under its own name, as PostgreSQL shows one. */
function showSetting(name: string, { settingText }: PlanContext): Answer {
  return { columns: [name], rows: [{ [name]: settingText?.(name) ?? null }] };
}

function listProviders({ providers }: Registry): Answer {
  return {
    columns: ['name', 'version'],
    more: ['title', 'description'],
    rows: providers.map(({ name, version, title, description, fault }) => ({
      name,
      version,
      title,
      description: fault === undefined ? description : unusable(fault),
    })),
  };
}

function listServices(registry: Registry, [name = '']: readonly string[]): Answer {
  const provider = registry.provider(name);
  return {
    columns: ['id', 'name', 'title', 'description'],
    more: ['version', 'preferred'],
    rows: provider.services.toSorted().map((service) => {
      const { title = service, description = '' } = own(provider.summaries, service) ?? {};
      const { version } = provider;
      return { id: `${service}:${version}`, name: service, title, description, version, preferred: null };
    }),
  };
}

/** What can stand behind FROM. */
function listTables(registry: Registry): Answer {
  return {
    columns: ['name', 'type', 'description'],
    rows: readableResources(registry).map(({ name, description }) => ({ name, type: 'resource', description })),
    own: { of: 'tables' },
  };
}

const LISTED_COLUMNS: readonly string[] = ['name', 'type', 'kind', 'description', 'notes'];

function listColumns(registry: Registry, name: readonly string[]): Answer {
  if (name.length === 1) {
    return { columns: LISTED_COLUMNS, rows: [], own: { of: 'columns', table: name[0] ?? '' } };
  }
  const { rows } = describeResource(registry.resource(name), true);
  return {
    columns: LISTED_COLUMNS,
    rows: rows.flatMap(({ column_type: type = null, ...row }) => (row['kind'] === 'member' ? [] : [{ ...row, type }])),
  };
}

/** Of all services, under the names that statements have for them. */
function listResourcesOf(registry: Registry, name: string): Answer {
  const { name: provider, services } = registry.provider(name);
  const resources = services.toSorted().flatMap((service) => {
    const byName = registry.service(provider, service).resources;
    return Object.keys(byName)
      .toSorted()
      .flatMap((key) => byName[key] ?? []);
  });
  return {
    columns: ['name', 'id'],
    more: ['description'],
    rows: resources.map(({ name: id, description }) => ({ name: id.split('.').slice(2).join('.'), id, description })),
  };
}

/** One name is a provider's, else a service's. */
function listResources(registry: Registry, [provider = '', name]: readonly string[]): Answer {
  if (name === undefined) {
    const service = serviceAlone(registry, provider);
    return service === undefined ? listResourcesOf(registry, provider) : listResources(registry, service);
  }
  const { resources, faults = {}, name: service } = registry.service(provider, name);
  const byName = [...Object.keys(resources), ...Object.keys(faults)].toSorted();
  const descriptionOf = (key: string): string | null => {
    const fault = own(faults, key);
    return fault === undefined ? (own(resources, key)?.description ?? null) : unusable(fault);
  };
  return {
    columns: ['name', 'id'],
    more: ['description'],
    rows: byName.map((key) => ({
      name: key,
      id: own(resources, key)?.name ?? `${registry.provider(provider).name}.${service}.${key}`,
      description: descriptionOf(key),
    })),
  };
}

/** `apps`, where it is no provider, but a service that one provider alone has. */
function serviceAlone({ providers }: Registry, name: string): readonly string[] | undefined {
  if (providers.some((provider) => sameName(provider.name, name))) return undefined;
  const [only, second] = providers.filter(({ services }) => services.some((service) => sameName(service, name)));
  return only === undefined || second !== undefined ? undefined : [only.name, name];
}

/** What is listed of a part that its document has wrong. */
function unusable({ message }: DocumentFault): string {
  return `Cannot be used: ${message}`;
}

function listVersions(registry: Registry, name: string | undefined): Answer {
  const providers = name === undefined ? registry.providers : [registry.provider(name)];
  const column = name === undefined ? 'version' : 'versions';
  return {
    columns: ['provider', column],
    rows: providers.map((provider) => ({ provider: provider.name, [column]: provider.version })),
  };
}

const VERB_ORDER: readonly Verb[] = ['select', 'insert', 'delete', 'update', 'replace', 'exec'];

function listMethods(resource: Resource): Answer {
  const methods = VERB_ORDER.flatMap((verb) => byName(resource.methods.filter((method) => method.verb === verb)));
  return {
    columns: ['MethodName', 'RequiredParams', 'SQLVerb'],
    more: ['description', 'SuppliedParams'],
    rows: [
      ...viewRows(resource),
      ...methods.map((method) => ({
        MethodName: method.name,
        RequiredParams: requiredInputs(method)
          .map(({ name }) => name)
          .join(', '),
        SQLVerb: method.verb.toUpperCase(),
        description: descriptionOf(method),
        SuppliedParams: suppliedParameters(method, resource).join(', '),
      })),
    ],
  };
}

function descriptionOf({ description, unsupported, fault }: Method): string {
  if (fault !== undefined) return unusable(fault);
  return unsupported === undefined ? description : `${description} Cannot be called: ${unsupported}.`;
}

/** StackQL's name for them; the parameters are those of the predicates. */
function viewRows({ views = [] }: Resource): Answer['rows'] {
  return views.map(({ requiredParameters: names, ddl }) => ({
    MethodName: '__view__',
    RequiredParams: names.join(', '),
    SQLVerb: 'SELECT',
    description: ddl,
    SuppliedParams: '',
  }));
}

/** What the method is not called without, in StackQL's order: parameters, body attributes, then the server's variables. */
export function requiredInputs(method: Method): readonly Field[] {
  const isServer = ({ location }: Parameter): boolean => location === 'server';
  const required = requiredParameters(method);
  return [
    ...byName(required.filter((parameter) => !isServer(parameter))),
    ...byName(bodyFields(method).filter(({ isRequired }) => isRequired)),
    ...byName(required.filter(isServer)),
  ];
}

/** What it may be called with besides, under the names that SQL has for it. */
export function optionalInputs(method: Method): readonly Field[] {
  return byName([
    ...method.parameters.filter(({ isRequired }) => !isRequired),
    ...bodyFields(method).filter(({ isRequired }) => !isRequired),
  ]);
}

/** The attributes of the body under the names that SQL has for them. */
function bodyFields(method: Method): readonly (Field & { readonly isRequired: boolean })[] {
  const { fields = [], required = [] } = method.body ?? {};
  return fields.map((field) => ({
    ...field,
    name: sqlName(method, field.name),
    isRequired: required.includes(field.name),
  }));
}

/** Only a SELECT asks the parent. */
function suppliedParameters(method: Method, { parent }: Resource): readonly string[] {
  if (parent === undefined || method.verb !== 'select') return [];
  return requiredInputs(method).flatMap(({ name }) => {
    const column = own(parent.supplies, name);
    return column === undefined ? [] : [`${name} (${parent.resource}.${column})`];
  });
}

/** StackQL's words. */
const TYPE_WORDS: Readonly<Record<ColumnType, string>> = {
  VARCHAR: 'string',
  TIMESTAMPTZ: 'string',
  BIGINT: 'integer',
  DOUBLE: 'number',
  BOOLEAN: 'boolean',
  JSON: 'object',
};

/** The columns that StackQL shows before the others. */
const FIRST_COLUMNS: readonly string[] = ['id', 'name', 'description'];

const KINDS: Partial<Readonly<Record<TableColumn['origin'], string>>> = { response: 'field', raw: 'hidden' };

const PARAMETER_ORIGINS = ['path', 'server', 'query', 'header'] as const;

function describeResource(resource: Resource, isExtended: boolean): Answer {
  if (resource.verbs.select.length === 0) {
    throw new NotSupportedError(`${resource.name} has no columns: none of its methods serves SELECT.`, {
      hint: `SHOW METHODS IN ${resource.name} lists what it has; EXEC calls it.`,
    });
  }
  usableMethods(resource, 'select');
  const { fields, parameters } = columnsInOrder(resource);
  const hidden = resource.columns.filter(({ origin }) => origin === 'raw');
  return {
    columns: ['name', 'type'],
    more: ['description', 'kind', 'column_type', 'notes'],
    rows: (isExtended ? [...fields, ...parameters, ...hidden] : fields).flatMap((column) => [
      {
        name: column.name,
        type: TYPE_WORDS[column.type],
        description: column.description,
        kind: KINDS[column.origin] ?? column.origin,
        column_type: column.type,
        notes: notesOn(column, resource).join('; '),
      },
      ...(isExtended ? memberRows(column) : []),
    ]),
  };
}

/** Links and what was embedded are the same in all resources. */
function memberRows(column: TableColumn): Answer['rows'] {
  const members = column.name.startsWith('_') ? [] : listMembers(column);
  return members.map(({ name, type }) => ({
    name,
    type: TYPE_WORDS[type],
    description: '',
    kind: 'member',
    column_type: type,
    notes: '',
  }));
}

/** The table's columns as they are listed: the fields of its items, then the parameters that can be columns. */
export function columnsInOrder(resource: Resource): Readonly<Record<'fields' | 'parameters', readonly TableColumn[]>> {
  const of = (origin: TableColumn['origin']): readonly TableColumn[] =>
    byName(resource.columns.filter((column) => column.origin === origin && column.isAlias !== true));
  const fields = of('response');
  const isFirst = ({ name }: TableColumn): boolean => FIRST_COLUMNS.includes(name);
  const first = FIRST_COLUMNS.flatMap((name) => fields.filter((field) => field.name === name));
  return {
    fields: [...first, ...fields.filter((field) => !isFirst(field))],
    parameters: PARAMETER_ORIGINS.flatMap(of),
  };
}

/** What there is to know of a column beside its meaning: its other name, where it comes from, secrets, the API's filters. */
export function notesOn(column: TableColumn, resource: Resource): readonly string[] {
  return [
    aliasNote(column, resource),
    secondNameNote(column),
    parentNote(column, resource),
    secretNote(column),
    ...filterNotes(column, resource),
  ].filter((note) => note !== undefined);
}

function aliasNote({ name, aliasOf }: TableColumn, { named = {} }: Resource): string | undefined {
  if (aliasOf === undefined) return undefined;
  return Object.hasOwn(named, name) ? `what was given for the object, else its ${aliasOf}` : `same as ${aliasOf}`;
}

function secondNameNote({ alias }: TableColumn): string | undefined {
  return alias === undefined ? undefined : `also called ${alias}`;
}

function parentNote({ name, origin }: TableColumn, { parent }: Resource): string | undefined {
  const column = origin === 'response' ? undefined : own(parent?.supplies ?? {}, name);
  return column === undefined ? undefined : `taken from ${parent?.resource}.${column} where it is not given`;
}

function secretNote({ secrets = [] }: TableColumn): string | undefined {
  if (secrets.length === 0) return undefined;
  const paths = secrets.map((path) => path.join('.')).filter((path) => path !== '');
  return paths.length < secrets.length ? 'secret' : `secret: ${paths.join(', ')}`;
}

const OPERATOR_WORDS: Readonly<Record<FilterOperator, string>> = {
  eq: '=',
  ne: '<>',
  gt: '>',
  ge: '>=',
  lt: '<',
  le: '<=',
  sw: "LIKE 'x%'",
  co: "LIKE '%x%'",
  pr: 'IS NOT NULL',
};

/** What the API could compare itself, whatever of it a plan uses: the column, or members of a JSON column. */
function filterNotes({ name, origin }: TableColumn, resource: Resource): readonly string[] {
  if (origin !== 'response') return [];
  const operatorsByPath = new Map<string, ReadonlySet<FilterOperator>>();
  const filters = methodsFor(resource, 'select').flatMap(({ filter, search }) => [filter, search]);
  for (const [path, operators] of filters.flatMap((filter) => Object.entries(filter?.columns ?? {}))) {
    if (path !== name && !path.startsWith(`${name}.`)) continue;
    operatorsByPath.set(path, new Set([...(operatorsByPath.get(path) ?? []), ...operators]));
  }
  const pathsByOperators = new Map<string, readonly string[]>();
  for (const [path, operators] of operatorsByPath) {
    const words = [...operators].map((operator) => OPERATOR_WORDS[operator]).join(', ');
    pathsByOperators.set(words, [...(pathsByOperators.get(words) ?? []), path]);
  }
  return [...pathsByOperators].map(([words, paths]) => `the API can filter ${paths.join(', ')} by ${words}`);
}

function describeMethod(method: Method): Answer {
  const kinds = {
    input_required: requiredInputs(method),
    input_optional: optionalInputs(method),
    output: byName(method.response.fields),
  };
  return {
    columns: ['name', 'type', 'param_type', 'shape'],
    more: ['description'],
    rows: Object.entries(kinds).flatMap(([kind, fields]) =>
      fields.map(({ name, type, description }) => ({
        name,
        type: TYPE_WORDS[type],
        param_type: kind,
        // StackQL prints the schema of an object here, which the compiled documents no longer have.
        shape: '',
        description,
      })),
    ),
  };
}

function showInsert(
  resource: Resource,
  subject: MetadataSubject & { readonly kind: 'insert' },
  { defaults }: PlanContext,
): Answer {
  const statement = insertTemplate(resource, subject, defaults);
  return { columns: ['insert_statement'], rows: [{ insert_statement: statement }] };
}

/** By code unit, as StackQL sorts: capitals, `_`, small letters. */
function byName<T extends { readonly name: string }>(items: readonly T[]): readonly T[] {
  return items.toSorted((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0));
}
