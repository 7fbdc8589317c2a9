/**
 * Okta's OpenAPI document → facts.
 *
 * @module
 */

import type { Facts, Field, Location, Member, Operation, Parameter, Payload, Schema } from './facts.ts';

/** @param document the parsed OpenAPI document */
export function extract(document: unknown): Facts {
  const root = document as Node;
  const schemas = new Map<string, Schema>();
  const members = new Map<string, Readonly<Record<string, Member>>>();
  const extractor: Extractor = { root, schemas, members };
  const operations = Object.entries(node(root['paths'])).flatMap(([path, item]) =>
    HTTP_METHODS.filter((http) => http in node(item)).map((http) => operationOf(extractor, path, http, node(item))),
  );
  return {
    version: String(node(root['info'])['version']),
    schemas: Object.fromEntries([...schemas].sort(([a], [b]) => (a < b ? -1 : 1))),
    operations,
    members: Object.fromEntries([...members].sort(([a], [b]) => (a < b ? -1 : 1))),
  };
}

type Node = Readonly<Record<string, unknown>>;

interface Extractor {
  readonly root: Node;
  /** Filled while operations are read: the schemas that they name. */
  readonly schemas: Map<string, Schema>;
  /** Filled with them. */
  readonly members: Map<string, Readonly<Record<string, Member>>>;
}

interface Resolved {
  readonly name?: string | undefined;
  readonly schema: Node;
}

/** Those that say something of the value's form; the specification also puts sentences there. */
const FORMATS = ['date-time', 'date', 'int32', 'int64', 'float', 'double', 'binary', 'byte'];

const HTTP_METHODS = ['get', 'post', 'put', 'patch', 'delete'] as const;

function operationOf(extractor: Extractor, path: string, http: string, item: Node): Operation {
  const operation = node(item[http]);
  const id = String(operation['operationId']);
  const body = resolve(extractor, operation['requestBody']).schema;
  // A wrapped list is rows in an answer; in a body the wrapper is what has to be sent.
  const payload = payloadOf(extractor, body, `${pascal(id)}Request`, () => undefined);
  const answers = Object.entries(node(operation['responses']))
    .filter(([status]) => status.startsWith('2'))
    .map(([status, response]) => [status, answerOf(extractor, response, `${pascal(id)}Response`)]);
  return {
    id,
    http,
    path,
    parameters: parametersOf(extractor, item, operation),
    ...(payload !== undefined && { body: payload }),
    ...(payload !== undefined && body['required'] !== true && { bodyOptional: true }),
    answers: Object.fromEntries(answers),
  };
}

/** Those of the path item too: who reads the operation only loses most path parameters. */
function parametersOf(extractor: Extractor, item: Node, operation: Node): readonly Parameter[] {
  const merged = new Map<string, Parameter>();
  for (const entry of [...list(item['parameters']), ...list(operation['parameters'])]) {
    const parameter = resolve(extractor, entry).schema;
    const { schema } = resolve(extractor, parameter['schema']);
    const { type, format } = typeOf(extractor, schema);
    const fact: Parameter = {
      name: String(parameter['name']),
      in: parameter['in'] as Location,
      ...(parameter['required'] === true && { required: true }),
      type,
      ...(format !== undefined && { format }),
      ...(typeof schema['maximum'] === 'number' && { maximum: schema['maximum'] }),
    };
    merged.set(`${fact.in} ${fact.name}`, fact);
  }
  return [...merged.values()];
}

function answerOf(extractor: Extractor, response: unknown, inlineName: string): Payload | null {
  return payloadOf(extractor, resolve(extractor, response).schema, inlineName) ?? null;
}

type Unwrap = typeof wrappedList;

function payloadOf(
  extractor: Extractor,
  payload: Node,
  inlineName: string,
  unwrap: Unwrap = wrappedList,
): Payload | undefined {
  const content = node(payload['content']);
  const media = Object.keys(content).sort((a, b) => rank(a) - rank(b) || (a < b ? -1 : 1));
  const [first] = media;
  if (first === undefined) return undefined;
  const { name, schema } = resolve(extractor, node(content[first])['schema']);
  return { media, ...contentOf(extractor, schema, { name, inlineName, unwrap }) };
}

