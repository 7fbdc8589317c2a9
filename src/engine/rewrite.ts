/**
 * Points the table references of a text at the tables that hold their rows.
 *
 * DuckDB's own parse tree says where each reference stands, so nothing is guessed from the text; and what the planner
 * read is compared with it. If the two disagree, nothing runs.
 *
 * @module
 */

import { InternalError, NotSupportedError } from '../errors.ts';
import { offsetsOfBytes } from '../sql/text/position.ts';
import { isOperator, isSignificant, isWord, type Token } from '../sql/text/token.ts';
import { tokenize } from '../sql/text/tokens.ts';
import { applyEdits, type Edit } from './edits.ts';
import type { EngineTable } from './engine.ts';
import { meantRenamings, type Renaming } from './meant.ts';
import type { Readable } from './readable.ts';
import { starEdits } from './stars.ts';
import type { Node } from './tree.ts';

interface Reference {
  readonly names: readonly string[];
  readonly alias: string;
  /** UTF-8 bytes from the start of the text. */
  readonly byteOffset: number;
}

/** Names with dots between them: a table, a column, or a function if a parenthesis follows. */
interface Chain {
  readonly names: readonly Token[];
  /** Whether `.*` follows. */
  readonly isStar: boolean;
  readonly isCall: boolean;
  /** Whether an alias may follow, if this is a table: not in `TABLE t` and `DESCRIBE t`. */
  readonly takesAlias: boolean;
}

/**
 * The text with every reference of `tables` replaced by `tableName(ordinal)`.
 *
 * @param readable as `readableByDuckDb` gives it
 * @param nodes of what `json_serialize_sql` makes of it
 * @throws InternalError if the tree's references are not those of `tables`
 * @throws NotSupportedError where names without an alias could be taken for one another
 */
export function rewriteReferences(
  { text, tokens }: Pick<Readable, 'text' | 'tokens'>,
  nodes: readonly Node[],
  tables: readonly EngineTable[],
  tableName: (ordinal: number) => string,
): string {
  const found = onePerPlace(nodes.filter((node) => node['type'] === 'BASE_TABLE').map(tableReference)).filter(
    ({ names }) => names.length > 1 && !isRecurring(names),
  );
  found.sort((a, b) => a.byteOffset - b.byteOffset);
  checkAgreement(found, tables, nodes);
  const significant = tokens.filter(isSignificant);
  const chains = readChains(significant);
  const offsetAt = offsetsOfBytes(text);
  const starts = found.map(({ byteOffset }) => offsetAt(byteOffset));
  const chainAt = new Map(chains.map((chain) => [chain.names[0]?.start, chain]));
  const shortNames = chooseShortNames(nodes, tables, chains);
  const tableEdits = found.map((reference, index) =>
    tableEdit(chainAt.get(starts[index]), reference, tables[index], shortNames, tableName),
  );
  const tableStarts = new Set(starts);
  const named = unaliased(tables);
  const columnEdits = chains
    .filter((chain) => !tableStarts.has(chain.names[0]?.start ?? -1))
    .flatMap((chain) => columnEdit(chain, named, shortNames));
  const tableOf = new Map(found.map(({ byteOffset }, index) => [byteOffset, tables[index]]));
  const hiding = starEdits(nodes, {
    tokens: significant,
    offsetAt,
    tableAt: (byteOffset) => {
      const table = tableOf.get(byteOffset);
      if (table?.hidden === undefined) return undefined;
      const exposedName = table.alias ?? shortNames.get(fullName(table.name)) ?? lastName(table.name);
      return { exposedName, hidden: table.hidden };
    },
    quote,
  });
  const meant = meantEdits(meantRenamings(nodes, tables), offsetAt, chainAt);
  return applyEdits(text, [...tableEdits, ...columnEdits, ...meant, ...hiding]);
}

function meantEdits(
  renamings: readonly Renaming[],
  offsetAt: (byteOffset: number) => number,
  chainAt: ReadonlyMap<number | undefined, Chain>,
): readonly Edit[] {
  return renamings.map(({ to, byteOffset }) => {
    const name = chainAt.get(offsetAt(byteOffset))?.names.at(-1);
    if (name === undefined) throw new InternalError('The engine’s parse tree and the text disagree. Nothing was run.');
    return { start: name.start, end: name.end, text: quote(to) };
  });
}

