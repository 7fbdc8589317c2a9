/**
 * Holds provider documents to their form (`documents.ts`). Keys that nobody here reads are let through; `x-oktaql` is ours and
 * strict, so that a misspelt key is an error.
 *
 * @module
 */

import { z } from 'zod';
import type {
  ConfigDocument,
  MemberDocument,
  MethodDocument,
  OperationDocument,
  ParameterDocument,
  PathItemDocument,
  PayloadDocument,
  ProviderDocument,
  ProviderServiceDocument,
  ResourceDocument,
  ResourcesDocument,
  SchemaDocument,
  ServiceDocument,
  ViewDocument,
} from './documents.ts';

/** What `__proto__` is called while zod reads an object: it leaves that key out, and documents may have it like any other. */
const PROTO_KEY = '\u0000__proto__';

/** A key as the document has it. */
export function shownKey(key: string): string {
  return key === PROTO_KEY ? '__proto__' : key;
}

/** An object with names of the document's own. */
function record<T>(value: z.ZodType<T>): z.ZodType<Readonly<Record<string, T>>> {
  const entries = z.record(z.string(), value);
  const hidden = z.preprocess((given) => withKey(given, '__proto__', PROTO_KEY), entries);
  return hidden.transform((read) => withKey(read, PROTO_KEY, '__proto__') as Readonly<Record<string, T>>);
}

function withKey(object: unknown, from: string, to: string): unknown {
  if (typeof object !== 'object' || object === null || !Object.hasOwn(object, from)) return object;
  return Object.fromEntries(Object.entries(object).map(([key, value]) => [key === from ? to : key, value]));
}

/** Long enough for every name, path and URL; what looks for places in them takes time by the square of their length. */
const shortText = z.string().max(2_048, 'longer than 2048 characters');
const PATTERN_MESSAGE =
  'expected a regular expression of at most 200 characters, in which a group is not repeated and at most one part is';

const reference = z.object({ $ref: shortText });
/** A key without a value is null in YAML. */
const text = z
  .string()
  .nullish()
  .transform((value) => value ?? undefined);
const described = { title: text, description: text };
const rowPath = z.string().regex(/^\$(?:\.[A-Za-z_][\w-]*)*$/, 'expected a path such as $ or $.keys');
const resourceName = z.string().regex(/^[\w-]+\.[\w-]+\.[\w-]+$/, 'expected provider.service.resource');
const pattern = z.string().refine(isPattern, PATTERN_MESSAGE);
/** A key without a value is null in YAML. */
const verbList = z
  .array(reference)
  .nullish()
  .transform((list) => list ?? undefined);

const algorithm = z.object({ algorithm: shortText.optional() }).optional();
const token = z
  .object({ key: shortText.optional(), location: z.string().optional(), algorithm: z.string().optional() })
  .optional();
const count = z.number().int().nonnegative().optional();

const view: z.ZodType<ViewDocument> = z.object({
  ddl: z.string(),
  predicate: z.string().optional(),
  fallback: z.lazy(() => view).optional(),
});

const config: z.ZodType<ConfigDocument | undefined> = z
  .object({
    auth: z.unknown().optional(),
    pagination: z
      .object({
        algorithm: z.string().optional(),
        requestToken: token,
        responseToken: token,
        responseTerminator: token,
      })
      .optional(),
    requestBodyTranslate: algorithm,
    requestTranslate: algorithm,
    queryParamTranspose: algorithm,
    retry: z
      .object({
        max_attempts: z.number().int().positive().optional(),
        initial_delay_ms: count,
        max_delay_ms: count,
        multiplier: z.number().min(1).optional(),
        jitter_fraction: z.number().min(0).max(1).optional(),
        retryable_methods: z.array(z.string()).optional(),
        retryable_conditions: z.object({ status_codes: z.array(z.number().int()).optional() }).optional(),
      })
      .optional(),
    views: record(view).optional(),
    snake_case_aliases: z.boolean().optional(),
  })
  .optional();

/** "1.0" without quotes is a number in YAML. */
const version = z.union([z.string(), z.number()]).transform(String);

export const providerDocument: z.ZodType<ProviderDocument> = z.object({
  name: z.string(),
  version: version.optional(),
  protocolType: z.string().optional(),
  responseKeys: z.object({ selectItemsKey: z.string().optional() }).optional(),
  config,
  ...described,
  providerServices: record(z.unknown()).optional(),
});

