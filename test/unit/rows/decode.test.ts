import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import { UnusableResponseError } from '../../../src/errors.ts';
import type { HttpResponse } from '../../../src/http/contract.ts';
import type { Method, ResponseShape, TableColumn } from '../../../src/registry/resource.ts';
import { decodeItems, type Item, toRow } from '../../../src/rows/decode.ts';
import type { ColumnType, Value } from '../../../src/values.ts';
import { methodWith } from '../request/method.ts';

const URL_OF_KEYS = 'https://acme.okta.com/api/v1/apps/0oa1/credentials/jwks';

function answer(text: string, changes: Partial<HttpResponse> = {}): HttpResponse {
  const headers = new Headers({ 'content-type': 'application/json', 'x-okta-request-id': 'req1' });
  const request = { method: 'GET', url: URL_OF_KEYS, headers: {} } as const;
  return { status: 200, headers, text, request, ...changes };
}

function methodOf(kind: ResponseShape['kind'], changes: Partial<Method> = {}): Method {
  const rowsAt = kind === 'list' ? ['$.keys', '$.jwks.keys', '$'] : ['$'];
  return methodWith({ response: { kind, rowsAt, fields: [] }, ...changes });
}

async function refusal(method: Method, response: HttpResponse): Promise<UnusableResponseError> {
  try {
    await decodeItems(method, response);
  } catch (error) {
    if (error instanceof UnusableResponseError) return error;
    throw error;
  }
  throw new Error('the answer was decoded');
}

describe('lists', () => {
  const list = methodOf('list');

  test.each<[text: string, ids: readonly string[]]>([
    ['{"keys":[{"id":"a"},{"id":"b"}]}', ['a', 'b']],
    ['{"jwks":{"keys":[{"id":"a"}]}}', ['a']],
    ['[{"id":"a"}]', ['a']],
    ['{"keys":[]}', []],
    ['{"jwks":{"keys":[]}}', []],
    ['[]', []],
    ['{"keys":[{"id":"a"}],"_links":{}}', ['a']],
    // The first place that holds a list is used.
    ['{"keys":[{"id":"a"}],"jwks":{"keys":[{"id":"b"}]}}', ['a']],
    ['{"keys":null,"jwks":{"keys":[{"id":"b"}]}}', ['b']],
  ])('%s', async (text, ids) => {
    expect((await decodeItems(list, answer(text))).map(({ id }) => id)).toEqual(ids);
  });

  // "No rows" would be a lie for each of them.
  test.each<[text: string, says: string]>([
    ['', 'is empty'],
    [' ', 'is no JSON'],
    ['null', 'holds null'],
    ['"keys"', 'holds a string'],
    ['7', 'holds a number'],
    ['true', 'holds a boolean'],
    ['{}', 'holds an object without a list at $.keys or $.jwks.keys or $'],
    ['{"keys":null}', 'without a list'],
    ['{"keys":{}}', 'without a list'],
    ['{"keys":"[]"}', 'without a list'],
    ['{"jwks":[]}', 'without a list'],
    ['{"jwk":[]}', 'without a list'],
    ['{"errorCode":"E0000007"}', 'without a list'],
    ['[null]', 'has null as item 1'],
    ['[{},null]', 'has null as item 2'],
    ['[[]]', 'has a list as item 1'],
    ['{"keys":["a"]}', 'has a string as item 1'],
    ['[{"id":"a"}', 'is no JSON'],
    ['<html><body>Sign in</body></html>', 'is no JSON'],
  ])('%s is refused', async (text, says) => {
    const error = await refusal(list, answer(text));
    expect(error.message).toContain(says);
    expect(error).toMatchObject({ status: 200, method: 'GET', url: URL_OF_KEYS, requestId: 'req1' });
  });

  test('an HTML page is called by its type, and its text is not repeated', async () => {
    const headers = new Headers({ 'content-type': 'text/html;charset=utf-8' });
    const { message, hint } = await refusal(list, answer('<html>the token is abc</html>', { headers }));
    expect(message).toContain('(text/html;charset=utf-8)');
    expect(`${message}${hint}`).not.toContain('abc');
    expect(hint).toContain('login page');
  });

  test.each(['constructor', '__proto__', 'toString'])('$.%s is not found in every object', async (name) => {
    const method = methodWith({ response: { kind: 'list', rowsAt: [`$.${name}.x`, `$.${name}`], fields: [] } });
    expect((await refusal(method, answer('{}'))).message).toContain('without a list');
    expect(await decodeItems(method, answer(`{"${name}":[{}]}`))).toEqual([{}]);
  });
});