/** Those that go by their names, each name once. */
function unaliased(tables: readonly EngineTable[]): readonly EngineTable[] {
  const found = tables.filter(({ alias }) => alias === undefined);
  return [...new Map(found.map((table) => [fullName(table.name), table])).values()];
}

/** A condition on one table's columns, whose names are shortened to what the table is called. */
export function rewriteCondition(text: string, table: EngineTable): string {
  const shortNames = new Map([[fullName(table.name), lastName(table.name)]]);
  return applyEdits(
    text,
    readChains(tokenize(text).filter(isSignificant)).flatMap((chain) =>
      columnEdit(chain, unaliased([table]), shortNames),
    ),
  );
}

/** What the table is called where no alias is given: the last part of its name. */
export function lastName(name: readonly string[]): string {
  return name.at(-1) ?? '';
}

/** A quoted identifier. */
export function quote(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}

/** The tree repeats what the text says once: `CASE x WHEN 1 … WHEN 2 …` holds x twice. */
function onePerPlace(references: readonly Reference[]): Reference[] {
  return [...new Map(references.map((reference) => [reference.byteOffset, reference])).values()];
}

function tableReference(node: Node): Reference {
  const names = [node['catalog_name'], node['schema_name'], node['table_name']]
    .map(String)
    .filter((name) => name !== '');
  return { names, alias: String(node['alias'] ?? ''), byteOffset: Number(node['query_location']) };
}

/** `recurring.t` is a recursive CTE's: the planner has let no other pass. */
function isRecurring(names: readonly string[]): boolean {
  return names.length === 2 && names[0]?.toLowerCase() === 'recurring';
}

function checkAgreement(found: readonly Reference[], tables: readonly EngineTable[], nodes: readonly Node[]): void {
  const describe = (names: readonly string[], alias: string): string => `${names.join('.')} ${alias}`.toLowerCase();
  const inTree = found.map(({ names, alias }) => describe(names, alias));
  const planned = tables.map(({ name, alias }) => describe(name, alias ?? ''));
  if (inTree.join('\n') === planned.join('\n')) return;
  if ((isWithout(inTree, planned) || isWithout(planned, inTree)) && nodes.some(isGrouped)) {
    // DuckDB's parser keeps one of groups that are equal, and so the table in one of them.
    throw new NotSupportedError('A query stands twice in a GROUP BY.', {
      hint: 'Compute it once: SELECT … FROM (SELECT *, (SELECT …) AS g FROM …) GROUP BY g.',
    });
  }
  throw new InternalError(
    `The statement's tables were read in two ways: ${planned.join(', ')} and ${inTree.join(', ')}. Nothing was run.`,
    { hint: 'Please report the statement. Writing joins with JOIN … ON and plain aliases avoids it.' },
  );
}

function isGrouped(node: Node): boolean {
  return Array.isArray(node['group_expressions']) && node['group_expressions'].length > 0;
}

/** Whether some of them are left out, and what is left stands in its order and is not new. */
function isWithout(all: readonly string[], left: readonly string[]): boolean {
  let at = 0;
  for (const each of all) if (each === left[at]) at += 1;
  return at === left.length && left.length < all.length && all.every((each) => left.includes(each));
}

const WITHOUT_ALIAS = ['TABLE', 'DESCRIBE', 'DESC', 'SHOW', 'SUMMARIZE'];

function readChains(tokens: readonly Token[]): readonly Chain[] {
  const chains: Chain[] = [];
  for (let index = 0; index < tokens.length; index += 1) {
    const names = namesFrom(tokens, index);
    if (names.length === 0 || isOperator(tokens[index - 1], '.')) continue;
    const after = index + names.length * 2 - 1;
    const isStar = isOperator(tokens[after], '.') && isOperator(tokens[after + 1], '*');
    chains.push({
      names,
      isStar,
      isCall: isOperator(tokens[after], '('),
      takesAlias: !WITHOUT_ALIAS.some((word) => isWord(tokens[index - 1], word)),
    });
    index = after - 1;
  }
  return chains;
}

function namesFrom(tokens: readonly Token[], start: number): readonly Token[] {
  const names: Token[] = [];
  for (let index = start; isName(tokens[index]); index += 2) {
    names.push(tokens[index] as Token);
    if (!isOperator(tokens[index + 1], '.')) break;
  }
  return names;
}

function isName(token: Token | undefined): boolean {
  return token?.kind === 'word' || token?.kind === 'quoted';
}

