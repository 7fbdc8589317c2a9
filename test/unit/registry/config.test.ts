import { describe, expect, test } from 'vitest';
import { mergeConfigs, readPaging, readRetry, readViews, snakeCase } from '../../../src/registry/config.ts';
import type { PaginationDocument } from '../../../src/registry/documents.ts';
import type { Paging } from '../../../src/registry/resource.ts';

test('for each key the most specific place counts, as a whole', () => {
  const method = { requestBodyTranslate: { algorithm: 'naive' } };
  const service = { retry: { max_attempts: 1 }, requestBodyTranslate: { algorithm: 'other' } };
  const provider = { retry: { max_attempts: 9, multiplier: 3 }, snake_case_aliases: true };
  expect(mergeConfigs([method, undefined, service, provider])).toEqual({
    requestBodyTranslate: { algorithm: 'naive' },
    retry: { max_attempts: 1 },
    snake_case_aliases: true,
  });
});

describe('paging', () => {
  const NEXT = { in: 'body', at: '$.nextPageToken' } as const;

  test.each<[what: string, document: PaginationDocument | undefined, paging: Paging]>([
    ['nothing said', undefined, { kind: 'undeclared' }],
    ['an empty object', {}, { kind: 'token', from: NEXT, to: { in: 'query', name: 'pageToken' } }],
    [
      'a Link header',
      { requestToken: { key: '', location: 'request' }, responseToken: { key: 'Link', location: 'header' } },
      { kind: 'link', header: 'Link' },
    ],
    [
      'a Link header, of which only the answer is said',
      { responseToken: { key: 'link', location: 'header' } },
      { kind: 'link', header: 'link' },
    ],
    [
      'a URL in another header',
      { requestToken: { location: 'request' }, responseToken: { key: 'X-Next', location: 'header' } },
      { kind: 'link', header: 'X-Next' },
    ],
    [
      'a URL in the body',
      { requestToken: { location: 'request' }, responseToken: { key: '$.links.next', location: 'body' } },
      { kind: 'body-link', at: '$.links.next' },
    ],
    ['OData, with its usual key', { algorithm: 'odata_next_link' }, { kind: 'body-link', at: '$["@odata.nextLink"]' }],
    [
      'OData, with another',
      { algorithm: 'odata_next_link', responseToken: { key: 'next', location: 'body' } },
      { kind: 'body-link', at: '$.next' },
    ],
    [
      'a token from body to query',
      { requestToken: { key: 'after', location: 'query' }, responseToken: { key: 'next_cursor', location: 'body' } },
      { kind: 'token', from: { in: 'body', at: '$.next_cursor' }, to: { in: 'query', name: 'after' } },
    ],
    [
      'a token from header to body',
      { requestToken: { key: '$.page.from', location: 'body' }, responseToken: { key: 'X-From', location: 'header' } },
      { kind: 'token', from: { in: 'header', at: 'X-From' }, to: { in: 'body', name: 'page.from' } },
    ],
    [
      'numbers',
      { algorithm: 'page_number', requestToken: { key: 'p', location: 'query' } },
      { kind: 'page-number', to: { in: 'query', name: 'p' } },
    ],
    [
      'numbers that the answer names',
      {
        algorithm: 'page_number',
        requestToken: { key: 'p', location: 'query' },
        responseToken: { key: '$.page', location: 'body' },
        responseTerminator: { key: 'X-Pages', location: 'header' },
      },
      {
        kind: 'page-number',
        to: { in: 'query', name: 'p' },
        current: { in: 'body', at: '$.page' },
        last: { in: 'header', at: 'X-Pages' },
      },
    ],
  ])('%s', (_what, document, paging) => {
    expect(readPaging(document)).toEqual({ kind: 'read', value: paging });
  });

  test.each<[what: string, document: PaginationDocument, says: string]>([
    ['another algorithm', { algorithm: 'zigzag' }, 'zigzag'],
    ['a path into XML', { responseToken: { key: '/Answer/Next', location: 'body' } }, '/Answer/Next'],
    ['another place', { requestToken: { key: 'x', location: 'cookie' } }, 'cookie'],
    ['a transformed token', { responseToken: { key: 'x', location: 'body', algorithm: 'regex' } }, 'regex'],
    ['numbers in another place', { algorithm: 'page_number', requestToken: { location: 'path' } }, 'path'],
  ])('%s is not supported', (_what, document, says) => {
    expect(readPaging(document)).toEqual({ kind: 'unsupported', reason: expect.stringContaining(says) });
  });
});

test('retry has the defaults of StackQL', () => {
  expect(readRetry({})).toEqual({
    maxAttempts: 3,
    initialDelayMs: 500,
    maxDelayMs: 10_000,
    multiplier: 2,
    jitterFraction: 0,
    methods: ['GET', 'HEAD'],
    statusCodes: [408, 429, 502, 503, 504],
  });
  expect(
    readRetry({
      max_attempts: 5,
      jitter_fraction: 0.5,
      retryable_methods: ['get'],
      retryable_conditions: { status_codes: [500] },
    }),
  ).toMatchObject({ maxAttempts: 5, jitterFraction: 0.5, methods: ['GET'], statusCodes: [500] });
});

test('views in the order in which they are tried', () => {
  const views = readViews({
    select: {
      ddl: 'SELECT 1',
      predicate: 'sqlDialect == "sqlite3" && requiredParams == ["org", "repo"]',
      fallback: { ddl: 'SELECT 2' },
    },
  });
  expect(views).toEqual([
    { requiredParameters: ['org', 'repo'], dialect: 'sqlite3', ddl: 'SELECT 1' },
    { requiredParameters: [], ddl: 'SELECT 2' },
  ]);
  expect(readViews({ select: { ddl: 'SELECT 3', predicate: 'sqlDialect == \\"sqlite3\\"' } })).toMatchObject([
    { dialect: 'sqlite3' },
  ]);
  expect(readViews(undefined)).toEqual([]);
});

test.each([
  ['maxResults', 'max_results'],
  ['IPProtocol', 'ip_protocol'],
  ['BinaryId', 'binary_id'],
  ['openai-organization', 'openai_organization'],
  ['already_snake', 'already_snake'],
  ['x5t', 'x5t'],
  ['sha256Sum', 'sha256_sum'],
])('%s is %s in snake case', (name, snake) => {
  expect(snakeCase(name)).toBe(snake);
});
