import type { Engine, EngineQuery, EngineStatement, EngineTable } from '../../../src/engine/engine.ts';
import type { Column, ColumnType, ResultSet, Row, Value } from '../../../src/values.ts';

/** `'id VARCHAR, n BIGINT'` as columns. */
function columns(list: string): readonly Column[] {
  return list.split(', ').map((each) => {
    const [name = '', type = ''] = each.split(' ');
    return { name, type: type as ColumnType };
  });
}

/** A table reference: `'okta.apps.jwks AS j'`. */
export function table(ordinal: number, reference: string, list = 'id VARCHAR, kid VARCHAR'): EngineTable {
  const [name = '', alias] = reference.split(' AS ');
  return { ordinal, name: name.split('.'), columns: columns(list), ...(alias !== undefined && { alias }) };
}

export async function* batches(...list: readonly (readonly Row[])[]): AsyncGenerator<readonly Row[]> {
  yield* list;
}

export interface Loaded {
  readonly table: EngineTable;
  readonly rows: readonly Row[];
}

/** A statement whose text is bound; the caller closes it. */
export async function open(
  engine: Engine,
  text: string,
  tables: readonly EngineTable[] = [],
  more: Omit<EngineQuery, 'text' | 'tables'> = {},
): Promise<EngineStatement> {
  const statement = await engine.begin();
  try {
    await statement.bind({ text, tables, ...more });
    return statement;
  } catch (error) {
    await statement.close();
    throw error;
  }
}

/** Begins, binds, loads, runs, reads and closes. */
export async function ask(engine: Engine, text: string, ...loaded: readonly Loaded[]): Promise<ResultSet> {
  const tables = loaded.map((each) => each.table);
  return await within(await open(engine, text, tables), async (statement) => {
    for (const { table: each, rows } of loaded) await statement.load(each.ordinal, batches(rows));
    return await read(statement);
  });
}

/** The first value of the first row. */
export async function firstValue(engine: Engine, expression: string): Promise<Value | undefined> {
  return (await ask(engine, `SELECT ${expression}`)).rows[0]?.[0];
}

/** A statement about local tables, kept. */
export async function local(engine: Engine, text: string): Promise<void> {
  await within(await engine.begin(), async (statement) => {
    await statement.runLocal(text);
    await statement.commit();
  });
}

/** Does something with a statement, and closes it. */
export async function within<T>(
  statement: EngineStatement,
  work: (statement: EngineStatement) => Promise<T>,
): Promise<T> {
  try {
    return await work(statement);
  } finally {
    await statement.close();
  }
}

export async function read(statement: EngineStatement, signal?: AbortSignal): Promise<ResultSet> {
  const result = await statement.run(signal);
  const rows: Row[] = [];
  for await (const batch of result.batches()) rows.push(...batch);
  return { columns: result.columns, rows };
}
