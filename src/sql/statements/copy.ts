/**
 * Our own grammar for writing the rows of a query to a file, as far as it has to be understood:
 *
 * ```
 * COPY (query) TO 'file' [[WITH] (option [value] [, …])]
 * value: a word, a text, a number, a name or names in parentheses, {key: 'text', …}
 * ```
 *
 * Options are those of DuckDB's COPY that say how the file is written. What writes elsewhere, removes files or names a key is none.
 * https://duckdb.org/docs/stable/sql/statements/copy
 *
 * @module
 */

import { NotSupportedError } from '../../errors.ts';
import type { ParseContext } from '../parse-context.ts';
import { readSelect } from '../select/select.ts';
import type { LocalStatement } from '../statement.ts';
import { Cursor } from '../text/cursor.ts';
import { queryOf } from '../text/query.ts';
import { literalText, quoteName } from '../text/sql-text.ts';
import { syntaxErrorAt } from '../text/syntax-error.ts';
import { isOperator, isSignificant, isWord, type Token } from '../text/token.ts';

type CopyStatement = LocalStatement & { readonly action: 'copy' };

/** COPY. Throws `SYNTAX` or `NOT_SUPPORTED`. */
export async function parseCopy(
  tokens: readonly Token[],
  input: string,
  context: ParseContext,
): Promise<CopyStatement> {
  const significant = tokens.filter(isSignificant);
  refuseOtherForms(significant, tokens, input);
  const end = closingOf(significant, 1);
  const closing = significant[end];
  if (closing === undefined) throw syntaxErrorAt(undefined, tokens, input, 'the query behind COPY is not closed');
  const [open] = significant.slice(1);
  const query = tokens.slice(tokens.indexOf(open as Token) + 1, tokens.indexOf(closing));
  if (!query.some(isSignificant)) throw syntaxErrorAt(closing, tokens, input, 'a query is expected');
  const cursor = new Cursor(tokens.slice(tokens.indexOf(closing) + 1), input);
  cursor.take((token) => isWord(token, 'TO'), 'TO is');
  const path = cursor.take(({ kind }) => kind === 'string', 'the path of a file in single quotes is').value;
  cursor.takeWord('WITH');
  const options = cursor.takeIf((token) => isOperator(token, '(')) ? readOptions(cursor) : [];
  cursor.end('the statement is complete without it');
  return {
    kind: 'local',
    action: 'copy',
    query: await readSelect(queryOf(query, input), context),
    path,
    options: options.map(({ text }) => text),
    isPartitioned: options.some(({ name }) => name === 'PARTITION_BY'),
  };
}

function refuseOtherForms(significant: readonly Token[], tokens: readonly Token[], input: string): void {
  const [, next] = significant;
  if (isOperator(next, '(')) return;
  if (significant.some((token) => isWord(token, 'FROM')) && !significant.some((token) => isWord(token, 'TO'))) {
    throw new NotSupportedError('COPY … FROM is not supported.', {
      hint: "CREATE TABLE t AS FROM read_csv('file.csv') reads a file that --allow-files opens.",
    });
  }
  if (next === undefined) throw syntaxErrorAt(undefined, tokens, input, 'a query in parentheses is expected');
  throw new NotSupportedError('COPY takes a query in parentheses.', {
    hint: "Write: COPY (SELECT * FROM …) TO 'file.parquet' (FORMAT parquet).",
  });
}

/** The index of the parenthesis that closes the one at `start`; none where nothing does. */
function closingOf(tokens: readonly Token[], start: number): number {
  let depth = 0;
  return tokens.findIndex((token, index) => {
    if (index < start) return false;
    if (isOperator(token, '(')) depth += 1;
    if (isOperator(token, ')')) depth -= 1;
    return depth === 0;
  });
}

/** What a value of an option is. */
type OptionKind = 'format' | 'value' | 'names' | 'pattern' | 'pairs';

