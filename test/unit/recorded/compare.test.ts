import { describe, expect, test } from 'vitest';
import { compareReplies } from '../../../tools/recorded/compare.ts';
import type { Reply } from '../../../tools/recorded/exchanges.ts';

const reply = (body: unknown, rest: Partial<Reply> = {}): Reply => ({
  status: 200,
  links: [],
  hasAllLinks: true,
  body,
  ...rest,
});

const notFound = (id: string, type: string): object => ({
  errorCode: 'E0000007',
  errorSummary: `Not found: Resource not found: ${id} (${type})`,
  errorLink: 'E0000007',
  errorId: 'oaehu5F5OZUT9qx-T0kj9p6yw',
  errorCauses: [],
});

const page = (query: string, rel: string): string => `<https://my-org.okta.com/api/v1/apps?${query}>; rel="${rel}"`;

describe('compareReplies', () => {
  const cases: readonly (readonly [title: string, recorded: Reply, simulated: Reply, expected: readonly string[]])[] = [
    ['equal names of other values', reply({ id: '1' }), reply({ id: '2' }), []],
    ['a name that is missing', reply({ id: '1', name: 'a' }), reply({ id: '1' }), ['missing name']],
    ['a name too many', reply({ id: '1' }), reply({ id: '1', name: 'a' }), ['extra name']],
    ['null in place of any value', reply({ id: null }), reply({ id: '1' }), []],
    ['another form of value', reply({ type: 'x' }), reply({ type: {} }), ['form type: text, simulated object']],
    [
      'names within links',
      reply({ _links: { self: {}, user: {} } }),
      reply({ _links: { self: {} } }),
      ['missing _links.user'],
    ],
    ['links that are missing altogether are one name', reply({ _links: { self: {} } }), reply({}), ['missing _links']],
    ['an object in place of a list', reply([]), reply({}), ['shape list, simulated object']],
    ['no body in place of an object', reply({}), reply(null), ['shape object, simulated null']],
    ['an empty list, which says nothing', reply([{ id: '1' }]), reply([]), []],
    [
      'items, each with the one most like it',
      reply([{ type: 'IP', gateways: [] }]),
      reply([
        { type: 'DYNAMIC', asns: [] },
        { type: 'IP', gateways: [] },
      ]),
      [],
    ],
    [
      'items in a wrapped list',
      reply({ roles: [{ id: '1', label: 'a' }] }),
      reply({ roles: [{ id: '1' }] }),
      ['missing roles.label'],
    ],
    [
      'another status, and then nothing else',
      reply({ id: '1' }),
      reply({ errorCode: 'E0000007' }, { status: 404 }),
      ['status 200, simulated 404 E0000007'],
    ],
    [
      'errors that name other ids',
      reply(notFound('a', 'User'), { status: 404 }),
      reply(notFound('b', 'User'), { status: 404 }),
      [],
    ],
    [
      'errors that name another type',
      reply(notFound('a', 'User'), { status: 404 }),
      reply(notFound('a', 'Group'), { status: 404 }),
      [
        'error errorSummary: Not found: Resource not found: … (User), simulated Not found: Resource not found: … (Group)',
      ],
    ],
    [
      'an error without causes',
      reply({ errorCauses: [{ errorSummary: 'a' }] }, { status: 400 }),
      reply({ errorCauses: [] }, { status: 400 }),
      ['error errorCauses: [errorSummary], simulated []'],
    ],
    [
      'a page that does not name itself',
      reply([], { links: [page('limit=20', 'self')] }),
      reply([]),
      ['link self absolute ?limit, simulated none'],
    ],
    [
      'a parameter that is not repeated',
      reply([], { links: [page('limit=20&filter=a', 'self')] }),
      reply([], { links: [page('limit=20', 'self')] }),
      ['link self absolute ?limit&filter, simulated self absolute ?limit'],
    ],
    [
      'a next page that the recorded org had no need of',
      reply([]),
      reply([], { links: [page('after=1', 'next')] }),
      [],
    ],
    [
      'a link that a recorder dropped',
      reply([], { links: [page('after=1&limit=2', 'next')], hasAllLinks: false }),
      reply([], { links: [page('limit=2', 'self'), page('after=2&limit=2', 'next')] }),
      [],
    ],
  ];

  test.each(cases)('%s', (_title, recorded, simulated, expected) => {
    const found = compareReplies(recorded, simulated);
    expect(found.map(({ aspect, detail }) => `${aspect} ${detail}`)).toEqual(expected);
  });
});
