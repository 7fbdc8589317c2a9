/**
 * The text of a query on its way to be read, and where it stands in what the user gave.
 *
 * @module
 */

import { InternalError, SqlSyntaxError } from '../../errors.ts';
import { excerptAt, positionAt } from './position.ts';
import { runnableText } from './runnable-text.ts';
import { expectationAt, syntaxErrorAt } from './syntax-error.ts';
import { isSignificant, type Token } from './token.ts';
import { tokenize } from './tokens.ts';

export interface Query {
  readonly tokens: readonly Token[];
  /** What the tokens were cut from. */
  readonly input: string;
  /** What DuckDB shall read. */
  readonly text: string;
  /** What an offset in `text` and one in `input` differ by. */
  readonly shift: number;
}

/** A part of the input that is a query of its own. */
export function queryOf(tokens: readonly Token[], input: string): Query {
  return { tokens, input, text: runnableText(tokens, input), shift: tokens[0]?.start ?? 0 };
}

/** A query of ours. */
export function queryOfText(text: string): Query {
  return { tokens: tokenize(text), input: text, text, shift: 0 };
}

/**
 * A query that says in other words what a statement says: `words` stand in the place of its first token.
 *
 * @param statement the tokens of the statement
 * @param kept the same, with what shall not be in the query as comments
 */
export function queryAs(
  words: readonly string[],
  statement: readonly Token[],
  kept: readonly Token[],
  input: string,
): Query {
  const first = statement.find(isSignificant);
  if (first === undefined) throw new InternalError('A statement of no tokens.');
  const text = words.join(' ');
  const replaced = words.map((word): Token => ({ ...first, kind: kindOf(word), text: word, value: word }));
  const rest = kept.filter(({ start }) => start >= first.end);
  const blanked = runnableText([{ ...first, kind: 'comment' }, ...rest], input);
  return {
    tokens: [...replaced, ...rest],
    input,
    text: text + blanked.slice(first.text.length).trimEnd(),
    shift: first.end - text.length,
  };
}

function kindOf(word: string): Token['kind'] {
  if (/^\d/.test(word)) return 'number';
  return /^\w/.test(word) ? 'word' : 'operator';
}

/** An error of DuckDB's about the text, as one about the input. Undefined where DuckDB does not say where it is. */
export function errorInInput(error: SqlSyntaxError, { tokens, input, shift }: Query): SqlSyntaxError | undefined {
  if (error.position.offset === 0) return undefined;
  const offset = error.position.offset + shift;
  const found = tokens.filter(isSignificant).find(({ end }) => offset < end);
  const expectation = expectationAt(found, tokens);
  const isPlain = /syntax error at/.test(error.message) || expectation !== undefined;
  if (isPlain) return syntaxErrorAt(found, tokens, input, expectation);
  const position = positionAt(input, offset);
  const message = error.message.replace(
    /\(line \d+, column \d+\)/,
    `(line ${position.line}, column ${position.column})`,
  );
  return new SqlSyntaxError(message, {
    position,
    excerpt: excerptAt(input, offset, tokens),
    hint: error.hint,
    cause: error,
  });
}