function rank(media: string): number {
  return media === 'application/json' ? 0 : 1;
}

function contentOf(
  extractor: Extractor,
  schema: Node,
  { name, inlineName, unwrap }: { name: string | undefined; inlineName: string; unwrap: Unwrap },
): Omit<Payload, 'media'> {
  if (schema['type'] === 'array') return listOf(extractor, schema, inlineName);
  const fields = flatten(extractor, { name, schema });
  if (Object.keys(fields).length === 0 && schema['type'] === 'string') return { kind: 'text', of: 'string' };
  const wrapped = unwrap(extractor, schema, fields, inlineName);
  return wrapped ?? { kind: 'object', of: keep(extractor, name ?? inlineName, fields, schema) };
}

function listOf(extractor: Extractor, schema: Node, inlineName: string): Omit<Payload, 'media'> {
  const items = resolve(extractor, schema['items']);
  const { type } = typeOf(extractor, items.schema);
  if (type !== 'object') return { kind: 'scalars', of: type };
  const name = items.name ?? inlineName.replace(/(Response|Request)$/, 'Item');
  return { kind: 'list', of: keep(extractor, name, flatten(extractor, items), items.schema) };
}

/** An object that holds one array, and besides it nothing but links, is a list in a wrapper. */
function wrappedList(
  extractor: Extractor,
  schema: Node,
  fields: Schema,
  inlineName: string,
): Omit<Payload, 'media'> | undefined {
  const names = Object.keys(fields).filter((name) => name !== '_links');
  const [name] = names;
  if (names.length !== 1 || name === undefined || fields[name]?.type !== 'array') return undefined;
  const property = propertyOf(extractor, schema, name);
  return property && { ...listOf(extractor, property, inlineName), at: `$.${name}` };
}

function propertyOf(extractor: Extractor, schema: Node, name: string): Node | undefined {
  const own = node(schema['properties'])[name];
  if (own !== undefined) return resolve(extractor, own).schema;
  for (const part of list(schema['allOf'])) {
    const found = propertyOf(extractor, resolve(extractor, part).schema, name);
    if (found !== undefined) return found;
  }
  return undefined;
}

function keep(extractor: Extractor, name: string, fields: Schema, schema: Node): string {
  const members = propertyMembers(extractor, schema, { depth: 0, above: [] });
  const inside = Object.entries(members).filter(([field, member]) => typeof member !== 'string' && !LINKS.has(field));
  extractor.schemas.set(name, fields);
  if (inside.length > 0) extractor.members.set(name, Object.fromEntries(inside));
  return name;
}

/** Of these, each member is a URL or an object of which nothing is said. */
const LINKS = new Set(['_links', '_embedded']);

/** What lies deeper is left out. */
const DEEPEST = 6;

interface Inside {
  readonly depth: number;
  /** The schemas around it: one that holds itself ends there. */
  readonly above: readonly Node[];
}

/** All properties of an object, those of its variants too. */
function propertyMembers(extractor: Extractor, schema: Node, inside: Inside): Readonly<Record<string, Member>> {
  if (inside.above.includes(schema) || inside.depth > DEEPEST) return {};
  const below = { depth: inside.depth + 1, above: [...inside.above, schema] };
  const merged = new Map<string, Member>();
  const add = (name: string, member: Member): void => {
    const known = merged.get(name);
    merged.set(name, known === undefined ? member : bothMembers(known, member));
  };
  for (const [name, property] of Object.entries(node(schema['properties']))) {
    if (!LINKS.has(name)) add(name, memberOf(extractor, property, below));
  }
  for (const part of [...list(schema['allOf']), ...alternatives(extractor, schema)]) {
    const { schema: own } = resolve(extractor, part);
    const members = propertyMembers(extractor, own, { ...below, depth: inside.depth });
    for (const [name, member] of Object.entries(members)) add(name, member);
  }
  return Object.fromEntries(merged);
}

