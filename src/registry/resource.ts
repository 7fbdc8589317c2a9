/**
 * What the provider documents say, as the later stages read it: plain, frozen data.
 *
 * @module
 */

import type { ColumnType } from '../values.ts';

/** Which SQL statement a method serves; `exec` are those that no verb lists. */
export type Verb = 'select' | 'insert' | 'update' | 'replace' | 'delete' | 'exec';

export type HttpMethod = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';

/** A field of a response item or of a request body. */
export interface Field {
  readonly name: string;
  readonly type: ColumnType;
  readonly description: string;
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
}

/** What a method sends as its body. */
export interface RequestBody {
  readonly mediaType: string;
  readonly fields: readonly Field[];
  /** Fields without which the method is not called. */
  readonly required: readonly string[];
  /** The name of a check that a provider's own code makes before anything is sent. */
  readonly check?: string;
}

/** What a method answers with success. */
export interface ResponseShape {
  /** `text` is an answer that is no JSON; it becomes one row with one column. */
  readonly kind: 'list' | 'object' | 'text' | 'none';
  /** Where the rows of a list may be, tried in this order: `$`, `$.a.b`, or `$.*`, which is the only list in an object. */
  readonly rowsAt: readonly string[];
  /** For a list whose items are no objects: the name of the one column that they become. */
  readonly scalar?: string;
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
  /** The server's URL, with `{variable}` in it. */
  readonly server: string;
  readonly parameters: readonly Parameter[];
  readonly body?: RequestBody;
  readonly response: ResponseShape;
  /** Where the next page is named: in a `Link` header, or in the body at `_links.next.href`. */
  readonly paging?: 'link' | 'body';
  /** The query parameter that sets how many items a page has, and the number to ask for. */
  readonly pageSize?: { readonly parameter: string; readonly size: number };
  /** Values for parameters that are not given. `now` is the time at which the statement began. */
  readonly defaults?: Readonly<Record<string, string>>;
  /** What the API can evaluate itself, in an expression given to `parameter`. */
  readonly filter?: Filter;
  /** The rate limit that its calls count against. */
  readonly bucket?: string;
  /** Why this version cannot call it, if it cannot. */
  readonly unsupported?: string;
}

export type FilterOperator = 'eq' | 'ne' | 'gt' | 'ge' | 'lt' | 'le' | 'sw' | 'co' | 'pr';

export interface Filter {
  readonly parameter: string;
  /** Column, or path into a JSON column → operators. */
  readonly columns: Readonly<Record<string, readonly FilterOperator[]>>;
  /** Columns for which the API's comparison is SQL's. */
  readonly exact: readonly string[];
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
}

/** A column of a resource's table. */
export interface TableColumn extends Field {
  /**
   * `response`: a field of the items. Otherwise the value that the parameter was bound to. A query or header parameter
   * becomes a column only where a statement names it.
   */
  readonly origin: 'response' | Parameter['location'];
  /** For a parameter that is the item's own id under another name: the field that holds it. */
  readonly aliasOf?: string;
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
  readonly parent?: Parent;
  /** Column → value → the method that sets it. */
  readonly transitions?: Readonly<Record<string, Readonly<Record<string, string>>>>;
  /** Whether there is one object per org or per parent, so that no id selects it. */
  readonly isSingleton?: boolean;
  readonly embedded?: Embedded;
}

export interface Service {
  readonly name: string;
  readonly title: string;
  readonly description: string;
  readonly resources: Readonly<Record<string, Resource>>;
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
}

/** The methods of a verb, in the order in which they are tried. */
export function methodsFor(resource: Resource, verb: Exclude<Verb, 'exec'>): readonly Method[] {
  return resource.verbs[verb].flatMap((name) => resource.methods.filter((method) => method.name === name));
}

/** Whether `SELECT *` shows the column. */
export function isStarColumn(column: TableColumn): boolean {
  return column.origin !== 'query' && column.origin !== 'header';
}

/** The parameters a method cannot be called without: required ones and all variables of its server. */
export function requiredParameters(method: Method): readonly Parameter[] {
  return method.parameters.filter((parameter) => parameter.isRequired);
}
