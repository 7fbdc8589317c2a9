/**
 * Parquet, written by DuckDB's COPY: typed, compressed, and with where it comes from in its metadata.
 *
 * The rows go into a DuckDB of the writer's own, and not that of the statement: what is written may be rows that no engine has, such as
 * those of SHOW, or come from an engine in another process; and the statement's is closed to files. A million rows at a time become a file in
 * a private directory, and these one file at the end, so that memory does not grow with the rows beyond what this DuckDB may have.
 *
 * @module
 */

import { createReadStream } from 'node:fs';
import { join } from 'node:path';
import type { DuckDBAppender, DuckDBConnection, DuckDBInstance } from '@duckdb/node-api';
import { makeSpillDirectory, removeSpillDirectory } from '../engine/disk.ts';
import { engineFailure } from '../engine/failures.ts';
import { type DuckDb, loadDuckDb } from '../engine/load.ts';
import { NotSupportedError } from '../errors.ts';
import { type ResultColumn, type Row, uniqueNames, type Value } from '../values.ts';
import { cellText } from './cell-text.ts';
import { isJson } from './column-kinds.ts';
import type { OutputMetadata, OutputOptions } from './options.ts';
import type { ResultWriter, Sink } from './writer.ts';

/** A result is one file, whose index stands at its end: nothing is written before. */
export function createParquetWriter(sink: Sink, { metadata = {}, signal }: OutputOptions): ResultWriter {
  let current: readonly ResultColumn[] = [];
  let staged: Staging | undefined;
  const stage = async (): Promise<Staging> => {
    staged ??= await openStaging(current, signal);
    return staged;
  };
  const letGo = async (): Promise<void> => {
    staged?.close();
    staged = undefined;
  };
  return {
    begin: async (columns) => {
      await letGo();
      current = columns;
      if (columns.length === 0) throw new NotSupportedError('A result without columns is no Parquet file.');
    },
    rows: async (rows) => {
      if (rows.length > 0) await (await stage()).append(rows);
    },
    end: async () => {
      try {
        await copyInto(sink, await (await stage()).finish(metadata));
      } finally {
        await letGo();
      }
    },
    abort: letGo,
  };
}

/** Bytes: some tens of kilobytes, as all writers write. */
const CHUNK_BYTES = 65_536;

async function copyInto(sink: Sink, file: string): Promise<void> {
  const stream = createReadStream(file, { highWaterMark: CHUNK_BYTES });
  for await (const chunk of stream) await sink.write(chunk as Uint8Array);
}

/** Rows of one part. */
const PART_ROWS = 1_000_000;

/** UTF-16 units of texts in one part, about: of long ones a part holds fewer rows. */
const PART_UNITS = 128_000_000;

/** Rows that DuckDB collects before it compresses them, by itself: here before that can take the thread for long. */
const FLUSH_ROWS = 50_000;

/** DuckDB's own, and what a group takes in memory at most, about. */
const GROUP_ROWS = 122_880;
const GROUP_UNITS = 32_000_000;
const LEAST_GROUP_ROWS = 2_048;

interface Staging {
  append(rows: readonly Row[]): Promise<void>;
  /** Makes the file; its path. */
  finish(metadata: OutputMetadata): Promise<string>;
  close(): void;
}

async function openStaging(columns: readonly ResultColumn[], signal: AbortSignal | undefined): Promise<Staging> {
  const directory = makeSpillDirectory();
  let instance: DuckDBInstance | undefined;
  try {
    const api = loadDuckDb();
    instance = await api.DuckDBInstance.create(':memory:', { ...SETTINGS, temp_directory: directory });
    const connection = await instance.connect();
    await connection.run("SET TimeZone = 'UTC'");
    const names = uniqueNames(columns);
    const definitions = columns.map((column, index) => `${quotedName(names[index] ?? '')} ${stagedType(column)}`);
    await connection.run(`CREATE TABLE staged (${definitions.join(', ')})`);
    return stagingIn({ api, instance, connection, directory, columns, signal });
  } catch (error) {
    instance?.closeSync();
    removeSpillDirectory(directory);
    throw engineFailure(error, []);
  }
}

/** Beside the engine of the statement, which may have its whole gigabyte. Nothing is fetched from anywhere. */
const SETTINGS = {
  memory_limit: '512MB',
  threads: '2',
  autoinstall_known_extensions: 'false',
  autoload_known_extensions: 'false',
  http_proxy: '',
};

interface Place {
  readonly api: DuckDb;
  readonly instance: DuckDBInstance;
  readonly connection: DuckDBConnection;
  readonly directory: string;
  readonly columns: readonly ResultColumn[];
  readonly signal: AbortSignal | undefined;
}

