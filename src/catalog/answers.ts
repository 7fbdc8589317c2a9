/**
 * Which statements are the catalog's to answer.
 *
 * @module
 */

import { isCteName, isName, isReadAt } from '../sql/text/table-names.ts';
import { isOperator, isSignificant, type Token } from '../sql/text/token.ts';
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
