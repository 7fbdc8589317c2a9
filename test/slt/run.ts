/** Runs the records of a file and says what they printed. */

import { QueryError } from '../../src/errors.ts';
import { createSession, type Session } from '../../src/index.ts';
import type { Simulator } from '../../src/simulator/index.ts';
import type { Value } from '../../src/values.ts';
import type { SltFile, SltRecord } from './file.ts';
import { NOW, openScene, TOKEN } from './scene.ts';

/** The file with what was printed in place of what was expected. */
export async function runSlt(file: SltFile): Promise<SltFile> {
  const simulator = openScene(file.records.flatMap(({ before }) => before));
  const session = createSession({ token: TOKEN, subdomain: 'my-org', fetch: simulator.handle, now: () => NOW });
  try {
    const records: SltRecord[] = [];
    for (const record of file.records) records.push(await runRecord(record, session, simulator));
    return { ...file, records };
  } finally {
    await session.close();
  }
}

async function runRecord(record: SltRecord, session: Session, simulator: Simulator): Promise<SltRecord> {
  const plan = record.tags.has('plan') ? await planLines(record, session) : [];
  simulator.clearJournal();
  const outcome = await outcomeOf(record, session);
  const requests = record.tags.has('requests') ? requestLines(simulator) : [];
  const { error: _expected, ...rest } = record;
  return {
    ...rest,
    types: outcome.types ?? record.types,
    ...(outcome.error !== undefined && { error: outcome.error }),
    expected: [...plan, ...requests, ...outcome.lines],
  };
}

interface RecordOutcome {
  readonly lines: readonly string[];
  readonly types?: string;
  readonly error?: string;
}

async function outcomeOf(record: SltRecord, session: Session): Promise<RecordOutcome> {
  try {
    const { columns, rows } = await session.query(record.sql);
    if (record.kind === 'statement') return { lines: [] };
    const lines = rows.map((row) => row.map(valueText).join('\t'));
    const types = columns.map(({ type }) => letterOf(type)).join('');
    return { types, lines: record.tags.has('rowsort') ? lines.toSorted() : lines };
  } catch (error) {
    if (!(error instanceof QueryError)) throw error;
    return { lines: [error.message.split('\n')[0] ?? ''], error: error.code };
  }
}

/** A query that lost a column, or got another type, would print rows that look right. */
function letterOf(type: string): string {
  if (/^(?:BIGINT|INTEGER|HUGEINT|UBIGINT|SMALLINT|TINYINT)$/.test(type)) return 'I';
  if (/^(?:DOUBLE|FLOAT|DECIMAL)/.test(type)) return 'R';
  if (type === 'BOOLEAN') return 'B';
  if (/^(?:TIMESTAMP|DATE)/.test(type)) return 'D';
  return type === 'JSON' || /[[(]/.test(type) ? 'J' : 'T';
}

async function planLines({ sql }: SltRecord, session: Session): Promise<readonly string[]> {
  const { rows } = await session.query(`EXPLAIN ${sql}`);
  return rows.map(([line]) => String(line));
}

/** Calls of one shape, of which there can be hundreds, are one line. */
const MOST_ALIKE = 3;

function requestLines({ journal }: Simulator): readonly string[] {
  // What a cursor holds depends on how many there were before it.
  const lines = journal.map(
    ({ method, path, query }) => `${method} ${path}${query.replace(/\bafter=[^&]+/, 'after=*')}`,
  );
  const shapes = new Map<string, string[]>();
  for (const line of lines) shapes.set(shapeOf(line), [...(shapes.get(shapeOf(line)) ?? []), line]);
  return [...shapes].flatMap(([shape, alike]) =>
    alike.length > MOST_ALIKE ? [`> ${alike.length} × ${shape}`] : alike.map((line) => `> ${line}`),
  );
}

/** Ids do not belong to the shape. */
function shapeOf(line: string): string {
  return line.replace(/\/[0-9a-z]{3}[0-9A-Za-z]{17}(?=[/?]|$)/g, '/*');
}

/** How a value is written in expected rows. */
export function valueText(value: Value): string {
  if (value === null) return 'NULL';
  if (value === '') return '(empty)';
  if (value instanceof Date) return value.toISOString();
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}
