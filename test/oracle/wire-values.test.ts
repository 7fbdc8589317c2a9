import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { binaryWriter, textOfBinary } from '../../src/wire/binary-format.ts';
import { ByteWriter } from '../../src/wire/bytes.ts';
import { typeByOid, type WireType } from '../../src/wire/types.ts';
import { logInWire, type WireClient } from '../server/wire-client.ts';
import { findPostgres, type Postgres, startPostgres } from './postgres.ts';

/** Expressions whose values PostgreSQL writes in both forms, and we have to write and read alike. */
const EXPRESSIONS = [
  'true',
  'false',
  "'\\xdeadbeef00'::bytea",
  "''::bytea",
  '\'a\'::"char"',
  "'pg_class'::name",
  '(-32768)::int2',
  '32767::int2',
  '(-2147483648)::int4',
  '2147483647::int4',
  '(-9223372036854775808)::int8',
  '9223372036854775807::int8',
  '4294967295::oid',
  "'é€😀 text'::text",
  "''::varchar",
  '\'{"a": [1, null]}\'::json',
  '\'{"a": [1, null]}\'::jsonb',
  ...[
    '0',
    '-0',
    '1.5',
    '1e15',
    '123456789012345',
    '1e-5',
    '0.0001',
    '1e300',
    'NaN',
    'Infinity',
    '-Infinity',
    '0.1',
  ].map((number) => `'${number}'::float8`),
  ...['0.1', '1e10', '16777216', 'NaN', '3.4e38', '1e-7'].map((number) => `'${number}'::float4`),
  ...[
    '0',
    '1',
    '-1',
    '10000',
    '0.0001',
    '-12345.678900',
    '1e20',
    '1e-20',
    '123456789012345678901234567890.12345',
    '0.00',
    '9999.9999',
  ].map((number) => `'${number}'::numeric`),
  "'NaN'::numeric",
  "'Infinity'::numeric",
  "'-Infinity'::numeric",
  ...[
    '2026-11-29',
    '2000-01-01',
    '1999-12-31',
    '0001-01-01',
    '0044-03-15 BC',
    '9999-12-31',
    '12026-01-01',
    'infinity',
    '-infinity',
  ].map((date) => `'${date}'::date`),
  ...['00:00:00', '23:59:59.999999', '12:30:00.5', '24:00:00'].map((time) => `'${time}'::time`),
  ...['12:30:00+00', '12:30:00.25-03:30', '00:00:00+14', '01:02:03+01:02:03'].map((time) => `'${time}'::timetz`),
  ...[
    '2026-11-29 12:30:00',
    '1969-12-31 23:59:59.999999',
    '2000-01-01 00:00:00.000001',
    '0044-03-15 01:00:00 BC',
    'infinity',
  ].flatMap((moment) => [`'${moment}'::timestamp`, `'${moment}'::timestamptz`]),
  ...[
    '1 year 2 mons 3 days 04:05:06.789',
    '-1 year',
    '1 mon -1 day',
    '-00:00:01',
    '0',
    '25:00:00',
    '-3 days 04:00:00',
  ].map((interval) => `'${interval}'::interval`),
  "'a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11'::uuid",
  "'{}'::text[]",
  "ARRAY['a', NULL, 'NULL', '', 'a,b', 'q\"q', 'b\\s', ' pad ', '{}']",
  'ARRAY[[1, 2], [3, NULL]]',
  'ARRAY[[[1]], [[2]]]::int8[]',
  "ARRAY['2026-11-29'::timestamptz, NULL]",
  'ARRAY[1.50, -2]::numeric[]',
  'ARRAY[true, false]',
  'ARRAY[\'{"a": 1}\'::jsonb]',
  'ARRAY[0.1, 1e20]::float8[]',
];

const found = findPostgres();

describe.skipIf('reason' in found)(
  `values as PostgreSQL has them${'reason' in found ? ` (${found.reason})` : ''}`,
  () => {
    let postgres: Postgres;
    let client: WireClient;

    beforeAll(async () => {
      if ('reason' in found) return;
      postgres = await startPostgres(found.bin);
      const { host, user, database } = postgres.client;
      const parameters = { TimeZone: 'UTC' };
      ({ client } = await logInWire({ path: `${host}/.s.PGSQL.5432` }, { user, database, parameters }));
    });

    afterAll(async () => {
      client?.close();
      postgres?.close();
    });

    /** Rows in the form that is asked for, and the OIDs of their columns. */
    async function ask(text: string, format: 0 | 1): Promise<{ readonly oids: number[]; readonly rows: Buffer[][] }> {
      client.send(
        { kind: 'parse', name: '', text, types: [] },
        { kind: 'bind', portal: '', statement: '', formats: [], values: [], resultFormats: [format] },
        { kind: 'describe', target: 'portal', name: '' },
        { kind: 'execute', portal: '', maxRows: 0 },
        { kind: 'sync' },
      );
      const messages = await client.until('readyForQuery');
      const oids = messages.flatMap((each) =>
        each.kind === 'rowDescription' ? each.fields.map((field) => field.typeOid) : [],
      );
      const rows = messages.flatMap((each) =>
        each.kind === 'dataRow' ? [each.values.map((value) => Buffer.from(value ?? []))] : [],
      );
      expect(rows, JSON.stringify(messages.find((each) => each.kind === 'errorResponse'))).not.toHaveLength(0);
      return { oids, rows };
    }

    test('the binary form of each text is its own, and is read as that text', async () => {
      for (const expression of EXPRESSIONS) {
        const { oids, rows } = await ask(`SELECT ${expression}`, 0);
        const [[text = Buffer.of()] = []] = rows;
        const [[binary = Buffer.of()] = []] = (await ask(`SELECT ${expression}`, 1)).rows;
        const type = typeByOid(oids[0] ?? 0) as WireType;
        expect(type, `${expression} has type ${oids[0]}`).toBeDefined();
        const writer = new ByteWriter();
        binaryWriter(type)(writer, text.toString());
        expect(writer.take().toString('hex'), expression).toBe(binary.toString('hex'));
        expect(textOfBinary(type, binary, 'a value'), expression).toBe(readAs(type, text.toString()));
      }
    });

    test('types have the names, sizes and arrays that it gives them', async () => {
      const { rows: texts } = await ask(
        "SELECT oid, typname, typlen, typarray, typelem FROM pg_type WHERE typtype IN ('b', 'p')",
        0,
      );
      const rows = texts.map(([oid, typname, typlen, typarray, typelem]) => ({
        oid: Number(oid),
        typname: String(typname),
        typlen: Number(typlen),
        typarray: Number(typarray),
        typelem: Number(typelem),
      }));
      const ours = rows.flatMap(({ oid }) => typeByOid(oid) ?? []);
      expect(ours.length).toBeGreaterThan(50);
      for (const { oid, name, size, arrayOid, element } of ours) {
        const row = rows.find((each) => each.oid === oid);
        expect({ oid, name, size }).toEqual({ oid, name: row?.typname, size: row?.typlen });
        if (element !== undefined) expect(element.oid).toBe(row?.typelem);
        else if (arrayOid !== 0) expect(arrayOid).toBe(row?.typarray);
      }
    });
  },
);

/** Numbers are read as JavaScript writes them, which every reader takes. */
function readAs({ kind }: WireType, text: string): string {
  if (kind !== 'float8' && kind !== 'float4') return text;
  return text.startsWith('{') ? `{${text.slice(1, -1).split(',').map(Number).join(',')}}` : String(Number(text));
}