function memberOf(extractor: Extractor, property: unknown, inside: Inside): Member {
  const { schema } = resolve(extractor, property);
  const { type, format } = typeOf(extractor, node(property));
  if (type === 'array') return [memberOf(extractor, schema['items'], { ...inside, depth: inside.depth + 1 })];
  if (type !== 'object') return format === 'date-time' ? format : type;
  const members = propertyMembers(extractor, schema, inside);
  return Object.keys(members).length > 0 ? members : 'object';
}

/** A value that is said to be two things is a text, which can hold either. */
function bothMembers(one: Member, other: Member): Member {
  if (one === 'object' || other === 'object' || one === other) return one === 'object' ? other : one;
  if (typeof one === 'string' || typeof other === 'string') return 'string';
  if (isElement(one) || isElement(other)) {
    return isElement(one) && isElement(other) ? [bothMembers(one[0], other[0])] : 'string';
  }
  const merged = new Map(Object.entries(one));
  for (const [name, member] of Object.entries(other)) {
    const known = merged.get(name);
    merged.set(name, known === undefined ? member : bothMembers(known, member));
  }
  return Object.fromEntries(merged);
}

function isElement(member: Member): member is readonly [Member] {
  return Array.isArray(member);
}

/** allOf merged, oneOf, anyOf and discriminators united. */
function flatten(extractor: Extractor, { schema }: Resolved): Schema {
  const own = properties(extractor, schema);
  // The parts of an allOf are no alternatives: a base reached through one does not bring its other variants along.
  const parts = list(schema['allOf']).map((part) => flattenPart(extractor, part));
  const base = mergeAll([...parts, own]);
  const variants = alternatives(extractor, schema).map((part) => flattenPart(extractor, part));
  return variants.length === 0 ? base : unite(base, variants);
}

function flattenPart(extractor: Extractor, part: unknown): Schema {
  const { schema } = resolve(extractor, part);
  const { discriminator: _, ...rest } = schema;
  const hasVariants = 'oneOf' in schema || 'anyOf' in schema;
  return flatten(extractor, { schema: hasVariants ? schema : rest });
}

function alternatives(extractor: Extractor, schema: Node): readonly unknown[] {
  const mapping = Object.values(node(node(schema['discriminator'])['mapping'])).map(($ref) => ({ $ref }));
  const parts = [...list(schema['oneOf']), ...list(schema['anyOf']), ...mapping];
  const names = new Set<unknown>();
  return parts.filter((part) => {
    const key = node(part)['$ref'] ?? part;
    const isFirst = !names.has(key) && resolve(extractor, part).schema !== schema;
    names.add(key);
    return isFirst;
  });
}

function properties(extractor: Extractor, schema: Node): Schema {
  const required = list(schema['required']);
  const entries = Object.entries(node(schema['properties'])).map(([name, property]): [string, Field] => {
    const field = typeOf(extractor, node(property));
    const links = name === '_links' ? hintedLinks(extractor, property) : [];
    return [name, { ...field, ...(links.length > 0 && { links }), ...(required.includes(name) && { required: true }) }];
  });
  return Object.fromEntries(entries);
}

function hintedLinks(extractor: Extractor, links: unknown): readonly string[] {
  return [...membersOf(extractor, links)]
    .filter(([, link]) => membersOf(extractor, link).has('hints'))
    .map(([name]) => name);
}

/** The properties of an object and of all that it is combined of. */
function membersOf(extractor: Extractor, value: unknown): ReadonlyMap<string, unknown> {
  const { schema } = resolve(extractor, value);
  const parts = [...list(schema['allOf']), ...list(schema['oneOf']), ...list(schema['anyOf'])];
  return new Map([
    ...parts.flatMap((part) => [...membersOf(extractor, part)]),
    ...Object.entries(node(schema['properties'])),
  ]);
}

/** allOf: everything holds. */
function mergeAll(parts: readonly Schema[]): Schema {
  const merged: Record<string, Field> = {};
  for (const part of parts) {
    for (const [name, field] of Object.entries(part)) {
      const before = merged[name];
      merged[name] =
        before === undefined
          ? field
          : { ...before, ...field, ...linksOf(before, field), type: mixedType(before, field) };
    }
  }
  return merged;
}

