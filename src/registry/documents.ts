/**
 * The form of provider documents: StackQL's (an OpenAPI 3 document with `x-stackQL-resources`), and our `x-oktaql` keys.
 * Keys that nobody here reads are let through; `x-oktaql` is ours and strict, so that a misspelt key is an error.
 *
 * @module
 */

import { z } from 'zod';

/** zod's optional properties may be present and undefined. */
type Optional<T> = { readonly [K in keyof T]?: T[K] | undefined };

export interface Reference {
  readonly $ref: string;
}

interface Described {
  readonly title?: string | undefined;
  readonly description?: string | undefined;
}

export interface ProviderDocument extends Described {
  readonly name: string;
  readonly version: string;
  readonly providerServices: Readonly<Record<string, Described & { readonly service: Reference }>>;
}

export type MethodDocument = { readonly operation: Reference } & Optional<{
  readonly request: Optional<{ readonly required: readonly string[]; readonly mediaType: string }>;
  readonly response: Optional<{
    readonly openAPIDocKey: string;
    readonly objectKey: string;
    readonly schema_override: Reference;
    readonly transform: { readonly type: string; readonly body?: string | undefined };
  }>;
  readonly 'x-oktaql': MethodExtension;
}>;

/** `x-oktaql` of a method. */
export type MethodExtension = Optional<{
  readonly rowsAt: readonly string[];
  readonly scalar: string;
  readonly pageSize: { readonly parameter: string; readonly size: number };
  readonly paging: 'body';
  readonly unpaged: boolean;
  readonly defaults: Readonly<Record<string, string>>;
  readonly filter: FilterDocument;
  readonly bucket: string;
  readonly bodyCheck: string;
}>;

export interface FilterDocument {
  readonly parameter: string;
  readonly columns: Readonly<Record<string, readonly string[]>>;
  readonly exact?: readonly string[] | undefined;
}

export interface EmbeddedDocument {
  readonly resource: string;
  readonly rowsAt: string;
  readonly keys: Readonly<Record<string, string>>;
  readonly columns: readonly string[];
}

export interface ParentDocument {
  readonly resource: string;
  readonly supplies: Readonly<Record<string, string>>;
  readonly where?: Readonly<Record<string, readonly string[]>> | undefined;
}

type VerbLists = Optional<Record<'select' | 'insert' | 'update' | 'replace' | 'delete', readonly Reference[]>>;

export type ResourceDocument = Described & { readonly methods: Readonly<Record<string, MethodDocument>> } & Optional<{
    readonly sqlVerbs: VerbLists;
    readonly 'x-oktaql': Optional<{
      readonly aliases: Readonly<Record<string, string>>;
      readonly parent: ParentDocument;
      readonly secrets: readonly string[];
      readonly transitions: Readonly<Record<string, Readonly<Record<string, string>>>>;
      readonly singleton: boolean;
      readonly embedded: EmbeddedDocument;
    }>;
  }>;

interface TokenDocument {
  readonly key: string;
  readonly location: string;
}

export interface ServiceDocument {
  readonly info: { readonly title: string; readonly description?: string | undefined };
  readonly servers: readonly {
    readonly url: string;
    readonly variables?: Readonly<Record<string, Described>> | undefined;
  }[];
  readonly 'x-stackQL-config'?:
    | Optional<{ readonly pagination: { readonly requestToken: TokenDocument; readonly responseToken: TokenDocument } }>
    | undefined;
  readonly components: { readonly 'x-stackQL-resources': Readonly<Record<string, ResourceDocument>> };
}

export interface OperationDocument extends Optional<{ summary: string; description: string }> {
  readonly parameters?: readonly unknown[] | undefined;
  readonly requestBody?: unknown;
  readonly responses: Readonly<Record<string, unknown>>;
}

export interface ParameterDocument {
  readonly name: string;
  readonly in: 'path' | 'query' | 'header' | 'cookie';
  readonly required?: boolean | undefined;
  readonly description?: string | undefined;
  readonly schema?: unknown;
}

/** A request body or a response. */
export interface PayloadDocument {
  readonly content?: Readonly<Record<string, { readonly schema?: unknown }>> | undefined;
}

export interface SchemaDocument extends Optional<{ type: string; format: string; description: string }> {
  readonly readOnly?: boolean | undefined;
  readonly required?: readonly string[] | undefined;
  readonly properties?: Readonly<Record<string, unknown>> | undefined;
  readonly items?: unknown;
  readonly allOf?: readonly unknown[] | undefined;
  readonly oneOf?: readonly unknown[] | undefined;
  readonly anyOf?: readonly unknown[] | undefined;
}

