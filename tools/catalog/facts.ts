/**
 * What a fresh PostgreSQL says of itself → postgres/: its relations with their columns, and the rows of those that clients read.
 * Usage: npm run catalog:generate
 *
 * @module
 */

import { mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { findPostgres, type PostgresServer, startPostgres } from './postgres.ts';

const FOLDER = 'postgres';

/**
 * The relations whose rows are kept, as queries. A node tree stands as the text that `pg_get_expr` makes of it, which is all that
 * anybody can read of one.
 */
const ROWS: Readonly<Record<string, string>> = {
  pg_aggregate: 'SELECT * FROM pg_aggregate ORDER BY aggfnoid::oid',
  pg_am: 'SELECT * FROM pg_am ORDER BY oid',
  pg_attribute: 'SELECT * FROM pg_attribute WHERE attrelid < 16384 ORDER BY attrelid, attnum',
  pg_auth_members: 'SELECT * FROM pg_auth_members ORDER BY roleid, member',
  pg_authid: "SELECT * FROM pg_authid WHERE rolname LIKE 'pg\\_%' ORDER BY oid",
  pg_cast: 'SELECT * FROM pg_cast ORDER BY oid',
  pg_class: 'SELECT * FROM pg_class WHERE oid < 16384 ORDER BY oid',
  // The others are those of the machine.
  pg_collation: 'SELECT * FROM pg_collation WHERE oid < 1000 ORDER BY oid',
  pg_constraint: 'SELECT * FROM pg_constraint WHERE oid < 16384 ORDER BY oid',
  pg_depend: "SELECT * FROM pg_depend WHERE deptype = 'e' ORDER BY classid, objid, objsubid",
  pg_description:
    'SELECT * FROM pg_description WHERE objoid < 1000 OR classoid <> 3456 ORDER BY classoid, objoid, objsubid',
  pg_extension: 'SELECT * FROM pg_extension ORDER BY oid',
  pg_index: 'SELECT * FROM pg_index WHERE indexrelid < 16384 ORDER BY indexrelid',
  pg_language: 'SELECT * FROM pg_language ORDER BY oid',
  pg_namespace: 'SELECT * FROM pg_namespace WHERE oid < 16384 ORDER BY oid',
  pg_opclass: 'SELECT * FROM pg_opclass ORDER BY oid',
  pg_operator: 'SELECT * FROM pg_operator ORDER BY oid',
  pg_opfamily: 'SELECT * FROM pg_opfamily ORDER BY oid',
  pg_proc: 'SELECT * FROM pg_proc WHERE oid < 16384 ORDER BY oid',
  pg_range: 'SELECT * FROM pg_range ORDER BY rngtypid',
  pg_tablespace: 'SELECT * FROM pg_tablespace ORDER BY oid',
  pg_ts_config: 'SELECT * FROM pg_ts_config ORDER BY oid',
  pg_type: 'SELECT * FROM pg_type WHERE oid < 16384 ORDER BY oid',
  pg_settings: 'SELECT * FROM pg_settings ORDER BY lower(name)',
  // No relations, but what functions say.
  keywords: 'SELECT word, catcode::text, barelabel, catdesc, baredesc FROM pg_get_keywords() ORDER BY word',
  function_texts:
    'SELECT oid, pg_get_function_result(oid) AS result, pg_get_function_arguments(oid) AS arguments, pg_get_function_identity_arguments(oid) AS identity_arguments FROM pg_proc WHERE oid < 16384 ORDER BY oid',
  type_names: 'SELECT oid, format_type(oid, NULL) AS name FROM pg_type WHERE oid < 16384 ORDER BY oid',
};

/** Settings that say where this server runs, which is nothing of the catalog's. */
const OF_THE_MACHINE =
  /^(config_file|data_directory|hba_file|ident_file|unix_socket_directories|listen_addresses|fsync|autovacuum|shared_memory_size.*|dynamic_shared_memory_type|max_wal_size|min_wal_size|log_timezone)$/;

const found = findPostgres();
if ('reason' in found) throw new Error(`The facts are those of a real server: ${found.reason}.`);
const server = await startPostgres(found.bin);
try {
  mkdirSync(FOLDER, { recursive: true });
  for (const file of readdirSync(FOLDER)) if (file.endsWith('.tsv')) rmSync(join(FOLDER, file));
  const relations = readRelations(server);
  const constants = Object.entries(ROWS).map(([name, query]) => [name, writeRows(name, query, server)] as const);
  const text = JSON.stringify({ relations, constants: Object.fromEntries(constants) });
  // A line a relation, so that a difference can be read.
  writeFileSync(join(FOLDER, 'relations.json'), `${text.replaceAll('},{', '},\n{')}\n`);
} finally {
  server.close();
}

interface Relation {
  readonly schema: string;
  readonly name: string;
  readonly oid: number;
  readonly kind: string;
  /** Name and type, in their order. */
  readonly columns: readonly (readonly [string, string])[];
}

function readRelations({ run }: PostgresServer): readonly Relation[] {
  const rows = run(
    `SELECT json_build_object('schema', nspname, 'name', relname, 'oid', c.oid::int, 'kind', relkind, 'columns',
       (SELECT json_agg(json_build_array(attname, t.typname) ORDER BY attnum)
        FROM pg_attribute a JOIN pg_type t ON t.oid = atttypid WHERE attrelid = c.oid AND attnum > 0))
     FROM pg_class c JOIN pg_namespace n ON n.oid = relnamespace
     WHERE relkind IN ('r', 'v') AND nspname IN ('pg_catalog', 'information_schema') ORDER BY nspname, relname;`,
  );
  return rows
    .trim()
    .split('\n')
    .map((row) => JSON.parse(row) as Relation);
}

/** Writes the rows, and returns the columns that have one value in all of them. */
function writeRows(name: string, query: string, { run }: PostgresServer): Readonly<Record<string, string>> {
  const header = run(`${query.replace(/ ORDER BY .*$/, '')} LIMIT 0 \\gdesc\n`)
    .trim()
    .split('\n');
  const columns = header.map((line) => line.split('|') as [string, string]);
  const outer = columns.map(([column, type]) => `${readable(name, column, type)} AS "${column}"`).join(', ');
  const copied = run(`COPY (SELECT ${outer} FROM (${query}) q) TO STDOUT;`);
  const problem = /^ERROR: .*$/m.exec(copied);
  if (problem !== null) throw new Error(`${name}: ${problem[0]}`);
  const lines = copied.split('\n').filter((line) => line !== '');
  const rows = lines
    .map((line) => line.split('\t'))
    .map((row) => (name === 'pg_settings' ? plainSetting(row, columns) : row));
  const isConstant = columns.map((_, index) => rows.length > 0 && rows.every((row) => row[index] === rows[0]?.[index]));
  const kept = (_: unknown, index: number): boolean => isConstant[index] !== true;
  const body = [columns.map(([column]) => column), ...rows].map((row) => row.filter(kept).join('\t'));
  writeFileSync(join(FOLDER, `${name}.tsv`), `${body.join('\n')}\n`);
  return Object.fromEntries(
    columns.flatMap(([column], index) => (isConstant[index] === true ? [[column, rows[0]?.[index] ?? '']] : [])),
  );
}

function readable(name: string, column: string, type: string): string {
  if (type.startsWith('reg') && !type.endsWith(']')) return `"${column}"::oid`;
  // A query in it, of which there is no text without its function.
  if (column === 'prosqlbody') return 'NULL';
  // Of a type's default there is a text in another column.
  if (column === 'typdefaultbin') return `"${column}"::text`;
  if (type !== 'pg_node_tree') return name === 'pg_proc' && column === 'prosrc' ? "''" : `"${column}"`;
  const relation = { pg_constraint: 'conrelid', pg_index: 'indrelid' }[name];
  return `pg_get_expr("${column}", ${relation ?? '0'})`;
}

/** As if nobody had set anything but what a new cluster has. */
function plainSetting(row: readonly string[], columns: readonly (readonly [string, string])[]): readonly string[] {
  const at = (name: string): number => columns.findIndex(([column]) => column === name);
  const isOfMachine = OF_THE_MACHINE.test(row[at('name')] ?? '');
  const boot = row[at('boot_val')] ?? '';
  const plain: Readonly<Record<number, string>> = {
    [at('sourcefile')]: '\\N',
    [at('sourceline')]: '\\N',
    ...(isOfMachine && { [at('setting')]: boot, [at('reset_val')]: boot, [at('source')]: 'default' }),
  };
  return row.map((value, index) => plain[index] ?? value);
}
