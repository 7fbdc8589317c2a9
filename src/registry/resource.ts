/**
 * What the provider documents say, as the later stages read it: plain, frozen data.
 *
 * @module
 */

import type { ColumnType, JsonValue } from '../values.ts';
import type { AuthConfig } from './auth.ts';
import { type DocumentFault, faultError } from './fault.ts';

/** Which SQL statement a method serves; `exec` are those that no verb lists. */
export type Verb = 'select' | 'insert' | 'update' | 'replace' | 'delete' | 'exec';

export type HttpMethod = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';

/** What a member of a JSON value is: a value of a type, an object with members, or a list, of whose elements the one type tells. */
export type MemberType = ColumnType | MemberTypes | readonly [MemberType];

/** By name, as the API spells it. */
export interface MemberTypes {
  readonly [name: string]: MemberType;
}

/** A field of a response item or of a request body. */
export interface Field {
  readonly name: string;
  readonly type: ColumnType;
  readonly description: string;
  /** Of a JSON column that SELECT reads: what the document says is in it. */
  readonly members?: MemberTypes | readonly [MemberType];
  /** Whether a JSON value need not be an object or a list: the document says several things of it, or nothing. */
  readonly mayBeText?: boolean;
  /** The member that the API has for it, where that is not called `name`. */
  readonly wireName?: string;
  /** A second name that statements may use: `max_results` for `maxResults`. */
  readonly alias?: string;
  /**
   * Where in the value the API sends secrets: paths of member names, the empty path for the value itself. They are shown
   * as `***` unless the caller asks to see them.
   */
  readonly secrets?: readonly (readonly string[])[];
}

/** An input of a method that is not in its body. `server` are the variables of the server URL, such as `subdomain`. */
export interface Parameter extends Field {
  readonly location: 'path' | 'query' | 'header' | 'server';
  readonly isRequired: boolean;
  /** For a variable of the server: what the document takes where nothing is given. */
  readonly default?: string;
  /** For a variable of the server: values that it may have although they are no single label. */
  readonly allowed?: readonly string[];
}

/** A JSON object. */
export type JsonObject = Readonly<Record<string, JsonValue>>;

/** What a method sends as its body. */
export interface RequestBody {
  readonly mediaType: string;
  /** Whether it is a list, which has no attributes and is given whole. */
  readonly isList?: boolean;
  readonly fields: readonly Field[];
  /** Fields without which the method is not called. */
  readonly required: readonly string[];
  /** The name of a check that a provider's own code makes before anything is sent. */
  readonly check?: string;
  /** Sent with every body, below what the statement says. */
  readonly base?: JsonObject;
  /** Sent where the statement says nothing. */
  readonly default?: JsonObject;
  /** The members inside which the fields stand: `['task']` for `{"task": {…}}`. */
  readonly nestedAt?: readonly string[];
  /** Where in the body secrets stand: paths of member names, of which the first is a field. */
  readonly secrets?: readonly (readonly string[])[];
}

/** Where a token stands in an answer: a path such as `$.next`, or the name of a header. */
export interface TokenSource {
  readonly in: 'body' | 'header';
  readonly at: string;
}

/** Where a token goes in a request: the name of a query parameter, of a header, or of a member of the body (`a.b`). */
export interface TokenTarget {
  readonly in: 'query' | 'header' | 'body';
  readonly name: string;
}

/** How a list names its next page. */
export type Paging =
  /** A header in the syntax of RFC 8288, with the relation `next`. */
  | { readonly kind: 'link'; readonly header: string }
  /** A URL in the body. */
  | { readonly kind: 'body-link'; readonly at: string }
  | { readonly kind: 'token'; readonly from: TokenSource; readonly to: TokenTarget }
  /** Counted. `current` and `last` are the answer's own page and the number of pages, where it says them. */
  | {
      readonly kind: 'page-number';
      readonly to: TokenTarget;
      readonly current?: TokenSource;
      readonly last?: TokenSource;
    }
  /** The document does not say. A `Link` header is followed, and what StackQL takes for granted: `nextPageToken`. */
  | { readonly kind: 'undeclared' };

/** When a call that failed is made again. */
export interface RetryPolicy {
  /** The first included. */
  readonly maxAttempts: number;
  readonly initialDelayMs: number;
  readonly maxDelayMs: number;
  /** What the delay is multiplied by after each attempt. */
  readonly multiplier: number;
  /** Between 0 and 1: the part of a delay that is left to chance. */
  readonly jitterFraction: number;
  /** HTTP methods, in capitals. */
  readonly methods: readonly string[];
  readonly statusCodes: readonly number[];
}

