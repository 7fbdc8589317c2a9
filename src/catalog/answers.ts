/**
 * Which statements are the catalog's to answer.
 *
 * @module
 */

import { isOperator, isSignificant, isWord, type Token } from '../sql/text/token.ts';
import { tokenize } from '../sql/text/tokens.ts';
import { FUNCTIONS } from './functions.ts';

const SCHEMAS: ReadonlySet<string> = new Set(['pg_catalog', 'information_schema']);

/** Functions that the engine has as well, with its own meaning. */
const COMMON: ReadonlySet<string> = new Set([
  ...[
    'age',
    'array_length',
    'array_position',
    'array_to_string',
    'btrim',
    'cardinality',
    'json_agg',
    'json_build_object',
  ],
  ...['jsonb_agg', 'octet_length', 'string_to_array', 'to_json', 'txid_current'],
]);

/** Functions about the connection, beside those of the catalog. */
const OF_CONNECTION: ReadonlySet<string> = new Set([
  ...[
    'version',
    'current_database',
    'current_schema',
    'current_schemas',
    'current_setting',
    'pg_backend_pid',
    'pg_sleep',
  ],
  ...['pg_postmaster_start_time', 'pg_conf_load_time', 'to_regclass', 'to_regtype', 'to_regproc', 'to_regnamespace'],
  ...['to_regrole', 'pg_get_keywords'],
]);

const WORDS: ReadonlySet<string> = new Set([
  ...['current_user', 'session_user', 'current_role', 'current_catalog', 'current_schema'],
  'user',
]);

const BEGINNINGS: ReadonlySet<string> = new Set(['select', 'with', 'values', 'table']);

/** Whether it reads the catalog's relations, or no table and what only PostgreSQL says of itself. */
export function isForCatalog(text: string): boolean {
  const tokens = significantTokens(text);
  const first = tokens.find((token) => !isOperator(token, '('));
  if (first === undefined || !BEGINNINGS.has(first.value.toLowerCase())) return false;
  const ctes = new Set(tokens.filter((_, index) => isCteName(tokens, index)).map(({ value }) => value.toLowerCase()));
  const named = tokens.map((_, index) => meaningAt(tokens, index, ctes));
  if (named.includes('relation')) return true;
  return named.includes('function') && !named.includes('table');
}

function significantTokens(text: string): readonly Token[] {
  try {
    return tokenize(text).filter(isSignificant);
  } catch {
    // Whoever else is asked says what is wrong with it.
    return [];
  }
}

/** What a name is to that question: a relation or a function of the catalog, or a table of somebody else's. */
function meaningAt(
  tokens: readonly Token[],
  index: number,
  ctes: ReadonlySet<string>,
): 'relation' | 'function' | 'table' | undefined {
  const token = tokens[index];
  if (!isName(token) || isOperator(tokens[index - 1], '.')) return undefined;
  const isType = isOperator(tokens[index - 1], '::');
  const name = token.value.toLowerCase();
  const hasSchema = SCHEMAS.has(name) && isOperator(tokens[index + 1], '.');
  const last = hasSchema ? index + 2 : index;
  const lastName = tokens[last]?.value.toLowerCase() ?? '';
  if (isType) return lastName.startsWith('reg') ? 'function' : undefined;
  if (isOperator(tokens[last + 1], '(')) return isOfCatalog(lastName, hasSchema) ? 'function' : undefined;
  const isRead = isReadAt(tokens, index);
  if (hasSchema) return isRead ? 'relation' : undefined;
  if (isRead && !isOperator(tokens[index + 1], '.') && name.startsWith('pg_')) return 'relation';
  if (isRead && !ctes.has(name)) return 'table';
  return token.kind === 'word' && WORDS.has(name) && !isOperator(tokens[index + 1], '.') ? 'function' : undefined;
}

function isOfCatalog(name: string, hasSchema: boolean): boolean {
  return hasSchema || OF_CONNECTION.has(name) || (Object.hasOwn(FUNCTIONS, name) && !COMMON.has(name));
}

/** Behind FROM or JOIN, or a comma or parenthesis between tables. */
function isReadAt(tokens: readonly Token[], index: number): boolean {
  const before = tokens[index - 1];
  if (isWord(before, 'JOIN') || isWord(before, 'TABLE')) return true;
  if (isWord(before, 'FROM')) return !isDistinctFrom(tokens, index - 1) && !isInsideCall(tokens, index - 1);
  if (!isOperator(before, ',') && !isOperator(before, '(')) return false;
  return isInFrom(tokens, index - 1);
}

function isDistinctFrom(tokens: readonly Token[], index: number): boolean {
  return isWord(tokens[index - 1], 'DISTINCT');
}

/** `substring(x FROM 2)`, `trim(both from x)`, `extract(year FROM t)` */
function isInsideCall(tokens: readonly Token[], index: number): boolean {
  let depth = 0;
  for (let at = index - 1; at >= 0; at -= 1) {
    if (isOperator(tokens[at], ')')) depth += 1;
    else if (isOperator(tokens[at], '(') && depth > 0) depth -= 1;
    else if (isOperator(tokens[at], '(')) return false;
    else if (depth === 0 && isWord(tokens[at], 'SELECT')) return false;
  }
  return index > 0;
}

const CLAUSES = ['WHERE', 'GROUP', 'ORDER', 'HAVING', 'LIMIT', 'ON', 'SELECT', 'UNION', 'USING', 'WITH', 'BY'];

/** Whether the last clause that began at this depth is FROM. */
function isInFrom(tokens: readonly Token[], index: number): boolean {
  let depth = 0;
  for (let at = index; at >= 0; at -= 1) {
    const token = tokens[at];
    if (isOperator(token, ')')) depth += 1;
    else if (isOperator(token, '(')) {
      if (depth > 0) depth -= 1;
      // A parenthesis behind a name is a call; one behind FROM or another parenthesis holds tables.
      else if (
        at !== index &&
        isName(tokens[at - 1]) &&
        !isWord(tokens[at - 1], 'FROM') &&
        !isWord(tokens[at - 1], 'JOIN')
      )
        return false;
      else if (
        at === index &&
        isName(tokens[at - 1]) &&
        !isWord(tokens[at - 1], 'FROM') &&
        !isWord(tokens[at - 1], 'JOIN')
      )
        return false;
    } else if (depth === 0 && isWord(token, 'FROM')) return !isDistinctFrom(tokens, at);
    else if (depth === 0 && CLAUSES.some((clause) => isWord(token, clause))) return false;
  }
  return false;
}

function isCteName(tokens: readonly Token[], index: number): boolean {
  const isBefore =
    isWord(tokens[index - 1], 'WITH') || isWord(tokens[index - 1], 'RECURSIVE') || isOperator(tokens[index - 1], ',');
  return isBefore && isName(tokens[index]) && (isWord(tokens[index + 1], 'AS') || isOperator(tokens[index + 1], '('));
}

function isName(token: Token | undefined): token is Token {
  return token?.kind === 'word' || token?.kind === 'quoted';
}