const OPTIONS: Readonly<Partial<Record<string, OptionKind>>> = {
  FORMAT: 'format',
  HEADER: 'value',
  DELIMITER: 'value',
  DELIM: 'value',
  SEP: 'value',
  QUOTE: 'value',
  ESCAPE: 'value',
  NULL: 'value',
  NULLSTR: 'value',
  PREFIX: 'value',
  SUFFIX: 'value',
  FORCE_QUOTE: 'names',
  DATEFORMAT: 'value',
  TIMESTAMPFORMAT: 'value',
  COMPRESSION: 'value',
  COMPRESSION_LEVEL: 'value',
  ARRAY: 'value',
  ROW_GROUP_SIZE: 'value',
  PARQUET_VERSION: 'value',
  KV_METADATA: 'pairs',
  PARTITION_BY: 'names',
  WRITE_PARTITION_COLUMNS: 'value',
  OVERWRITE_OR_IGNORE: 'value',
  APPEND: 'value',
  FILENAME_PATTERN: 'pattern',
  FILE_EXTENSION: 'pattern',
};

/** The formats that DuckDB has without an extension. */
const FORMATS: ReadonlySet<string> = new Set(['CSV', 'PARQUET', 'JSON']);

interface Option {
  readonly name: string;
  /** As SQL. */
  readonly text: string;
}

/** Behind the parenthesis that opens them, to the one that closes them. */
function readOptions(cursor: Cursor): readonly Option[] {
  const options: Option[] = [];
  do options.push(readOption(cursor));
  while (cursor.takeIf((token) => isOperator(token, ',')));
  cursor.take((token) => isOperator(token, ')'), 'a comma or a closing parenthesis is');
  return options;
}

function readOption(cursor: Cursor): Option {
  const name = cursor.take(({ kind }) => kind === 'word', 'an option of COPY is').value.toUpperCase();
  const kind = OPTIONS[name];
  if (kind === undefined) throw unknownOption(name);
  const value = optionValue(cursor, kind);
  return { name, text: value === '' ? name : `${name} ${value}` };
}

function unknownOption(name: string): NotSupportedError {
  return new NotSupportedError(`COPY does not take the option ${name} here.`, {
    hint: `It takes ${Object.keys(OPTIONS).join(', ')}.`,
  });
}

function optionValue(cursor: Cursor, kind: OptionKind): string {
  switch (kind) {
    case 'names':
      return isListNext(cursor) ? `(${cursor.nameList().map(quoteName).join(', ')})` : namesWithout(cursor);
    case 'pairs':
      return readPairs(cursor);
    default:
      return checkedScalar(cursor, kind);
  }
}

function isListNext(cursor: Cursor): boolean {
  return cursor.nextIs((token) => isOperator(token, '('));
}

function namesWithout(cursor: Cursor): string {
  return cursor.takeIf((token) => isOperator(token, '*')) ? '*' : quoteName(cursor.name('a column'));
}

/** A word, a text or a number; nothing for `HEADER` alone. */
function checkedScalar(cursor: Cursor, kind: OptionKind): string {
  if (kind === 'value' && cursor.nextIs((token) => isOperator(token, ',') || isOperator(token, ')'))) return '';
  const token = cursor.take((each) => SCALARS.has(each.kind), 'a value is');
  if (kind === 'format' && !FORMATS.has(token.value.toUpperCase())) {
    throw new NotSupportedError(`COPY does not write the format ${token.value.toUpperCase()}.`, {
      hint: 'It writes csv, parquet and json; -o has more formats.',
    });
  }
  if (kind === 'pattern' && /[/\\]|\.\./.test(token.value)) {
    throw new NotSupportedError('The name of a file holds no folder: that stands behind TO.');
  }
  return token.kind === 'string' ? literalText(token.value) : token.text;
}

const SCALARS: ReadonlySet<Token['kind']> = new Set<Token['kind']>(['word', 'string', 'number']);

function readPairs(cursor: Cursor): string {
  cursor.take((token) => isOperator(token, '{'), '{ is');
  const pairs: string[] = [];
  do {
    const key = cursor.take(({ kind }) => kind === 'word' || kind === 'quoted' || kind === 'string', 'a key is').value;
    cursor.take((token) => isOperator(token, ':'), ': is');
    const value = cursor.take(({ kind }) => kind === 'string', 'a text is').value;
    pairs.push(`${quoteName(key)}: ${literalText(value)}`);
  } while (cursor.takeIf((token) => isOperator(token, ',')));
  cursor.take((token) => isOperator(token, '}'), '} is');
  return `{${pairs.join(', ')}}`;
}
