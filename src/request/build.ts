/**
 * Method + parameter values → HTTP request: the entry of this folder.
 *
 * @module
 */

import { InternalError, InvalidValueError, NotSupportedError } from '../errors.ts';
import { jsonText } from '../json.ts';
import { type HttpMethod, type Method, type Parameter, providerOf, type RetryPolicy } from '../registry/resource.ts';
import type { JsonValue, Value } from '../values.ts';
import { wireBody } from './body.ts';
import { isJsonObject } from './json-object.ts';
import { refuseMasks } from './masks.ts';
import type { Change } from './replacement.ts';

/** A request without credentials: those are added at the last moment, by origin. */
export interface HttpRequest {
  readonly method: HttpMethod;
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
  /** Whose credential it needs. */
  readonly provider?: string;
  /** The rate limit that it counts against, by the provider's documents. */
  readonly bucket?: string;
  /** When it is sent again, where the provider's documents say that. */
  readonly retry?: RetryPolicy;
}

/** One call of a method: all that the statement says about it. */
export interface MethodCall {
  readonly method: Method;
  readonly parameters: Readonly<Record<string, Value>>;
  readonly body?: Readonly<Record<string, unknown>>;
  /** The body of a method that takes a list. */
  readonly list?: readonly unknown[];
  /** In place of a body: what becomes other of the object that is read first, and then replaced. */
  readonly change?: { readonly read: Method; readonly members: readonly Change[] };
}

/**
 * Turns a server URL template and its variables into an origin such as `https://acme.okta.com`, or refuses. Which hosts
 * are acceptable is the provider's own rule. A path in the template is not its business.
 */
export type OriginResolver = (server: string, variables: Readonly<Record<string, string>>, method: Method) => string;

/**
 * The request for a call.
 *
 * Path values become exactly one segment each: they are percent-encoded, and those that could change the route all the
 * same are refused (empty, `.`, `..`, slashes, control characters), since proxies and servers decode before they route.
 *
 * @throws InvalidValueError for such values, and for hosts that `resolveOrigin` refuses
 */
export function buildRequest(call: MethodCall, resolveOrigin: OriginResolver): HttpRequest {
  const { method } = call;
  if (method.unsupported !== undefined) throw cannotCall(method, method.unsupported);
  const origin = originFor(call, resolveOrigin);
  const path =
    fillPath(serverPath(method.server), serverVariables(call)) +
    fillPath(method.path, Object.fromEntries(valuesIn('path', call)));
  const query = new URLSearchParams(Object.fromEntries(valuesIn('query', call)));
  const search = query.size > 0 ? `?${query}` : '';
  const body = bodyOf(call);
  return {
    method: method.httpMethod,
    url: checkedUrl(origin, path, search),
    headers: {
      accept: method.response.kind === 'text' ? '*/*' : 'application/json',
      ...Object.fromEntries(valuesIn('header', call).filter(isSendable)),
      ...(body !== undefined && { 'content-type': method.body?.mediaType ?? 'application/json' }),
    },
    ...(body !== undefined && { body }),
    provider: providerOf(method),
    ...(method.bucket !== undefined && { bucket: method.bucket }),
    ...(method.retry !== undefined && { retry: method.retry }),
  };
}

/** The origin of a call, which needs no other parameters than those of the server. Throws for hosts that are refused. */
export function originFor(call: MethodCall, resolveOrigin: OriginResolver): string {
  return resolveOrigin(call.method.server, serverVariables(call), call.method);
}

function serverVariables(call: MethodCall): Readonly<Record<string, string>> {
  return { ...serverDefaults(call.method), ...Object.fromEntries(valuesIn('server', call)) };
}

/**
 * What {@link buildRequest} would refuse a value for, told before the call's other values are known.
 *
 * @throws InvalidValueError
 */
export function checkValue({ parameters }: Method, name: string, value: Value): void {
  const parameter = parameters.find((each) => each.name === name);
  if (parameter === undefined || value === null) return;
  const text = parameterText(name, parameter.type, value);
  if (parameter.location === 'path') pathSegment(name, text);
  if (parameter.location === 'header') isSendable([name, text]);
}

function valuesIn(
  location: Parameter['location'],
  { method, parameters }: MethodCall,
): readonly (readonly [string, string])[] {
  return method.parameters.flatMap(({ name, location: at, type }) => {
    const value = Object.hasOwn(parameters, name) ? parameters[name] : undefined;
    if (at !== location || value === undefined || value === null) return [];
    return [[name, parameterText(name, type, value)]];
  });
}