describe('objects', () => {
  test('is one item', async () => {
    expect(await decodeItems(methodOf('object'), answer('{"id":"a"}'))).toEqual([{ id: 'a' }]);
  });

  test.each(['null', '[]', '"a"', '<html>', ''])('%j is refused', async (text) => {
    await refusal(methodOf('object'), answer(text));
  });

  describe('with fields that the method names', () => {
    const fields = [{ name: 'key_id', wireName: 'keyId', type: 'VARCHAR', description: '' }] as const;
    const method = methodWith({ response: { kind: 'object', rowsAt: ['$'], fields } });

    test.each(['{"keyId":"a"}', '{"keyId":null,"other":1}'])('%s is one item', async (text) => {
      expect(await decodeItems(method, answer(text))).toEqual([JSON.parse(text)]);
    });

    test('an empty one is refused where it was asked for by its id', async () => {
      const { response } = method;
      expect(await decodeItems(methodWith({ response, path: '/settings' }), answer('{}'))).toEqual([{}]);
      await refusal(methodWith({ response, path: '/keys/{keyId}' }), answer('{}'));
    });

    // Gateways answer so, and an item of it would be a row of NULLs.
    test.each(['{"errorCode":"E0000009"}', '{"key_id":"a"}', '{"data":{"keyId":"a"}}'])(
      '%s is refused',
      async (text) => {
        expect((await refusal(method, answer(text))).message).toContain('has nothing of what was expected');
      },
    );
  });

  test('an empty answer to a mutation is no error: it was carried out', async () => {
    expect(await decodeItems(methodOf('object', { httpMethod: 'POST' }), answer('', { status: 201 }))).toEqual([]);
    expect(await decodeItems(methodOf('object', { httpMethod: 'PUT' }), answer('', { status: 204 }))).toEqual([]);
  });
});

test('what a method without an answer says is not looked at', async () => {
  expect(await decodeItems(methodOf('none', { httpMethod: 'DELETE' }), answer('<html>'))).toEqual([]);
});