function stagingIn(place: Place): Staging {
  const { instance, connection, directory, columns } = place;
  const writers = columns.map(writerOf);
  const parts: string[] = [];
  const total = { rows: 0, units: 0 };
  let part = { rows: 0, units: 0 };
  let unflushed = 0;
  let appender: DuckDBAppender | undefined;

  const flush = (): void => {
    appender?.closeSync();
    appender = undefined;
    unflushed = 0;
  };
  const copy = async (source: string, file: string, options: readonly string[]): Promise<string> => {
    const path = join(directory, file);
    await interruptible(place, `COPY ${source} TO ${quotedText(path)} (${[...ALWAYS, ...options].join(', ')})`);
    return path;
  };
  const closePart = async (): Promise<void> => {
    flush();
    parts.push(await copy('staged', `part-${String(parts.length).padStart(6, '0')}.parquet`, [groupRows(part)]));
    await connection.run('TRUNCATE staged');
    part = { rows: 0, units: 0 };
  };
  const append = async (rows: readonly Row[]): Promise<void> => {
    for (const row of rows) {
      appender ??= await connection.createAppender('staged');
      for (const [index, write] of writers.entries()) part.units += write(appender, row[index] ?? null);
      appender.endRow();
      part.rows += 1;
      unflushed += 1;
      if (unflushed >= FLUSH_ROWS) flush();
      if (part.rows >= PART_ROWS || part.units >= PART_UNITS) {
        total.rows += part.rows;
        total.units += part.units;
        await closePart();
      }
    }
  };
  return {
    append: (rows) => translated(() => append(rows)),
    finish: (metadata) =>
      translated(async () => {
        flush();
        if (parts.length === 0) return copy('staged', 'whole.parquet', [groupRows(part), ...keyValues(metadata)]);
        total.rows += part.rows;
        total.units += part.units;
        if (part.rows > 0) await closePart();
        const source = `(FROM read_parquet([${parts.map(quotedText).join(', ')}]))`;
        return copy(source, 'whole.parquet', [groupRows(total), ...keyValues(metadata)]);
      }),
    close: () => {
      try {
        // What waits in an appender would be written when it is closed.
        appender?.clear();
        connection.closeSync();
        instance.closeSync();
      } finally {
        removeSpillDirectory(directory);
      }
    },
  };
}

const ALWAYS = ['FORMAT parquet', 'COMPRESSION zstd'];

async function translated<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw engineFailure(error, []);
  }
}

/** COPY over what was staged takes seconds for millions of rows. */
async function interruptible({ connection, signal }: Place, sql: string): Promise<void> {
  signal?.throwIfAborted();
  const stop = (): void => connection.interrupt();
  signal?.addEventListener('abort', stop);
  try {
    await connection.run(sql);
  } finally {
    signal?.removeEventListener('abort', stop);
  }
}

/** A group of rows is in memory as a whole, for whoever writes it and for whoever reads it. */
function groupRows({ rows, units }: { readonly rows: number; readonly units: number }): string {
  const fitting = Math.floor(GROUP_UNITS / Math.max(1, units / Math.max(1, rows)));
  return `ROW_GROUP_SIZE ${Math.max(LEAST_GROUP_ROWS, Math.min(GROUP_ROWS, fitting))}`;
}

/** https://duckdb.org/docs/stable/data/parquet/overview#writing-to-parquet-files */
function keyValues({ query, org, time, version }: OutputMetadata): readonly string[] {
  const pairs = Object.entries({ query, org, time, oktaql: version }).flatMap(([name, value]) =>
    value === undefined ? [] : [`${name}: ${quotedText(value)}`],
  );
  return pairs.length === 0 ? [] : [`KV_METADATA {${pairs.join(', ')}}`];
}

/** What a file has no type for: Parquet would make a DOUBLE of a HUGEINT. */
const STAGED: Readonly<Partial<Record<string, string>>> = {
  HUGEINT: 'DECIMAL(38,0)',
  UHUGEINT: 'DECIMAL(38,0)',
};

const KEPT =
  /^(?:BOOLEAN|U?(?:TINYINT|SMALLINT|INTEGER|BIGINT)|FLOAT|DOUBLE|DECIMAL\(\d+,\d+\)|DATE|TIME|TIMESTAMP(?:TZ|_S|_MS|_NS)?|UUID|BLOB)$/;

function stagedType(column: ResultColumn): string {
  if (isJson(column)) return 'JSON';
  return STAGED[column.type] ?? (KEPT.test(column.type) ? column.type : 'VARCHAR');
}

/** Appends a value; how long its text is, about. */
type CellWriter = (appender: DuckDBAppender, value: Value) => number;

/** DuckDB makes a value of the column's type of a text. Of what there is most of, it is given the value itself. */
function writerOf(column: ResultColumn): CellWriter {
  const write = valueWriter(column);
  return (appender, value) => {
    if (value !== null) return write(appender, value);
    appender.appendNull();
    return 1;
  };
}

const WIDTH = 8;

function valueWriter(column: ResultColumn): CellWriter {
  const asText: CellWriter = (appender, value) => {
    const text = cellText(value, column) ?? '';
    appender.appendVarchar(text);
    return text.length + WIDTH;
  };
  if (isJson(column)) return asText;
  switch (column.type) {
    case 'BOOLEAN':
      return (appender, value) => {
        appender.appendBoolean(value === true);
        return 1;
      };
    case 'BLOB':
      return (appender, value) => {
        const bytes = Buffer.from(String(value), 'hex');
        appender.appendBlob(bytes);
        return bytes.length + WIDTH;
      };
    default:
      return (appender, value) => {
        if (typeof value !== 'number') return asText(appender, value);
        appender.appendDouble(value);
        return WIDTH;
      };
  }
}

function quotedText(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}

function quotedName(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}
