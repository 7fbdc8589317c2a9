import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inflateRawSync } from 'node:zlib';
import { parse } from 'csv-parse/sync';
import { afterAll, describe, expect, test } from 'vitest';
import { writeResult } from '../../../src/output/writer.ts';
import { createWriter, factsOf, OUTPUT_FORMATS, type OutputFormat } from '../../../src/output/writers.ts';
import type { Row } from '../../../src/values.ts';
import { queryDuckDb } from './query-duckdb.ts';
import { collected, columnsOf, renderWith } from './render.ts';
import { LONG_CELL, resultWriterContract, type WriterFacts } from './result-writer.contract.ts';

const FOLDER = mkdtempSync(join(tmpdir(), 'oktaql-test-'));
afterAll(() => rmSync(FOLDER, { recursive: true }));

const JSON_CELLS: WriterFacts['cells'] = {
  null: 'null',
  empty: '""',
  quotes: `"\\"it's\\""`,
  newline: '"a\\nb"',
  comma: '"a,b"',
  emoji: '"👩‍👩‍👧 🎉"',
  rightToLeft: '"שלום"',
  cjk: '"東京"',
  long: `"${LONG_CELL}"`,
  json: '{"a":["b",null]}',
  jsonText: '"1"',
  before1970: '"1901-02-03T04:05:06.007Z"',
  bigint: '9007199254740993',
  negativeBigint: '-9223372036854775808',
  notANumber: '"NaN"',
  boolean: 'false',
};

/** As text without quotes. */
const PLAIN_CELLS: WriterFacts['cells'] = {
  ...JSON_CELLS,
  empty: '',
  quotes: `"it's"`,
  newline: 'a\nb',
  comma: 'a,b',
  emoji: '👩‍👩‍👧 🎉',
  rightToLeft: 'שלום',
  cjk: '東京',
  long: LONG_CELL,
  before1970: '1901-02-03T04:05:06.007Z',
  notANumber: 'NaN',
};

const FACTS: Readonly<Record<OutputFormat, WriterFacts>> = {
  table: {
    cellIn: (output) => output.toString('utf8').split('\n')[2]?.trim(),
    cells: { ...PLAIN_CELLS, null: 'NULL', newline: 'a\\nb' },
    exceptions: [
      {
        reason: 'the widest cell of all rows decides how wide a column is',
        tests: ['has the rows when `rows` resolves'],
      },
    ],
  },
  line: {
    cellIn: (output) => /^-\[ row 1 \]-\nv \|(.*)\n\(1 row\)\n$/s.exec(output.toString('utf8'))?.[1]?.trim(),
    cells: { ...PLAIN_CELLS, null: 'NULL', newline: 'a\\nb' },
  },
  tsv: {
    cellIn: (output) => /^v\n(.*)\n$/s.exec(output.toString('utf8'))?.[1],
    cells: { ...PLAIN_CELLS, null: '\\N', newline: 'a\\nb' },
  },
  markdown: {
    cellIn: (output) => /^\n\| v \|\n\| ---:? \|\n\| (.*) \|\n$/s.exec(output.toString('utf8'))?.[1],
    cells: {
      ...PLAIN_CELLS,
      null: '*NULL*',
      newline: 'a<br>b',
      json: '{"a":\\["b",null\\]}',
    },
  },
  sql: {
    cellIn: (output) =>
      /^CREATE TABLE result \(\n {2}"v" [A-Z ]+\n\);\nINSERT INTO result \("v"\) VALUES \((.*)\);\n$/s.exec(
        output.toString('utf8'),
      )?.[1],
    cells: {
      ...Object.fromEntries(
        Object.entries(PLAIN_CELLS).map(([name, text]) => [name, `'${String(text).replaceAll("'", "''")}'`]),
      ),
      null: 'NULL',
      bigint: '9007199254740993',
      negativeBigint: '-9223372036854775808',
      boolean: 'FALSE',
    } as WriterFacts['cells'],
  },
  html: {
    cellIn: (output) => /<tbody>\n<tr>(<td.*<\/td>)<\/tr>\n<\/tbody>/s.exec(output.toString('utf8'))?.[1],
    cells: {
      ...Object.fromEntries(
        Object.entries(PLAIN_CELLS).map(([name, text]) => [
          name,
          `<td>${String(text).replaceAll('"', '&quot;').replaceAll("'", '&#39;')}</td>`,
        ]),
      ),
      null: '<td class="null">NULL</td>',
      json: '<td class="json">{&quot;a&quot;:[&quot;b&quot;,null]}</td>',
      jsonText: '<td class="json">&quot;1&quot;</td>',
      before1970: '<td class="time">1901-02-03T04:05:06.007Z</td>',
      bigint: '<td class="number">9007199254740993</td>',
      negativeBigint: '<td class="number">-9223372036854775808</td>',
      notANumber: '<td class="number">NaN</td>',
    } as WriterFacts['cells'],
  },
  parquet: {
    cellIn: async (output) => (await parquetColumn(output, 'v'))[0],
    loginsIn: (output) => parquetColumn(output, 'login') as Promise<readonly string[]>,
    // As DuckDB prints them.
    cells: {
      ...PLAIN_CELLS,
      null: null,
      jsonText: '"1"',
      before1970: '1901-02-03 04:05:06.007+00',
      notANumber: 'nan',
    },
    rowsFactor: 5,
    exceptions: [
      { reason: 'what says where the rows are stands at the end', tests: ['has the rows when `rows` resolves'] },
      { reason: 'a file has columns', tests: ['a result without columns, with rows and without'] },
    ],
  },
  xlsx: {
    cellIn: (output) => sheetCells(output)[1],
    loginsIn: (output) => sheetCells(output).filter((cell) => cell.startsWith('user')),
    cells: {
      ...PLAIN_CELLS,
      null: undefined,
      empty: undefined,
      // Days since 1899-12-30.
      before1970: '400.1702084143508',
      boolean: '0',
    },
    rowsFactor: 5,
    exceptions: [
      { reason: 'a workbook is compressed as a whole', tests: ['has the rows when `rows` resolves'] },
      {
        reason: 'a cell holds 32,767 characters',
        tests: ['a cell: long', 'nasty cells beside each other, in any batches'],
      },
    ],
  },
  json: { cellIn: (output) => /^\[\n\{"v":(.*)\}\n\]\n$/s.exec(output.toString('utf8'))?.[1], cells: JSON_CELLS },
  jsonl: { cellIn: (output) => /^\{"v":(.*)\}\n$/s.exec(output.toString('utf8'))?.[1], cells: JSON_CELLS },
  csv: {
    // The parser has no NULL: an empty field without quotes is one.
    cellIn: (output) => (output.toString('utf8') === 'v\n\n' ? 'NULL' : fieldIn(output.toString('utf8'))),
    cells: { ...PLAIN_CELLS, null: 'NULL' },
  },
};

