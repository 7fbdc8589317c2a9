/**
 * Text to statements: the entry of this folder.
 *
 * @module
 */

import { NotSupportedError, type TextPosition } from '../errors.ts';
import type { ParseContext } from './parse-context.ts';
import { readSelect } from './select/select.ts';
import type { Statement } from './statement.ts';
import { parseCopy } from './statements/copy.ts';
import { parseExec } from './statements/exec.ts';
import { parseExplainHead, parseReset, parseSet } from './statements/explain.ts';
import { parseChange, parseCreate, parseDrop, parseRefresh } from './statements/local.ts';
import { parseBehindWith, verbBehindWith } from './statements/local-mutation.ts';
import { parseMetadata } from './statements/metadata.ts';
import { parseDelete, parseInsert, parseMerge, parseUpdate } from './statements/mutation.ts';
import { refuseHabits } from './text/habits.ts';
import { QUERIES, UNSUPPORTED } from './text/keywords.ts';
import { bindParameters } from './text/parameters.ts';
import { positionsAt } from './text/position.ts';
import { queryOf } from './text/query.ts';
import { splitStatements } from './text/split.ts';
import { syntaxErrorAt } from './text/syntax-error.ts';
import { isOperator, isSignificant, type Token } from './text/token.ts';
import { turnFor } from './text/turn.ts';

/** A statement that has been cut out, but not yet understood. Parsing is separate so that a script can run up to its first mistake. */
export interface UnparsedStatement {
  /** The statement as the user wrote it, without its semicolon. */
  readonly text: string;
  /** Where it begins in the whole text. */
  readonly position: TextPosition;
  /** Whether it has StackQL's directive AWAIT: it wants to go on only once what it began is done. */
  readonly isAwaited: boolean;
  /**
   * What the statement says, its constants computed and its parameters bound.
   *
   * @throws SqlSyntaxError, NotSupportedError; BindError for a parameter without a value
   */
  parse(context: ParseContext): Promise<Statement>;
}

/**
 * The statements of a script, in order.
 *
 * @param input the whole text, placeholders filled
 * @throws SqlSyntaxError for an open string, quoted name or comment anywhere in it
 */
export function parseScript(input: string): readonly UnparsedStatement[] {
  const slices = splitStatements(input);
  const starts = slices.map(({ tokens }) => tokens.find(isSignificant)?.start ?? 0);
  const positions = positionsAt(input, starts);
  return slices.map(({ tokens }, index) => ({
    text: input.slice(tokens[0]?.start, tokens.at(-1)?.end),
    position: positions[index] ?? START,
    isAwaited: tokens.some(({ kind, value }) => kind === 'directive' && value === 'AWAIT'),
    parse: async (context) => {
      const placeholder = tokens.find((token) => token.kind === 'placeholder');
      if (placeholder !== undefined) throw syntaxErrorAt(placeholder, tokens, input);
      // Each of these goes through all tokens.
      await turnFor(tokens);
      refuseHabits(tokens, input);
      refuseUnsupported(tokens);
      await turnFor(tokens);
      const bound = bindParameters(shortenStars(tokens), context.parameters);
      await turnFor(tokens);
      return parseStatement(bound, input, context);
    },
  }));
}

const START: TextPosition = { offset: 0, line: 1, column: 1 };

async function parseStatement(tokens: readonly Token[], input: string, context: ParseContext): Promise<Statement> {
  const first = tokens.find(isSignificant);
  const word = first?.kind === 'word' ? first.value.toUpperCase() : '';
  const verb = word === 'WITH' ? verbBehindWith(tokens) : undefined;
  if (verb !== undefined) return parseBehindWith(verb, tokens, input, context);
  if (isOperator(first, '(') || QUERIES.has(word)) return readSelect(queryOf(tokens, input), context);
  switch (word) {
    case 'INSERT':
      return parseInsert(tokens, input, context);
    case 'DELETE':
      return parseDelete(tokens, input, context);
    case 'UPDATE':
    case 'REPLACE':
      return parseUpdate(tokens, input, context);
    case 'MERGE':
      return parseMerge(tokens, input, context);
    case 'COPY':
      return parseCopy(tokens, input, context);
    case 'CREATE':
      return parseCreate(tokens, input, context);
    case 'EXPLAIN':
      return explain(tokens, input, context);
    default:
      refuseParameters(tokens);
      return parsePlain(word, first, tokens, input, context);
  }
}