/** By full name in lower case. */
type ShortNames = ReadonlyMap<string, string>;

/**
 * What each table without an alias is called in the rewritten text: the last part of its name, since columns may be
 * qualified by that. Where something else is called the same, columns qualified by the full name need a name that is
 * nobody else's; then those qualified by the last part alone could no longer be told apart.
 */
function chooseShortNames(
  nodes: readonly Node[],
  tables: readonly EngineTable[],
  chains: readonly Chain[],
): ShortNames {
  const named = unaliased(tables);
  const aliases = new Set(nodes.map((node) => String(node['alias'] ?? '').toLowerCase()));
  const namesakes = counted(named.map(({ name }) => lastName(name).toLowerCase()));
  return new Map(
    named.map(({ name }): [string, string] => {
      const last = lastName(name).toLowerCase();
      const hasNamesake = (last !== '' && aliases.has(last)) || (namesakes.get(last) ?? 0) > 1;
      const isQualified = hasNamesake && chains.some((chain) => !isTable(chain, name) && qualifiersOf(chain, name) > 1);
      if (!isQualified) return [fullName(name), lastName(name)];
      const isByLastAlone = (chain: Chain): boolean =>
        chain.names[0]?.value.toLowerCase() === last &&
        (chain.isStar || chain.names.length > 1) &&
        named.every((table) => qualifiersOf(chain, table.name) < 2);
      if (chains.some(isByLastAlone)) throw ambiguous(name);
      return [fullName(name), name.join('.')];
    }),
  );
}

function counted(names: readonly string[]): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const name of names) counts.set(name, (counts.get(name) ?? 0) + 1);
  return counts;
}

function isTable({ names, isStar }: Chain, name: readonly string[]): boolean {
  return !isStar && names.length === name.length;
}

function ambiguous(name: readonly string[]): NotSupportedError {
  return new NotSupportedError(`Several tables of the statement can be meant by ${lastName(name)}.`, {
    hint: `Give each an alias: FROM ${name.join('.')} AS a.`,
  });
}

function fullName(name: readonly string[]): string {
  return name.join('.').toLowerCase();
}

function tableEdit(
  chain: Chain | undefined,
  { names, alias }: Reference,
  table: EngineTable | undefined,
  shortNames: ShortNames,
  tableName: (ordinal: number) => string,
): Edit {
  const tokens = chain?.names ?? [];
  if (!names.every((name, index) => tokens[index]?.value.toLowerCase() === name.toLowerCase())) {
    throw new InternalError(
      `The engine's parse tree and the text disagree about where ${names.join('.')} stands. Nothing was run.`,
    );
  }
  const needsAlias = alias === '' && chain?.takesAlias === true;
  const shortName = shortNames.get(fullName(names)) ?? lastName(names);
  return {
    start: tokens[0]?.start ?? 0,
    end: tokens[names.length - 1]?.end ?? 0,
    text: tableName(table?.ordinal ?? -1) + (needsAlias ? ` AS ${quote(shortName)}` : ''),
  };
}

/** `okta.apps.jwks.kid` and `apps.jwks.kid` become `jwks.kid`, since the catalog and schema are gone. */
function columnEdit(chain: Chain, unaliasedTables: readonly EngineTable[], shortNames: ShortNames): readonly Edit[] {
  if (chain.isCall || (chain.names.length < 2 && !chain.isStar)) return [];
  for (const { name } of unaliasedTables) {
    const qualifiers = qualifiersOf(chain, name);
    if (qualifiers < 2) continue;
    const [start, end] = [chain.names[0]?.start ?? 0, chain.names[qualifiers - 1]?.end ?? 0];
    return [{ start, end, text: quote(shortNames.get(fullName(name)) ?? lastName(name)) }];
  }
  return [];
}

/** How many names in front of a column are the table's: all of them, or all but the catalog. */
function qualifiersOf({ names, isStar }: Chain, name: readonly string[]): number {
  const isPrefix = (parts: readonly string[]): boolean =>
    parts.every((part, index) => part.toLowerCase() === names[index]?.value.toLowerCase());
  // The whole name without a column is the table's row.
  if (isPrefix(name)) return name.length;
  const withoutCatalog = name.slice(1);
  return isPrefix(withoutCatalog) && (isStar || names.length > withoutCatalog.length) ? withoutCatalog.length : 0;
}
