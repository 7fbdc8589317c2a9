/**
 * The answers of one list: from the API, from another reader of this statement, or from the cache.
 *
 * @module
 */

import type { HttpClient, HttpResponse } from '../http/contract.ts';
import { type Page, pages } from '../http/paging/pages.ts';
import { SMALLEST_PAGE } from '../http/paging/smaller-page.ts';
import type { Assignment } from '../plan/assignments.ts';
import type { Scan } from '../plan/plan.ts';
import { buildRequest, type HttpRequest, type OriginResolver } from '../request/build.ts';
import { decodeItems } from '../rows/decode.ts';
import { cutOf } from './cut.ts';
import type { OpenList } from './kept-list.ts';
import { defaultParameters } from './kept-range.ts';
import type { Caching, ListName } from './list-cache.ts';
import type { SharedLists } from './shared-lists.ts';

export interface AnswerTerms {
  readonly client: HttpClient;
  readonly shared?: SharedLists | undefined;
  readonly cache?: Caching | undefined;
  /** Told of each answer that was requested, with its size in characters. */
  readonly onAnswer?: ((size: number, waitedMs: number) => void) | undefined;
}

export function answersTo(
  list: ListName,
  signal: AbortSignal | undefined,
  { client, shared, cache, onAnswer }: AnswerTerms,
): AsyncGenerator<Page> {
  const told = telling(client, onAnswer);
  const read = (own: AbortSignal | undefined): AsyncGenerator<Page> =>
    cache?.keeps(list.method) === true
      ? cache.lists.pages(list, { client: told, signal: own, ttlMs: cache.ttlMs }, opening(list, undefined))
      : opening(list, own)(told);
  return shared === undefined ? read(signal) : shared.pages(list.request.url, read);
}

function opening({ method, request }: ListName, signal: AbortSignal | undefined): OpenList {
  const { paging, pageSize } = method;
  const isEmpty = async (response: HttpResponse): Promise<boolean> =>
    (await decodeItems(method, response, signal)).length === 0;
  return (client) => pages(client, request, { paging, isEmpty, sizeParameter: pageSize?.parameter, signal });
}

function telling(client: HttpClient, onAnswer: AnswerTerms['onAnswer']): HttpClient {
  if (onAnswer === undefined) return client;
  return {
    ...client,
    send: async (request, signal) => {
      const response = await client.send(request, signal);
      onAnswer(response.text.length, response.waitedMs ?? 0);
      return response;
    },
  };
}

export interface RequestTerms {
  readonly resolveOrigin: OriginResolver;
  /** When the statement began: the end of lists that would grow for ever. */
  readonly startedAt: Date;
}

/** A scan, and how many of its rows are enough. */
export interface ListRun {
  readonly scan: Scan;
  readonly limit?: number | undefined;
}

export function listFor(run: ListRun, parameters: Assignment, terms: RequestTerms): ListName {
  const { method } = run.scan;
  const request = requestFor(run, parameters, terms);
  // A log until now is the same list a moment later, and that moment older.
  const name = method.defaults === undefined ? request : requestFor(run, parameters, { ...terms, startedAt: NO_TIME });
  return { method, request, name };
}

const NO_TIME = new Date(0);

/** The request for the first page of a list. */
function requestFor(run: ListRun, parameters: Assignment, { resolveOrigin, startedAt }: RequestTerms): HttpRequest {
  const { method } = run.scan;
  const { pageSize } = method;
  const cut = cutOf(method, parameters);
  const paged = pageSize === undefined ? {} : { [pageSize.parameter]: sizeFor(pageSize.size, run) };
  const size = cut === undefined ? paged : { ...paged, [cut.parameter]: cut.size };
  const fixed = defaultParameters(method, startedAt);
  return buildRequest({ method, parameters: { ...size, ...fixed, ...parameters } }, resolveOrigin);
}

function sizeFor(usual: number, { limit, scan }: ListRun): number {
  const isCounted = limit !== undefined && scan.quals.every(({ exactness }) => exactness === 'exact');
  return isCounted ? Math.min(usual, Math.max(limit, SMALLEST_PAGE)) : usual;
}
