/**
 * What the text of a user may do in the engine.
 *
 * DuckDB itself is closed to files, extensions and settings. Two doors stay open in it nevertheless, and are shut here:
 * it counts its spill directory and the database file among the files that SQL may read and write, and some functions
 * change what every later statement meets. So functions that give rows are refused unless they are known to be harmless,
 * which also covers those that a later DuckDB brings.
 *
 * @module
 */

import { lstatSync, realpathSync } from 'node:fs';
import { dirname, isAbsolute, join, parse, resolve, sep } from 'node:path';
import { NotSupportedError } from '../errors.ts';
import { literalRuns } from '../sql/text/literal-runs.ts';
import { isOperator, isSignificant, isWord, type Token } from '../sql/text/token.ts';
import { tokenize } from '../sql/text/tokens.ts';
import { forbiddenFile } from './failures.ts';
import { isList } from './long-lists.ts';
import { TABLE_MACROS } from './macros.ts';
import { allNodes, asDuckDbCompares, eachScoped, type IsCte, type Node } from './tree.ts';

/** Tables of ours begin with this. */
const OURS = /^oktaql_/i;

/** Functions in FROM that touch neither files nor the engine's state. */
export const HARMLESS_TABLE_FUNCTIONS: ReadonlySet<string> = new Set([
  'duckdb_columns',
  'duckdb_constraints',
  'duckdb_functions',
  'duckdb_indexes',
  'duckdb_keywords',
  'duckdb_schemas',
  'duckdb_tables',
  'duckdb_types',
  'duckdb_views',
  'generate_series',
  'icu_calendar_names',
  'json_each',
  'json_tree',
  'pg_timezone_names',
  'pragma_table_info',
  'pragma_version',
  'range',
  'repeat',
  'repeat_row',
  'test_all_types',
  'unnest',
]);

/** Table functions of our own, which are macros (`macros.ts`) over harmless ones. */
const OWN_TABLE_FUNCTIONS: ReadonlySet<string> = new Set(TABLE_MACROS);

/** Functions that read the file their first argument names. */
const FILE_READERS: ReadonlySet<string> = new Set([
  'parquet_scan',
  'read_blob',
  'read_csv',
  'read_csv_auto',
  'read_json',
  'read_json_auto',
  'read_json_objects',
  'read_json_objects_auto',
  'read_ndjson',
  'read_ndjson_auto',
  'read_ndjson_objects',
  'read_parquet',
  'read_text',
  'sniff_csv',
]);

/** Functions of one value that change the engine, bind or run a text which nobody has looked at, or read the environment. */
const FORBIDDEN =
  /^(?:enable|disable|truncate)_|checkpoint$|^(?:query|query_table|json_execute_serialized_sql|json_serialize_plan|write_log|getenv)$/i;

/** Functions that wait, row by row, and hold a thread of the engine meanwhile. No interrupt reaches them. */
const SLEEPS = /^(?:sleep_ms|pg_sleep)$/i;

/** DuckDB's own views over what functions give that are not among the harmless ones: paths, logs, settings. */
const CLOSED_VIEWS: ReadonlySet<string> = new Set([
  'duckdb_databases',
  'duckdb_logs',
  'duckdb_settings',
  'pg_settings',
  'pragma_database_list',
]);

/** What `SHOW` within a query lists by itself, in DuckDB's tree. */
const LISTS: ReadonlySet<unknown> = new Set(['"databases"', '"tables"', '"variables"', '__show_tables_expanded']);

/**
 * The settings that SQL may read: what changes an answer, and what the engine may use. Others hold paths of this machine, or
 * come from its environment, such as the password of a proxy.
 */
const OPEN_SETTINGS: readonly string[] = [
  'TimeZone',
  'Calendar',
  'default_null_order',
  'default_order',
  'integer_division',
  'memory_limit',
  'max_memory',
  'max_temp_directory_size',
  'threads',
  'enable_external_access',
  'lock_configuration',
  'allow_persistent_secrets',
];

/** What looks like a file to DuckDB where a table's name is expected. */
const LOOKS_LIKE_FILE = /[/\\?]|\.(?:csv|tsv|parquet|jsonl?|ndjson|db|duckdb|tmp|gz|zst)$/i;

