/**
 * The committed inputs of the generator.
 *
 * @module
 */

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { z } from 'zod';
import { type Facts, factsFromJson, type Operation, type Parameter } from './facts.ts';

export type Verb = 'select' | 'insert' | 'update' | 'replace' | 'delete' | 'exec';

/** One line of `operations.tsv`: where an operation stands in SQL. The lines are in the order of the documents. */
export interface Placement {
  readonly operation: string;
  readonly service: string;
  readonly resource: string;
  readonly method: string;
  readonly verb: Verb;
  /** Its place among the methods of the verb; none for `exec`. */
  readonly order: number;
}

/** One entry of `corrections.yaml`. */
export interface Correction {
  /** What was seen, and where. */
  readonly reason: string;
  /** Operations that the specification lacks. */
  readonly operations?: readonly Operation[];
  /** Old name of a schema → new one. */
  readonly rename?: Words;
  /** Schema → fields as in facts.json; new ones are added, known ones replaced. */
  readonly schemas?: Readonly<Record<string, Words>>;
  /** Schema → fields that can be null. */
  readonly nullable?: Readonly<Record<string, readonly string[]>>;
  /** Operation → the status that its answer really has. */
  readonly status?: Words;
  /** Operation → answers by status, which take the place of those of the specification. */
  readonly answers?: Readonly<Record<string, Operation['answers']>>;
  /** Operation → parameters, which are added or take the place of one of the same name. */
  readonly parameters?: Readonly<Record<string, readonly Parameter[]>>;
  /** Operation → old name of a path parameter → new one. */
  readonly renameParameters?: Readonly<Record<string, Words>>;
}

/** `extensions.yaml`. */
export interface Extensions {
  /** The first rule that fits names the rate-limit bucket; `methods` in lower case, all where there are none. */
  readonly buckets: readonly { readonly path: string; readonly methods?: readonly string[]; readonly bucket: string }[];
  /** Which parameters take names, and which errors mean that there is no such thing: every rule that fits. */
  readonly names: readonly NamesRule[];
  readonly absences: readonly AbsenceRule[];
  /** Operation → items to ask for, where the greatest number that is allowed is not known or not wise. */
  readonly pageSizes: Readonly<Record<string, number>>;
  /** Where no number is given: the greatest that the specification allows, and never more than this. */
  readonly maximumPageSize: number;
  /** `service.resource` → its `x-oktaql`, with those of its methods under `methods`. */
  readonly resources: Readonly<Record<string, { readonly methods?: Readonly<Record<string, Extension>> } & Extension>>;
}

/** Holds for the operations of all paths that fit. */
interface PathRule {
  /** A pattern. */
  readonly path: string;
  /** Where it was learnt. */
  readonly source: string;
}

export interface NamesRule extends PathRule {
  readonly parameter: string;
  readonly fields?: readonly string[];
  readonly words?: readonly string[];
  readonly ids?: string;
  readonly of?: string;
}

export interface AbsenceRule extends PathRule {
  readonly status: number;
  readonly code: string;
}

/** An `x-oktaql`. What it may hold is checked where documents are compiled. */
export type Extension = Readonly<Record<string, unknown>>;

/** `descriptions.yaml`. */
export interface Descriptions {
  readonly provider: string;
  readonly subdomain: string;
  readonly services: Words;
  readonly resources: Words;
  /** `service.resource.method` → texts. */
  readonly methods: Readonly<Record<string, { summary?: string; description?: string; answer?: string }>>;
  /** Name → text; also `service.name`, `service.resource.name` and `service.resource.method.name`. */
  readonly parameters: Words;
  readonly fields: Words;
  /** Schema → field → text. The fields named here stand first, in this order. */
  readonly schemas: Readonly<Record<string, Words>>;
}

type Words = Readonly<Record<string, string>>;

export interface Inputs {
  readonly facts: Facts;
  readonly placements: readonly Placement[];
  readonly corrections: readonly Correction[];
  readonly extensions: Extensions;
  readonly descriptions: Descriptions;
}

/** Reads the files of the folder `inputs`. */
export function readInputs(folder: string): Inputs {
  const text = (file: string): string => readFileSync(join(folder, file), 'utf8');
  const check = <T>(shape: z.ZodType<T>, file: string): T => {
    const result = shape.safeParse(parse(text(file)));
    if (!result.success) throw new Error(`${file}: ${z.prettifyError(result.error)}`);
    return result.data;
  };
  return {
    facts: factsFromJson(text('facts.json'), text('members.json')),
    placements: placementsOf(text('operations.tsv')),
    corrections: check(z.array(correction), 'corrections.yaml') as readonly Correction[],
    extensions: check(extensions, 'extensions.yaml') as Extensions,
    descriptions: check(descriptions, 'descriptions.yaml') as Descriptions,
  };
}

function placementsOf(text: string): readonly Placement[] {
  const [, ...lines] = text.trimEnd().split('\n');
  return lines.map((line) => {
    const [operationId = '', service = '', resource = '', method = '', verb = '', order = ''] = line.split('\t');
    return { operation: operationId, service, resource, method, verb: verb as Verb, order: Number(order) };
  });
}

const words = z.record(z.string(), z.string());

const payload = z.strictObject({
  media: z.array(z.string()).min(1),
  kind: z.enum(['object', 'list', 'scalars', 'text']),
  of: z.string(),
  at: z.string().startsWith('$.').optional(),
});

const answers = z.record(z.string(), payload.nullable());

const parameter = z.strictObject({
  name: z.string(),
  in: z.enum(['path', 'query', 'header']),
  required: z.boolean().optional(),
  type: z.string(),
  format: z.string().optional(),
  maximum: z.number().optional(),
});

const operation = z.strictObject({
  id: z.string(),
  http: z.enum(['get', 'post', 'put', 'patch', 'delete']),
  path: z.string().startsWith('/'),
  parameters: z.array(parameter),
  answers,
});

const correction = z.strictObject({
  reason: z.string().min(1),
  operations: z.array(operation).optional(),
  rename: words.optional(),
  schemas: z.record(z.string(), words).optional(),
  nullable: z.record(z.string(), z.array(z.string())).optional(),
  status: words.optional(),
  answers: z.record(z.string(), answers).optional(),
  parameters: z.record(z.string(), z.array(parameter)).optional(),
  renameParameters: z.record(z.string(), words).optional(),
});

const extension = z.record(z.string(), z.unknown());

const extensions = z.strictObject({
  buckets: z.array(z.strictObject({ path: z.string(), methods: z.array(z.string()).optional(), bucket: z.string() })),
  names: z.array(
    z.strictObject({
      path: z.string(),
      parameter: z.string(),
      fields: z.array(z.string()).optional(),
      words: z.array(z.string()).optional(),
      ids: z.string().optional(),
      of: z.string().optional(),
      source: z.string(),
    }),
  ),
  absences: z.array(
    z.strictObject({ path: z.string(), status: z.number().int(), code: z.string(), source: z.string() }),
  ),
  pageSizes: z.record(z.string(), z.number().int().positive()),
  maximumPageSize: z.number().int().positive(),
  resources: z.record(
    z.string(),
    z.object({ methods: z.record(z.string(), extension).optional() }).catchall(z.unknown()),
  ),
});

const descriptions = z.strictObject({
  provider: z.string(),
  subdomain: z.string(),
  services: words,
  resources: words,
  methods: z.record(
    z.string(),
    z.strictObject({
      summary: z.string().optional(),
      description: z.string().optional(),
      answer: z.string().optional(),
    }),
  ),
  parameters: words,
  fields: words,
  schemas: z.record(z.string(), words),
});
