/**
 * Fills references to `information_schema`.
 *
 * @module
 */

import type { EngineStatement } from '../engine/engine.ts';
import { BindError } from '../errors.ts';
import { type CatalogRef, type CatalogTable, ownRows } from '../plan/catalog.ts';
import type { MetadataPlan } from '../plan/plan.ts';
import { didYouMean, nearestNames } from '../registry/nearest.ts';
import type { Row } from '../values.ts';

/** What is said of resources, and what the engine knows of the session's own tables. */
export async function loadCatalog(catalog: readonly CatalogRef[], statement: EngineStatement): Promise<void> {
  for (const { ordinal, table, rows } of catalog) {
    const own = await readOwn(table, statement);
    await statement.load(
      ordinal,
      (async function* () {
        yield rows;
        yield own;
      })(),
    );
  }
}

/** Materialised views are tables. */
async function readOwn(table: CatalogTable, statement: EngineStatement): Promise<readonly Row[]> {
  const views = (await statement.views()).filter(({ isMaterialized }) => !isMaterialized);
  return ownRows(
    table,
    await statement.ownColumns(),
    views.map(({ name }) => name),
  );
}

/**
 * The same in the columns of SHOW TABLES (`name`, `type`, `description`) and of SHOW COLUMNS (`name`, `type`, `kind`, `description`,
 * `notes`).
 *
 * @throws BindError for a table that there is not
 */
export async function ownMetadata(
  { of, table }: NonNullable<MetadataPlan['own']>,
  statement: EngineStatement,
): Promise<readonly Row[]> {
  const rows = await readOwn(of, statement);
  if (of === 'tables') return rows.map(([, , name = null, type]) => [name, type === 'VIEW' ? 'view' : 'table', null]);
  const isMeant = ([, , name]: Row): boolean => String(name).toLowerCase() === table?.toLowerCase();
  const columns = rows.filter(isMeant);
  if (columns.length === 0) throw noTable(table ?? '', await readOwn('tables', statement));
  return columns.map(([, , , name = null, , , type = null]) => [name, type, 'own', null, null]);
}

function noTable(name: string, tables: readonly Row[]): BindError {
  const known = tables.map(([, , each]) => String(each));
  const isView = known.some((each) => each.toLowerCase() === name.toLowerCase());
  if (isView) {
    return new BindError(
      'BINDING',
      `${JSON.stringify(name)} is a view, whose columns are known only when it is read.`,
      {
        unknownName: name,
        hint: `SELECT * FROM ${name} LIMIT 0 shows them.`,
      },
    );
  }
  const nearest = nearestNames(name, known);
  return new BindError('UNKNOWN_RESOURCE', `There is no table ${JSON.stringify(name)} here.`, {
    unknownName: name,
    nearest,
    hint: didYouMean(nearest, []) ?? 'Resources are named provider.service.resource, such as okta.apps.jwks.',
  });
}