/**
 * Checks a SELECT.
 *
 * @param tree the statements of `json_serialize_sql`
 * @param allowedFiles absolute paths that may be read
 * @throws NotSupportedError
 */
export function checkSelect(tree: unknown, allowedFiles: readonly string[]): void {
  eachScoped(tree, (node, isCte) => {
    if (node['type'] === 'TABLE_FUNCTION') checkTableFunction(node['function'] as Node, allowedFiles);
    if (node['type'] === 'BASE_TABLE') checkTable(node, isCte, allowedFiles);
    if (node['type'] === 'SHOW_REF') checkShown(node);
    if (typeof node['function_name'] === 'string') checkFunction(node['function_name'], node);
  });
}

/**
 * Checks the query of a view that a database file holds. No planner reads it, so names with dots are looked at too.
 *
 * @throws NotSupportedError
 */
export function checkView(tree: unknown): void {
  checkSelect(tree, []);
  for (const node of allNodes(tree)) {
    if (node['type'] !== 'BASE_TABLE') continue;
    const names = [node['catalog_name'], node['schema_name'], node['table_name']].map(String);
    if (LOOKS_LIKE_FILE.test(names.filter((name) => name !== '').join('.'))) throw forbiddenFile();
    checkName(names[2] ?? '');
    if (isClosedView(names[2] ?? '')) throw forbiddenView(names[2] ?? '');
  }
}

function checkFunction(name: string, call: Node): void {
  checkMayBeCalled(name);
  if (!READS_SETTING.test(name)) return;
  const [setting, ...others] = ((call['children'] ?? []) as readonly Node[]).map(constantTexts);
  if (others.length > 0 || setting?.length !== 1) throw forbiddenSetting();
  checkSetting(setting[0] ?? '');
}

function checkMayBeCalled(name: string): void {
  if (FORBIDDEN.test(name)) throw forbiddenFunction(name);
  if (SLEEPS.test(name)) throw sleepingFunction(name);
}

const READS_SETTING = /^current_setting$/i;

function checkSetting(name: string): void {
  if (!OPEN_SETTINGS.some((open) => open.toLowerCase() === asDuckDbCompares(name))) throw forbiddenSetting();
}

/** The query that `DESCRIBE t` has is looked at like all others; without one, a list is meant. */
function checkShown({ query, table_name }: Node): void {
  if (query === null && !LISTS.has(table_name)) throw forbiddenFunction('SHOW');
}

function checkTableFunction(call: Node, allowedFiles: readonly string[]): void {
  const name = String(call['function_name']).toLowerCase();
  if (HARMLESS_TABLE_FUNCTIONS.has(name) || OWN_TABLE_FUNCTIONS.has(name)) return;
  if (!FILE_READERS.has(name)) throw forbiddenFunction(name);
  const [files] = (call['children'] ?? []) as readonly Node[];
  const paths = constantTexts(files);
  if (paths.length === 0 || !paths.every((path) => isAllowed(path, allowedFiles))) throw forbiddenFile();
}

/** The text of a constant, or those of a list of constants; nothing for whatever has to be computed. */
function constantTexts(node: Node | undefined): readonly string[] {
  if (node?.['class'] === 'CONSTANT') {
    const { type, value } = node['value'] as { readonly type: { readonly id: string }; readonly value: unknown };
    return type.id === 'VARCHAR' ? [String(value)] : [];
  }
  if (node?.['function_name'] !== 'list_value') return [];
  const items = ((node['children'] ?? []) as readonly Node[]).flatMap((item) =>
    isList(item) ? item.values.map((value) => (typeof value === 'string' ? [value] : [])) : [constantTexts(item)],
  );
  return items.every((texts) => texts.length === 1) ? items.flat() : [];
}

