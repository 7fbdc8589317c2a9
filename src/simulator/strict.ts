import { PRIVATE_MEMBERS, parseObject } from './apps/new-key.ts';

/** What the strict checks look at. */
export interface WireRequest {
  readonly method: string;
  readonly url: URL;
  /** Path and query as they came over the wire, before a URL parser resolved `..` in them. */
  readonly target: string;
  readonly headers: Headers;
  readonly body: string;
}

const LOOPBACK = new Set(['127.0.0.1', '[::1]', 'localhost']);

/** Whether a URL leads to the org: its own host over TLS, or this machine, where the server listens. */
export function isOrgUrl(url: URL, subdomain: string): boolean {
  if (LOOPBACK.has(url.hostname) || url.hostname.endsWith('.localhost')) return true;
  return url.protocol === 'https:' && url.host === `${subdomain}.okta.com`;
}

/** Everything about a request that a careful client never sends, whatever the operation. */
export function wireViolations(request: WireRequest): readonly string[] {
  const path = request.target.split('?', 1)[0] ?? '';
  return [
    ...pathViolations(path),
    ...(hasUnexpectedBody(request) ? [`a ${request.method} with a body`] : []),
    ...repeatedParameters(request.url.searchParams),
    ...privateMembers(request.body),
  ];
}

export function unexpectedParameters(url: URL, allowed: readonly string[]): readonly string[] {
  const names = [...new Set(url.searchParams.keys())].filter((name) => !allowed.includes(name));
  return names.map((name) => `the query parameter "${name}" does not exist`);
}

const JSON_TYPE = 'application/json';

/** Whether a media type, with or without parameters, is the wanted one. */
export function isMediaType(mediaType: string, wanted: string = JSON_TYPE): boolean {
  return mediaType.split(';', 1)[0]?.trim().toLowerCase() === wanted;
}

/** Whether an Accept header, or its absence, allows a JSON answer. */
export function acceptsJson(accept: string | null): boolean {
  if (accept === null) return true;
  return accept.split(',').some((range) => isMediaType(range) || /^\s*(\*|application)\/\*\s*(;|$)/.test(range));
}

function pathViolations(path: string): readonly string[] {
  const segments = path.split('/').slice(1);
  const found: string[] = [];
  if (segments.includes('')) found.push('the path has an empty segment');
  if (segments.some(isDotSegment)) found.push('the path has a dot segment');
  if (!/^(?:[\w.~!$&'()*+,;=:@/-]|%[0-9a-f]{2})*$/i.test(path) || !isUtf8(path)) {
    found.push('the path has characters that are not percent-encoded');
  }
  return found;
}

function isDotSegment(segment: string): boolean {
  const decoded = segment.replaceAll(/%2e/gi, '.');
  return decoded === '.' || decoded === '..';
}

function isUtf8(path: string): boolean {
  try {
    decodeURIComponent(path);
    return true;
  } catch {
    return false;
  }
}

// A WHATWG Request cannot carry the body of a GET, but its headers announce one.
function hasUnexpectedBody({ method, headers }: WireRequest): boolean {
  if (method !== 'GET' && method !== 'HEAD') return false;
  return headers.has('transfer-encoding') || (headers.get('content-length') ?? '0') !== '0';
}

function privateMembers(text: string): readonly string[] {
  const names = Object.keys(parseObject(text) ?? {});
  return names
    .filter((name) => PRIVATE_MEMBERS.includes(name))
    .map((name) => `the body has the private member "${name}"`);
}

function repeatedParameters(parameters: URLSearchParams): readonly string[] {
  const names = [...parameters.keys()];
  const repeated = new Set(names.filter((name, index) => names.indexOf(name) !== index));
  return [...repeated].map((name) => `the query parameter "${name}" is repeated`);
}