const reference = z.object({ $ref: z.string() });
const described = { title: z.string().optional(), description: z.string().optional() };
const rowPath = z.string().regex(/^\$(?:\.[A-Za-z_][\w-]*)*$/, 'expected a path such as $ or $.keys');
const verbList = z.array(reference).optional();

export const providerDocument: z.ZodType<ProviderDocument> = z.object({
  name: z.string(),
  version: z.string(),
  ...described,
  providerServices: z.record(z.string(), z.object({ ...described, service: reference })),
});

const methodDocument = z.object({
  operation: reference,
  request: z.object({ required: z.array(z.string()).optional(), mediaType: z.string().optional() }).optional(),
  response: z
    .object({
      openAPIDocKey: z.string().optional(),
      objectKey: rowPath.optional(),
      schema_override: reference.optional(),
      transform: z.object({ type: z.string(), body: z.string().optional() }).optional(),
    })
    .optional(),
  'x-oktaql': z
    .strictObject({
      rowsAt: z.array(rowPath).min(1).optional(),
      pageSize: z.strictObject({ parameter: z.string(), size: z.number().int().positive() }).optional(),
      scalar: z.string().optional(),
      paging: z.literal('body').optional(),
      unpaged: z.boolean().optional(),
      defaults: z.record(z.string(), z.string()).optional(),
      filter: z
        .strictObject({
          parameter: z.string(),
          columns: z.record(z.string(), z.array(z.enum(['eq', 'ne', 'gt', 'ge', 'lt', 'le', 'sw', 'co', 'pr'])).min(1)),
          exact: z.array(z.string()).optional(),
        })
        .optional(),
      bucket: z.string().optional(),
      bodyCheck: z.string().optional(),
    })
    .optional(),
});

const resourceDocument = z.object({
  ...described,
  methods: z.record(z.string(), methodDocument),
  sqlVerbs: z
    .object({ select: verbList, insert: verbList, update: verbList, replace: verbList, delete: verbList })
    .optional(),
  'x-oktaql': z
    .strictObject({
      aliases: z.record(z.string(), z.string()).optional(),
      secrets: z.array(z.string()).optional(),
      transitions: z.record(z.string(), z.record(z.string(), z.string())).optional(),
      singleton: z.boolean().optional(),
      embedded: z
        .strictObject({
          resource: z.string(),
          rowsAt: rowPath,
          keys: z.record(z.string(), z.string()),
          columns: z.array(z.string()).min(1),
        })
        .optional(),
      parent: z
        .strictObject({
          resource: z.string().regex(/^[\w-]+\.[\w-]+\.[\w-]+$/, 'expected provider.service.resource'),
          supplies: z.record(z.string(), z.string()),
          where: z.record(z.string(), z.array(z.string()).min(1)).optional(),
        })
        .optional(),
    })
    .optional(),
});

const token = z.object({ key: z.string(), location: z.string() });

/** What references lead to is checked where it is reached. */
export const serviceDocument: z.ZodType<ServiceDocument> = z.object({
  openapi: z.string().regex(/^3\./, 'expected an OpenAPI 3 document'),
  info: z.object({ title: z.string(), description: z.string().optional() }),
  servers: z
    .array(z.object({ url: z.string(), variables: z.record(z.string(), z.object(described)).optional() }))
    .min(1),
  'x-stackQL-config': z
    .object({ pagination: z.object({ requestToken: token, responseToken: token }).optional() })
    .optional(),
  components: z.object({ 'x-stackQL-resources': z.record(z.string(), resourceDocument) }),
});

export const operation: z.ZodType<OperationDocument> = z.object({
  summary: z.string().optional(),
  description: z.string().optional(),
  parameters: z.array(z.unknown()).optional(),
  requestBody: z.unknown().optional(),
  responses: z.record(z.string(), z.unknown()),
});

export const parameter: z.ZodType<ParameterDocument> = z.object({
  name: z.string(),
  in: z.enum(['path', 'query', 'header', 'cookie']),
  required: z.boolean().optional(),
  description: z.string().optional(),
  schema: z.unknown().optional(),
});

export const payload: z.ZodType<PayloadDocument> = z.object({
  content: z.record(z.string(), z.object({ schema: z.unknown().optional() })).optional(),
});

export const schema: z.ZodType<SchemaDocument> = z.object({
  type: z.string().optional(),
  format: z.string().optional(),
  description: z.string().optional(),
  readOnly: z.boolean().optional(),
  required: z.array(z.string()).optional(),
  properties: z.record(z.string(), z.unknown()).optional(),
  items: z.unknown().optional(),
  allOf: z.array(z.unknown()).optional(),
  oneOf: z.array(z.unknown()).optional(),
  anyOf: z.array(z.unknown()).optional(),
});