describe('rows', () => {
  const column = (name: string, origin: TableColumn['origin'], changes: Partial<TableColumn> = {}): TableColumn => ({
    name,
    origin,
    type: 'VARCHAR',
    description: '',
    ...changes,
  });

  test('columns come in their own order; unknown fields are left, missing ones are NULL', () => {
    const columns = [column('b', 'response'), column('missing', 'response'), column('a', 'response')];
    expect(toRow({ a: '1', b: '2', other: '3' }, columns, {})).toEqual(['2', null, '1']);
  });

  test('a parameter column holds what was bound, even where the item has a field of its name', () => {
    const columns = [column('appId', 'path'), column('limit', 'query', { type: 'BIGINT' }), column('q', 'query')];
    expect(toRow({ appId: 'other' }, columns, { appId: 'a', limit: '5' })).toEqual(['a', 5, null]);
  });

  test.each<[type: ColumnType, bound: Value, expected: Value]>([
    ['BIGINT', 2n ** 60n, 2n ** 60n],
    ['TIMESTAMPTZ', new Date(0), new Date(0)],
    ['VARCHAR', new Date(0), '1970-01-01T00:00:00.000Z'],
    ['VARCHAR', 5, '5'],
  ])('a %s parameter bound to %s', (type, bound, expected) => {
    expect(toRow({}, [column('p', 'query', { type })], { p: bound })).toEqual([expected]);
  });

  test('an alias holds what was bound, else the field that it stands for', () => {
    const columns = [column('keyId', 'path', { aliasOf: 'id' })];
    expect(toRow({ id: 'pks1' }, columns, { keyId: 'asked' })).toEqual(['asked']);
    expect(toRow({ id: 'pks1' }, columns, {})).toEqual(['pks1']);
    expect(toRow({ id: null }, columns, {})).toEqual([null]);
    expect(toRow({}, columns, {})).toEqual([null]);
  });

  test('a field with the name of a parameter holds what was bound, however the API spells it', () => {
    const columns = [column('zone', 'response', { given: 'zone' })];
    const item = { zone: 'https://example.com/zones/a' };
    expect(toRow(item, columns, { zone: 'a' })).toEqual(['a']);
    expect(toRow(item, columns, {})).toEqual(['https://example.com/zones/a']);
  });

  const INHERITED = ['__proto__', 'constructor', 'toString', 'hasOwnProperty', 'valueOf'];

  test.each(INHERITED)('a column named %s is NULL unless the item itself has it', (name) => {
    const columns = [column(name, 'response'), column(name, 'path'), column('alias', 'path', { aliasOf: name })];
    expect(toRow({}, columns, {})).toEqual([null, null, null]);
    const item = JSON.parse(`{"${name}":"own"}`) as Item;
    expect(toRow(item, columns, JSON.parse(`{"${name}":"bound"}`))).toEqual(['own', 'bound', 'own']);
  });

  test('whatever the item holds, there is a value per column and nothing is thrown', () => {
    const types: readonly ColumnType[] = ['VARCHAR', 'BIGINT', 'DOUBLE', 'BOOLEAN', 'TIMESTAMPTZ', 'JSON'];
    const names = ['a', 'b', 'created', ...INHERITED];
    const columns = names.flatMap((name) => [
      ...types.map((type) => column(name, 'response', { type })),
      column(name, 'path', { aliasOf: 'a' }),
    ]);
    const key = fc.oneof(fc.constantFrom(...names), fc.string());
    const item = fc
      .array(fc.tuple(key, fc.jsonValue()))
      .map((entries) => JSON.parse(JSON.stringify(Object.fromEntries(entries))) as Item);
    fc.assert(
      fc.property(item, (given) => {
        const row = toRow(given, columns, {});
        expect(row).toHaveLength(columns.length);
        expect(row.every((value) => value !== undefined && typeof value !== 'function')).toBe(true);
      }),
      { numRuns: 500 },
    );
  });
});

describe('maps', () => {
  const map = methodOf('list', { response: { kind: 'list', rowsAt: ['$.boxes'], mapKey: 'key', fields: [] } });
  const texts = methodOf('list', {
    response: { kind: 'list', rowsAt: ['$'], mapKey: 'key', scalar: 'value', fields: [] },
  });
  const inner = methodOf('list', { response: { kind: 'list', rowsAt: ['$.zones.*.boxes'], fields: [] } });

  test.each<[text: string, method: Method, items: readonly Item[]]>([
    [
      '{"boxes":{"a":{"n":1},"__proto__":{"n":2}}}',
      map,
      [
        { key: 'a', n: 1 },
        { key: '__proto__', n: 2 },
      ],
    ],
    // What the object says itself counts more than the name that it stands under.
    ['{"boxes":{"a":{"key":"own"}}}', map, [{ key: 'own' }]],
    ['{"boxes":{}}', map, []],
    ['{"boxes":[]}', map, []],
    [
      '{"a":"x","b":null}',
      texts,
      [
        { key: 'a', value: 'x' },
        { key: 'b', value: null },
      ],
    ],
    ['{"zones":{"z1":{"boxes":[{"n":1},{"n":2}]},"z2":{"warning":{}}}}', inner, [{ n: 1 }, { n: 2 }]],
    ['{"zones":{}}', inner, []],
  ])('%s', async (text, method, items) => {
    expect(await decodeItems(method, answer(text))).toEqual(items);
  });

  test.each<[text: string, method: Method, says: string]>([
    ['{"boxes":[{"n":1}]}', map, 'without an object at $.boxes'],
    ['{"boxes":{"a":"x"}}', map, 'a string as the member "a" of its map'],
    ['{"boxes":null}', map, 'without an object at $.boxes'],
    ['{"zones":[]}', inner, 'without a list at $.zones.*.boxes'],
  ])('%s is no answer', async (text, method, says) => {
    expect((await refusal(method, answer(text))).message).toContain(says);
  });
});
