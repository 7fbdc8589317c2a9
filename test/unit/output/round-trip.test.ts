/** What others read in a file of ours: PostgreSQL, DuckDB, Python and its libraries, where they are. */

import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import type { OutputOptions } from '../../../src/output/options.ts';
import type { OutputFormat } from '../../../src/output/writers.ts';
import type { ResultColumn, Value } from '../../../src/values.ts';
import { queryDuckDb } from './query-duckdb.ts';
import { renderWith } from './render.ts';

const LONG = 'x'.repeat(1_000_000);

/** Each with what a reader of texts has to find; null is NULL. */
const CELLS: readonly (readonly [type: string, value: Value, text: string | null])[] = [
  ['VARCHAR', null, null],
  ['VARCHAR', '', ''],
  ['VARCHAR', `"it's", \\N \\t`, `"it's", \\N \\t`],
  ['VARCHAR', 'a\nb\r\nc\td\re', 'a\nb\r\nc\td\re'],
  ['VARCHAR', '👩‍👩‍👧 🎉', '👩‍👩‍👧 🎉'],
  ['VARCHAR', 'שלום', 'שלום'],
  ['VARCHAR', '東京', '東京'],
  ['VARCHAR', '<script>alert(1)</script> &amp; ]]>', '<script>alert(1)</script> &amp; ]]>'],
  ['VARCHAR', LONG, LONG],
  ['JSON', { a: ['b', null, 9_007_199_254_740_993n] }, '{"a":["b",null,9007199254740993]}'],
  ['BIGINT', 9_007_199_254_740_993n, '9007199254740993'],
  ['BIGINT', -9_223_372_036_854_775_808n, '-9223372036854775808'],
  ['HUGEINT', 12_345_678_901_234_567_890n, '12345678901234567890'],
  ['DECIMAL(18,3)', '1.500', '1.500'],
  ['DOUBLE', 0.1, '0.1'],
  ['BOOLEAN', false, 'false'],
  ['DATE', '1901-02-03', '1901-02-03'],
  ['TIMESTAMPTZ', new Date('1901-02-03T04:05:06.007Z'), '1901-02-03T04:05:06.007Z'],
];

const COLUMNS: readonly ResultColumn[] = CELLS.map(([type], index) => ({ name: `c${index}`, type }));
const ROW = CELLS.map(([, value]) => value);
const TEXTS = CELLS.map(([, , text]) => text);

const folder = mkdtempSync(join(tmpdir(), 'oktaql-test-'));
afterAll(() => rmSync(folder, { recursive: true }));

async function fileOf(format: OutputFormat, options: OutputOptions = {}): Promise<string> {
  const file = join(folder, `row.${format}`);
  writeFileSync(file, await renderWith(options, format, COLUMNS, [ROW]));
  return file;
}

/** Of a long text that differs, vitest would print a megabyte. */
function shortened(texts: readonly unknown[]): readonly unknown[] {
  return texts.map((text) => (typeof text === 'string' && text.length > 500 ? `${text.length} of ${text[0]}` : text));
}

function expectTexts(found: readonly unknown[], expected: readonly (string | null)[] = TEXTS): void {
  expect(shortened(found)).toEqual(shortened(expected));
}

const PYTHON = process.env['PYTHON'] ?? 'python3';

/** Whether Python has these modules; without them nobody is there to ask. */
function hasPython(...modules: readonly string[]): boolean {
  return spawnSync(PYTHON, ['-c', modules.map((name) => `import ${name}`).join('\n')]).status === 0;
}

/** What a script prints as JSON. It is given the file. */
function python(script: string, file: string): unknown {
  const { stdout, stderr } = spawnSync(PYTHON, ['-c', script, file], { encoding: 'utf8', maxBuffer: 2 ** 26 });
  if (stderr !== '') throw new Error(stderr);
  return JSON.parse(stdout);
}

