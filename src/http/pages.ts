/**
 * Follows `Link: <…>; rel="next"` to the end.
 *
 * The header is data from outside: it has been seen to name another host, another path, and to lack the filter that
 * was asked for. So only its query parameters are used, laid over the URL that we built.
 *
 * @module
 */

import { UnusableResponseError } from '../errors.ts';
import type { HttpRequest } from '../request/build.ts';
import type { HttpClient, HttpResponse } from './client.ts';

/** Where an answer names the page after it; undefined at the end. */
export type NextOf = (response: HttpResponse) => string | undefined;

export interface PagingOptions {
  /** Default: the `Link` header. */
  readonly nextOf?: NextOf | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** The `Link` header's relation `next`. */
const linkOf: NextOf = ({ headers }) => nextLink(headers.get('link') ?? '');

/** Query parameters that carry a position; they are taken over even where the first request had them. */
const CURSOR_PARAMETERS = new Set(['after']);

/**
 * The answers of a list, page by page. An empty page does not end it, only a missing `next` does.
 *
 * @throws UnusableResponseError for a cursor that comes back a second time, since the list would never end, and for a
 * next page that is not named by a URL
 */
export async function* pages(
  client: HttpClient,
  first: HttpRequest,
  { nextOf = linkOf, signal }: PagingOptions = {},
): AsyncGenerator<HttpResponse> {
  const seen = new Set<string>([first.url]);
  for (let request: HttpRequest | undefined = first; request !== undefined; ) {
    const response: HttpResponse = await client.send(request, signal);
    const next = nextRequest(first, response, nextOf);
    if (next !== undefined && seen.has(next.url)) throw repeatedCursor(response, next);
    if (next !== undefined) seen.add(next.url);
    yield response;
    request = next;
  }
}

function nextRequest(first: HttpRequest, response: HttpResponse, nextOf: NextOf): HttpRequest | undefined {
  const target = nextOf(response);
  if (target === undefined) return undefined;
  const url = new URL(first.url);
  // A relative reference is resolved like any other; its host does not matter.
  if (!URL.canParse(target, url.href)) throw unreadableLink(response);
  for (const [name, value] of new URL(target, url).searchParams) {
    if (CURSOR_PARAMETERS.has(name) || !url.searchParams.has(name)) url.searchParams.set(name, value);
  }
  return { ...first, url: url.href };
}

/** A target in angle brackets and its parameters. Each character is looked at once, however long the header is. */
const LINK = /<([^<>]*)>((?:[^<"]+|"[^"]*")*)/g;
const LINK_PARAMETER = /;\s*([^\s=;,"]+)(?:\s*=\s*(?:"([^"]*)"|([^\s;,"]+)))?/g;

/**
 * The target of the first link with relation `next`, in the syntax of RFC 8288 section 3: targets may hold commas and
 * semicolons, so the header is cut at the angle brackets.
 */
export function nextLink(header: string): string | undefined {
  for (const [, target = '', parameters = ''] of header.matchAll(LINK)) {
    // "Occurrences after the first MUST be ignored", says section 3.3 of a second rel.
    const rel = [...parameters.matchAll(LINK_PARAMETER)].find(([, name]) => name?.toLowerCase() === 'rel');
    const relations = (rel?.[2] ?? rel?.[3] ?? '').toLowerCase().split(/\s+/);
    if (relations.includes('next')) return target;
  }
  return undefined;
}

function repeatedCursor({ status, request }: HttpResponse, next: HttpRequest): UnusableResponseError {
  return new UnusableResponseError('The list names a page again that was already read: it would never end.', {
    status,
    method: next.method,
    url: request.url,
    hint: 'Nothing was returned, because some rows may be missing. Try again; if it stays so, tell Okta.',
  });
}

function unreadableLink({ status, request: { method, url } }: HttpResponse): UnusableResponseError {
  return new UnusableResponseError('The list names a next page, but not by a URL.', {
    status,
    method,
    url,
    hint: 'Nothing was returned, because the rows of the pages behind it are missing.',
  });
}
