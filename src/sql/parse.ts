/**
 * Text to statements: the entry of this folder.
 *
 * @module
 */

import { NotSupportedError } from '../errors.ts';
import { readQuery, readWhere, textOf } from './block.ts';
import { parseExec } from './exec.ts';
import { isNode, type Node, parseForeign, syntaxErrorAt } from './front-end.ts';
import { UNSUPPORTED } from './keywords.ts';
import { parseMetadata } from './metadata.ts';
import { runnableText } from './runnable-text.ts';
import { type Slice, splitStatements } from './split.ts';
import type {
  ColumnRef,
  DeleteStatement,
  InsertStatement,
  SelectStatement,
  Statement,
  UpdateStatement,
} from './statement.ts';
import { isOperator, isSignificant, isWord, type Token, tokenize } from './tokens.ts';

/** A statement that has been cut out, but not yet understood. Parsing is separate so that a script can run up to its first mistake. */
export interface UnparsedStatement {
  /** The statement as the user wrote it, without its semicolon. */
  readonly text: string;
  /** Throws `SYNTAX` or `NOT_SUPPORTED`. */
  parse(): Statement;
}

/**
 * The statements of a script, in order.
 *
 * @param input the whole text, placeholders filled
 * @throws SqlSyntaxError for an open string, quoted name or comment anywhere in it
 */
export function parseScript(input: string): readonly UnparsedStatement[] {
  return splitStatements(input).map((slice) => ({
    text: input.slice(slice.tokens[0]?.start, slice.tokens.at(-1)?.end),
    parse: () => refusingDepth(() => parseStatement(slice, input)),
  }));
}

/** node-sql-parser and the reading of its tree recurse; some thousand operators deep, the stack ends. */
function refusingDepth<T>(parse: () => T): T {
  try {
    return parse();
  } catch (cause) {
    if (!(cause instanceof RangeError)) throw cause;
    throw new NotSupportedError('The statement is too long or too deeply nested.', {
      cause,
      hint: 'Write a IN (…) instead of a chain of OR.',
    });
  }
}