describe('JSON.parse', () => {
  // It reads numbers as doubles: their digits are in the text.
  const parsed = (text: string): readonly unknown[] =>
    Object.values(JSON.parse(text.replace(/([:,])(-?\d{16,})/g, '$1"$2"')) as Record<string, unknown>).map((value) =>
      value !== null && typeof value === 'object' ? JSON.stringify(value).replace(/"(\d{16,})"/g, '$1') : value,
    );

  test('json and jsonl', async () => {
    const line = (await renderWith({}, 'jsonl', COLUMNS, [ROW])).toString();
    const array = (await renderWith({}, 'json', COLUMNS, [ROW])).toString();
    const expected = TEXTS.map((text, index) => (COLUMNS[index]?.type === 'BOOLEAN' ? false : text));
    const numbers = expected.map((text, index) => (COLUMNS[index]?.type === 'DOUBLE' ? 0.1 : text));
    expect(shortened(parsed(line))).toEqual(shortened(numbers));
    expect(JSON.parse(array)).toEqual([JSON.parse(line)]);
  });
});

describe('DuckDB', () => {
  test('csv, every type from its text', async () => {
    const file = await fileOf('csv');
    const types = COLUMNS.map(({ name, type }) => `${name}: '${type}'`).join(', ');
    const options = `columns = {${types}}, header = true, force_not_null = ['c1'], nullstr = '', maximum_line_size = 2000000`;
    const printed = COLUMNS.map(({ name, type }) =>
      type === 'TIMESTAMPTZ' ? `strftime(${name}, '%Y-%m-%dT%H:%M:%S.%gZ')` : `${name}::VARCHAR`,
    );
    const [row = []] = await queryDuckDb(
      `SET TimeZone = 'UTC'; SELECT ${printed.join(', ')} FROM read_csv('${file}', ${options})`,
    );
    expectTexts(row);
  });

  test('sql, into the table that it makes', async () => {
    const sql = (await renderWith({}, 'sql', COLUMNS, [ROW])).toString();
    const printed = COLUMNS.map(({ name, type }) =>
      type === 'TIMESTAMPTZ' ? `strftime(${name}, '%Y-%m-%dT%H:%M:%S.%gZ')` : `${name}::VARCHAR`,
    );
    const [row = []] = await queryDuckDb(`SET TimeZone = 'UTC'; ${sql} SELECT ${printed.join(', ')} FROM result`);
    expectTexts(row);
  });

  test('parquet, its types and where it comes from', async () => {
    const metadata = { query: "SELECT 'a'", org: 'acme', time: '2026-11-29T12:00:00.000Z', version: '1.2.3' };
    const file = await fileOf('parquet', { metadata });
    const types = await queryDuckDb(`DESCRIBE FROM '${file}'`);
    expect(types.map(([, type]) => type)).toEqual(
      COLUMNS.map(({ type }) =>
        type === 'HUGEINT' ? 'DECIMAL(38,0)' : type.replace('TIMESTAMPTZ', 'TIMESTAMP WITH TIME ZONE'),
      ),
    );
    const pairs = await queryDuckDb(`SELECT decode(key), decode(value) FROM parquet_kv_metadata('${file}') ORDER BY 1`);
    expect(pairs.filter(([key]) => key !== 'ARROW:schema')).toEqual([
      ['oktaql', '1.2.3'],
      ['org', 'acme'],
      ['query', "SELECT 'a'"],
      ['time', '2026-11-29T12:00:00.000Z'],
    ]);
  });

  test('parquet of several parts, in the order of the rows', async () => {
    // Of a megabyte each a part holds 128.
    const rows = Array.from({ length: 300 }, (_, index) => [index, LONG]);
    const file = join(folder, 'parts.parquet');
    writeFileSync(
      file,
      await renderWith(
        {},
        'parquet',
        [
          { name: 'n', type: 'BIGINT' },
          { name: 't', type: 'VARCHAR' },
        ],
        rows,
      ),
    );
    const [summary] = await queryDuckDb(
      `SELECT count(*)::INT, bool_and(n = file_row_number), min(length(t))::INT FROM read_parquet('${file}', file_row_number = true)`,
    );
    expect(summary).toEqual([300, true, LONG.length]);
  });
});

