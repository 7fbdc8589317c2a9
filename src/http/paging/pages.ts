/**
 * Follows a list to its end, however the API names the next page: by a link, a token or a number.
 *
 * What an answer says is data from outside: a `Link` header has been seen to name another host, another path, and to lack
 * the filter that was asked for. So only query parameters are taken from a link, laid over the URL that we built; and a
 * token goes where the document says, never into the host or the path.
 *
 * Entry of the room `paging/`. It sends by the client it is given, and knows nothing of logins, limits or repetition.
 *
 * @module
 */

import { assertNever, UnusableResponseError } from '../../errors.ts';
import { follow } from '../../registry/json-path.ts';
import type { Paging, TokenSource, TokenTarget } from '../../registry/resource.ts';
import type { HttpRequest } from '../../request/build.ts';
import { type JsonValue, own } from '../../values.ts';
import type { HttpClient, HttpResponse } from '../contract.ts';
import { bodyJson } from '../json-body.ts';
import { redactUrl } from '../trace/redact.ts';
import { nextLink } from './link-header.ts';
import { CURSOR_PARAMETERS, type ListState, sendPage } from './smaller-page.ts';

export interface PagingOptions {
  /** Default: the `Link` header. */
  readonly paging?: Paging | undefined;
  /** Whether an answer has no rows: where nothing says how many pages there are, such a page is the last. */
  readonly isEmpty?: ((response: HttpResponse) => boolean | Promise<boolean>) | undefined;
  /** The query parameter for the size of a page. If a page takes too long, it and those behind it are made smaller. */
  readonly sizeParameter?: string | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** One answer of a list. */
export interface Page extends HttpResponse {
  /** Whether it names a next one, which may be empty. */
  readonly hasNext: boolean;
}

const LINK = { kind: 'link', header: 'link' } as const;

/**
 * The answers of a list, page by page. An empty page does not end it, unless pages are only counted; a missing `next` does.
 *
 * @throws UnusableResponseError for a page that comes back a second time, since the list would never end, and for a next
 * page that is named by something else than a URL or token
 */
export async function* pages(
  client: HttpClient,
  first: HttpRequest,
  { paging = LINK, isEmpty = () => false, sizeParameter, signal }: PagingOptions = {},
): AsyncGenerator<Page> {
  const seen = new Set<string>();
  let state: ListState = { first, reductions: 0 };
  let previous: string | undefined;
  for (let request: HttpRequest | undefined = first; request !== undefined; ) {
    const sent = await sendPage(client, request, state, { paging, sizeParameter, signal });
    const { response } = sent;
    state = sent.state;
    seen.add(keyOf(sent.request));
    const next = await nextRequest(paging, { first: state.first, response, previous, isEmpty });
    if (next !== undefined && seen.has(keyOf(next))) throw repeatedPage(response, next);
    yield { ...response, hasNext: next !== undefined };
    previous = response.text;
    request = next;
  }
}

function keyOf({ url, headers, body }: HttpRequest): string {
  return JSON.stringify([url, headers, body]);
}

interface Position {
  readonly first: HttpRequest;
  /** To the request that was made last. */
  readonly response: HttpResponse;
  /** Its text. */
  readonly previous: string | undefined;
  readonly isEmpty: (response: HttpResponse) => boolean | Promise<boolean>;
}

async function nextRequest(paging: Paging, position: Position): Promise<HttpRequest | undefined> {
  const { first, response } = position;
  switch (paging.kind) {
    case 'link':
      return linked(first, response, linkIn(response, paging.header));
    case 'body-link':
      // Okta's guide says that every list may have the header.
      return linked(first, response, (await bodyLink(response, paging.at)) ?? linkIn(response, LINK.header));
    case 'token':
      return withToken(first, response, paging.to, await tokenIn(response, paging.from));
    case 'page-number':
      return nextNumber(paging, position);
    case 'undeclared':
      return nextRequest(response.headers.has('link') ? LINK : NEXT_PAGE_TOKEN, position);
    default:
      return assertNever(paging);
  }
}

/** What StackQL takes for granted where a document says nothing: Google's names. */
const NEXT_PAGE_TOKEN: Paging = {
  kind: 'token',
  from: { in: 'body', at: '$.nextPageToken' },
  to: { in: 'query', name: 'pageToken' },
};

function linked(first: HttpRequest, response: HttpResponse, target: string | undefined): HttpRequest | undefined {
  if (target === undefined) return undefined;
  const url = new URL(first.url);
  // A relative reference is resolved like any other; its host does not matter.
  if (!URL.canParse(target, url.href)) throw unreadable(response, 'but not by a URL');
  const parameters = [...new URL(target, url).searchParams];
  // A cursor is taken over even where the first request had one.
  const taken = parameters.filter(([name]) => CURSOR_PARAMETERS.has(name) || !url.searchParams.has(name));
  // Where nothing is new, the position is in a parameter that the statement began with: `page=1`.
  for (const [name, value] of taken.length > 0 ? taken : parameters) url.searchParams.set(name, value);
  return { ...first, url: url.href };
}

function linkIn(response: HttpResponse, header: string): string | undefined {
  const link = nextLink(response.headers.get(header) ?? '');
  if (link.kind === 'unreadable') throw unreadable(response, 'but not in the way of a Link header');
  return link.kind === 'next' ? link.target : undefined;
}

/** `$._links.next.href` ends the list where there is no `next`; one without an `href` names a page that nobody finds. */
async function bodyLink(response: HttpResponse, at: string): Promise<string | undefined> {
  const target = await tokenIn(response, { in: 'body', at });
  const [, holder] = /^(.+)\.href$/.exec(at) ?? [];
  if (target !== undefined || holder === undefined) return target;
  const held = await valueAt(response, holder);
  if (typeof held === 'string' && held !== '') return held;
  // Some APIs say "no more" by null, or by an empty object.
  if (Object.keys(held ?? {}).length === 0) return undefined;
  throw unreadable(response, `but ${holder} has no href`);
}

/** The token of the next page; undefined at the end of the list. */
async function tokenIn(response: HttpResponse, source: TokenSource): Promise<string | undefined> {
  const value = source.in === 'header' ? response.headers.get(source.at) : await valueAt(response, source.at);
  if (value === undefined || value === null || value === '' || value === false) return undefined;
  if (typeof value === 'string' || typeof value === 'number' || typeof value === 'bigint') return String(value);
  // Some APIs say "no more" by an empty list or object.
  if (typeof value === 'object' && Object.keys(value).length === 0) return undefined;
  throw unreadable(response, `but at ${source.at} there is no text`);
}

/** An answer that is no JSON names no page; whoever reads its rows finds that out. */
async function valueAt(response: HttpResponse, path: string): Promise<JsonValue | undefined> {
  try {
    return follow(await bodyJson(response), path);
  } catch {
    return undefined;
  }
}

/** The first request with a token in its place. */
function withToken(
  first: HttpRequest,
  response: HttpResponse,
  { in: place, name }: TokenTarget,
  token: string | undefined,
): HttpRequest | undefined {
  if (token === undefined) return undefined;
  switch (place) {
    case 'query': {
      const url = new URL(first.url);
      url.searchParams.set(name, token);
      return { ...first, url: url.href };
    }
    case 'header':
      if (!/^[\x21-\x7e]+$/.test(token)) throw unreadable(response, 'by a token that no header can hold');
      return { ...first, headers: { ...first.headers, [name]: token } };
    case 'body':
      return withBodyToken(first, name, token);
  }
}

type JsonObject = Readonly<Record<string, JsonValue>>;

function withBodyToken(first: HttpRequest, name: string, token: string): HttpRequest {
  const body = JSON.parse(first.body ?? '{}') as JsonObject;
  const headers = { 'content-type': 'application/json', ...first.headers };
  return { ...first, headers, body: JSON.stringify(withMember(body, name.split('.'), token)) };
}

function withMember(object: JsonObject, [name = '', ...inner]: readonly string[], value: string): JsonObject {
  if (inner.length === 0) return { ...object, [name]: value };
  const member = Object.hasOwn(object, name) ? object[name] : undefined;
  const nested = typeof member === 'object' && member !== null && !Array.isArray(member) ? (member as JsonObject) : {};
  return { ...object, [name]: withMember(nested, inner, value) };
}

/** Where the API does not say how many pages there are, the list ends at the first page without rows. */
async function nextNumber(
  { to, current, last }: Paging & { readonly kind: 'page-number' },
  { first, response, previous, isEmpty }: Position,
): Promise<HttpRequest | undefined> {
  const page = (await numberIn(response, current)) ?? pageOf(response.request, to);
  const lastPage = await numberIn(response, last);
  const isLast = lastPage === undefined ? await isEmpty(response) : page >= lastPage;
  const next = isLast ? undefined : withToken(first, response, to, String(page + 1));
  // Some APIs answer every number beyond the last with the last page.
  if (next !== undefined && response.text === previous) throw repeatedPage(response, next);
  return next;
}

async function numberIn(response: HttpResponse, source: TokenSource | undefined): Promise<number | undefined> {
  const text = source === undefined ? undefined : await tokenIn(response, source);
  if (text === undefined) return undefined;
  if (/^\d{1,15}$/.test(text)) return Number(text);
  throw unreadable(response, `but at ${source?.at} there is no number`);
}

/** The page that a request asked for: the first, unless it says otherwise. */
function pageOf(request: HttpRequest, to: TokenTarget): number {
  const given =
    to.in === 'query'
      ? new URL(request.url).searchParams.get(to.name)
      : to.in === 'header'
        ? own(request.headers, to.name)
        : memberOf(request.body, to.name);
  return /^\d{1,15}$/.test(String(given)) ? Number(given) : 1;
}

function memberOf(body: string | undefined, name: string): JsonValue | undefined {
  return body === undefined ? undefined : follow(JSON.parse(body) as JsonValue, `$.${name}`);
}

function repeatedPage({ status, request }: HttpResponse, next: HttpRequest): UnusableResponseError {
  return new UnusableResponseError('The list names a page again that was already read: it would never end.', {
    status,
    method: next.method,
    url: redactUrl(request.url, []),
    hint: 'Nothing was returned, because some rows may be missing. Try again; if it stays so, tell the provider.',
  });
}

function unreadable({ status, request: { method, url } }: HttpResponse, how: string): UnusableResponseError {
  return new UnusableResponseError(`The list names a next page, ${how}.`, {
    status,
    method,
    url: redactUrl(url, []),
    hint: 'Nothing was returned, because the rows of the pages behind it are missing.',
  });
}
