import { setTimeout as sleep } from 'node:timers/promises';

import { linkValues } from './paging.ts';

/** What goes wrong, and for which requests. */
export interface Fault {
  readonly match: FaultMatch;
  /** How many matching requests go by before it strikes. Default: none. */
  readonly skip?: number;
  /** How many matching requests it hits then. Default: all of them. */
  readonly times?: number;
  /** Milliseconds to wait before it answers. Default: none. */
  readonly delayMs?: number;
  readonly answer: (request: Request, tools: FaultTools) => FaultAnswer | Promise<FaultAnswer>;
}

/** Requests that a fault is for. What is left out matches everything. */
export interface FaultMatch {
  readonly method?: string;
  /** Tested against path and query as sent, such as `/api/v1/apps?limit=200`. */
  readonly path?: RegExp;
}

/**
 * A response in place of the real one, the real one (`pass`), or a connection that breaks: before the request was
 * carried out, or after it, when the client cannot know that it was.
 */
export type FaultAnswer = Response | 'pass' | 'reset-after' | 'reset-before';

/** What an answer can be made of. */
export interface FaultTools {
  /** Carries the request out and gives the real response. */
  readonly proceed: () => Promise<Response>;
  /** Another cursor for the very page that was asked for. */
  readonly restart: () => string;
  /** An Okta error with all its headers. `headers` replace those of the same name. */
  readonly error: (error: FaultError, headers?: Readonly<Record<string, string>>) => Response;
}

/** An Okta error body. */
export interface FaultError {
  readonly status: number;
  readonly code: string;
  readonly summary: string;
  readonly causes?: readonly string[];
}

/** Where and how often a ready-made fault strikes. Each fault documents what it does when this is left out. */
export interface FaultOptions {
  readonly match?: FaultMatch;
  readonly skip?: number;
  readonly times?: number;
  readonly delayMs?: number;
}

const APP_LIST: FaultMatch = { method: 'GET', path: /^\/api\/v1\/apps(\?|$)/ };
const LATER_APP_PAGES: FaultMatch = { method: 'GET', path: /^\/api\/v1\/apps\?(.*&)?after=/ };

/** Any Okta error, for every matching request. */
export function oktaError(error: FaultError, options: FaultOptions = {}): Fault {
  return fault(options, (_request, tools) => tools.error(error));
}

/** 500 E0000009. */
export function serverError(options: FaultOptions = {}): Fault {
  return oktaError({ status: 500, code: 'E0000009', summary: 'Internal Server Error' }, options);
}

/**
 * 429 E0000047 although the bucket is not empty. `headers` replace the rate-limit headers: a limit and a rest of `0`
 * is what Okta sends when too many requests run at once.
 */
export function tooManyRequests(
  headers: Readonly<Record<string, string>> = { 'x-rate-limit-remaining': '0' },
  options: FaultOptions = {},
): Fault {
  const summary = 'API call exceeded rate limit due to too many requests.';
  return fault(options, (_request, tools) => tools.error({ status: 429, code: 'E0000047', summary }, headers));
}

/** 404 E0000007 for an app that the list still named: it was deleted between the two calls. */
export function vanishedApp(appId: string, options: FaultOptions = {}): Fault {
  const summary = `Not found: Resource not found: ${appId} (AppInstance)`;
  const match = { path: new RegExp(`^/api/v1/apps/${appId}(/|$)`) };
  return oktaError({ status: 404, code: 'E0000007', summary }, { match, ...options });
}

/** A gateway's HTML page with the given status, 502 by default, and none of Okta's headers. */
export function badGateway(status = 502, options: FaultOptions = {}): Fault {
  return fault(options, () => htmlResponse(status, '<html><body><h1>Bad Gateway</h1></body></html>'));
}

/** A login page with status 200, as proxies and captive portals send it. */
export function htmlPage(options: FaultOptions = {}): Fault {
  return fault(options, () => htmlResponse(200, '<html><body><h1>Sign in</h1></body></html>'));
}

/** The real response with only the first half of its body. */
export function truncatedJson(options: FaultOptions = {}): Fault {
  return fault(options, async (_request, tools) => {
    const real = await tools.proceed();
    if (real.body === null) return real;
    const text = await real.text();
    return new Response(text.slice(0, Math.floor(text.length / 2)), real);
  });
}