/** oneOf: what holds for one only is neither required nor read-only. */
function unite(base: Schema, variants: readonly Schema[]): Schema {
  const names = new Set([base, ...variants].flatMap((schema) => Object.keys(schema)));
  const united = [...names].map((name): [string, Field] => {
    const found = variants.flatMap((variant) => variant[name] ?? []);
    const fields = base[name] === undefined ? found : [base[name], ...found];
    const all = fields.reduce((a, b) => uniteFields(a, b));
    const isRequired = base[name]?.required === true || (found.length === variants.length && all.required === true);
    const { required: _, ...rest } = all;
    return [name, { ...rest, ...(isRequired && { required: true }) }];
  });
  return Object.fromEntries(united);
}

function uniteFields(a: Field, b: Field): Field {
  const type = mixedType(a, b);
  const items = a.items === b.items ? a.items : (a.items ?? b.items) && 'object';
  return {
    type,
    ...(a.format !== undefined && a.format === b.format && { format: a.format }),
    ...(items !== undefined && type === 'array' && { items }),
    ...linksOf(a, b),
    ...((a.nullable || b.nullable) && { nullable: true }),
    ...(a.readOnly && b.readOnly && { readOnly: true }),
    ...(a.required && b.required && { required: true }),
  };
}

function linksOf(a: Field, b: Field): Pick<Field, 'links'> {
  const links = [...new Set([...(a.links ?? []), ...(b.links ?? [])])];
  return links.length === 0 ? {} : { links };
}

/** A column of several types is JSON. */
function mixedType(a: Field, b: Field): string {
  return a.type === b.type ? a.type : 'object';
}

function typeOf(extractor: Extractor, property: Node): Field {
  const { schema } = resolve(extractor, property);
  const parts = [...list(schema['allOf']), ...list(schema['oneOf']), ...list(schema['anyOf'])];
  const type = ownType(schema) ?? partType(extractor, parts);
  const format = FORMATS.find((known) => known === schema['format']);
  const flags = [property, schema, ...list(schema['allOf']).map((part) => resolve(extractor, part).schema)];
  return {
    type,
    ...(format !== undefined && { format }),
    ...(type === 'array' && { items: itemsOf(extractor, schema) }),
    ...(flags.some((part) => part['nullable'] === true) && { nullable: true }),
    ...(flags.some((part) => part['readOnly'] === true) && { readOnly: true }),
  };
}

function ownType(schema: Node): string | undefined {
  if (typeof schema['type'] === 'string') return schema['type'];
  if ('properties' in schema || 'additionalProperties' in schema || 'discriminator' in schema) return 'object';
  if ('items' in schema) return 'array';
  return Array.isArray(schema['enum']) ? 'string' : undefined;
}

function partType(extractor: Extractor, parts: readonly unknown[]): string {
  const types = new Set(parts.map((part) => typeOf(extractor, node(part)).type));
  const [type] = types;
  // Nothing is said of about a dozen fields; those that were seen hold texts or are corrected.
  if (type === undefined) return 'string';
  return types.size === 1 ? type : 'object';
}

function itemsOf(extractor: Extractor, schema: Node): string {
  return typeOf(extractor, node(schema['items'])).type;
}

/** What a chain of references leads to, with the name of its first link that has one. */
function resolve(extractor: Extractor, value: unknown): Resolved {
  let target = node(value);
  let name: string | undefined;
  while (typeof target['$ref'] === 'string') {
    const $ref = target['$ref'];
    name ??= /^#\/components\/schemas\/([^/]+)$/.exec($ref)?.[1];
    target = $ref
      .split('/')
      .slice(1)
      .map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~'))
      .reduce((from, key) => node(from[key]), extractor.root);
  }
  return { name, schema: target };
}

function pascal(name: string): string {
  return name.charAt(0).toUpperCase() + name.slice(1);
}

function node(value: unknown): Node {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Node) : {};
}

function list(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}
