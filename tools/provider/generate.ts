/**
 * Inputs → the provider's documents, as data: StackQL's form with our `x-oktaql`.
 *
 * @module
 */

import { correct } from './correct.ts';
import { describeMethod, describeParameter, type MethodText, titleOf } from './describe.ts';
import type { Facts, Operation, Parameter, Payload } from './facts.ts';
import type { Descriptions, Extensions, Inputs, Placement, Verb } from './inputs.ts';
import { type Node, SchemaComponents } from './schema-components.ts';

export interface Documents {
  readonly provider: Node;
  /** By name of the service, in the provider's order. */
  readonly services: ReadonlyMap<string, Node>;
}

export const VERSION = 'v00.00.00000';

/** Throws where an input names what another one does not know. */
export function generate(inputs: Inputs): Documents {
  const facts = correct(inputs.facts, inputs.corrections);
  checkExtensions(inputs, facts);
  const names = unique(inputs.placements.map(({ service }) => service));
  const services = names.map((service): [string, Node] => [service, serviceDocument(service, facts, inputs)]);
  return { provider: providerDocument(names, inputs.descriptions), services: new Map(services) };
}

function providerDocument(services: readonly string[], texts: Descriptions): Node {
  const entry = (name: string): Node => ({
    id: `${name}:${VERSION}`,
    name,
    title: `${name} API`,
    version: VERSION,
    description: need(texts.services[name], `descriptions.yaml: no service ${name}`),
    preferred: true,
    service: { $ref: `okta/${VERSION}/services/${name}.yaml` },
  });
  return {
    id: 'okta',
    name: 'okta',
    title: 'Okta',
    version: VERSION,
    description: texts.provider,
    config: { auth: { type: 'api_key', credentialsenvvar: 'OKTA_API_TOKEN', valuePrefix: 'SSWS ' } },
    providerServices: Object.fromEntries(services.map((name) => [name, entry(name)])),
  };
}

/** One method, with all that its document is made from. */
interface Entry {
  readonly placement: Placement;
  readonly operation: Operation;
  readonly text: MethodText;
}

function serviceDocument(service: string, facts: Facts, inputs: Inputs): Node {
  const { descriptions, extensions } = inputs;
  const operations = new Map(facts.operations.map((operation) => [operation.id, operation]));
  const entries = inputs.placements
    .filter((placement) => placement.service === service)
    .map((placement): Entry => {
      const operation = need(
        operations.get(placement.operation),
        `operations.tsv: no operation ${placement.operation}`,
      );
      return { placement, operation, text: describeMethod(descriptions, placement, operation) };
    });
  const schemas = new SchemaComponents(facts, descriptions);
  const parameters = new PathParameters(descriptions);
  const paths = pathsOf(entries, schemas, parameters, descriptions);
  const resources = unique(entries.map(({ placement }) => placement.resource)).map((resource): [string, Node] => [
    resource,
    resourceOf(
      entries.filter(({ placement }) => placement.resource === resource),
      { descriptions, extensions, schemas },
    ),
  ]);
  return {
    openapi: '3.0.3',
    info: {
      title: `${service} API`,
      version: '0.1.0',
      description: need(descriptions.services[service], `descriptions.yaml: no service ${service}`),
    },
    servers: [
      {
        url: 'https://{subdomain}.okta.com/',
        variables: { subdomain: { default: 'my-org', description: descriptions.subdomain } },
      },
    ],
    'x-stackQL-config': {
      pagination: {
        requestToken: { key: '', location: 'request' },
        responseToken: { key: 'Link', location: 'header' },
      },
    },
    paths,
    components: {
      parameters: parameters.components,
      schemas: schemas.components,
      'x-stackQL-resources': Object.fromEntries(resources),
    },
  };
}

function pathsOf(
  entries: readonly Entry[],
  schemas: SchemaComponents,
  parameters: PathParameters,
  texts: Descriptions,
): Node {
  const paths: Record<string, Record<string, Node>> = {};
  for (const entry of entries) {
    const { operation } = entry;
    const item = paths[operation.path] ?? {};
    paths[operation.path] = { ...item, [operation.http]: operationOf(entry, schemas, parameters, texts) };
  }
  return paths;
}

function operationOf(
  { placement, operation, text }: Entry,
  schemas: SchemaComponents,
  parameters: PathParameters,
  texts: Descriptions,
): Node {
  const declared = operation.parameters.map((parameter) =>
    parameter.in === 'path' ? parameters.reference(placement, parameter) : inlineParameter(texts, placement, parameter),
  );
  const { body } = operation;
  const answers = Object.entries(operation.answers).map(([status, answer]) => [
    status,
    { description: text.answer, ...(answer !== null && { content: contentOf(answer, schemas.ofAnswer(answer)) }) },
  ]);
  return {
    operationId: operation.id,
    summary: text.summary,
    description: text.description,
    ...(declared.length > 0 && { parameters: declared }),
    ...(body !== undefined && {
      requestBody: { required: operation.bodyOptional !== true, content: contentOf(body, schemas.ofBody(body)) },
    }),
    responses: Object.fromEntries(answers),
  };
}