/** What a method answers with success. */
export interface ResponseShape {
  /** `text` is an answer that is no JSON; it becomes one row with one column. */
  readonly kind: 'list' | 'object' | 'text' | 'none';
  /** Where the rows of a list may be, tried in this order: `$`, `$.a.b`, or `$.*`, which is the only list in an object. */
  readonly rowsAt: readonly string[];
  /** For a list whose items are no objects: the name of the one column that they become. */
  readonly scalar?: string;
  /** For rows that are the members of an object and not the items of a list: the column that their names become. */
  readonly mapKey?: string;
  readonly fields: readonly Field[];
}

/** One operation of the API. */
export interface Method {
  readonly name: string;
  /** `provider.service.resource.method`. */
  readonly key: string;
  readonly description: string;
  readonly verb: Verb;
  readonly httpMethod: HttpMethod;
  /** With `{parameter}` in it. */
  readonly path: string;
  /** The server's URL, with `{variable}` in it; perhaps with a path, in which case `path` comes after it. */
  readonly server: string;
  readonly parameters: readonly Parameter[];
  readonly body?: RequestBody;
  readonly response: ResponseShape;
  /** For lists that have pages. */
  readonly paging?: Paging;
  /** For documents that say so; otherwise the client's own rules hold. */
  readonly retry?: RetryPolicy;
  /** The query parameter that sets how many items a page has, and the number to ask for. */
  readonly pageSize?: { readonly parameter: string; readonly size: number };
  /** Values for parameters that are not given. `now` is the time at which the statement began. */
  readonly defaults?: Readonly<Record<string, string>>;
  /** What the API can evaluate itself, in an expression given to `parameter`. */
  readonly filter?: Filter;
  /** A second such parameter, which is not given beside the first. It is asked where it can say more. */
  readonly search?: Filter;
  /** Parameters that bound a time: parameter → what it bounds. */
  readonly ranges?: Readonly<Record<string, Range>>;
  readonly orders?: readonly Order[];
  /** Parameters of further lists that hold the rows which the list leaves out where nothing filters it. */
  readonly also?: readonly Readonly<Record<string, string>>[];
  /** All values of parameters that are required and of which each gives a list of its own. */
  readonly enumerate?: Readonly<Record<string, readonly string[]>>;
  /** The rate limit that its calls count against. */
  readonly bucket?: string;
  /** How to find out whether a call whose answer was lost was carried out. */
  readonly confirm?: Confirm;
  /** Parameters that take a name of an object in place of its id. */
  readonly names?: Readonly<Record<string, Names>>;
  /** Where the list ends although there is more. */
  readonly cut?: Cut;
  /** Answers which say that there is no such thing here. */
  readonly absent?: readonly Absence[];
  /** For a method that replaces an object whole, and by which UPDATE changes a part of it all the same. */
  readonly replaces?: Replaces;
  /** What of its answer the API shows this once. */
  readonly once?: Once;
  /** Why this version cannot call it, if it cannot. */
  readonly unsupported?: string;
  /** What is wrong with it in its document; nothing else is known of it then. */
  readonly fault?: DocumentFault;
}

/** What a parameter takes besides ids. */
export interface Names {
  /** Fields of the object, each of which names it too: `label`, `profile.login`. */
  readonly fields?: readonly string[] | undefined;
  /** Words that the API knows: `default`. */
  readonly words?: readonly string[] | undefined;
  /** How ids begin: what does not is a name. Without it, whatever is given may be one. */
  readonly ids?: string | undefined;
  /** The resource whose objects are named, `provider.service.resource`. */
  readonly of?: string | undefined;
  /** Where that was learnt. */
  readonly source: string;
}

/** A list that the API ends without naming a next page. */
export interface Cut {
  /** Query parameters under which it does; without them, always. */
  readonly by?: readonly string[] | undefined;
  /** The query parameter that says how many items may come, and the most that it takes. */
  readonly parameter: string;
  readonly size: number;
  /** The condition that pages, with `{parameter}` for the value that was given. */
  readonly instead: string;
  readonly source: string;
}

/** An error that is no failure where nobody asked for this object alone. */
export interface Absence {
  readonly status: number;
  /** The API's own error code. */
  readonly code: string;
  readonly source: string;
}

/** How a method that replaces an object gets to know the rest of it. */
export interface Replaces {
  /** The method of the same resource that reads the object, by name. */
  readonly read: string;
  /** What the API takes and does not return. */
  readonly withheld: readonly Withheld[];
}

/** A secret that an object may have although the API does not return it. */
export interface Withheld {
  /** Member names with dots between them. Where the object around it is there, so is the secret. */
  readonly path: string;
  /** Only in objects of which each of these members, a path again, is one of its texts. */
  readonly where: Readonly<Record<string, readonly string[]>>;
}

