/**
 * The form of provider documents: StackQL's (an OpenAPI 3 document with `x-stackQL-resources`), and our `x-oktaql` keys.
 * `document-checks.ts` holds documents to it.
 *
 * @module
 */

/** zod's optional properties may be present and undefined. */
type Optional<T> = { readonly [K in keyof T]?: T[K] | undefined };

export interface Reference {
  readonly $ref: string;
}

interface Described {
  readonly title?: string | undefined;
  readonly description?: string | undefined;
}

/** `config` of a provider, a providerService, a resource or a method, and `x-stackQL-config` of a service. */
export type ConfigDocument = Optional<{
  readonly auth: unknown;
  readonly pagination: PaginationDocument;
  readonly requestBodyTranslate: Optional<{ readonly algorithm: string }>;
  readonly requestTranslate: Optional<{ readonly algorithm: string }>;
  readonly queryParamTranspose: Optional<{ readonly algorithm: string }>;
  readonly retry: RetryDocument;
  readonly views: Readonly<Record<string, ViewDocument>>;
  readonly snake_case_aliases: boolean;
}>;

export type PaginationDocument = Optional<{
  readonly algorithm: string;
  readonly requestToken: TokenDocument;
  readonly responseToken: TokenDocument;
  readonly responseTerminator: TokenDocument;
}>;

export type TokenDocument = Optional<{ readonly key: string; readonly location: string; readonly algorithm: string }>;

export type RetryDocument = Optional<{
  readonly max_attempts: number;
  readonly initial_delay_ms: number;
  readonly max_delay_ms: number;
  readonly multiplier: number;
  readonly jitter_fraction: number;
  readonly retryable_methods: readonly string[];
  readonly retryable_conditions: Optional<{ readonly status_codes: readonly number[] }>;
}>;

export interface ViewDocument {
  readonly ddl: string;
  readonly predicate?: string | undefined;
  /** The view that is tried after this one. */
  readonly fallback?: ViewDocument | undefined;
}

interface Configured {
  readonly config?: ConfigDocument | undefined;
}

export type ProviderServiceDocument = Described &
  Configured & {
    readonly service: Reference;
    readonly resources?: Reference | undefined;
    readonly protocolType?: string | undefined;
  };

export type ProviderDocument = Described &
  Configured & {
    readonly name: string;
    /** Where it is missing, that of its folder counts. */
    readonly version?: string | undefined;
    readonly protocolType?: string | undefined;
    readonly responseKeys?: Optional<{ readonly selectItemsKey: string }> | undefined;
    /** Each a `ProviderServiceDocument`, checked by itself. */
    readonly providerServices?: Readonly<Record<string, unknown>> | undefined;
  };

interface TransformDocument {
  readonly type: string;
  readonly body?: string | undefined;
}

export type MethodDocument = Configured &
  Optional<{
    readonly operation: Reference;
    readonly servers: readonly ServerDocument[];
    readonly request: Optional<{
      readonly required: readonly string[];
      readonly mediaType: string;
      readonly base: string;
      readonly default: string;
      readonly schema_override: Reference;
      readonly transform: TransformDocument;
      readonly projection_map: Readonly<Record<string, string>>;
    }>;
    readonly response: Optional<{
      readonly openAPIDocKey: string;
      readonly objectKey: string;
      readonly schema_override: Reference;
      readonly transform: TransformDocument;
      readonly projection_map: Readonly<Record<string, string>>;
    }>;
    readonly 'x-oktaql': MethodExtension;
  }>;

export interface OrderDocument {
  readonly column: string;
  readonly ascending: Readonly<Record<string, string>>;
  readonly descending: Readonly<Record<string, string>>;
  readonly within?: Readonly<Record<string, string>> | undefined;
}

/** `x-oktaql` of a method. */
export type MethodExtension = Optional<{
  readonly rowsAt: readonly string[];
  readonly scalar: string;
  readonly pageSize: { readonly parameter: string; readonly size: number };
  readonly paging: 'body';
  readonly unpaged: boolean;
  readonly defaults: Readonly<Record<string, string>>;
  readonly filter: FilterDocument;
  readonly ranges: Readonly<Record<string, { readonly column: string; readonly bound: 'lower' | 'upper' }>>;
  readonly search: FilterDocument;
  readonly orders: readonly OrderDocument[];
  readonly also: readonly Readonly<Record<string, string>>[];
  readonly enumerate: Readonly<Record<string, readonly string[]>>;
  readonly bucket: string;
  readonly bodyCheck: string;
  readonly confirm: ConfirmDocument;
  readonly names: Readonly<Record<string, NamesDocument>>;
  readonly cut: CutDocument;
  readonly absent: readonly AbsenceDocument[];
  readonly replaces: ReplacesDocument;
  readonly once: OnceDocument;
}>;