function contentOf({ media }: Payload, schema: Node): Node {
  return Object.fromEntries(media.map((type) => [type, { schema }]));
}

function inlineParameter(texts: Descriptions, placement: Placement, parameter: Parameter): Node {
  const { name, in: location, required, type, format, maximum } = parameter;
  return {
    name,
    in: location,
    ...(required === true && { required }),
    description: describeParameter(texts, placement, name),
    schema: { type, ...(format !== undefined && { format }), ...(maximum !== undefined && { maximum }) },
  };
}

/**
 * The path parameters of a service. Two of one name and different meaning get two components: the first to come has the
 * plain name, the others have that of their resource before it.
 */
class PathParameters {
  readonly components: Record<string, Node> = {};
  readonly #texts: Descriptions;

  constructor(texts: Descriptions) {
    this.#texts = texts;
  }

  reference(placement: Placement, parameter: Parameter): Node {
    const component = inlineParameter(this.#texts, placement, { ...parameter, required: true });
    const keys = [parameter.name, `${placement.resource}_${parameter.name}`];
    const key = keys.find((name) => isSame(this.components[name] ?? component, component));
    const name = need(key, `descriptions.yaml: parameter ${parameter.name} of ${placement.resource} has two texts`);
    this.components[name] ??= component;
    return { $ref: `#/components/parameters/${name}` };
  }
}

interface Additions {
  readonly descriptions: Descriptions;
  readonly extensions: Extensions;
  readonly schemas: SchemaComponents;
}

function resourceOf(entries: readonly Entry[], additions: Additions): Node {
  const { descriptions, extensions } = additions;
  const { service, resource } = need(entries[0], 'a resource without methods').placement;
  const key = `${service}.${resource}`;
  const { methods: _, ...extension } = extensions.resources[key] ?? {};
  return {
    id: `okta.${key}`,
    name: resource,
    title: titleOf(resource),
    description: need(descriptions.resources[key], `descriptions.yaml: no resource ${key}`),
    ...(Object.keys(extension).length > 0 && { 'x-oktaql': extension }),
    methods: Object.fromEntries(entries.map((entry) => [entry.placement.method, methodOf(entry, entries, additions)])),
    sqlVerbs: Object.fromEntries(SQL_VERBS.map((verb) => [verb, bindings(entries, verb)])),
  };
}

function methodOf(entry: Entry, siblings: readonly Entry[], { extensions, schemas }: Additions): Node {
  const { operation } = entry;
  const { status, answer } = mainAnswer(operation);
  const path = operation.path.replaceAll('~', '~0').replaceAll('/', '~1');
  const extension = methodExtension(entry, siblings, extensions);
  const { scalar } = extension;
  return {
    ...(operation.body !== undefined && { config: { requestBodyTranslate: { algorithm: 'naive' } } }),
    operation: { $ref: `#/paths/${path}/${operation.http}` },
    ...(operation.body !== undefined && { request: { mediaType: operation.body.media[0] } }),
    response: {
      mediaType: answer?.media[0] ?? 'application/json',
      openAPIDocKey: status,
      ...(answer?.at !== undefined && { objectKey: objectKeyOf(answer.at) }),
      ...(typeof scalar === 'string' && answer !== null && rowsOfTexts(operation, scalar, answer, schemas)),
    },
    'x-oktaql': extension,
  };
}

/** StackQL has rows of objects only: its template makes one of each text, and the schema is that of what it makes. */
function rowsOfTexts({ id }: Operation, column: string, answer: Payload, schemas: SchemaComponents): Node {
  const key = answer.at?.slice('$.'.length);
  const row = `{"${column}":{{ toJson $text }}}`;
  const rows = `[{{- range $index, $text := $texts -}}{{- if $index -}},{{- end -}}${row}{{- end -}}]`;
  const body =
    key === undefined
      ? `{{- $texts := index (jsonMapFromString (printf "{\\"texts\\":%s}" .)) "texts" -}}${rows}`
      : `{{- $texts := index (jsonMapFromString .) "${key}" -}}{"${key}":${rows}}`;
  return {
    overrideMediaType: 'application/json',
    schema_override: schemas.ofTexts(`${id.charAt(0).toUpperCase()}${id.slice(1)}Rows`, column, answer),
    transform: { type: 'golang_template_text_v0.3.0', body },
  };
}

/** StackQL's JSONPath takes no member with a hyphen, but the bare name of one. */
function objectKeyOf(at: string): string {
  return /^\$(\.[A-Za-z_]\w*)+$/.test(at) ? at : at.slice('$.'.length);
}

/** The answer that rows are read from: the first that has content. */
function mainAnswer({ id, answers }: Operation): { readonly status: string; readonly answer: Payload | null } {
  const all = Object.entries(answers).sort(([a], [b]) => (a < b ? -1 : 1));
  const [status, answer] = need(all.find(([, content]) => content !== null) ?? all[0], `no answer to ${id}`);
  return { status, answer };
}

function methodExtension(entry: Entry, siblings: readonly Entry[], extensions: Extensions): Node {
  const { placement, operation } = entry;
  const { service, resource, method } = placement;
  const {
    pageSize = pageSizeOf(operation, extensions),
    replaces: ownReplaces,
    ...given
  } = extensions.resources[`${service}.${resource}`]?.methods?.[method] ?? {};
  const replaces = ownReplaces === false ? undefined : replacesOf(entry, siblings, ownReplaces);
  const names = namesOf(operation, extensions);
  const absent = absencesOf(operation, extensions);
  return {
    ...given,
    ...(replaces !== undefined && { replaces }),
    ...(pageSize !== undefined && { pageSize }),
    ...(Object.keys(names).length > 0 && { names }),
    ...(absent.length > 0 && { absent }),
    bucket: bucketOf(operation, extensions),
  };
}

function namesOf({ path, parameters }: Operation, { names }: Extensions): Node {
  const own = names.filter(
    (rule) => new RegExp(rule.path).test(path) && parameters.some(({ name }) => name === rule.parameter),
  );
  return Object.fromEntries(own.map(({ path: _, parameter, ...rest }) => [parameter, rest]));
}

/** Only what is read can be absent: a change that is refused is refused. */
function absencesOf({ path, http }: Operation, { absences }: Extensions): readonly Node[] {
  const own = http === 'get' ? absences.filter((rule) => new RegExp(rule.path).test(path)) : [];
  return own.map(({ path: _, ...rest }) => rest);
}

/**
 * A PUT takes the whole object, which the GET of the same address reads. Where Okta has a method that changes a part, UPDATE
 * needs none of this.
 */
function replacesOf({ placement, operation }: Entry, siblings: readonly Entry[], given: unknown): Node | undefined {
  const hasUpdate = siblings.some((sibling) => sibling.placement.verb === 'update');
  if (placement.verb !== 'replace' || operation.http !== 'put' || operation.body === undefined || hasUpdate)
    return undefined;
  const reader = siblings.find(({ operation: { http, path } }) => http === 'get' && path === operation.path);
  if (reader === undefined) return undefined;
  return { read: reader.placement.method, ...(given as Node | undefined) };
}

function pageSizeOf(operation: Operation, extensions: Extensions): Node | undefined {
  const limit = operation.parameters.find(({ name, in: location }) => name === 'limit' && location === 'query');
  if (operation.http !== 'get' || limit?.type !== 'integer') return undefined;
  const size =
    extensions.pageSizes[operation.id] ??
    (limit.maximum === undefined ? undefined : Math.min(limit.maximum, extensions.maximumPageSize));
  return { parameter: limit.name, size: need(size, `extensions.yaml: no page size for ${operation.id}`) };
}

function bucketOf({ path, http }: Operation, { buckets }: Extensions): string {
  const rule = buckets.find(
    (candidate) => new RegExp(candidate.path).test(path) && (candidate.methods?.includes(http) ?? true),
  );
  return need(rule, `extensions.yaml: no bucket for ${path}`).bucket;
}

const SQL_VERBS = ['select', 'insert', 'update', 'delete', 'replace'] as const satisfies readonly Verb[];

function bindings(entries: readonly Entry[], verb: Verb): readonly Node[] {
  return entries
    .map(({ placement }) => placement)
    .filter((placement) => placement.verb === verb)
    .sort((a, b) => a.order - b.order)
    .map(({ resource, method }) => ({ $ref: `#/components/x-stackQL-resources/${resource}/methods/${method}` }));
}

function checkExtensions({ placements, extensions, descriptions }: Inputs, facts: Facts): void {
  const resources = new Set(placements.map(({ service, resource }) => `${service}.${resource}`));
  const methods = new Set(placements.map(({ service, resource, method }) => `${service}.${resource}.${method}`));
  for (const key of [...Object.keys(extensions.resources), ...Object.keys(descriptions.resources)]) {
    if (!resources.has(key)) throw new Error(`No resource ${key}, which an input names.`);
  }
  for (const rule of [...extensions.names, ...extensions.absences]) {
    const fits = facts.operations.some(
      ({ path, parameters }) =>
        new RegExp(rule.path).test(path) &&
        (!('parameter' in rule) || parameters.some(({ name }) => name === rule.parameter)),
    );
    if (!fits) throw new Error(`No operation at ${rule.path}, which extensions.yaml has a rule for.`);
  }
  const extended = Object.entries(extensions.resources).flatMap(([key, { methods: own }]) =>
    Object.keys(own ?? {}).map((method) => `${key}.${method}`),
  );
  for (const key of [...extended, ...Object.keys(descriptions.methods)]) {
    if (!methods.has(key)) throw new Error(`No method ${key}, which an input names.`);
  }
}

function isSame(a: Node, b: Node): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}

function unique(names: readonly string[]): readonly string[] {
  return [...new Set(names)];
}

function need<T>(value: T | undefined, problem: string): T {
  if (value === undefined) throw new Error(`${problem}.`);
  return value;
}