/** Statements that take no parameters. */
async function parsePlain(
  word: string,
  first: Token | undefined,
  tokens: readonly Token[],
  input: string,
  context: ParseContext,
): Promise<Statement> {
  switch (word) {
    case 'DROP':
      return parseDrop(tokens, input);
    case 'REFRESH':
      return parseRefresh(tokens, input);
    case 'ALTER':
    case 'TRUNCATE':
    case 'COMMENT':
      return parseChange(tokens, input);
    case 'SET':
      return parseSet(tokens, input);
    case 'RESET':
      return parseReset(tokens, input);
    case 'EXEC':
    case 'EXECUTE':
      return parseExec(tokens, input);
    case 'SHOW':
    case 'DESCRIBE':
    case 'DESC':
    case 'REGISTRY':
      return parseMetadata(tokens, input, context);
    default:
      throw syntaxErrorAt(
        first,
        tokens,
        input,
        'a statement begins with SELECT, WITH, FROM, INSERT, UPDATE, DELETE, EXEC, CREATE, SHOW or DESCRIBE',
      );
  }
}

/** Before parameters are bound: those of a PREPARE have no values yet. */
function refuseUnsupported(tokens: readonly Token[]): void {
  const first = tokens.find(isSignificant);
  const word = first?.kind === 'word' ? first.value.toUpperCase() : '';
  if (UNSUPPORTED.has(word)) throw new NotSupportedError(`${word} is not supported.`, { hint: WHAT_RUNS });
}

const WHAT_RUNS =
  'What runs: SELECT, INSERT, UPDATE, REPLACE, DELETE, EXEC, SHOW, DESCRIBE, EXPLAIN, SET and RESET okta.…, COPY (query) TO, and CREATE, ALTER, MERGE, DROP and REFRESH of tables and views.';

async function explain(tokens: readonly Token[], input: string, context: ParseContext): Promise<Statement> {
  const { options, rest } = parseExplainHead(tokens, input);
  const next = rest.find(isSignificant);
  if (next?.kind === 'word' && next.value.toUpperCase() === 'EXPLAIN') {
    throw syntaxErrorAt(next, tokens, input, 'an EXPLAIN cannot be explained');
  }
  return { kind: 'explain', statement: await parseStatement(rest, input, context), ...options };
}

function refuseParameters(tokens: readonly Token[]): void {
  const parameter = tokens.find(({ kind }) => kind === 'parameter');
  if (parameter === undefined) return;
  throw new NotSupportedError(`The parameter ${parameter.text} cannot stand in this statement.`, {
    hint: 'Parameters are values of SELECT, INSERT, UPDATE and DELETE.',
  });
}

/**
 * `okta.apps.jwks.*` is `jwks.*` to everybody who reads on: neither parser takes a star with more than one name before
 * it. The names become blanks, by becoming comments.
 */
function shortenStars(tokens: readonly Token[]): readonly Token[] {
  const significant = tokens.filter(isSignificant);
  const dropped = new Set<Token>();
  significant.forEach((star, index) => {
    if (!isOperator(star, '*') || !isOperator(significant[index - 1], '.')) return;
    // From the star backwards: a dot, the name that stays, then pairs of a dot and a name that go.
    for (let dot = index - 3; isOperator(significant[dot], '.'); dot -= 2) {
      for (const token of significant.slice(dot - 1, dot + 1)) dropped.add(token);
    }
  });
  return dropped.size === 0
    ? tokens
    : tokens.map((token) => (dropped.has(token) ? { ...token, kind: 'comment' } : token));
}
