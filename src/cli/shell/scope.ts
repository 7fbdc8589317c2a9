/**
 * Where in a half-written statement a place is: in which clause, and which tables can be named there. No parser reads what is not
 * finished, so this goes by words and parentheses.
 *
 * @module
 */

import { RESERVED } from '../../sql/text/keywords.ts';
import { isOperator, isSignificant, isWord, type Token } from '../../sql/text/token.ts';
import { tokensSoFar } from '../../sql/text/tokens.ts';
import { own } from '../../values.ts';

/** A table that a statement names. */
export interface NamedTable {
  readonly name: readonly string[];
  readonly alias?: string;
}

/** The word that rules a place: that of the clause it is in. */
export type Clause =
  | 'start'
  | 'select'
  | 'from'
  | 'where'
  | 'by'
  | 'set'
  | 'into'
  | 'insert-columns'
  | 'values'
  | 'exec'
  | 'show'
  | 'describe'
  | 'setting'
  | 'other';

export interface Place {
  readonly clause: Clause;
  /** The word that the statement begins with, in capitals. */
  readonly verb: string;
  /** Names with dots behind them, directly before what is being written: `okta`, `apps` of `okta.apps.j`. */
  readonly path: readonly string[];
  /** What is being written, up to the cursor. */
  readonly prefix: string;
  /** Where that begins. */
  readonly from: number;
  readonly tables: readonly NamedTable[];
  /** Names of the WITH clause. */
  readonly queries: readonly string[];
  /** Names of the statement that stand before `=`, with or without `@`, in lower case. */
  readonly given: ReadonlySet<string>;
  /** The name behind EXEC. */
  readonly call: readonly string[];
  /** The token before the names. */
  readonly previous: Token | undefined;
}

/** Undefined within strings and comments. */
export function placeAt(text: string, cursor: number): Place | undefined {
  const { tokens: all, openAt = Infinity } = tokensSoFar(text);
  if (openAt < cursor || all.some((token) => isClosed(token) && token.start < cursor && cursor < token.end))
    return undefined;
  if (all.some(({ kind, text: comment, end }) => kind === 'comment' && !comment.startsWith('/*') && end === cursor)) {
    return undefined;
  }
  const tokens = statementAround(all.filter(isSignificant), cursor);
  const before = tokens.filter(({ start }) => start < cursor);
  const { path, prefix, from, count } = nameBefore(before, text, cursor);
  const led = before.slice(0, before.length - count);
  const { clause, depth } = clauseOf(led);
  return {
    clause,
    verb: (tokens[0]?.value ?? '').toUpperCase(),
    path,
    prefix,
    from,
    tables: tablesIn(tokens).flatMap((found) => (isVisible(found.depth, depth) ? [found.table] : [])),
    queries: queriesIn(tokens),
    given: givenIn(tokens),
    call: isWord(tokens[0], 'EXEC') || isWord(tokens[0], 'EXECUTE') ? dottedName(tokens, 1).name : [],
    previous: led.at(-1),
  };
}

function isClosed({ kind }: Token): boolean {
  return kind === 'string' || kind === 'comment';
}

/** The tokens between the semicolons around a place. */
function statementAround(tokens: readonly Token[], cursor: number): readonly Token[] {
  const start = tokens.findLastIndex((token) => isOperator(token, ';') && token.end <= cursor) + 1;
  const end = tokens.findIndex((token, index) => index >= start && isOperator(token, ';'));
  return tokens.slice(start, end === -1 ? undefined : end);
}

interface NameBefore extends Pick<Place, 'path' | 'prefix' | 'from'> {
  /** Tokens that it takes. */
  readonly count: number;
}

