import { describeField } from './describe.ts';
import type { Facts, Field, Payload, Schema } from './facts.ts';
import type { Descriptions } from './inputs.ts';

/** A map of a document. */
export type Node = Readonly<Record<string, unknown>>;

/** The schemas that the operations of one service use, each written once, in the order in which they are met. */
export class SchemaComponents {
  readonly components: Record<string, Node> = {};
  readonly #schemas: Readonly<Record<string, Schema>>;
  readonly #members: Facts['members'];
  readonly #texts: Descriptions;
  /** Names of the schemas that some answer has: a body of that name is another schema where fields are left out. */
  readonly #answered: ReadonlySet<string>;

  constructor({ schemas, operations, members }: Facts, texts: Descriptions) {
    this.#schemas = schemas;
    this.#members = members;
    this.#texts = texts;
    this.#answered = new Set(
      operations.flatMap(({ answers }) => Object.values(answers).map((answer) => answer?.of ?? '')),
    );
  }

  ofAnswer(answer: Payload): Node {
    if (answer.kind === 'text') return { type: answer.of };
    if (answer.kind === 'object') return this.#reference(answer.of, this.#schema(answer.of));
    const items = answer.kind === 'scalars' ? { type: answer.of } : this.#reference(answer.of, this.#schema(answer.of));
    if (answer.at === undefined) return { type: 'array', items };
    return this.#wrapper(answer.of, answer.at, items);
  }

  /** A list of texts as rows of one column. */
  ofTexts(component: string, column: string, { of, at }: Payload): Node {
    const field: Field = { type: of };
    const description = describeField(this.#texts, component, column, field);
    const items = { type: 'object', properties: { [column]: { ...typeOf(field), description } } };
    const rows = { type: 'array', items };
    const key = at?.slice('$.'.length);
    this.components[component] ??= key === undefined ? rows : { type: 'object', properties: { [key]: rows } };
    return { $ref: `#/components/schemas/${component}` };
  }

  /** What Okta sets itself is left out. */
  ofBody(body: Payload): Node {
    if (body.kind === 'text') return { type: body.of };
    if (body.kind === 'scalars') return { type: 'array', items: { type: body.of } };
    const schema = this.#schema(body.of);
    const writable = Object.fromEntries(Object.entries(schema).filter(([, field]) => field.readOnly !== true));
    const isSame = !this.#answered.has(body.of) || Object.keys(writable).length === Object.keys(schema).length;
    const reference = this.#reference(isSame ? body.of : `${body.of}Body`, writable, body.of);
    return body.kind === 'list' ? { type: 'array', items: reference } : reference;
  }

  #schema(name: string): Schema {
    const schema = this.#schemas[name];
    if (schema === undefined) throw new Error(`facts.json: no schema ${name}.`);
    return schema;
  }

  #reference(component: string, fields: Schema, described = component): Node {
    this.components[component] ??= this.#objectOf(described, fields);
    return { $ref: `#/components/schemas/${component}` };
  }

  #objectOf(name: string, fields: Schema): Node {
    const required = Object.keys(fields).filter((field) => fields[field]?.required && fields[field]?.readOnly !== true);
    const ordered = this.#order(name, Object.keys(fields)).map((field) => [field, this.#property(name, field, fields)]);
    return {
      type: 'object',
      ...(required.length > 0 && { required }),
      properties: Object.fromEntries(ordered),
    };
  }

  /** Those that descriptions.yaml names first, `id` before the others, links and embedded objects last. */
  #order(schema: string, fields: readonly string[]): readonly string[] {
    const first = ['id', ...Object.keys(this.#texts.schemas[schema] ?? {})];
    const last = ['_embedded', '_links'];
    const rank = (field: string): number => {
      if (last.includes(field)) return 1000 + last.indexOf(field);
      return first.includes(field) ? first.indexOf(field) : 500;
    };
    return [...fields].sort((a, b) => rank(a) - rank(b));
  }

  #property(schema: string, name: string, fields: Schema): Node {
    const field = fields[name] ?? { type: 'string' };
    const hasMembers = this.#answered.has(schema) && (field.type === 'object' || field.type === 'array');
    const members = hasMembers ? this.#members[schema]?.[name] : undefined;
    const description = describeField(this.#texts, schema, name, field);
    return {
      ...typeOf(field),
      description,
      ...this.#links(field),
      ...(members !== undefined && { 'x-oktaql': { members } }),
    };
  }

  /** StackQL's EXEC fails where an answer's schema holds no list at any depth: the hints of links are one in nearly all. */
  #links({ links }: Field): Node {
    if (links === undefined) return {};
    this.components['HintedLink'] ??= HINTED_LINK;
    const link = { $ref: '#/components/schemas/HintedLink' };
    return { properties: Object.fromEntries(links.map((name) => [name, link])) };
  }

  /** A list in an object: `$.keys` of `JsonWebKey` is a `JsonWebKeySet`. */
  #wrapper(of: string, at: string, items: Node): Node {
    const [, key = ''] = at.split('.');
    const component = `${of.charAt(0).toUpperCase()}${of.slice(1)}Set`;
    const description = this.#texts.schemas[component]?.[key] ?? 'The rows.';
    const schema = { type: 'object', properties: { [key]: { type: 'array', description, items } } };
    if (JSON.stringify(this.components[component] ?? schema) !== JSON.stringify(schema)) return schema;
    this.components[component] ??= schema;
    return { $ref: `#/components/schemas/${component}` };
  }
}

/** https://developer.okta.com/docs/api/openapi/okta-management/guides/overview/ (Hypermedia): what a link may be asked for. */
const HINTED_LINK: Node = {
  type: 'object',
  properties: {
    href: { type: 'string', description: 'Where it leads.' },
    hints: {
      type: 'object',
      description: 'What it takes.',
      properties: { allow: { type: 'array', items: { type: 'string' }, description: 'HTTP methods.' } },
    },
  },
};

function typeOf({ type, format, items, nullable }: Field): Node {
  return {
    type,
    ...(format !== undefined && { format }),
    ...(nullable === true && { nullable }),
    ...(type === 'array' && { items: { type: items ?? 'object' } }),
  };
}