function checkTable(node: Node, isCte: IsCte, allowedFiles: readonly string[]): void {
  const name = String(node['table_name']);
  const isOneName = node['schema_name'] === '' && node['catalog_name'] === '';
  // Names with dots are resources: `rewriteReferences` runs nothing where the planner has not read the same.
  if (!isOneName || isCte(name)) return;
  if (OURS.test(name)) throw reservedName(name);
  if (isClosedView(name)) throw forbiddenView(name);
  if (LOOKS_LIKE_FILE.test(name) && !isAllowed(name, allowedFiles)) throw forbiddenFile();
}

function isClosedView(name: string): boolean {
  return CLOSED_VIEWS.has(asDuckDbCompares(name));
}

function isAllowed(path: string, allowedFiles: readonly string[]): boolean {
  return allowedFiles.includes(resolve(path));
}

/** The statements about local tables that are run as they are, and what may stand before a SELECT. */
const LOCAL_STATEMENTS: readonly RegExp[] = [
  /^CREATE( OR REPLACE)?( TEMP| TEMPORARY)? TABLE\b/,
  /^(DROP|ALTER|TRUNCATE) TABLE\b/,
  /^TRUNCATE\b/,
  /^INSERT (OR (REPLACE|IGNORE) )?INTO\b/,
  /^UPDATE\b/,
  /^DELETE FROM\b/,
  /^MERGE INTO\b/,
  /^CREATE (UNIQUE INDEX|INDEX|SEQUENCE)\b/,
  /^DROP (INDEX|SEQUENCE)\b/,
  /^COMMENT ON\b/,
];

/** What a text about local tables must not name. */
export interface LocalLimits {
  /** All functions that the engine has for FROM, in lower case. */
  readonly tableFunctions: ReadonlySet<string>;
  /** The files and directories that DuckDB itself reads and writes. */
  readonly privatePaths: readonly string[];
  /** The directories that COPY may write to, and DuckDB would read for anybody. */
  readonly writableDirectories?: readonly string[];
}

/**
 * Checks a statement about local tables, or the part of one in front of its SELECT. DuckDB gives no tree of these, so
 * the tokens are looked at.
 *
 * @throws NotSupportedError
 */
export function checkLocal(text: string, limits: LocalLimits): void {
  const tokens = tokenize(text).filter(isSignificant);
  const head = tokens.slice(0, 6).map(({ value }) => value.toUpperCase());
  if (!LOCAL_STATEMENTS.some((pattern) => pattern.test(head.join(' ')))) {
    throw new NotSupportedError(`${head[0] ?? 'An empty text'} is no statement about a local table.`, {
      hint: 'Local tables know CREATE TABLE, INSERT, UPDATE, DELETE, MERGE, TRUNCATE, ALTER TABLE and DROP TABLE.',
    });
  }
  const { tableFunctions, privatePaths, writableDirectories = [] } = limits;
  checkTokens(tokens, { tableFunctions, privatePaths: [...privatePaths, ...writableDirectories] });
}

function checkTokens(tokens: readonly Token[], { tableFunctions, privatePaths }: LocalLimits): void {
  const asked = new Set<string>();
  const runs = literalRuns(tokens);
  let run = 0;
  tokens.forEach((token, index) => {
    while ((runs[run]?.last.end ?? token.end) < token.end) run += 1;
    const isListed = (runs[run]?.first.start ?? token.end) <= token.start;
    // The disk is asked for each text once, and never for what is compared or in a list of values: no table stands there.
    if (!isListed && !asked.has(token.value) && !isCompared(tokens[index - 1])) {
      if (isPrivate(token, privatePaths)) throw forbiddenFile();
      if (token.kind === 'string' || token.kind === 'quoted') asked.add(token.value);
    }
    if (token.kind !== 'word' && token.kind !== 'quoted') return;
    if (OURS.test(token.value)) throw reservedName(token.value);
    if (isClosedView(token.value)) throw forbiddenView(token.value);
    if (isCall(tokens, index)) checkCalled(token.value, tokens.slice(index + 2, index + 4), tableFunctions);
  });
}

/**
 * Checks expressions that are given to DuckDB by themselves, before there is a query: no tree is made of these.
 *
 * @throws NotSupportedError
 */
export function checkExpression(text: string): void {
  checkTokens(tokenize(text).filter(isSignificant), { tableFunctions: new Set(), privatePaths: [] });
}

