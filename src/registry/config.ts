/**
 * StackQL's `config` → data. It may stand at a method, its resource, its service, the provider's entry for the service,
 * and the provider; for each key the most specific place counts.
 *
 * @module
 */

import type { ConfigDocument, PaginationDocument, RetryDocument, TokenDocument, ViewDocument } from './documents.ts';
import { asPath } from './json-path.ts';
import type { Paging, RetryPolicy, TokenSource, TokenTarget, View } from './resource.ts';

/** @param configs most specific first */
export function mergeConfigs(configs: readonly (ConfigDocument | undefined)[]): ConfigDocument {
  return Object.assign({}, ...configs.toReversed());
}

/** Data, or why this version cannot act on what the document says. */
export type Readable<T> =
  | { readonly kind: 'read'; readonly value: T }
  | { readonly kind: 'unsupported'; reason: string };

/** How a list with this configuration names its next page. */
export function readPaging(pagination: PaginationDocument | undefined): Readable<Paging> {
  if (pagination === undefined) return read({ kind: 'undeclared' });
  const { algorithm = '', requestToken = {}, responseToken = {} } = pagination;
  switch (algorithm.toLowerCase()) {
    case 'page_number':
      return readPageNumber(pagination);
    case 'odata_next_link':
      return readTarget({ key: '@odata.nextLink', ...responseToken, location: 'body' }, { location: 'request' });
    case '':
      return readTarget(responseToken, requestToken);
    default:
      return unsupported(`its pages are named by the algorithm ${algorithm}`);
  }
}

/** What StackQL takes for granted where one of the two is not said. */
const DEFAULT_RESPONSE_TOKEN = 'nextPageToken';
const DEFAULT_REQUEST_TOKEN = 'pageToken';

function readTarget(responseToken: TokenDocument, requestToken: TokenDocument): Readable<Paging> {
  const { algorithm = '' } = responseToken;
  if (algorithm !== '') return unsupported(`its next page is read by the algorithm ${algorithm}`);
  const from = sourceOf({ ...responseToken, key: responseToken.key || DEFAULT_RESPONSE_TOKEN });
  if (from === undefined) return unsupported(`its next page is named at ${responseToken.key}`);
  const isLink = from.in === 'header' && from.at.toLowerCase() === 'link';
  if (isLink || (from.in === 'header' && requestToken.location === 'request')) {
    return read({ kind: 'link', header: from.at });
  }
  if (requestToken.location === 'request') return read({ kind: 'body-link', at: from.at });
  const to = targetOf(requestToken, DEFAULT_REQUEST_TOKEN);
  return to === undefined ? unsupported(misplaced(requestToken)) : read({ kind: 'token', from, to });
}

function readPageNumber({
  requestToken = {},
  responseToken,
  responseTerminator,
}: PaginationDocument): Readable<Paging> {
  const to = targetOf(requestToken, 'page');
  if (to === undefined) return unsupported(misplaced(requestToken));
  const current = responseToken?.key ? sourceOf(responseToken) : undefined;
  const last = responseTerminator?.key ? sourceOf(responseTerminator) : undefined;
  return read({
    kind: 'page-number',
    to,
    ...(current !== undefined && { current }),
    ...(last !== undefined && { last }),
  });
}

function misplaced({ location }: TokenDocument): string {
  return `the token of its next page goes into the ${location}`;
}

function sourceOf({ key = '', location = 'body' }: TokenDocument): TokenSource | undefined {
  if (location.toLowerCase() === 'header') return { in: 'header', at: key };
  const at = asPath(key);
  return at === undefined ? undefined : { in: 'body', at };
}

function targetOf({ key, location = 'query' }: TokenDocument, name: string): TokenTarget | undefined {
  const place = location.toLowerCase();
  if (place !== 'query' && place !== 'header' && place !== 'body') return undefined;
  // In a body, `$.page.token` and `page.token` are the same place.
  return { in: place, name: (key || name).replace(/^\$\./, '') };
}

function read<T>(value: T): Readable<T> {
  return { kind: 'read', value };
}

function unsupported(reason: string): { readonly kind: 'unsupported'; reason: string } {
  return { kind: 'unsupported', reason };
}

/** With StackQL's defaults for what is not said. */
export function readRetry({
  max_attempts: maxAttempts = 3,
  initial_delay_ms: initialDelayMs = 500,
  max_delay_ms: maxDelayMs = 10_000,
  multiplier = 2,
  jitter_fraction: jitterFraction = 0,
  retryable_methods: methods = ['GET', 'HEAD'],
  retryable_conditions: { status_codes: statusCodes = [408, 429, 502, 503, 504] } = {},
}: RetryDocument): RetryPolicy {
  return {
    maxAttempts,
    initialDelayMs,
    maxDelayMs,
    multiplier,
    jitterFraction,
    methods: methods.map((method) => method.toUpperCase()),
    statusCodes,
  };
}

/** The view for SELECT, then those it falls back to. */
export function readViews(views: Readonly<Record<string, ViewDocument>> | undefined): readonly View[] {
  const chain: ViewDocument[] = [];
  for (let view = views?.['select']; view !== undefined; view = view.fallback) chain.push(view);
  // In plain YAML a quote needs no backslash; documents write it all the same.
  return chain.map(({ ddl, predicate = '' }) => {
    const [, dialect] = /sqlDialect\s*==\s*\\?"([^"\\]*)/.exec(predicate) ?? [];
    const [, required = ''] = /requiredParams\s*==\s*\[([^\]]*)\]/.exec(predicate) ?? [];
    return {
      requiredParameters: [...required.matchAll(/"([^"\\]+)\\?"/g)].map(([, name = '']) => name),
      ...(dialect !== undefined && { dialect }),
      ddl,
    };
  });
}

/** `maxResults` → `max_results`, `IPProtocol` → `ip_protocol`, `openai-organization` → `openai_organization`. */
export function snakeCase(name: string): string {
  return name
    .replace(/([A-Z]+)([A-Z][a-z])/g, '$1_$2')
    .replace(/([a-z\d])([A-Z])/g, '$1_$2')
    .replace(/[-\s.]+/g, '_')
    .toLowerCase();
}
