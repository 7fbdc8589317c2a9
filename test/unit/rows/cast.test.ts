import { afterEach, describe, expect, test, vi } from 'vitest';

import { cast } from '../../../src/rows/cast.ts';
import { type ColumnType, type JsonValue, Timestamp, type Value } from '../../../src/values.ts';

const TYPES: readonly ColumnType[] = ['VARCHAR', 'BIGINT', 'DOUBLE', 'BOOLEAN', 'TIMESTAMPTZ', 'JSON'];

describe.each(TYPES)('%s', (type) => {
  test('a missing value and a JSON null are NULL', () => {
    expect([cast(undefined, type), cast(null, type)]).toEqual([null, null]);
  });
});

test.each<[type: ColumnType, value: JsonValue, expected: Value | undefined]>([
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
  // A number of this size has been rounded by whoever made it: which integer was meant is not known.
  ['BIGINT', 2 ** 53, undefined],
  ['BIGINT', '9007199254740993', 9007199254740993n],
  ['BIGINT', '9223372036854775807', 9223372036854775807n],
  ['BIGINT', '9223372036854775808', undefined],
  ['BIGINT', '-9223372036854775808', -9223372036854775808n],
  ['BIGINT', '-9223372036854775809', undefined],
  ['BIGINT', 1.5, undefined],
  ['BIGINT', '1.0', undefined],
  ['BIGINT', '1e3', undefined],
  ['BIGINT', '', undefined],
  ['BIGINT', ' 1', undefined],
  ['BIGINT', 'many', undefined],
  ['BIGINT', true, undefined],
  ['BIGINT', [1], undefined],
  ['BIGINT', {}, undefined],

  ['DOUBLE', 1.25, 1.25],
  ['DOUBLE', -0, -0],
  ['DOUBLE', '1.25', 1.25],
  ['DOUBLE', '-1e-3', -0.001],
  ['DOUBLE', '.5', 0.5],
  ['DOUBLE', '', undefined],
  ['DOUBLE', ' ', undefined],
  // Number() would read these; no API means them as numbers.
  ['DOUBLE', '0x1F', undefined],
  ['DOUBLE', '0b11', undefined],
  ['DOUBLE', 'Infinity', undefined],
  ['DOUBLE', '1e999', undefined],
  ['DOUBLE', 'NaN', undefined],
  ['DOUBLE', true, undefined],
  ['DOUBLE', [1], undefined],

  ['BOOLEAN', true, true],
  ['BOOLEAN', false, false],
  ['BOOLEAN', 'true', true],
  ['BOOLEAN', 'false', false],
  ['BOOLEAN', 'yes', undefined],
  ['BOOLEAN', '', undefined],
  ['BOOLEAN', 1, undefined],
  ['BOOLEAN', 0, undefined],
  ['BOOLEAN', [], undefined],

  ['TIMESTAMPTZ', '2026-11-23T08:00:00.250Z', new Date(Date.UTC(2026, 10, 23, 8, 0, 0, 250))],
  ['TIMESTAMPTZ', '2026-11-23T08:00:00Z', new Date(Date.UTC(2026, 10, 23, 8))],
  ['TIMESTAMPTZ', '2026-11-23T08:00Z', new Date(Date.UTC(2026, 10, 23, 8))],
  ['TIMESTAMPTZ', '2026-11-23T08:00:00.123456789Z', new Timestamp(1_795_420_800_123_456n)],
  ['TIMESTAMPTZ', '2026-11-23T08:00:00+05:30', new Date(Date.UTC(2026, 10, 23, 2, 30))],
  ['TIMESTAMPTZ', '2026-11-23T08:00:00-0800', new Date(Date.UTC(2026, 10, 23, 16))],
  ['TIMESTAMPTZ', '1969-12-31T23:59:59.999Z', new Date(-1)],
  ['TIMESTAMPTZ', '9999-12-31T23:59:59Z', new Date(Date.UTC(9999, 11, 31, 23, 59, 59))],
  ['TIMESTAMPTZ', '2024-02-29T00:00:00Z', new Date(Date.UTC(2024, 1, 29))],
  // Date would make these the 1st of March.
  ['TIMESTAMPTZ', '2024-02-30T00:00:00Z', undefined],
  ['TIMESTAMPTZ', '2023-02-29T00:00:00+02:00', undefined],
  ['TIMESTAMPTZ', '2024-04-31T12:00:00Z', undefined],
  ['TIMESTAMPTZ', '2024-13-01T00:00:00Z', undefined],
  ['TIMESTAMPTZ', '2024-01-01T25:00:00Z', undefined],
  ['TIMESTAMPTZ', '2024-01-01T00:00:00Z and more', undefined],
  ['TIMESTAMPTZ', '2024-01-01T00:00:00 GMT', undefined],
  ['TIMESTAMPTZ', '2024-01-01', new Date(Date.UTC(2024, 0, 1))],
  ['TIMESTAMPTZ', '2024-01-01 08:15:30.5', new Date(Date.UTC(2024, 0, 1, 8, 15, 30, 500))],
  ['TIMESTAMPTZ', '2024-01-01 08:15:30.500 +02', new Date(Date.UTC(2024, 0, 1, 6, 15, 30, 500))],
  ['TIMESTAMPTZ', '1969-12-31T23:59:59.999999Z', new Timestamp(-1n)],
  ['TIMESTAMPTZ', '2024-01-01 08', undefined],
  ['TIMESTAMPTZ', '2024-02-30', undefined],
  ['TIMESTAMPTZ', 'Mon, 23 Nov 2026 08:00:00 GMT', undefined],
  ['TIMESTAMPTZ', '', undefined],
  ['TIMESTAMPTZ', 'never', undefined],
  ['TIMESTAMPTZ', 1_700_000_000, new Date(Date.UTC(2023, 10, 14, 22, 13, 20))],
  ['TIMESTAMPTZ', 1_700_000_000_123, new Date(Date.UTC(2023, 10, 14, 22, 13, 20, 123))],
  ['TIMESTAMPTZ', '1700000000', new Date(Date.UTC(2023, 10, 14, 22, 13, 20))],
  ['TIMESTAMPTZ', '1700000000123', new Date(Date.UTC(2023, 10, 14, 22, 13, 20, 123))],
  ['TIMESTAMPTZ', 1e300, undefined],
  ['TIMESTAMPTZ', '20240101', undefined],
  ['TIMESTAMPTZ', true, undefined],
  ['TIMESTAMPTZ', {}, undefined],

  ['JSON', { a: [1, { b: null }] }, { a: [1, { b: null }] }],
  ['JSON', [], []],
  ['JSON', 'text', 'text'],
  ['JSON', 0, 0],
  ['JSON', false, false],
])('%s of %j is %o', (type, value, expected) => {
  expect(cast(value, type)).toEqual(expected);
});

test('integers that a double cannot hold keep their digits', () => {
  const integer = 9007199254740993n;
  expect(cast(integer, 'BIGINT')).toBe(integer);
  expect(cast(2n ** 63n, 'BIGINT')).toBe(undefined);
  expect(cast(integer, 'VARCHAR')).toBe('9007199254740993');
  expect(cast(integer, 'JSON')).toBe(integer);
  expect(cast([integer], 'VARCHAR')).toBe('[9007199254740993]');
  expect(cast(integer, 'DOUBLE')).toBe(2 ** 53);
});

test('microseconds are kept, and what is finer is cut', () => {
  expect(cast('2026-11-23T08:00:00.123456789Z', 'TIMESTAMPTZ')).toMatchObject({ micros: 1_795_420_800_123_456n });
  expect(cast('1969-12-31T23:59:59.999999Z', 'TIMESTAMPTZ')).toMatchObject({ micros: -1n });
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
