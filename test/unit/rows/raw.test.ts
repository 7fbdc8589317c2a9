import { expect, test } from 'vitest';

import { jsonText, parseJson } from '../../../src/json.ts';
import type { TableColumn } from '../../../src/registry/resource.ts';
import { type Item, toRow } from '../../../src/rows/decode.ts';

const RAW: TableColumn = { name: '_raw', type: 'JSON', description: '', origin: 'raw' };

test.each<[sent: string, column: Partial<TableColumn>, shown: string]>([
  ['{"a":1,"b":{"c":[null,true]}}', {}, '{"a":1,"b":{"c":[null,true]}}'],
  // Beyond 2^53 a number would come back as its neighbour.
  ['{"a":9007199254740993,"b":[12345678901234567890]}', {}, '{"a":9007199254740993,"b":[12345678901234567890]}'],
  [
    '{"a":"s","b":{"c":"s","d":1},"e":[{"c":"s"},{"c":null}]}',
    { secrets: [['a'], ['b', 'c'], ['e', 'c'], ['nosuch']] },
    '{"a":"***","b":{"c":"***","d":1},"e":[{"c":"***"},{"c":null}]}',
  ],
  // Of a list of texts each is what was sent.
  ['{"contents":"x"}', { wireName: 'contents' }, '"x"'],
])('%s', (sent, column, shown) => {
  const [raw] = toRow(parseJson(sent) as Item, [{ ...RAW, ...column }], {});
  expect(jsonText(raw as never)).toBe(shown);
});
