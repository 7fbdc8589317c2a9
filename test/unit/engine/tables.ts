import type { Engine, EngineStatement, EngineTable } from '../../../src/engine/engine.ts';
import type { Column, ColumnType, ResultSet, Row } from '../../../src/values.ts';

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

/** Opens, loads, runs, reads and closes. */
export async function ask(engine: Engine, text: string, ...loaded: readonly Loaded[]): Promise<ResultSet> {
  const statement = await engine.open(
    text,
    loaded.map((each) => each.table),
  );
  try {
    for (const { table: each, rows } of loaded) await statement.load(each.ordinal, batches(rows));
    return await read(statement);
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