/** What an answer shows and nothing shows again. */
export interface Once {
  /** Columns of the answer, or members of them. */
  readonly secrets: readonly string[];
  /** Parameter, or attribute of the body → values with which the answer does not hold them; null where it is not given. */
  readonly unless: Readonly<Record<string, readonly (string | null)[]>>;
  /** Where that was learnt. */
  readonly source: string;
}

/** Where what a call makes is found again. */
export interface Confirm {
  /** A list of the same resource, by name. */
  readonly method: string;
  /** Attributes whose values no two rows of that list share: the server refuses the second. */
  readonly match: readonly string[];
  /** Attributes by which the row is known to be what was sent, and not another with the same name. */
  readonly same: readonly string[];
}

export type FilterOperator = 'eq' | 'ne' | 'gt' | 'ge' | 'lt' | 'le' | 'sw' | 'co' | 'pr';

export interface Filter {
  readonly parameter: string;
  /** Column, or path into a JSON column → operators. */
  readonly columns: Readonly<Record<string, readonly FilterOperator[]>>;
  /** Columns for which the API's comparison is SQL's. */
  readonly exact: readonly string[];
  /** Whether it is answered from an index that takes a while to learn of a change. */
  readonly lags?: boolean;
}

/** A parameter that rows of a certain time need not be returned for. */
export interface Range {
  readonly column: string;
  readonly bound: 'lower' | 'upper';
}

/** Parameters with which rows come by a column that none of them lacks. */
export interface Order {
  readonly column: string;
  readonly ascending: Readonly<Record<string, string>>;
  readonly descending: Readonly<Record<string, string>>;
  /** Parameters without which the order is not heeded: what they are where nothing else is asked of them. */
  readonly within: Readonly<Record<string, string>>;
}

/** Copies of a resource's rows inside the rows of another. */
export interface Embedded {
  /** `provider.service.resource`. */
  readonly resource: string;
  /** Where in an item of that resource the copies are. */
  readonly rowsAt: string;
  /** Column of the copy's resource → column of the item around it. */
  readonly keys: Readonly<Record<string, string>>;
  /** The columns that copies have. */
  readonly columns: readonly string[];
}

/** Where missing parameters of a resource's methods come from: the rows of another resource. */
export interface Parent {
  /** `provider.service.resource`. */
  readonly resource: string;
  /** Parameter → the parent's column that holds its value. */
  readonly supplies: Readonly<Record<string, string>>;
  /** Only parents whose column holds one of these texts can have children. */
  readonly where: Readonly<Record<string, readonly string[]>>;
  /** Column, or path into a JSON column → texts with one of which a parent has no children. */
  readonly unless?: Readonly<Record<string, readonly string[]>> | undefined;
}

/** A column of a resource's table. */
export interface TableColumn extends Field {
  /**
   * `response`: a field of the items. Otherwise the value that the parameter was bound to. A query or header parameter
   * becomes a column only where a statement names it. `raw` is the item as it was sent, which is one only then, too.
   */
  readonly origin: 'response' | 'raw' | Parameter['location'];
  /** Whether it is a second name of another column, which `SELECT *` does not show. */
  readonly isAlias?: boolean;
  /** For a parameter that is the item's own id under another name: the field that holds it. */
  readonly aliasOf?: string;
  /**
   * For a field that has the name of a parameter: that parameter. Where a call binds it, the column holds what was given, which
   * the API may spell otherwise in its answer: a name asked for, a URL answered.
   */
  readonly given?: string;
}

/** A name that other documents have for a parameter, and that here is a field's. */
export interface OtherName {
  readonly parameter: string;
  /** A pattern: only such values are meant for the parameter. */
  readonly values: string;
}

/** A query that stands for a resource where the statement gives these parameters. */
export interface View {
  readonly requiredParameters: readonly string[];
  /** The SQL dialect that it is written in, where the document says. */
  readonly dialect?: string;
  readonly ddl: string;
}

