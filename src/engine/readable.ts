/**
 * The text of a statement as DuckDB 1.5 reads what is meant by it.
 *
 * @module
 */

import { isOperator, isSignificant, isWord, type Token } from '../sql/text/token.ts';
import { tokenize } from '../sql/text/tokens.ts';
import { applyEdits, type Edit, type OffsetMap, offsetsBefore } from './edits.ts';
import { operatorEdits } from './operators.ts';

export interface Readable {
  /** What the user wrote. */
  readonly original: string;
  /** What DuckDB is given. */
  readonly text: string;
  /** Those of `text`. */
  readonly tokens: readonly Token[];
  /** From places in `text` to places in what it was made of: those of a tree count bytes, those of an error characters. */
  readonly byteBefore: OffsetMap;
  readonly characterBefore: OffsetMap;
}

/** @param text a SELECT, or any other statement that DuckDB shall read */
export function readableByDuckDb(text: string): Readable {
  const tokens = tokenize(text);
  const edits = editsOf(text, tokens, 2);
  const readable = applyEdits(text, edits);
  return {
    original: text,
    text: readable,
    tokens: edits.length === 0 ? tokens : tokenize(readable),
    byteBefore: offsetsBefore(text, edits, (part) => Buffer.byteLength(part)),
    characterBefore: offsetsBefore(text, edits, (part) => [...part].length),
  };
}

/** For a tree that is only printed: `t.v.upper()` stays as it was written, as far as DuckDB can read it. */
export function printableByDuckDb(text: string): string {
  return applyEdits(text, editsOf(text, tokenize(text), 3));
}

/** @param fewest the names before a call from which on they are put in parentheses */
function editsOf(text: string, tokens: readonly Token[], fewest: 2 | 3): readonly Edit[] {
  const significant = tokens.filter(isSignificant);
  return [
    ...blankEdits(text, tokens),
    ...starEdits(significant),
    ...methodEdits(significant, fewest),
    ...escapeEdits(tokens),
    ...operatorEdits(tokens, { isPrinted: fewest === 3 }),
  ];
}

/** DuckDB puts a space for some blanks beyond ASCII and refuses others, and its places count bytes behind the exchange. */
function blankEdits(text: string, tokens: readonly Token[]): readonly Edit[] {
  if (!/[^\x20-\x7e]/.test(text)) return [];
  let cursor = 0;
  return [...tokens, undefined].flatMap((token): readonly Edit[] => {
    const [start, end] = [cursor, token?.start ?? text.length];
    cursor = token?.end ?? end;
    const blanks = text.slice(start, end);
    return /^[ \n]*$/.test(blanks) ? [] : [{ start, end, text: blanks.replaceAll(/[^\n]/g, ' ') }];
  });
}

/** DuckDB does not read `okta.apps.jwks.*`. It reads `jwks.*`. */
function starEdits(tokens: readonly Token[]): readonly Edit[] {
  const edits: Edit[] = [];
  for (const [index, star] of tokens.entries()) {
    if (!isOperator(star, '*') || !isOperator(tokens[index - 1], '.')) continue;
    const name = tokens[index - 2];
    let first = index - 2;
    while (isOperator(tokens[first - 1], '.') && isName(tokens[first - 2])) first -= 2;
    const start = tokens[first]?.start;
    if (name === undefined || start === undefined || start === name.start) continue;
    edits.push({ start, end: name.start, text: ' '.repeat(name.start - start) });
  }
  return edits;
}

/** What stands before a table, whose columns may follow in parentheses. */
const TABLE_WORDS = ['FROM', 'JOIN', 'INTO', 'TABLE', 'UPDATE', 'VIEW'];

/** Catalogs and schemas of functions. */
const SCHEMAS = /^(?:system|main|pg_catalog|information_schema|temp|memory)$/i;

/**
 * `profile.login.upper()`: DuckDB takes the names for a catalog and a schema, or for too many. In parentheses they are the
 * value that the function is called on.
 */
function methodEdits(tokens: readonly Token[], fewest: 2 | 3): readonly Edit[] {
  const edits: Edit[] = [];
  for (const [index, bracket] of tokens.entries()) {
    if (!isOperator(bracket, '(') || !isName(tokens[index - 1])) continue;
    const [dot, last] = [tokens[index - 2], tokens[index - 3]];
    if (!isOperator(dot, '.') || !isName(last)) continue;
    let first = index - 3;
    while (isOperator(tokens[first - 1], '.') && isName(tokens[first - 2])) first -= 2;
    const [start, before] = [tokens[first], tokens[first - 1]];
    const names = (index - 3 - first) / 2 + 1;
    const isValue = names >= fewest && start !== undefined && !SCHEMAS.test(start.value);
    if (!isValue || isOperator(before, '.') || TABLE_WORDS.some((word) => isWord(before, word))) continue;
    edits.push(insertion(start.start, '('), insertion(last?.end ?? start.end, ')'));
  }
  return edits;
}

function insertion(at: number, text: string): Edit {
  return { start: at, end: at, text };
}

function isName(token: Token | undefined): boolean {
  return token?.kind === 'word' || token?.kind === 'quoted';
}

/**
 * DuckDB looks for blanks beyond ASCII before it knows of escapes: behind `E'\''` it takes what is inside strings for what is
 * between them, and puts spaces there. Strings without a backslash do not lead it astray.
 */
function escapeEdits(tokens: readonly Token[]): readonly Edit[] {
  const escaped = tokens.filter(({ kind, text }) => kind === 'string' && /^e'.*\\'/is.test(text));
  return escaped.map(({ start, end, value }) => ({ start, end, text: `'${value.replaceAll("'", "''")}'` }));
}