function parseStatement(slice: Slice, input: string): Statement {
  const tokens = shortenStars(slice.tokens);
  const significant = tokens.filter(isSignificant);
  const placeholder = significant.find((token) => token.kind === 'placeholder');
  if (placeholder !== undefined) throw syntaxErrorAt(placeholder, tokens, input);
  const first = significant[0];
  if (isOperator(first, '(')) return parseSelect(tokens, input);
  const word = first?.kind === 'word' ? first.value.toUpperCase() : '';
  switch (word) {
    case 'SELECT':
    case 'WITH':
    case 'VALUES':
      return parseSelect(tokens, input);
    case 'INSERT':
      return parseInsert(tokens, input);
    case 'DELETE':
      return parseDelete(tokens, input);
    case 'UPDATE':
    case 'REPLACE':
      return parseUpdate(tokens, input);
    case 'EXEC':
    case 'EXECUTE':
      return parseExec(tokens, input);
    case 'SHOW':
    case 'DESCRIBE':
    case 'DESC':
    case 'REGISTRY':
      return parseMetadata(tokens, input);
    default:
      if (UNSUPPORTED.has(word)) throw new NotSupportedError(`${word} is not supported yet.`, { hint: WHAT_RUNS });
      throw syntaxErrorAt(
        first,
        tokens,
        input,
        'a statement begins with SELECT, WITH, INSERT, UPDATE, DELETE, EXEC, SHOW or DESCRIBE',
      );
  }
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

const WHAT_RUNS = 'This version runs SELECT, INSERT, UPDATE, REPLACE, DELETE, EXEC, SHOW and DESCRIBE.';

function parseSelect(tokens: readonly Token[], input: string): SelectStatement {
  const text = runnableText(tokens, input);
  // A plain VALUES reads no table, so there is nothing for the planner to learn and DuckDB judges the syntax.
  if (isWord(tokens.find(isSignificant), 'VALUES')) {
    if (tokens.some((token) => isWord(token, 'SELECT'))) {
      throw new NotSupportedError('A query inside VALUES is not supported.', { hint: 'Use SELECT instead of VALUES.' });
    }
    return { kind: 'select', text, block: { from: [], conditions: [], columns: [], blocks: [] } };
  }
  const tree = parseForeign(tokens, input);
  if (tree.root['type'] !== 'select') throw syntaxErrorAt(tokens[0], tokens, input);
  return { kind: 'select', text, block: readQuery(tree) };
}

function parseInsert(tokens: readonly Token[], input: string): InsertStatement {
  const { body, returning } = cutReturning(tokens, input);
  const { root } = parseForeign(body, input);
  if (root['type'] !== 'insert') throw syntaxErrorAt(body[0], body, input);
  if (isNode(root['conflict'])) throw new NotSupportedError('ON CONFLICT is not supported: Okta has no upsert.');
  const columns = (Array.isArray(root['columns']) ? root['columns'] : []).map((column) => textOf(column) ?? '');
  if (columns.length === 0) {
    throw syntaxErrorAt(queryStart(body), body, input, 'name the columns: INSERT INTO t (a, b) …');
  }
  return {
    kind: 'insert',
    target: targetOf(root),
    columns,
    source: parseSelect(body.slice(body.indexOf(queryStart(body) ?? (body[0] as Token))), input),
    ...(returning !== undefined && { returning }),
  };
}

function parseDelete(tokens: readonly Token[], input: string): DeleteStatement {
  const { body, returning } = cutReturning(tokens, input);
  const { root, strings } = parseForeign(body, input);
  if (root['type'] !== 'delete') throw syntaxErrorAt(body[0], body, input);
  if (Array.isArray(root['from']) && root['from'].length > 1) {
    throw new NotSupportedError('DELETE from several tables is not supported.');
  }
  return {
    kind: 'delete',
    target: targetOf(root),
    ...readOwnWhere(root, strings),
    ...(returning !== undefined && { returning }),
  };
}

/** The WHERE of a statement about one table; a column of another table is no qual of it. */
function readOwnWhere(root: Node, strings: readonly string[]): Pick<DeleteStatement, 'quals' | 'isFullyQualified'> {
  const { quals, isComplete } = readWhere(root['where'], strings);
  const exposedName = exposedNameOf(root).toLowerCase();
  const isOwn = ({ qualifier = exposedName }: ColumnRef): boolean => qualifier.toLowerCase() === exposedName;
  return { quals, isFullyQualified: isComplete && quals.every((qual) => qual.kind === 'sameAs' || isOwn(qual.column)) };
}

/** REPLACE has the form of UPDATE, which is the word that node-sql-parser knows. */
function parseUpdate(tokens: readonly Token[], input: string): UpdateStatement {
  const { body, returning } = cutReturning(tokens, input);
  const first = body.find(isSignificant);
  const isReplace = isWord(first, 'REPLACE');
  const asUpdate = body.map((token) => (token === first ? { ...token, text: 'UPDATE' } : token));
  const { root, strings } = parseForeign(asUpdate, input);
  if (root['type'] !== 'update') throw syntaxErrorAt(first, body, input);
  if (Array.isArray(root['from']) || (Array.isArray(root['table']) && root['table'].length > 1)) {
    throw new NotSupportedError('UPDATE of or from several tables is not supported.');
  }
  const assignments = assignmentsOf(body.filter(isSignificant));
  const unreadable = assignments.find(([, equals]) => !isOperator(equals, '='));
  if (unreadable !== undefined) throw syntaxErrorAt(unreadable[1], body, input, 'write SET name = value');
  return {
    kind: 'update',
    verb: isReplace ? 'replace' : 'update',
    target: targetOf(root),
    columns: assignments.map(([name]) => name?.value ?? ''),
    source: queryOf(`SELECT ${assignments.map(([, , ...value]) => textOfTokens(value, input)).join(', ')}`),
    ...readOwnWhere(root, strings),
    ...(returning !== undefined && { returning }),
  };
}

/** Between SET and WHERE, cut at the commas outside parentheses: name, equals sign, expression. */
function assignmentsOf(tokens: readonly Token[]): readonly (readonly Token[])[] {
  const found: Token[][] = [];
  let depth = 0;
  let isInside = false;
  for (const token of tokens) {
    if (isOperator(token, '(')) depth += 1;
    if (isOperator(token, ')')) depth -= 1;
    if (depth === 0 && isWord(token, 'WHERE')) break;
    if (isInside && !(depth === 0 && isOperator(token, ','))) found.at(-1)?.push(token);
    else if (isInside || (depth === 0 && isWord(token, 'SET'))) found.push([]);
    if (depth === 0 && isWord(token, 'SET')) isInside = true;
  }
  return found;
}

/** Comments between these tokens are gone already, so that two of them may have come together. */
function textOfTokens(tokens: readonly Token[], input: string): string {
  return tokens
    .map(
      (token, index) =>
        (index > 0 && tokens[index - 1]?.end !== token.start ? ' ' : '') + input.slice(token.start, token.end),
    )
    .join('');
}

/** A query that was put together from parts of a statement which has been read before. */
function queryOf(text: string): SelectStatement {
  return parseSelect(tokenize(text), text);
}

/** The tokens before a RETURNING outside parentheses, and the text after it: node-sql-parser knows it only after VALUES. */
function cutReturning(tokens: readonly Token[], input: string): { body: readonly Token[]; returning?: string } {
  let depth = 0;
  const index = tokens.findIndex((token) => {
    if (isOperator(token, '(')) depth += 1;
    if (isOperator(token, ')')) depth -= 1;
    return depth === 0 && isWord(token, 'RETURNING');
  });
  if (index === -1) return { body: tokens };
  const list = tokens.slice(index + 1);
  if (!list.some(isSignificant)) throw syntaxErrorAt(undefined, tokens, input, 'RETURNING needs columns');
  return { body: tokens.slice(0, index), returning: runnableText(list, input).trim() };
}

/** Where the VALUES or the query of an INSERT begins: after `INTO name` and the list of columns. */
function queryStart(tokens: readonly Token[]): Token | undefined {
  let depth = 0;
  return tokens.find((token, index) => {
    if (isOperator(token, ')')) depth -= 1;
    const isStart =
      depth === 0 &&
      (['VALUES', 'SELECT', 'WITH'].some((word) => isWord(token, word)) ||
        // INSERT INTO t (a) ((SELECT …)): a parenthesis behind that of the columns.
        (isOperator(token, '(') && isOperator(tokens.slice(0, index).findLast(isSignificant), ')')));
    if (isOperator(token, '(')) depth += 1;
    return isStart;
  });
}

/** The name that columns of a DELETE may be qualified by: the alias, else the last part of the table's name. */
function exposedNameOf(root: Node): string {
  const table: unknown = Array.isArray(root['from']) ? root['from'][0] : undefined;
  return (isNode(table) ? textOf(table['as']) : undefined) ?? targetOf(root).at(-1) ?? '';
}

function targetOf(root: Node): readonly string[] {
  const table: unknown = Array.isArray(root['table']) ? root['table'][0] : undefined;
  const node = isNode(table) ? table : {};
  return ['db', 'schema', 'table'].map((part) => textOf(node[part])).filter((part) => part !== undefined);
}
