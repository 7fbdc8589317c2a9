import { type ResultColumn, type Row, uniqueNames, type Value } from '../values.ts';
import { mapped, writePieces } from './chunks.ts';
import { isJson } from './column-kinds.ts';
import { dateText, jsonText } from './json-text.ts';
import type { OutputOptions } from './options.ts';
import type { ResultWriter, Sink } from './writer.ts';

const TABLE = 'result';

/**
 * A table `result` and an INSERT for each row, as DuckDB and PostgreSQL both read them. Without the header, the INSERTs alone.
 */
export function createSqlWriter(sink: Sink, { header = true }: OutputOptions): ResultWriter {
  let current: readonly ResultColumn[] = [];
  let start = '';
  const toLine = (row: Row): string =>
    `${start} (${current.map((column, index) => literal(row[index], column)).join(', ')});\n`;
  return {
    begin: async (columns) => {
      current = columns;
      const names = uniqueNames(columns).map(quotedName);
      start = `INSERT INTO ${TABLE} (${names.join(', ')}) VALUES`;
      const definitions = columns.map((column, index) => `  ${names[index]} ${typeOf(column)}`);
      if (header) await sink.write(`CREATE TABLE ${TABLE} (\n${definitions.join(',\n')}\n);\n`);
    },
    rows: (rows) => writePieces(sink, mapped(rows, toLine)),
    end: async () => undefined,
    abort: async () => undefined,
  };
}

/** Types that PostgreSQL calls otherwise, or has not, by one that holds their values in both. */
const TYPES: Readonly<Partial<Record<string, string>>> = {
  TINYINT: 'SMALLINT',
  UTINYINT: 'SMALLINT',
  USMALLINT: 'INTEGER',
  UINTEGER: 'BIGINT',
  UBIGINT: 'DECIMAL(20,0)',
  HUGEINT: 'DECIMAL(38,0)',
  UHUGEINT: 'DECIMAL(38,0)',
  FLOAT: 'REAL',
  DOUBLE: 'DOUBLE PRECISION',
  TIMESTAMP_S: 'TIMESTAMP',
  TIMESTAMP_MS: 'TIMESTAMP',
};

const COMMON =
  /^(?:BOOLEAN|SMALLINT|INTEGER|BIGINT|DECIMAL\(\d+,\d+\)|VARCHAR|DATE|TIME|TIMESTAMP|TIMESTAMPTZ|INTERVAL|UUID)$/;

function typeOf(column: ResultColumn): string {
  if (isJson(column)) return 'JSON';
  return TYPES[column.type] ?? (COMMON.test(column.type) ? column.type : 'VARCHAR');
}

function literal(value: Value | undefined, column: ResultColumn): string {
  if (value === null || value === undefined) return 'NULL';
  if (isJson(column)) return quotedText(jsonText(value));
  if (typeof value === 'boolean') return value ? 'TRUE' : 'FALSE';
  if (typeof value === 'bigint') return String(value);
  if (typeof value === 'number') return Number.isFinite(value) ? String(value) : `'${value}'`;
  if (value instanceof Date) return `'${dateText(value)}'`;
  return quotedText(typeof value === 'string' ? value : jsonText(value));
}

/** No text in a statement may hold U+0000. */
function quotedText(text: string): string {
  const quoted = `'${text.replaceAll("'", "''")}'`;
  return text.includes('\0') ? quoted.replaceAll('\0', "' || chr(0) || '") : quoted;
}

function quotedName(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}
