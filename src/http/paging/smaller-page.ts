/**
 * A page that takes a server too long is asked for again with fewer items. Okta answers 500 for lists of groups whose
 * pages are too large for it.
 *
 * @module
 */

import { HttpError, QueryError, TimeoutError } from '../../errors.ts';
import type { Paging } from '../../registry/resource.ts';
import type { HttpRequest } from '../../request/build.ts';
import type { HttpClient, HttpResponse } from '../contract.ts';
import { reworded } from '../failure.ts';
import { DEFAULT_RETRY } from '../retry.ts';

/** APIs are known that refuse smaller pages. */
export const SMALLEST_PAGE = 20;

/** How often a list's pages are made smaller: a server that is down is not to be asked for long. */
const MOST_REDUCTIONS = 3;

/** Query parameters that hold a place in a list, whatever the size of its pages. */
export const CURSOR_PARAMETERS: ReadonlySet<string> = new Set(['after']);

export interface ListTerms {
  readonly paging: Paging;
  /** The query parameter for the size of a page. */
  readonly sizeParameter?: string | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** The size that a list's pages have by now. */
export interface ListState {
  /** The request for its first page, with that size. */
  readonly first: HttpRequest;
  readonly reductions: number;
}

interface SentPage {
  /** The one that was answered. */
  readonly request: HttpRequest;
  readonly response: HttpResponse;
  readonly state: ListState;
}

/**
 * Asks for a page, again with half the size each time that it takes too long. Throws what the last attempt threw, and says
 * so of the others.
 */
export async function sendPage(
  client: HttpClient,
  page: HttpRequest,
  begun: ListState,
  terms: ListTerms,
): Promise<SentPage> {
  let [request, state] = [page, begun];
  const failed: number[] = [];
  for (;;) {
    try {
      // The client has repeated a 504 of the larger page; the smaller ones may all end alike.
      const response = await client.send(request === page ? page : withoutPatience(request), terms.signal);
      return { request, response, state };
    } catch (error) {
      const parameter = isTooSlow(error) && keepsPlace(request, state, terms) ? terms.sizeParameter : undefined;
      const size = parameter === undefined ? undefined : halfSize(request, parameter);
      if (parameter === undefined || size === undefined || state.reductions >= MOST_REDUCTIONS)
        throw afterLarger(error, failed);
      failed.push(sizeOf(request, parameter));
      request = withSize(request, parameter, size);
      state = { first: withSize(state.first, parameter, size), reductions: state.reductions + 1 };
    }
  }
}

/** What a gateway, a server or we ourselves say after too long a wait. The end of the statement's time is none of these. */
function isTooSlow(error: unknown): boolean {
  if (error instanceof TimeoutError) return error.scope === 'answer';
  return error instanceof HttpError && (error.status === 500 || error.status === 504);
}

/** Whether the request names the same place with another size. A page's number does not: it counts pages of one size. */
function keepsPlace({ method, url }: HttpRequest, { first }: ListState, { paging }: ListTerms): boolean {
  if (method !== 'GET' || paging.kind === 'page-number') return false;
  const { searchParams } = new URL(url);
  return paging.kind === 'token' || url === first.url || [...CURSOR_PARAMETERS].some((name) => searchParams.has(name));
}

/** The same failure, with what it does not say itself: that larger pages were tried before. */
function afterLarger(error: unknown, sizes: readonly number[]): unknown {
  if (sizes.length === 0 || !(error instanceof QueryError)) return error;
  return reworded(error, `${error.message} Pages of ${sizes.join(', ')} items had failed before.`, { cause: error });
}

/** 0 where it is not said. */
function sizeOf({ url }: HttpRequest, parameter: string): number {
  const text = new URL(url).searchParams.get(parameter) ?? '';
  return /^\d{1,9}$/.test(text) ? Number(text) : 0;
}

/** Undefined where the page is small enough, or of a size that is not said. */
function halfSize(request: HttpRequest, parameter: string): number | undefined {
  const size = sizeOf(request, parameter);
  return size > SMALLEST_PAGE ? Math.max(SMALLEST_PAGE, Math.floor(size / 2)) : undefined;
}

function withSize(request: HttpRequest, parameter: string, size: number): HttpRequest {
  const url = new URL(request.url);
  url.searchParams.set(parameter, String(size));
  return { ...request, url: url.href };
}

function withoutPatience(request: HttpRequest): HttpRequest {
  const { maxRefusals: _limiter, statuses, ...delays } = DEFAULT_RETRY;
  const { statusCodes, ...retry } = request.retry ?? { ...delays, methods: ['GET'], statusCodes: statuses };
  return { ...request, retry: { ...retry, statusCodes: statusCodes.filter((status) => status !== 504) } };
}