export interface NamesDocument {
  readonly fields?: readonly string[] | undefined;
  readonly words?: readonly string[] | undefined;
  readonly ids?: string | undefined;
  readonly of?: string | undefined;
  readonly source: string;
}

export interface OtherNameDocument {
  readonly parameter: string;
  readonly values: string;
}

export type OtherNamesDocument = Readonly<Record<string, OtherNameDocument>>;

export interface CutDocument {
  readonly by?: readonly string[] | undefined;
  readonly parameter: string;
  readonly size: number;
  readonly instead: string;
  readonly source: string;
}

export interface AbsenceDocument {
  readonly status: number;
  readonly code: string;
  readonly source: string;
}

export interface ReplacesDocument {
  readonly read: string;
  readonly withheld?:
    | readonly { readonly path: string; readonly where?: Readonly<Record<string, readonly string[]>> | undefined }[]
    | undefined;
}

export interface OnceDocument {
  readonly secrets: readonly string[];
  readonly unless?: Readonly<Record<string, readonly (string | null)[]>> | undefined;
  readonly source: string;
}

export interface ConfirmDocument {
  readonly method: string;
  readonly match: readonly string[];
  readonly same?: readonly string[] | undefined;
}

export interface FilterDocument {
  readonly parameter: string;
  readonly columns: Readonly<Record<string, readonly string[]>>;
  readonly exact?: readonly string[] | undefined;
  readonly lags?: boolean | undefined;
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
  readonly unless?: Readonly<Record<string, readonly string[]>> | undefined;
}

type VerbLists = Optional<Record<'select' | 'insert' | 'update' | 'replace' | 'delete', readonly Reference[]>>;

export type ResourceDocument = Described &
  Configured &
  Optional<{
    /** Each a `MethodDocument`, checked by itself. Views have none. */
    readonly methods: Readonly<Record<string, unknown>>;
    readonly sqlVerbs: VerbLists;
    readonly serviceDoc: Reference;
    readonly 'x-oktaql': Optional<{
      readonly aliases: Readonly<Record<string, string>>;
      readonly otherNames: OtherNamesDocument;
      readonly id: string | false;
      readonly parent: ParentDocument;
      readonly secrets: readonly string[];
      readonly transitions: Readonly<Record<string, Readonly<Record<string, string>>>>;
      readonly singleton: boolean;
      readonly embedded: EmbeddedDocument;
    }>;
  }>;

export interface ServerDocument {
  readonly url: string;
  readonly variables?: Readonly<Record<string, ServerVariableDocument>> | undefined;
}

type ServerVariableDocument = Optional<{
  readonly description: string;
  readonly default: string;
  readonly enum: readonly string[];
}>;

/** A service, or the part of it that has its resources. */
export interface ResourcesDocument {
  readonly 'x-stackQL-config'?: ConfigDocument | undefined;
  /** Each a `ResourceDocument`, checked by itself. */
  readonly components?: { readonly 'x-stackQL-resources'?: Readonly<Record<string, unknown>> | undefined } | undefined;
}

export interface ServiceDocument extends ResourcesDocument {
  readonly info?: Described | undefined;
  readonly servers?: readonly ServerDocument[] | undefined;
}

export interface PathItemDocument {
  readonly parameters?: readonly unknown[] | undefined;
  readonly servers?: readonly ServerDocument[] | undefined;
}

export interface OperationDocument extends PathItemDocument, Optional<{ summary: string; description: string }> {
  readonly 'x-stackQL-graphQL'?: unknown;
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
  /** Of an object or list that the API wants as a text. */
  readonly 'x-stackQL-stringOnly'?: boolean | undefined;
  readonly readOnly?: boolean | undefined;
  readonly required?: readonly string[] | undefined;
  readonly properties?: Readonly<Record<string, unknown>> | undefined;
  /** What the members of a map are. */
  readonly additionalProperties?: unknown;
  readonly items?: unknown;
  readonly 'x-oktaql'?: { readonly members?: MemberDocument | undefined } | undefined;
  readonly allOf?: readonly unknown[] | undefined;
  readonly oneOf?: readonly unknown[] | undefined;
  readonly anyOf?: readonly unknown[] | undefined;
}

/** What is inside a value, shorter than OpenAPI says it: a type, members by name, or in a list what each element is. */
export type MemberDocument =
  | 'string'
  | 'integer'
  | 'number'
  | 'boolean'
  | 'date-time'
  | 'object'
  | { readonly [name: string]: MemberDocument }
  | readonly MemberDocument[];