/** The dotted name that ends at the cursor, or begins there with nothing. */
function nameBefore(before: readonly Token[], text: string, cursor: number): NameBefore {
  const parameter = /@{1,2}[\w-]*$/.exec(text.slice(0, cursor));
  if (parameter !== null) {
    const taken = before.filter(({ start }) => start >= parameter.index).length;
    return { path: [], prefix: parameter[0], from: parameter.index, count: taken };
  }
  let count = 0;
  const last = before.at(-1);
  const isWriting = last !== undefined && isName(last) && last.end >= cursor;
  const from = isWriting ? last.start : cursor;
  if (isWriting) count += 1;
  const path: string[] = [];
  for (let end = from; ; ) {
    const [name, dot] = before.slice(-2 - count, count === 0 ? undefined : -count);
    if (name === undefined || dot === undefined || !isName(name) || !isOperator(dot, '.')) break;
    if (dot.end !== end || name.end !== dot.start) break;
    path.unshift(name.value);
    count += 2;
    end = name.start;
  }
  return { path, prefix: text.slice(from, cursor).replace(/^"/, ''), from, count };
}

function isName({ kind }: Token): boolean {
  return kind === 'word' || kind === 'quoted';
}

const CLAUSES: Readonly<Record<string, Clause>> = {
  SELECT: 'select',
  DISTINCT: 'select',
  RETURNING: 'select',
  FROM: 'from',
  JOIN: 'from',
  UPDATE: 'from',
  WHERE: 'where',
  ON: 'where',
  HAVING: 'where',
  QUALIFY: 'where',
  BY: 'by',
  LIMIT: 'other',
  OFFSET: 'other',
  INTO: 'into',
  VALUES: 'values',
  SET: 'set',
  EXEC: 'exec',
  EXECUTE: 'exec',
  SHOW: 'show',
  DESCRIBE: 'describe',
  DESC: 'describe',
};

/** Words that are others where they do not begin a statement: ORDER BY a DESC. */
const ONLY_FIRST: ReadonlySet<string> = new Set(['EXEC', 'EXECUTE', 'SHOW', 'DESCRIBE', 'DESC']);

/** Which queries a token is in, from the outermost: each parenthesis and each part of a UNION has a number of its own. */
type Depth = readonly number[];

interface Frame {
  clause: Clause | undefined;
  query: number;
}

interface Step {
  readonly token: Token;
  readonly index: number;
  /** Made for the few tokens that are asked about: a long statement has thousands. */
  readonly depth: () => Depth;
  /** Of the innermost query, before this token. */
  readonly clause: Clause | undefined;
}

const SET_OPERATIONS: ReadonlySet<string> = new Set(['UNION', 'EXCEPT', 'INTERSECT']);

/** Goes through the tokens of a statement, and tells of each where it is; the frames that are open at the end. */
function walk(tokens: readonly Token[], visit: (step: Step) => void): readonly Frame[] {
  let queries = 1;
  const frames: Frame[] = [{ clause: undefined, query: queries }];
  const depth = (): Depth => frames.map(({ query }) => query);
  for (const [index, token] of tokens.entries()) {
    const frame = frames.at(-1);
    if (frame === undefined) continue;
    visit({ token, index, depth, clause: frame.clause });
    if (isOperator(token, '(')) {
      queries += 1;
      // INSERT INTO t (…
      const isList = frame.clause === 'into';
      frames.push({ clause: isList ? 'insert-columns' : undefined, query: queries });
    } else if (isOperator(token, ')') && frames.length > 1) {
      frames.pop();
    } else if (token.kind === 'word' && !isOperator(tokens[index - 1], '.')) {
      const word = token.value.toUpperCase();
      if (index === 0 || !ONLY_FIRST.has(word)) frame.clause = own(CLAUSES, word) ?? frame.clause;
      if (SET_OPERATIONS.has(word)) {
        queries += 1;
        frame.query = queries;
        frame.clause = 'other';
      }
    }
  }
  return frames;
}

function clauseOf(led: readonly Token[]): { readonly clause: Clause; readonly depth: Depth } {
  const frames = walk(led, () => undefined);
  const found = frames.findLast(({ clause }) => clause !== undefined)?.clause;
  const clause = found ?? (led.length === 0 ? 'start' : 'other');
  const isSetting = clause === 'set' && isWord(led[0], 'SET');
  return { clause: isSetting ? 'setting' : clause, depth: frames.map(({ query }) => query) };
}

/** What a query names can be seen in the queries inside it. */
function isVisible(table: Depth, place: Depth): boolean {
  return table.every((query, index) => place[index] === query);
}

function tablesIn(tokens: readonly Token[]): readonly { readonly table: NamedTable; readonly depth: Depth }[] {
  const found: { readonly table: NamedTable; readonly depth: Depth }[] = [];
  walk(tokens, ({ token, index, depth, clause }) => {
    const before = tokens[index - 1];
    const isFirst =
      ['FROM', 'JOIN', 'INTO', 'UPDATE'].some((word) => isWord(before, word)) ||
      (clause === 'from' && isOperator(before, ','));
    if (!isFirst || !isName(token)) return;
    const { name, behind } = dottedName(tokens, index);
    const alias = aliasAt(tokens, behind);
    found.push({ table: { name, ...(alias !== undefined && { alias }) }, depth: depth() });
  });
  return found;
}

function dottedName(
  tokens: readonly Token[],
  from: number,
): { readonly name: readonly string[]; readonly behind: number } {
  const name = [tokens[from]?.value ?? ''];
  let at = from + 1;
  for (; isOperator(tokens[at], '.'); at += 2) {
    const part = tokens[at + 1];
    if (part === undefined || !isName(part)) break;
    name.push(part.value);
  }
  return { name, behind: at };
}

/** Words that stand where an alias could, and are none, besides those that are reserved. */
const NO_ALIAS: ReadonlySet<string> = new Set(['SET', 'VALUES', 'DEFAULT']);

function aliasAt(tokens: readonly Token[], at: number): string | undefined {
  const hasAs = isWord(tokens[at], 'AS');
  const token = tokens[hasAs ? at + 1 : at];
  if (token === undefined || !isName(token)) return undefined;
  const word = token.value.toUpperCase();
  return token.kind === 'word' && (RESERVED.has(word) || NO_ALIAS.has(word)) ? undefined : token.value;
}

/** `WITH a AS (…), b (x) AS MATERIALIZED (…)` */
function queriesIn(tokens: readonly Token[]): readonly string[] {
  if (!isWord(tokens[0], 'WITH')) return [];
  const names: string[] = [];
  walk(tokens, ({ token, index, depth, clause }) => {
    const before = tokens[index - 1];
    const follows = isWord(before, 'WITH') || isWord(before, 'RECURSIVE') || isOperator(before, ',');
    const isQuery = clause === undefined && follows && isName(token) && depth().length === 1;
    if (isQuery && !isWord(token, 'RECURSIVE')) names.push(token.value);
  });
  return names;
}

function givenIn(tokens: readonly Token[]): ReadonlySet<string> {
  const names = tokens.filter((token, index) => {
    const next = tokens[index + 1];
    return (isName(token) || token.kind === 'variable') && (isOperator(next, '=') || isWord(next, 'IN'));
  });
  return new Set(names.map(({ value }) => value.toLowerCase()));
}
