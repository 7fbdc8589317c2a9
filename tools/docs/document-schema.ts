/**
 * The JSON Schema of service documents, made from the schemas that the build checks them with.
 *
 * @module
 */

import { z } from 'zod';
import { methodDocument, resourceDocument, serviceDocument } from '../../src/registry/document-checks.ts';
import { fence } from './markdown.ts';

/** As much of JSON Schema as is read or written here. */
export interface Schema {
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly additionalProperties?: Schema | false;
  readonly [keyword: string]: unknown;
}

const KEY = 'x-oktaql';

/**
 * A service document's schema, whose `$defs` has the `x-oktaql` of resources and of methods.
 *
 * @param reference the Markdown that says what the keys mean; its words become descriptions
 * @throws Error naming the first key that it does not explain
 */
export function documentSchema(reference: string): Schema {
  const whole = convert();
  const resource = at(whole, 'components', 'x-stackQL-resources', '*');
  const method = at(resource, 'methods', '*');
  const withMethod = replaced(replaced(resource, [KEY], ref('resource')), ['methods', '*', KEY], ref('method'));
  return {
    ...replaced(whole, ['components', 'x-stackQL-resources', '*'], withMethod),
    $defs: {
      // Schemas that contain themselves are definitions already.
      ...(whole['$defs'] as Readonly<Record<string, Schema>> | undefined),
      resource: described(at(resource, KEY), meanings(reference, 'In a resource')),
      method: described(at(method, KEY), meanings(reference, 'In a method')),
    },
  };
}

/** The Markdown with the definitions between its markers. They stand there without descriptions, which are above them. */
export function withDefinitions(reference: string): string {
  const resource = at(convert(), 'components', 'x-stackQL-resources', '*');
  const definitions = { resource: at(resource, KEY), method: at(resource, 'methods', '*', KEY) };
  const block = fence('json', JSON.stringify(definitions, undefined, 2));
  return betweenMarkers(reference, block);
}

const START = '<!-- x-oktaql.schema.json -->';
const END = '<!-- /x-oktaql.schema.json -->';

function betweenMarkers(text: string, block: string): string {
  const [before, rest] = text.split(START);
  const after = rest?.split(END)[1];
  if (before === undefined || after === undefined) throw new Error(`provider-documents.md has no ${START} … ${END}.`);
  return `${before}${START}\n\n${block}\n\n${END}${after}`;
}

/** What is let through stays out of it: an input may have keys that nobody here reads. */
function convert(): Schema {
  // A service is read without its resources, and these without their methods: what is wrong with one is told when that is used.
  const [service, resource, method] = [
    schemaOf(serviceDocument, 'inService'),
    schemaOf(resourceDocument, 'inResource'),
    schemaOf(methodDocument, 'inMethod'),
  ];
  const whole = replaced(resource.schema, ['methods', '*'], method.schema);
  return {
    ...replaced(service.schema, ['components', 'x-stackQL-resources', '*'], whole),
    $defs: { ...service.definitions, ...resource.definitions, ...method.definitions },
  };
}

interface Converted {
  readonly schema: Schema;
  /** Of schemas that contain themselves. */
  readonly definitions: Readonly<Record<string, unknown>>;
}

/** @param prefix of the definitions, whose own names are numbers */
function schemaOf(document: z.ZodType, prefix: string): Converted {
  const converted = z.toJSONSchema(document, {
    io: 'input',
    override: ({ jsonSchema }) => {
      // That names are texts goes without saying in JSON.
      delete jsonSchema.propertyNames;
    },
  });
  const named = JSON.stringify(converted).replaceAll('__schema', prefix);
  const {
    $defs = {},
    $schema,
    ...schema
  } = JSON.parse(named) as Schema & {
    readonly $schema?: string;
    readonly $defs?: Converted['definitions'];
  };
  return { schema: document === serviceDocument ? { $schema, ...schema } : schema, definitions: $defs };
}

function ref(definition: string): Schema {
  return { $ref: `#/$defs/${definition}` };
}

/** The schema of a member; `*` is any member of a map. */
function at(schema: Schema, ...path: readonly string[]): Schema {
  return path.reduce((parent, name) => {
    const child = name === '*' ? parent.additionalProperties : parent.properties?.[name];
    if (child === undefined || child === false) throw new Error(`Service documents have no ${path.join('.')}.`);
    return child;
  }, schema);
}

/** A copy in which the member at the path has another schema. */
function replaced(schema: Schema, [name = '', ...rest]: readonly string[], member: Schema): Schema {
  const child = rest.length === 0 ? member : replaced(at(schema, name), rest, member);
  return name === '*'
    ? { ...schema, additionalProperties: child }
    : { ...schema, properties: { ...schema.properties, [name]: child } };
}

/** Key → meaning, from the table below a heading. */
function meanings(reference: string, heading: string): ReadonlyMap<string, string> {
  const [, section = ''] = reference.split(`\n## ${heading}\n`);
  const [table = ''] = section.split('\n## ');
  return new Map(
    [...table.matchAll(/^\| `([\w.]+)` \| (.*) \|$/gm)].map(([, key = '', meaning = '']) => [key, meaning]),
  );
}

function described(schema: Schema, texts: ReadonlyMap<string, string>, prefix = ''): Schema {
  const properties = Object.entries(schema.properties ?? {}).map(([name, member]): [string, Schema] => {
    const key = prefix + name;
    const description = texts.get(key);
    const isExplained = description !== undefined || [...texts.keys()].some((known) => known.startsWith(`${key}.`));
    if (!isExplained && prefix === '') throw new Error(`provider-documents.md does not say what ${key} means.`);
    return [name, { ...described(member, texts, `${key}.`), ...(description !== undefined && { description }) }];
  });
  return properties.length === 0 ? schema : { ...schema, properties: Object.fromEntries(properties) };
}
