/** Answers beyond a list of objects: texts, lists of texts, lists in unknown wrappers, secrets, and pages named in the body. */

import { describe, expect, test } from 'vitest';
import type { HttpResponse } from '../../../src/http/contract.ts';
import type { Method, ResponseShape, TableColumn } from '../../../src/registry/resource.ts';
import { decodeItems, toRow } from '../../../src/rows/decode.ts';

const answer = (text: string): HttpResponse => ({
  status: 200,
  headers: new Headers({ 'content-type': 'application/json' }),
  text,
  request: { method: 'GET', url: 'https://my-org.okta.com/x', headers: {} },
});

const method = (response: Partial<ResponseShape>, rest: Partial<Method> = {}): Method => ({
  name: 'list',
  key: 'p.s.r.list',
  description: '',
  verb: 'select',
  httpMethod: 'GET',
  path: '/x',
  server: 'https://{subdomain}.okta.com/',
  parameters: [],
  response: { kind: 'list', rowsAt: ['$'], fields: [], ...response },
  ...rest,
});

const column = (name: string, type: TableColumn['type'], secrets?: TableColumn['secrets']): TableColumn => ({
  name,
  type,
  description: '',
  origin: 'response',
  ...(secrets !== undefined && { secrets }),
});

test('a list of texts is a column', async () => {
  expect(await decodeItems(method({ scalar: 'app' }), answer('["a",null,"b"]'))).toEqual([
    { app: 'a' },
    { app: null },
    { app: 'b' },
  ]);
});

test('an answer that is no JSON is one row', async () => {
  const fields = [{ name: 'contents', type: 'VARCHAR', description: '' } as const];
  expect(await decodeItems(method({ kind: 'text', fields }), answer('<xml/>'))).toEqual([{ contents: '<xml/>' }]);
});

describe('$.* is the only list of an object', () => {
  const wrapped = method({ rowsAt: ['$', '$.*'] });
  test.each([
    ['[{"id":1}]', [{ id: 1 }]],
    ['{"keys":[{"id":1}]}', [{ id: 1 }]],
    ['{"_links":{},"roles":[]}', []],
  ])('%s', async (text, items) => {
    expect(await decodeItems(wrapped, answer(text))).toEqual(items);
  });

  test.each(['{"a":[],"b":[]}', '{}', '{"a":{"b":[]}}'])('not in %s', async (text) => {
    await expect(decodeItems(wrapped, answer(text))).rejects.toThrow('without a list');
  });
});

describe('secrets', () => {
  test.each([
    { name: 'the whole value', secrets: [[]], value: 's3cret', shown: '***' },
    { name: 'none there', secrets: [[]], value: null, shown: null },
    { name: 'a number', secrets: [[]], value: 1234, shown: '***' },
    { name: 'a member', secrets: [['b']], value: { a: 1, b: 's3cret' }, shown: { a: 1, b: '***' } },
    {
      name: 'a member deep down',
      secrets: [['a', 'b']],
      value: { a: { b: 's3cret', c: 2 } },
      shown: { a: { b: '***', c: 2 } },
    },
    { name: 'in a list', secrets: [['b']], value: [{ b: 's3cret' }, { c: 1 }], shown: [{ b: '***' }, { c: 1 }] },
    {
      name: 'two of them',
      secrets: [['a'], ['b']],
      value: { a: 's3cret', b: 's3cret' },
      shown: { a: '***', b: '***' },
    },
    { name: 'a path that leads nowhere', secrets: [['x', 'y']], value: { a: 1 }, shown: { a: 1 } },
    { name: 'an object where a text was expected', secrets: [[]], value: { deep: 's3cret' }, shown: '***' },
  ])('$name', ({ secrets, value, shown }) => {
    const row = toRow({ x: value }, [column('x', 'JSON', secrets)], {});
    expect(row).toEqual([shown]);
    expect(JSON.stringify(row)).not.toContain('s3cret');
  });
});