/** What the document takes for variables of the server that are not given. */
export function serverDefaults({ parameters }: Method): Readonly<Record<string, string>> {
  return Object.fromEntries(
    parameters.flatMap(({ name, default: fallback }) => (fallback === undefined ? [] : [[name, fallback]])),
  );
}

/** `/v1` of `https://{region}.example.com/v1/`. */
function serverPath(server: string): string {
  return (/^[^/]*\/\/[^/]*(\/.*)$/.exec(server)?.[1] ?? '').replace(/\/+$/, '');
}

function cannotCall({ key }: Method, reason: string): NotSupportedError {
  return new NotSupportedError(`${key} cannot be called: ${reason}. Nothing was sent.`);
}

function fillPath(template: string, values: Readonly<Record<string, string>>): string {
  const given = (name: string): string | undefined => (Object.hasOwn(values, name) ? values[name] : undefined);
  return template.replace(/\{([^}]+)\}/g, (_whole, name: string) => pathSegment(name, given(name)));
}

const ROUTE_CHANGING = /[/\\\p{Cc}]/u;

/** Whether a value can stand in a path at all: no object is named by one that cannot. */
export function isRoutable(value: string | number | boolean | null): boolean {
  const text = String(value);
  return text !== '.' && text !== '..' && !ROUTE_CHANGING.test(text);
}

function pathSegment(name: string, value: string | undefined): string {
  if (value === undefined || value === '') throw unusable(name, 'is empty, which would address the whole collection');
  if (!isRoutable(value)) {
    throw unusable(name, `${JSON.stringify(value.slice(0, 60))} could change the path of the request`);
  }
  return encodeURIComponent(value);
}

function unusable(name: string, problem: string): InvalidValueError {
  return new InvalidValueError(`${name} ${problem}. Nothing was sent.`, {
    subject: name,
    hint: `${name} takes one id, such as those that SELECT returns.`,
  });
}

/** OpenAPI 3, Parameter Object: parameters that are called so are ignored. */
const OWN_HEADERS = new Set(['accept', 'authorization', 'content-type']);

/** https://fetch.spec.whatwg.org/#headers: what fetch would refuse without saying which value it is, or whose. */
function isSendable([name, value]: readonly [string, string]): boolean {
  if (OWN_HEADERS.has(name.toLowerCase())) return false;
  if (/^[\t\x20-\x7e\x80-\xff]*$/.test(value)) return true;
  throw new InvalidValueError(`${name} holds characters that a header cannot hold. Nothing was sent.`, {
    subject: name,
  });
}

function bodyOf({ method, body, list }: MethodCall): string | undefined {
  if (list !== undefined) {
    refuseMasks(method.body ?? {}, list);
    return jsonText(list as JsonValue);
  }
  const content = wireBody(method.body, body);
  return content === undefined ? undefined : bodyText(content);
}

function bodyText(body: Readonly<Record<string, unknown>>): string {
  const members = Object.entries(body)
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => `${JSON.stringify(name)}:${memberText(value)}`);
  return `{${members.join(',')}}`;
}

/** Only what nests the attributes of a statement can hold members without a value further down. */
function memberText(value: unknown): string {
  return isJsonObject(value) ? bodyText(value) : jsonText(value as JsonValue);
}

function parameterText(name: string, type: Parameter['type'], value: Value): string {
  const text = plainText(value);
  // An encoder would put U+FFFD in its place, and the request would be about something else.
  if (!text.isWellFormed())
    throw new InvalidValueError(`${name} holds half a character. Nothing was sent.`, { subject: name });
  if (type === 'BIGINT' && !/^[+-]?\d+$/.test(text)) {
    throw new InvalidValueError(`${name} takes an integer, not ${JSON.stringify(text.slice(0, 60))}.`, {
      subject: name,
    });
  }
  if (type === 'BOOLEAN' && !/^(?:true|false)$/i.test(text)) {
    throw new InvalidValueError(`${name} takes true or false, not ${JSON.stringify(text.slice(0, 60))}.`, {
      subject: name,
    });
  }
  return type === 'BOOLEAN' ? text.toLowerCase() : text;
}

function plainText(value: Value): string {
  if (value instanceof Date) return value.toISOString();
  return typeof value === 'object' ? jsonText(value) : String(value);
}

/** Puts the URL together and reads it again: whatever happened to the parts, the origin must be the one that was resolved. */
function checkedUrl(origin: string, path: string, search: string): string {
  const url = new URL(`${origin}${path}${search}`);
  if (url.origin === origin && url.pathname === path && url.username === '' && url.password === '' && url.hash === '') {
    return url.href;
  }
  throw new InternalError(`The URL for ${path} came out as ${url.origin}${url.pathname}. Nothing was sent.`);
}