/** A table. */
export interface Resource {
  /** `provider.service.resource`. */
  readonly name: string;
  readonly description: string;
  /** In the order of the document. */
  readonly methods: readonly Method[];
  /** The methods of a verb in the order in which they are tried. */
  readonly verbs: Readonly<Record<Exclude<Verb, 'exec'>, readonly string[]>>;
  readonly columns: readonly TableColumn[];
  /** Path parameter → the field that holds the same value. */
  readonly aliases: Readonly<Record<string, string>>;
  /**
   * Path parameter that takes names → the field that holds the object's id. The two hold the same value only where an id
   * was given.
   */
  readonly named?: Readonly<Record<string, string>>;
  /** By the name, which is a field's as well. */
  readonly otherNames?: Readonly<Record<string, OtherName>>;
  /** The member of a list's items by which they are told from each other, if there is one. */
  readonly id?: string;
  readonly parent?: Parent;
  /** Column → value → the method that sets it. */
  readonly transitions?: Readonly<Record<string, Readonly<Record<string, string>>>>;
  /** Whether there is one object per org or per parent, so that no id selects it. */
  readonly isSingleton?: boolean;
  readonly embedded?: Embedded;
  /** In the order in which they are tried. */
  readonly views?: readonly View[];
}

export interface Service {
  readonly name: string;
  readonly title: string;
  readonly description: string;
  readonly resources: Readonly<Record<string, Resource>>;
  /** What is wrong with those that cannot be used, by name. */
  readonly faults?: Readonly<Record<string, DocumentFault>>;
}

/** A provider without its services, which are loaded one by one. */
export interface ProviderInfo {
  readonly name: string;
  readonly version: string;
  readonly title: string;
  readonly description: string;
  readonly services: readonly string[];
  /** By service: what its own document says of it, so that a list of services need not read them. */
  readonly summaries: Readonly<Record<string, { readonly title: string; readonly description: string }>>;
  /** By service: the names of its resources, where they are known without reading it. */
  readonly resourceNames?: Readonly<Record<string, readonly string[]>>;
  /** How its API is logged in to, if the document says. */
  readonly auth?: AuthConfig;
  /** What is wrong with its document, if it cannot be used; nothing else is known of it then. */
  readonly fault?: DocumentFault;
}

/** Provider, service and resource: the name of a resource may have dots in it. */
export function namePartsOf({ name }: Pick<Resource, 'name'>): readonly string[] {
  const [provider = '', service = '', ...rest] = name.split('.');
  return [provider, service, rest.join('.')];
}

/** The provider of a method, by the first part of its key. */
export function providerOf({ key }: Pick<Method, 'key'>): string {
  return key.slice(0, key.indexOf('.'));
}

/** The methods of a verb, in the order in which they are tried, without those that their document has wrong. */
export function methodsFor(resource: Resource, verb: Exclude<Verb, 'exec'>): readonly Method[] {
  return allMethodsFor(resource, verb).filter(({ fault }) => fault === undefined);
}

/** As {@link methodsFor}, for whoever is about to use one. Throws `PROVIDER_DOCUMENT` where the document has all of them wrong. */
export function usableMethods(resource: Resource, verb: Exclude<Verb, 'exec'>): readonly Method[] {
  const good = methodsFor(resource, verb);
  const [fault] = good.length > 0 ? [] : allMethodsFor(resource, verb).flatMap((method) => method.fault ?? []);
  if (fault !== undefined) throw faultError(fault);
  return good;
}

function allMethodsFor(resource: Resource, verb: Exclude<Verb, 'exec'>): readonly Method[] {
  return resource.verbs[verb].flatMap((name) => resource.methods.filter((method) => method.name === name));
}

/**
 * The methods by which a statement changes rows of the table. One that needs no more to be called than a list of its rows does
 * would change all of them, or something that is no row: a token in use, the grants of a user. Those are for EXEC.
 */
export function changingMethods(resource: Resource, verb: 'update' | 'replace' | 'delete'): readonly Method[] {
  return usableMethods(resource, verb).filter((method) => namesObject(resource, method));
}

function namesObject(resource: Resource, method: Method): boolean {
  const lists = methodsFor(resource, 'select').filter(({ response }) => response.kind === 'list');
  // A list that its document has wrong may be one that tells objects from each other.
  const isListed = allMethodsFor(resource, 'select').some(
    ({ fault, response }) => fault !== undefined || response.kind === 'list',
  );
  if (resource.isSingleton === true || !isListed) return true;
  const ofLists = new Set(lists.flatMap(requiredParameters).map(({ name }) => name));
  return requiredParameters(method).some(({ name, location }) => location !== 'server' && !ofLists.has(name));
}

const NAMED_ONLY: ReadonlySet<TableColumn['origin']> = new Set(['query', 'header', 'raw']);

/** Whether `SELECT *` shows the column. */
export function isStarColumn(column: TableColumn): boolean {
  return !NAMED_ONLY.has(column.origin) && column.isAlias !== true;
}

/** The parameters a method cannot be called without: required ones and all variables of its server. */
export function requiredParameters(method: Method): readonly Parameter[] {
  return method.parameters.filter((parameter) => parameter.isRequired);
}