const COMPARISONS: ReadonlySet<string> = new Set(['=', '==', '<>', '!=', '<', '<=', '>', '>=']);

/** Whether what follows the token is compared. */
function isCompared(before: Token | undefined): boolean {
  return before?.kind === 'operator' && COMPARISONS.has(before.value);
}

/**
 * `FROM 'file.csv'` reads that file; where FROM stands cannot be told from tokens, so the path may stand nowhere. DuckDB makes
 * the same of many texts: `file:` and links are followed, patterns filled. So what counts is where a text leads.
 */
function isPrivate({ kind, value }: Token, privatePaths: readonly string[]): boolean {
  if ((kind !== 'string' && kind !== 'quoted') || privatePaths.length === 0) return false;
  const leadsTo = realPathOf(value.replace(/^file:(?:\/\/(?:localhost)?(?=\/))?/i, ''));
  return privatePaths.some((each) => leadsTo === each || leadsTo.startsWith(each + sep) || isLog(leadsTo, each));
}

/** DuckDB's own log beside a database file, `t.duckdb.wal`. */
function isLog(path: string, database: string): boolean {
  return path.startsWith(`${database}.`) && !path.slice(database.length).includes(sep);
}

/** Where a path leads, link by link, as far as there is one: `a/..` is where `a` leads to, and there one up. */
export function realPathOf(path: string): string {
  const segments = path.split(sep === '/' ? '/' : /[/\\]/).filter((segment) => segment !== '' && segment !== '.');
  let at = isAbsolute(path) ? parse(resolve(path)).root : resolve();
  for (const [index, segment] of segments.entries()) {
    const next = segment === '..' ? dirname(at) : linkedTo(join(at, segment));
    if (next === undefined) return join(at, ...segments.slice(index));
    at = next;
  }
  return at;
}

/** Undefined where nothing is. Most texts are no paths, and an error for each of many thousand would take seconds. */
function linkedTo(path: string): string | undefined {
  try {
    return lstatSync(path, { throwIfNoEntry: false }) === undefined ? undefined : realpathSync.native(path);
  } catch {
    return undefined;
  }
}

/** `INSERT INTO summary (a)` calls nothing. */
function isCall(tokens: readonly Token[], index: number): boolean {
  const before = tokens[index - 1];
  const isTarget = ['INTO', 'TABLE', 'EXISTS', 'UPDATE'].some((word) => isWord(before, word));
  return isOperator(tokens[index + 1], '(') && !isTarget;
}

/** @param behind the two tokens behind the parenthesis */
function checkCalled(written: string, [argument, end]: readonly Token[], tableFunctions: ReadonlySet<string>): void {
  const name = written.toLowerCase();
  checkMayBeCalled(name);
  if (tableFunctions.has(name) && !HARMLESS_TABLE_FUNCTIONS.has(name)) throw forbiddenFunction(name);
  if (!READS_SETTING.test(name)) return;
  if (argument?.kind !== 'string' || !isOperator(end, ')')) throw forbiddenSetting();
  checkSetting(argument.value);
}

/** @throws NotSupportedError for a name that the engine keeps for itself */
export function checkName(name: string): void {
  if (OURS.test(name)) throw reservedName(name);
}

function reservedName(name: string): NotSupportedError {
  return new NotSupportedError(`The name ${name} is reserved: names that begin with oktaql_ are the engine's own.`);
}

function forbiddenFunction(name: string): NotSupportedError {
  return new NotSupportedError(`The function ${name} reaches into the engine; queries may not call it.`);
}

function sleepingFunction(name: string): NotSupportedError {
  return new NotSupportedError(`The function ${name} does nothing but hold the engine; queries may not call it.`);
}

function forbiddenView(name: string): NotSupportedError {
  return new NotSupportedError(`${name} shows the insides of the engine; queries may not read it.`);
}

function forbiddenSetting(): NotSupportedError {
  return new NotSupportedError('The statement asks for a setting that is closed to SQL.', {
    hint: `current_setting takes, as a text: ${OPEN_SETTINGS.join(', ')}.`,
  });
}