export const providerService: z.ZodType<ProviderServiceDocument> = z.object({
  ...described,
  service: reference,
  resources: reference.optional(),
  protocolType: z.string().optional(),
  config,
});

const renames = record(z.string()).optional();
const transform = z.object({ type: z.string(), body: z.string().optional() }).optional();

const servers = z
  .array(
    z.object({
      url: shortText,
      variables: record(
        z.object({
          description: z.string().optional(),
          default: z.coerce.string().optional(),
          enum: z.array(z.coerce.string()).optional(),
        }),
      ).optional(),
    }),
  )
  .min(1)
  .optional();

const filter = z.strictObject({
  parameter: z.string(),
  columns: record(z.array(z.enum(['eq', 'ne', 'gt', 'ge', 'lt', 'le', 'sw', 'co', 'pr'])).min(1)),
  exact: z.array(z.string()).optional(),
  lags: z.boolean().optional(),
});

export const methodDocument: z.ZodType<MethodDocument> = z.object({
  operation: reference.optional(),
  config,
  servers,
  request: z
    .object({
      required: z.array(z.string()).optional(),
      mediaType: z.string().optional(),
      base: z.string().optional(),
      default: z.string().optional(),
      schema_override: reference.optional(),
      transform,
      projection_map: renames,
    })
    .optional(),
  response: z
    .object({
      openAPIDocKey: z.coerce.string().optional(),
      objectKey: shortText.optional(),
      schema_override: reference.optional(),
      transform,
      projection_map: renames,
    })
    .optional(),
  'x-oktaql': z
    .strictObject({
      rowsAt: z.array(rowPath).min(1).optional(),
      pageSize: z.strictObject({ parameter: z.string(), size: z.number().int().positive() }).optional(),
      scalar: z.string().optional(),
      paging: z.literal('body').optional(),
      unpaged: z.boolean().optional(),
      defaults: record(z.string()).optional(),
      filter: filter.optional(),
      search: filter.optional(),
      ranges: record(z.strictObject({ column: z.string(), bound: z.enum(['lower', 'upper']) })).optional(),
      orders: z
        .array(
          z.strictObject({
            column: z.string(),
            ascending: record(z.string()),
            descending: record(z.string()),
            within: record(z.string()).optional(),
          }),
        )
        .min(1)
        .optional(),
      also: z.array(record(z.string())).min(1).optional(),
      enumerate: record(z.array(z.string()).min(1)).optional(),
      bucket: z.string().optional(),
      bodyCheck: z.string().optional(),
      confirm: z
        .strictObject({
          method: z.string(),
          match: z.array(z.string()).min(1),
          same: z.array(z.string()).min(1).optional(),
        })
        .optional(),
      names: record(
        z.strictObject({
          fields: z.array(z.string()).min(1).optional(),
          words: z.array(z.string()).min(1).optional(),
          ids: z.string().optional(),
          of: resourceName.optional(),
          source: z.string().min(1),
        }),
      ).optional(),
      cut: z
        .strictObject({
          by: z.array(z.string()).min(1).optional(),
          parameter: z.string(),
          size: z.number().int().positive(),
          instead: z.string(),
          source: z.string().min(1),
        })
        .optional(),
      absent: z
        .array(z.strictObject({ status: z.number().int(), code: z.string(), source: z.string().min(1) }))
        .min(1)
        .optional(),
      replaces: z
        .strictObject({
          read: z.string(),
          withheld: z
            .array(z.strictObject({ path: z.string(), where: record(z.array(z.string()).min(1)).optional() }))
            .min(1)
            .optional(),
        })
        .optional(),
      once: z
        .strictObject({
          secrets: z.array(z.string()).min(1),
          unless: record(z.array(z.string().nullable()).min(1)).optional(),
          source: z.string().min(1),
        })
        .optional(),
    })
    .optional(),
});