function fieldIn(output: string): unknown {
  const [header, row] = parse(output, { record_delimiter: '\n' }) as readonly (readonly string[])[];
  return header?.[0] === 'v' ? row?.[0] : undefined;
}

/** A file of a ZIP archive. https://pkware.cachefly.net/webdocs/casestudies/APPNOTE.TXT */
function fileIn(archive: Buffer, name: string): Buffer {
  const entry = archive.lastIndexOf(name) - 46;
  const start = archive.readUInt32LE(entry + 42);
  const data = start + 30 + archive.readUInt16LE(start + 26) + archive.readUInt16LE(start + 28);
  return inflateRawSync(archive.subarray(data, data + archive.readUInt32LE(entry + 20)));
}

/** The cells of the first sheet that are not empty, row by row, as XML has them. */
function sheetCells(output: Buffer): readonly string[] {
  const read = (name: string): string => fileIn(output, name).toString('utf8');
  const shared = [...read('xl/sharedStrings.xml').matchAll(/<si><t[^>]*>(.*?)<\/t><\/si>/gs)].map(
    ([, text = '']) => text,
  );
  const cells = read('xl/worksheets/sheet1.xml').matchAll(/<c ([^>]*)><v>(.*?)<\/v><\/c>/gs);
  return [...cells].map(([, attributes = '', value = '']) =>
    attributes.includes('t="s"') ? (shared[Number(value)] ?? '') : value,
  );
}

/** A column as texts, read by DuckDB. */
async function parquetColumn(output: Buffer, name: string): Promise<readonly unknown[]> {
  const file = join(FOLDER, 'read.parquet');
  writeFileSync(file, output);
  const rows = await queryDuckDb(`SET TimeZone = 'UTC'; SELECT "${name}"::VARCHAR FROM '${file}'`);
  return rows.map(([value]) => value);
}

for (const format of OUTPUT_FORMATS) {
  resultWriterContract(format, (sink) => createWriter(format, sink), FACTS[format]);
}

describe('writeResult', () => {
  test('reads no batch before the last has been taken', async () => {
    let read = 0;
    const batches = async function* (): AsyncGenerator<readonly Row[]> {
      for (; read < 100; read += 1) yield [['x']];
    };
    const free = new Promise<void>(() => undefined);
    void writeResult({ columns: columnsOf('v'), batches }, createWriter('jsonl', { write: () => free }));
    for (let turn = 0; turn < 20; turn += 1) await new Promise((resolve) => setImmediate(resolve));
    expect(read).toBe(0);
  });

  test.each(OUTPUT_FORMATS)('gives up a result whose reading fails: %s', async (format) => {
    const output = collected();
    const writer = createWriter(format, output.sink);
    const failing = async function* (): AsyncGenerator<readonly Row[]> {
      yield [['lost']];
      throw new Error('reading');
    };
    await expect(writeResult({ columns: columnsOf('v'), batches: failing }, writer)).rejects.toThrow('reading');
    const left = output.bytes();
    const whole = async function* (): AsyncGenerator<readonly Row[]> {
      yield [['x']];
    };
    await writeResult({ columns: columnsOf('v'), batches: whole }, writer);
    const again = await renderWith({}, format, columnsOf('v'), [['x']]);
    expect(output.bytes().equals(Buffer.concat([left, again]))).toBe(true);
  });

  // Those that write nothing before the end have read everything then.
  test.each(OUTPUT_FORMATS.filter((format) => !factsOf(format).isBinary))(
    'stops reading when writing fails: %s',
    async (format) => {
      let isStopped = false;
      const batches = async function* (): AsyncGenerator<readonly Row[]> {
        try {
          for (let rows = 0; rows < 10; rows += 1) yield [['x'.repeat(100_000)]];
        } finally {
          isStopped = true;
        }
      };
      let writes = 0;
      const write = async (): Promise<void> => {
        writes += 1;
        if (writes > 1) throw new Error('writing');
      };
      const writer = createWriter(format, { write });
      await expect(writeResult({ columns: columnsOf('v'), batches }, writer)).rejects.toThrow('writing');
      expect([isStopped, writes]).toEqual([true, 2]);
    },
  );
});
