/**
 * One statement, asked of a real PostgreSQL and of the catalog.
 *
 * @module
 */

import type { CatalogSession } from '../../src/catalog/contract.ts';
import type { PostgresServer } from './postgres.ts';

/** What is asked: one statement, with texts for its parameters. */
export interface Question {
  readonly sql: string;
  readonly values: readonly string[];
}

/** What one of the two says. OIDs of objects that are no system's stand as names. */
export interface Answer {
  readonly error?: string;
  /** Name and type of each column, as `format_type` writes it. */
  readonly columns: readonly string[];
  readonly rows: readonly string[];
  /** Types of its parameters where nobody has said them. */
  readonly parameters: string;
}

const [MARK, FIELD, RECORD, NULL] = ['\u0001', '\u001f', '\u001e', '\u0002'];

/** OIDs of a side → names. Row types and keys are those of their tables. */
export const OBJECTS = `SELECT oid, 'class ' || relnamespace::regnamespace::text || '.' || relname FROM pg_class WHERE oid >= 16384
UNION ALL SELECT oid, 'type ' || typnamespace::regnamespace::text || '.' || typname FROM pg_type WHERE oid >= 16384
UNION ALL SELECT oid, 'schema ' || nspname FROM pg_namespace WHERE oid >= 16384
UNION ALL SELECT oid, 'database ' || datname FROM pg_database
UNION ALL SELECT oid, 'constraint ' || conname FROM pg_constraint WHERE oid >= 16384`;

export type Objects = ReadonlyMap<string, string>;

export function askPostgres(
  { run }: PostgresServer,
  questions: readonly Question[],
  objects: Objects,
): readonly Answer[] {
  const script = questions.map(({ sql, values }, index) => {
    const execute = `EXECUTE q${index}${values.length === 0 ? '' : `(${values.map(literal).join(', ')})`}`;
    const types = `SELECT array_to_string(parameter_types, ',') FROM pg_prepared_statements WHERE name = 'q${index}';`;
    const steps = [`PREPARE q${index} AS ${sql.replace(/[\s;]+$/, '')};\n${execute} \\gdesc`, `${execute};`, types];
    return `${steps.map((step) => `\\echo '${MARK}'\n${step}\n`).join('')}DEALLOCATE q${index};`;
  });
  const options = ['-F', FIELD ?? '', '-R', RECORD ?? '', '-P', `null=${NULL}`];
  const parts = run(`SET search_path = "$user", public;\n${script.join('\n')}`, options)
    .split(`${MARK}\n`)
    .slice(1);
  return questions.map((_, index) => {
    const [shape = '', answer = '', types = ''] = parts.slice(index * STEPS);
    const error = /(?:^|\n)ERROR: +(.*)/.exec(shape + answer)?.[1];
    if (error !== undefined) return { ...NOTHING, error };
    const columns = records(shape).map((record) => record.join(' '));
    return { columns, rows: normalized(records(answer), columns, objects), parameters: types.trim() };
  });
}

const STEPS = 3;

const NOTHING: Answer = { columns: [], rows: [], parameters: '' };

function records(text: string): readonly (readonly string[])[] {
  // A row of one empty text has at least its end.
  if (text === '') return [];
  const body = text.replace(/\n$/, '');
  return body.split(RECORD ?? '').map((record) => record.split(FIELD ?? ''));
}

/** @param typeName of an OID, as `format_type` writes it */
export async function askCatalog(
  session: CatalogSession,
  { sql, values }: Question,
  typeName: (oid: number, typmod: number) => string,
  objects: Objects,
): Promise<Answer> {
  try {
    const { columns, rows } = await session.query(sql, values, []);
    const named = columns.map(({ name, oid, typmod }) => `${name} ${typeName(oid, typmod)}`);
    const texts = rows.map((row) => row.map((value) => value ?? NULL ?? ''));
    const { parameters, columns: described } = await session.describe(sql, []);
    const isSame = JSON.stringify(described) === JSON.stringify(columns);
    return {
      columns: named,
      rows: normalized(texts, named, objects),
      parameters: parameters.map((oid) => typeName(oid, -1)).join(','),
      ...(!isSame && { error: 'described otherwise than it is answered' }),
    };
  } catch (error) {
    return { ...NOTHING, error: error instanceof Error ? `${error.name}: ${error.message}` : String(error) };
  }
}

function normalized(
  rows: readonly (readonly string[])[],
  columns: readonly string[],
  objects: Objects,
): readonly string[] {
  return rows.map((row) =>
    row
      .map((value, index) => (/ (?:oid|reg\w+)$/.test(columns[index] ?? '') ? (objects.get(value) ?? value) : value))
      .join(FIELD),
  );
}

/** Undefined where both say the same; rows may come in any order, since those of OIDs differ. */
export function difference(expected: Answer, actual: Answer): string | undefined {
  if (expected.error !== undefined)
    return actual.error === undefined ? `PostgreSQL refuses it: ${expected.error}` : undefined;
  if (actual.error !== undefined) return actual.error;
  const columns = firstDifference(expected.columns, actual.columns);
  if (columns !== undefined) return `column ${columns}`;
  if (expected.parameters !== actual.parameters) return `parameters ${expected.parameters}, here ${actual.parameters}`;
  if (expected.rows.length !== actual.rows.length) {
    const missing = expected.rows.find((row) => !actual.rows.includes(row));
    const extra = actual.rows.find((row) => !expected.rows.includes(row));
    return `${expected.rows.length} rows, here ${actual.rows.length}; missing ${shown(missing)}, not there ${shown(extra)}`;
  }
  const rows = firstDifference(expected.rows.toSorted(), actual.rows.toSorted());
  return rows === undefined ? undefined : `row ${rows}`;
}

function firstDifference(expected: readonly string[], actual: readonly string[]): string | undefined {
  const length = Math.max(expected.length, actual.length);
  const at = Array.from({ length }, (_, index) => index).find((index) => expected[index] !== actual[index]);
  return at === undefined ? undefined : `${at + 1}: ${shown(expected[at])}, here ${shown(actual[at])}`;
}

function shown(text: string | undefined): string {
  return (text ?? 'nothing')
    .replaceAll(FIELD ?? '', '|')
    .replaceAll(NULL ?? '', 'NULL')
    .slice(0, 300);
}

function literal(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}
