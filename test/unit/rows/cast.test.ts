import { afterEach, describe, expect, test, vi } from 'vitest';

import { cast } from '../../../src/rows/cast.ts';
import type { ColumnType, JsonValue, Value } from '../../../src/values.ts';

const TYPES: readonly ColumnType[] = ['VARCHAR', 'BIGINT', 'DOUBLE', 'BOOLEAN', 'TIMESTAMPTZ', 'JSON'];

describe.each(TYPES)('%s', (type) => {
  test('a missing value and a JSON null are NULL', () => {
    expect([cast(undefined, type), cast(null, type)]).toEqual([null, null]);
  });
});

test.each<[type: ColumnType, value: JsonValue, expected: Value]>([
  ['VARCHAR', 'Zoë\u{1f511}', 'Zoë\u{1f511}'],
  ['VARCHAR', '', ''],
  ['VARCHAR', 'a\u0000b', 'a\u0000b'],
  ['VARCHAR', 7, '7'],
  ['VARCHAR', 0.5, '0.5'],
  ['VARCHAR', false, 'false'],
  ['VARCHAR', ['a'], '["a"]'],
  ['VARCHAR', { a: null }, '{"a":null}'],

  ['BIGINT', 7, 7],
  ['BIGINT', -7, -7],
  ['BIGINT', '42', 42],
  ['BIGINT', '+42', 42],
  ['BIGINT', '007', 7],
  ['BIGINT', Number.MAX_SAFE_INTEGER, Number.MAX_SAFE_INTEGER],
  // 2^53 and 2^53+1 are the same number in JSON.parse: which was meant is not known.
  ['BIGINT', 2 ** 53, null],
  ['BIGINT', '9007199254740993', 9007199254740993n],
  ['BIGINT', '9223372036854775807', 9223372036854775807n],
  ['BIGINT', '9223372036854775808', null],
  ['BIGINT', '-9223372036854775808', -9223372036854775808n],
  ['BIGINT', '-9223372036854775809', null],
  ['BIGINT', 1.5, null],
  ['BIGINT', '1.0', null],
  ['BIGINT', '1e3', null],
  ['BIGINT', '', null],
  ['BIGINT', ' 1', null],
  ['BIGINT', 'many', null],
  ['BIGINT', true, null],
  ['BIGINT', [1], null],
  ['BIGINT', {}, null],

  ['DOUBLE', 1.25, 1.25],
  ['DOUBLE', -0, -0],
  ['DOUBLE', '1.25', 1.25],
  ['DOUBLE', '-1e-3', -0.001],
  ['DOUBLE', '.5', 0.5],
  ['DOUBLE', '', null],
  ['DOUBLE', ' ', null],
  // Number() would read these; no API means them as numbers.
  ['DOUBLE', '0x1F', null],
  ['DOUBLE', '0b11', null],
  ['DOUBLE', 'Infinity', null],
  ['DOUBLE', '1e999', null],
  ['DOUBLE', 'NaN', null],
  ['DOUBLE', true, null],
  ['DOUBLE', [1], null],

  ['BOOLEAN', true, true],
  ['BOOLEAN', false, false],
  ['BOOLEAN', 'true', true],
  ['BOOLEAN', 'false', false],
  ['BOOLEAN', 'yes', null],
  ['BOOLEAN', '', null],
  ['BOOLEAN', 1, null],
  ['BOOLEAN', 0, null],
  ['BOOLEAN', [], null],

  ['TIMESTAMPTZ', '2026-11-23T08:00:00.250Z', new Date(Date.UTC(2026, 10, 23, 8, 0, 0, 250))],
  ['TIMESTAMPTZ', '2026-11-23T08:00:00Z', new Date(Date.UTC(2026, 10, 23, 8))],
  ['TIMESTAMPTZ', '2026-11-23T08:00Z', new Date(Date.UTC(2026, 10, 23, 8))],
  ['TIMESTAMPTZ', '2026-11-23T08:00:00.123456789Z', new Date(Date.UTC(2026, 10, 23, 8, 0, 0, 123))],
  ['TIMESTAMPTZ', '2026-11-23T08:00:00+05:30', new Date(Date.UTC(2026, 10, 23, 2, 30))],
  ['TIMESTAMPTZ', '2026-11-23T08:00:00-0800', new Date(Date.UTC(2026, 10, 23, 16))],
  ['TIMESTAMPTZ', '1969-12-31T23:59:59.999Z', new Date(-1)],
  ['TIMESTAMPTZ', '9999-12-31T23:59:59Z', new Date(Date.UTC(9999, 11, 31, 23, 59, 59))],
  ['TIMESTAMPTZ', '2024-02-29T00:00:00Z', new Date(Date.UTC(2024, 1, 29))],
  // Date would make these the 1st of March.
  ['TIMESTAMPTZ', '2024-02-30T00:00:00Z', null],
  ['TIMESTAMPTZ', '2023-02-29T00:00:00+02:00', null],
  ['TIMESTAMPTZ', '2024-04-31T12:00:00Z', null],
  ['TIMESTAMPTZ', '2024-13-01T00:00:00Z', null],
  ['TIMESTAMPTZ', '2024-01-01T25:00:00Z', null],
  ['TIMESTAMPTZ', '2024-01-01T00:00:00Z and more', null],
  ['TIMESTAMPTZ', '2024-01-01T00:00:00 GMT', null],
  // A date is no point in time.
  ['TIMESTAMPTZ', '2024-01-01', null],
  ['TIMESTAMPTZ', 'Mon, 23 Nov 2026 08:00:00 GMT', null],
  ['TIMESTAMPTZ', '', null],
  ['TIMESTAMPTZ', 'never', null],
  ['TIMESTAMPTZ', 1_700_000_000, null],
  ['TIMESTAMPTZ', true, null],
  ['TIMESTAMPTZ', {}, null],

  ['JSON', { a: [1, { b: null }] }, { a: [1, { b: null }] }],
  ['JSON', [], []],
  ['JSON', 'text', 'text'],
  ['JSON', 0, 0],
  ['JSON', false, false],
])('%s of %j is %o', (type, value, expected) => {
  expect(cast(value, type)).toEqual(expected);
});

describe('on a machine in another time zone', () => {
  afterEach(() => {
    vi.unstubAllEnvs();
  });

  test.each(['America/Los_Angeles', 'Asia/Kolkata'])('%s: a timestamp without an offset is UTC', (zone) => {
    vi.stubEnv('TZ', zone);
    expect(new Date(2026, 0, 1).getTimezoneOffset()).not.toBe(0);
    expect(cast('2026-11-23T08:00:00', 'TIMESTAMPTZ')).toEqual(new Date(Date.UTC(2026, 10, 23, 8)));
    expect(cast('2026-11-23T08:00:00Z', 'TIMESTAMPTZ')).toEqual(new Date(Date.UTC(2026, 10, 23, 8)));
  });
});