describe.skipIf(!hasPython('csv'))('Python', () => {
  test('csv', async () => {
    const script = `
import csv, json, sys
csv.field_size_limit(2**30)
with open(sys.argv[1], newline='', encoding='utf-8') as file:
    print(json.dumps(list(csv.reader(file))))`;
    const [names, row] = python(script, await fileOf('csv')) as readonly (readonly string[])[];
    expect(names).toEqual(COLUMNS.map(({ name }) => name));
    // It knows no NULL.
    expectTexts(
      row ?? [],
      TEXTS.map((text) => text ?? ''),
    );
  });

  test('tsv, by its four escapes', async () => {
    const script = `
import json, re, sys
names = {'b': '\\b', 'f': '\\f', 'n': '\\n', 'r': '\\r', 't': '\\t', 'v': '\\v'}
def value(field):
    if field == '\\\\N': return None
    return re.sub(r'\\\\(.)', lambda found: names.get(found[1], found[1]), field)
with open(sys.argv[1], newline='', encoding='utf-8') as file:
    lines = file.read().split('\\n')
print(json.dumps([[value(field) for field in line.split('\\t')] for line in lines[1:-1]]))`;
    const [row = []] = python(script, await fileOf('tsv')) as readonly (readonly unknown[])[];
    expectTexts(row);
  });
});

describe.skipIf(!hasPython('pyarrow'))('Arrow', () => {
  test('parquet', async () => {
    const script = `
import json, sys
import pyarrow.parquet as parquet
table = parquet.read_table(sys.argv[1])
types = [str(field.type) for field in table.schema]
row = [column[0].as_py() for column in table.columns]
print(json.dumps([types, [value if value is None else str(value) for value in row]]))`;
    const [types, row] = python(script, await fileOf('parquet')) as readonly (readonly unknown[])[];
    expect(types?.slice(10)).toEqual([
      'int64',
      'int64',
      'decimal128(38, 0)',
      'decimal128(18, 3)',
      'double',
      'bool',
      'date32[day]',
      'timestamp[us, tz=UTC]',
    ]);
    expectTexts(row ?? [], [...TEXTS.slice(0, 15), 'False', '1901-02-03', '1901-02-03 04:05:06.007000+00:00']);
  });
});

describe.skipIf(!hasPython('openpyxl'))('openpyxl', () => {
  test('xlsx', async () => {
    const script = `
import json, sys, warnings
warnings.simplefilter('ignore')
import openpyxl
book = openpyxl.load_workbook(sys.argv[1])
print(json.dumps([[[cell.value if cell.value is None or cell.data_type in 'b' else str(cell.value) for cell in row] for row in sheet] for sheet in book]))`;
    const short = CELLS.map(([, value]) => (value === LONG ? '=1+1' : value));
    const metadata = { query: 'SELECT 1', time: '2026-11-29T12:00:00.000Z' };
    const file = join(folder, 'row.xlsx');
    writeFileSync(file, await renderWith({ metadata }, 'xlsx', COLUMNS, [short]));
    const [[names, cells = []] = [], about] = python(script, file) as readonly (readonly (readonly unknown[])[])[];
    expect(names).toEqual(COLUMNS.map(({ name }) => name));
    expect(cells.map((cell) => (typeof cell === 'string' ? cell.replaceAll('_x000D_', '\r') : cell))).toEqual(
      TEXTS.map((text, index) => {
        switch (index) {
          case 1:
            return null;
          case 8:
            return "'=1+1";
          case 15:
            return false;
          case 16:
            return '1901-02-03 00:00:00';
          case 17:
            return '1901-02-03 04:05:06.007000';
          default:
            return text;
        }
      }),
    );
    expect(about).toEqual([
      ['query', 'SELECT 1'],
      ['time', '2026-11-29T12:00:00.000Z'],
    ]);
  });
});