/** The real response, whose body stops half-way and never goes on. In process only: a server sends bodies whole. */
export function stalledBody(options: FaultOptions = {}): Fault {
  return fault(options, async (_request, tools) => {
    const real = await tools.proceed();
    if (real.body === null) return real;
    const bytes = new Uint8Array(await real.arrayBuffer());
    const body = new ReadableStream<Uint8Array>({
      start: (controller) => controller.enqueue(bytes.subarray(0, Math.ceil(bytes.length / 2))),
    });
    return new Response(body, real);
  });
}

/** The real response, whose body comes in this many pieces, with the milliseconds before each. In process only. */
export function slowBody(pieces: number, pauseMs: number, options: FaultOptions = {}): Fault {
  return fault(options, async (_request, tools) => {
    const real = await tools.proceed();
    if (real.body === null) return real;
    return new Response(inPieces(new Uint8Array(await real.arrayBuffer()), pieces, pauseMs), real);
  });
}

function inPieces(bytes: Uint8Array, pieces: number, pauseMs: number): ReadableStream<Uint8Array> {
  const size = Math.max(1, Math.ceil(bytes.length / pieces));
  let at = 0;
  return new ReadableStream({
    pull: async (controller) => {
      await sleep(pauseMs);
      controller.enqueue(bytes.subarray(at, at + size));
      at += size;
      if (at >= bytes.length) controller.close();
    },
  });
}

/** The connection breaks, and Okta did nothing. */
export function resetBefore(options: FaultOptions = {}): Fault {
  return fault(options, () => 'reset-before');
}

/** The connection breaks after Okta did what it was asked: a repeated POST meets its own effect. */
export function resetAfter(options: FaultOptions = {}): Fault {
  return fault(options, () => 'reset-after');
}

/** One page of the app list, the first by default, is empty and yet has a next one, which holds its rows. */
export function emptyPage(options: FaultOptions = {}): Fault {
  return fault({ match: APP_LIST, times: 1, ...options }, async (_request, tools) => {
    const real = await tools.proceed();
    const headers = new Headers(real.headers);
    const [self = ''] = linkValues(headers);
    headers.delete('link');
    headers.append('link', self);
    headers.append('link', nextFrom(self, tools.restart()));
    return new Response('[]', { status: real.status, headers });
  });
}

/** From its second page on, the app list leads to the page it is on: a client that follows it never ends. */
export function repeatedCursor(options: FaultOptions = {}): Fault {
  return fault({ match: LATER_APP_PAGES, ...options }, async (request, tools) => {
    const after = new URL(request.url).searchParams.get('after') ?? '';
    return withNext(await tools.proceed(), (url) => url.searchParams.set('after', after));
  });
}

/** The `next` of the app list is on another host, such as Okta's own `my-org-admin.okta.com`, or a hostile one. */
export function nextOnOtherHost(host: string, options: FaultOptions = {}): Fault {
  return nextChanged((url) => {
    url.host = host;
  }, options);
}

/** The `next` of the app list has another path, as Okta's authorization servers do. */
export function nextOnOtherPath(path: string, options: FaultOptions = {}): Fault {
  return nextChanged((url) => {
    url.pathname = path;
  }, options);
}

/** The `next` of the app list lacks a parameter that was sent, such as `filter`. */
export function nextWithout(parameter: string, options: FaultOptions = {}): Fault {
  return nextChanged((url) => url.searchParams.delete(parameter), options);
}

function nextChanged(change: (url: URL) => void, options: FaultOptions): Fault {
  return fault({ match: APP_LIST, ...options }, async (_request, tools) => withNext(await tools.proceed(), change));
}

function fault(options: FaultOptions, answer: Fault['answer']): Fault {
  return { match: {}, ...options, answer };
}

function htmlResponse(status: number, html: string): Response {
  return new Response(html, { status, headers: { 'content-type': 'text/html;charset=utf-8' } });
}

function withNext(response: Response, change: (url: URL) => void): Response {
  const headers = new Headers(response.headers);
  headers.delete('link');
  for (const link of linkValues(response.headers)) headers.append('link', isNext(link) ? edited(link, change) : link);
  return new Response(response.body, { status: response.status, headers });
}

function isNext(link: string): boolean {
  return link.endsWith('rel="next"');
}

function edited(link: string, change: (url: URL) => void): string {
  const url = new URL(link.slice(1, link.indexOf('>')));
  change(url);
  return `<${url.href}>; rel="next"`;
}

function nextFrom(self: string, after: string): string {
  return edited(self, (url) => url.searchParams.set('after', after));
}
