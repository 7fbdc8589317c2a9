/**
 * Reads a SELECT with the front end that understands all of it.
 *
 * node-sql-parser comes first where the text is short and flat: it needs no engine. Where it refuses the text, or is not
 * certain of any part of it, DuckDB's own tree is read instead. Never both: a block is of one front end, and says of which.
 *
 * Entry of the room `select/`: views and document views are put into the text, constants are folded. What else statements hold
 * besides their queries is not known here.
 *
 * @module
 */

import { NotSupportedError, SqlSyntaxError } from '../../errors.ts';
import { CannotRead } from '../block/cannot-read.ts';
import { readTree } from '../duckdb-tree/block.ts';
import { readQuery } from '../node-sql-parser/block.ts';
import { parseForeign } from '../node-sql-parser/front-end.ts';
import type { ParseContext } from '../parse-context.ts';
import type { FrontEnd, QueryBlock, SelectStatement } from '../statement.ts';
import { literalOf, type Parameters, parametersIn } from '../text/parameters.ts';
import { errorInInput, type Query } from '../text/query.ts';
import { syntaxErrorAt } from '../text/syntax-error.ts';
import { isSignificant, isWord } from '../text/token.ts';
import { turnFor } from '../text/turn.ts';
import { withDocumentViews } from './document-views.ts';
import { foldConstants } from './fold.ts';
import { keyValues, mayHaveKeys } from './key-values.ts';
import { withViews } from './views.ts';

/** A block before its constants are folded. */
export interface ReadBlock {
  readonly block: QueryBlock;
  readonly frontEnd: FrontEnd;
  /** Whether a constant expression may be repeated in the text of a condition. */
  readonly isStable: (text: string) => boolean;
}

/**
 * The statement that a query is.
 *
 * @throws SqlSyntaxError, NotSupportedError
 */
export async function readSelect(query: Query, context: ParseContext): Promise<SelectStatement> {
  const parameters = parametersIn(query.tokens, context.parameters);
  const own = { ...context, parameters };
  const read = await readBlock(query, own);
  const expanded = await withViews(query, read.block, context.views, (each) => readBlock(each, own));
  const named = expanded === undefined ? { query, ...read } : { query: expanded, ...(await readBlock(expanded, own)) };
  const inlined = await withDocumentViews(named.query, named.block, context.resource, (each) => readBlock(each, own));
  const { block, frontEnd, isStable } = inlined === undefined ? named : await readBlock(inlined, own);
  await turnFor(query.text);
  return {
    kind: 'select',
    text: (inlined ?? named.query).text,
    block: await foldConstants(block, isStable, context.evaluate, parameters),
    frontEnd,
    parameters,
  };
}

/** The block of a query, by one front end or the other. */
async function readBlock(query: Query, context: ParseContext): Promise<ReadBlock> {
  const { block, refusal } = readForeign(query, context.parameters);
  if (block !== undefined && !mayHaveKeys(block)) {
    return { block, frontEnd: 'node-sql-parser', isStable: () => false };
  }
  const tree = await treeOf(query, context, refusal);
  await turnFor(query.text);
  const keys = await keyValues(tree, context);
  await turnFor(query.text);
  return { ...readTree(tree, query.text, context.parameters, keys), frontEnd: 'duckdb' };
}

/**
 * What node-sql-parser makes of a query: a block, or, where it refuses the text, its error. Neither where it accepts a
 * text of which it may be wrong.
 */
export function readForeign(
  { tokens, input }: Query,
  parameters: Parameters,
): { readonly block?: QueryBlock; readonly refusal?: Error } {
  let questions = 0;
  try {
    const tree = parseForeign(tokens, input, ({ text, value }) => {
      const literal = literalOf(parameters[text === '?' ? String(++questions) : value] ?? null);
      if (literal !== undefined) return literal;
      throw new CannotRead('a parameter whose type only the engine knows');
    });
    return { block: readQuery(tree) };
  } catch (error) {
    if (error instanceof CannotRead) return {};
    if (error instanceof SqlSyntaxError) return { refusal: error };
    throw error;
  }
}

async function treeOf(query: Query, context: ParseContext, refusal: Error | undefined): Promise<unknown> {
  try {
    return await context.duckDbTree(query.text);
  } catch (error) {
    if (!(error instanceof SqlSyntaxError)) throw error;
    throw errorInInput(error, query) ?? pivotError(query) ?? refusal ?? errorAtStart(error, query);
  }
}

/** DuckDB reads the rows of a PIVOT to know its columns, unless they are given. Its tree has no form for that. */
function pivotError({ tokens }: Query): NotSupportedError | undefined {
  if (!tokens.some((token) => isWord(token, 'PIVOT') || isWord(token, 'PIVOT_WIDER'))) return undefined;
  return new NotSupportedError('PIVOT cannot find out its columns from the rows.', {
    hint: "Give their values: PIVOT t ON x IN ('a', 'b') USING count(*).",
  });
}

function errorAtStart(error: SqlSyntaxError, { tokens, input }: Query): SqlSyntaxError {
  const { position, excerpt } = syntaxErrorAt(tokens.find(isSignificant), tokens, input);
  return new SqlSyntaxError(error.message, { position, excerpt, hint: error.hint, cause: error });
}
