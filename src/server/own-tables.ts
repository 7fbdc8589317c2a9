/**
 * The tables and views that a session has made, for the catalog.
 *
 * @module
 */

import type { OwnTable } from '../catalog/contract.ts';
import type { Session } from '../session/session.ts';
import { quoteName } from '../sql/text/sql-text.ts';
import type { Value } from '../values.ts';

type Columns = OwnTable['columns'];

export async function ownTables(session: Session): Promise<readonly OwnTable[]> {
  const { rows: tables } = await session.query(
    "SELECT table_name, table_type FROM information_schema.tables WHERE table_catalog = 'session'",
  );
  const { rows: columns } = await session.query(
    "SELECT table_name, column_name, data_type FROM information_schema.columns WHERE table_catalog = 'session' ORDER BY ordinal_position",
  );
  const columnsOf = (table: Value): Columns =>
    columns.filter(([name]) => name === table).map(([, name, type]) => ({ name: String(name), type: String(type) }));
  return Promise.all(
    tables.map(async ([table, type]): Promise<OwnTable> => {
      const name = String(table);
      if (type !== 'VIEW') return { name, kind: 'table', columns: columnsOf(name) };
      return { name, kind: 'view', columns: await columnsOfView(session, name) };
    }),
  );
}

/** One whose query no longer has a meaning has none. */
async function columnsOfView(session: Session, name: string): Promise<Columns> {
  try {
    return (await session.describe(`SELECT * FROM ${quoteName(name)}`)).columns;
  } catch {
    return [];
  }
}
