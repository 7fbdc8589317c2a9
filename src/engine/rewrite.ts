/**
 * Points the table references of a text at the tables that hold their rows.
 *
 * DuckDB's own parse tree says where each reference stands, so nothing is guessed from the text; and what the planner
 * read with another parser is compared with it. If the two disagree, nothing runs.
 *
 * @module
 */

import { InternalError, NotSupportedError } from '../errors.ts';
import type { EngineTable } from './engine.ts';

/** A node of the tree that `json_serialize_sql` returns. */
type Node = Readonly<Record<string, unknown>>;

interface Reference {
  readonly names: readonly string[];
  readonly alias: string;
  /** UTF-8 bytes from the start of the text. */
  readonly byteOffset: number;
}

interface Edit {
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

/**
 * The text with every reference of `tables` replaced by `tableName(ordinal)`.
 *
 * @param tree the statement node of `json_serialize_sql`
 * @throws InternalError if the tree's references are not those of `tables`
 * @throws NotSupportedError for functions that reach into the engine
 */
export function rewriteReferences(
  text: string,
  tree: unknown,
  tables: readonly EngineTable[],
  tableName: (ordinal: number) => string,
): string {
  const nodes = [...walk(tree)];
  refuseForbiddenFunctions(nodes);
  const found = onePerPlace(nodes.filter((node) => node['type'] === 'BASE_TABLE').map(tableReference)).filter(
    ({ names }) => names.length > 1,
  );
  found.sort((a, b) => a.byteOffset - b.byteOffset);
  checkAgreement(found, tables);
  const offsets = new Offsets(text);
  const tableEdits = found.map((reference, index) => tableEdit(text, offsets, reference, tables[index], tableName));
  const columns = onePerPlace(nodes.filter((node) => node['type'] === 'COLUMN_REF').map(columnReference));
  const columnEdits = columns.flatMap((reference) => columnEdit(text, offsets, reference, tables));
  return applyEdits(text, [...tableEdits, ...columnEdits]);
}

function* walk(value: unknown): Iterable<Node> {
  if (Array.isArray(value)) {
    for (const item of value) yield* walk(item);
  } else if (typeof value === 'object' && value !== null) {
    yield value as Node;
    yield* walk(Object.values(value));
  }
}

/** The tree repeats what the text says once: `CASE x WHEN 1 … WHEN 2 …` holds x twice. */
function onePerPlace(references: readonly Reference[]): Reference[] {
  return [...new Map(references.map((reference) => [reference.byteOffset, reference])).values()];
}

/** Functions that change the engine for every later statement, and those that run a text which nobody has looked at. */
const FORBIDDEN = /^(?:enable|disable|truncate)_|checkpoint$|^(?:query|json_execute_serialized_sql|write_log)$/i;

function refuseForbiddenFunctions(nodes: readonly Node[]): void {
  const name = nodes.map((node) => String(node['function_name'] ?? '')).find((each) => FORBIDDEN.test(each));
  if (name === undefined) return;
  throw new NotSupportedError(`The function ${name} reaches into the engine; queries may not call it.`);
}

function tableReference(node: Node): Reference {
  const names = [node['catalog_name'], node['schema_name'], node['table_name']]
    .map(String)
    .filter((name) => name !== '');
  return { names, alias: String(node['alias'] ?? ''), byteOffset: Number(node['query_location']) };
}

function columnReference(node: Node): Reference {
  const names = Array.isArray(node['column_names']) ? node['column_names'].map(String) : [];
  return { names, alias: '', byteOffset: Number(node['query_location']) };
}

function checkAgreement(found: readonly Reference[], tables: readonly EngineTable[]): void {
  const describe = (names: readonly string[], alias: string): string => `${names.join('.')} ${alias}`.toLowerCase();
  const inTree = found.map(({ names, alias }) => describe(names, alias));
  const planned = tables.map(({ name, alias }) => describe(name, alias ?? ''));
  if (inTree.join('\n') === planned.join('\n')) return;
  throw new InternalError(
    `The statement's tables were read in two ways: ${planned.join(', ')} and ${inTree.join(', ')}. Nothing was run.`,
    { hint: 'Please report the statement. Writing joins with JOIN … ON and plain aliases avoids it.' },
  );
}

function tableEdit(
  text: string,
  offsets: Offsets,
  reference: Reference,
  table: EngineTable | undefined,
  tableName: (ordinal: number) => string,
): Edit {
  const start = offsets.toUtf16(reference.byteOffset);
  const end = chainEnd(text, start, reference.names);
  // Without an alias, columns may be qualified by the table's last name.
  const alias = reference.alias === '' ? ` AS ${quote(reference.names.at(-1) ?? '')}` : '';
  return { start, end, text: tableName(table?.ordinal ?? -1) + alias };
}

/** `okta.apps.jwks.kid` and `apps.jwks.kid` become `jwks.kid`, since the catalog and schema are gone. */
function columnEdit(
  text: string,
  offsets: Offsets,
  { names, byteOffset }: Reference,
  tables: readonly EngineTable[],
): readonly Edit[] {
  const table = tables.find(
    ({ name, alias }) => alias === undefined && [name, name.slice(1)].some((parts) => isPrefix(parts, names)),
  );
  if (table === undefined || names.length < 3) return [];
  const qualifiers = isPrefix(table.name, names) ? table.name.length : table.name.length - 1;
  const start = offsets.toUtf16(byteOffset);
  const end = chainEnd(text, start, names.slice(0, qualifiers));
  return [{ start, end, text: quote(table.name.at(-1) ?? '') }];
}

function isPrefix(prefix: readonly string[], names: readonly string[]): boolean {
  return (
    prefix.length < names.length && prefix.every((part, index) => part.toLowerCase() === names[index]?.toLowerCase())
  );
}

const NAME = /\s*(?:"((?:[^"]|"")*)"|([\p{L}_][\p{L}\p{N}_$]*))/uy;
const DOT = /\s*\./y;

/** Where the dotted names that begin at `start` end. */
function chainEnd(text: string, start: number, names: readonly string[]): number {
  let end = start;
  names.forEach((expected, index) => {
    if (index > 0) end = matchEnd(DOT, text, end);
    NAME.lastIndex = end;
    const match = NAME.exec(text);
    const name = match?.[1]?.replaceAll('""', '"') ?? match?.[2];
    if (match === null || name?.toLowerCase() !== expected.toLowerCase()) throw notThere(expected);
    end = NAME.lastIndex;
  });
  return end;
}

function matchEnd(pattern: RegExp, text: string, at: number): number {
  pattern.lastIndex = at;
  if (!pattern.test(text)) throw notThere('.');
  return pattern.lastIndex;
}

function notThere(expected: string): InternalError {
  return new InternalError(
    `The engine's parse tree and the text disagree about where ${expected} stands. Nothing was run.`,
  );
}

function applyEdits(text: string, edits: readonly Edit[]): string {
  return edits
    .toSorted((a, b) => b.start - a.start)
    .reduce(
      (edited, { start, end, text: replacement }) => edited.slice(0, start) + replacement + edited.slice(end),
      text,
    );
}

/** Offsets in UTF-8 bytes to offsets in UTF-16 units. */
class Offsets {
  readonly #bytes: Buffer;

  constructor(text: string) {
    this.#bytes = Buffer.from(text, 'utf8');
  }

  toUtf16(byteOffset: number): number {
    return this.#bytes.toString('utf8', 0, byteOffset).length;
  }
}

/** A quoted identifier. */
export function quote(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}