export const resourceDocument: z.ZodType<ResourceDocument> = z.object({
  ...described,
  config,
  serviceDoc: reference.optional(),
  methods: record(z.unknown()).optional(),
  sqlVerbs: z
    .object({ select: verbList, insert: verbList, update: verbList, replace: verbList, delete: verbList })
    .optional(),
  'x-oktaql': z
    .strictObject({
      aliases: record(z.string()).optional(),
      otherNames: record(z.strictObject({ parameter: z.string(), values: pattern })).optional(),
      id: z.union([z.string(), z.literal(false)]).optional(),
      secrets: z.array(z.string()).optional(),
      transitions: record(record(z.string())).optional(),
      singleton: z.boolean().optional(),
      embedded: z
        .strictObject({
          resource: z.string(),
          rowsAt: rowPath,
          keys: record(z.string()),
          columns: z.array(z.string()).min(1),
        })
        .optional(),
      parent: z
        .strictObject({
          resource: resourceName,
          supplies: record(z.string()),
          where: record(z.array(z.string()).min(1)).optional(),
          unless: record(z.array(z.string()).min(1)).optional(),
        })
        .optional(),
    })
    .optional(),
});

const resources = z.object({ 'x-stackQL-resources': record(z.unknown()).optional() }).optional();

export const resourcesDocument: z.ZodType<ResourcesDocument> = z.object({
  'x-stackQL-config': config,
  components: resources,
});

/** What references lead to is checked where it is reached. */
export const serviceDocument: z.ZodType<ServiceDocument> = z.object({
  openapi: z.string().regex(/^3\./, 'expected an OpenAPI 3 document'),
  info: z.object(described).optional(),
  servers,
  'x-stackQL-config': config,
  components: resources,
});

export const pathItem: z.ZodType<PathItemDocument> = z.object({
  parameters: z.array(z.unknown()).optional(),
  servers,
});

export const operation: z.ZodType<OperationDocument> = z.object({
  summary: text,
  description: text,
  parameters: z.array(z.unknown()).optional(),
  servers,
  'x-stackQL-graphQL': z.unknown().optional(),
  requestBody: z.unknown().optional(),
  responses: record(z.unknown()),
});

export const parameter: z.ZodType<ParameterDocument> = z.object({
  name: shortText,
  in: z.enum(['path', 'query', 'header', 'cookie']),
  required: z.boolean().optional(),
  description: text,
  schema: z.unknown().optional(),
});

export const payload: z.ZodType<PayloadDocument> = z.object({
  content: record(z.object({ schema: z.unknown().optional() })).optional(),
});

/** OpenAPI 3.1 writes a text that may be null as `[string, 'null']`; every column may be NULL. */
const schemaType = z
  .union([z.string(), z.array(z.string()).transform((types) => types.find((type) => type !== 'null') ?? 'null')])
  .optional();

const member: z.ZodType<MemberDocument> = z.lazy(() =>
  z.union([
    z.enum(['string', 'integer', 'number', 'boolean', 'date-time', 'object']),
    z.array(member).length(1),
    record(member),
  ]),
);

export const schema: z.ZodType<SchemaDocument> = z.object({
  type: schemaType,
  'x-stackQL-stringOnly': z.boolean().optional(),
  format: z.string().optional(),
  description: text,
  readOnly: z.boolean().optional(),
  // Of a property it says that its object requires it, in documents of OpenAPI's forerunners.
  required: z
    .union([z.array(z.string()), z.boolean()])
    .transform((names) => (typeof names === 'boolean' ? undefined : names))
    .optional(),
  properties: record(z.unknown())
    .nullish()
    .transform((value) => value ?? undefined),
  additionalProperties: z.unknown().optional(),
  items: z.unknown().optional(),
  'x-oktaql': z.strictObject({ members: member.optional() }).optional(),
  allOf: z.array(z.unknown()).optional(),
  oneOf: z.array(z.unknown()).optional(),
  anyOf: z.array(z.unknown()).optional(),
});

/** A group that is repeated, a look-around, a reference back, and what is repeated. A class and an escape count as one character. */
const PARTS = /\\[1-9k]|\\.|\[(?:[^\\\]]|\\.)*\]|\)[*+?{]|\(\?(?!:)|[*+]|\{\d+,\d*\}/g;

/** It runs over what statements say: two parts that are repeated without end could share a text in too many ways. */
function isPattern(text: string): boolean {
  const parts = text.length > 200 ? [] : (text.match(PARTS) ?? []);
  const isSimple = parts.every((part) => !/^(?:\\[1-9k]|\)|\(\?)/.test(part));
  const repeated = parts.filter((part) => /^[*+{]/.test(part));
  if (text.length > 200 || !isSimple || repeated.length > 1) return false;
  try {
    return new RegExp(text, 'u') instanceof RegExp;
  } catch {
    return false;
  }
}
