/**
 * What PostgreSQL calls the columns that a statement gives no name: `count`, `coalesce`, `?column?`.
 * https://github.com/postgres/postgres/blob/REL_15_STABLE/src/backend/parser/parse_target.c, FigureColname
 *
 * @module
 */

import { RESERVED } from '../sql/text/keywords.ts';
import { isOperator, isSignificant, isWord, type Token } from '../sql/text/token.ts';

const UNNAMED = '?column?';

/** Words that end a SELECT list. */
const ENDS = new Set([
  'FROM',
  'WHERE',
  'GROUP',
  'HAVING',
  'ORDER',
  'LIMIT',
  'OFFSET',
  'UNION',
  'EXCEPT',
  'INTERSECT',
  'WINDOW',
  'QUALIFY',
  'FETCH',
]);

/**
 * The names that a client is told.
 *
 * @param names those of the engine, which prints the expressions of columns without a name
 */
export function clientNames(tokens: readonly Token[], names: readonly string[]): readonly string[] {
  const items = selectList(tokens.filter(isSignificant));
  const stars = items.filter(isStar);
  if (items.length === 0 || stars.length > 1) return names;
  const star = items.findIndex(isStar);
  // A star is as many columns as the others leave.
  const width = star === -1 ? 1 : names.length - items.length + 1;
  if (width < 0 || (star === -1 && items.length !== names.length)) return names;
  const given = items.flatMap((item, index) =>
    index === star ? Array.from({ length: width }, () => undefined) : [nameOf(item)],
  );
  return names.map((name, index) => given[index] ?? name);
}

function isStar(item: readonly Token[]): boolean {
  const isColumns = isWord(item[0], 'COLUMNS') && isOperator(item[1], '(');
  const [first, second, third] = item;
  return (
    isColumns ||
    isOperator(first, '*') ||
    (isOperator(second, '.') && isOperator(third, '*')) ||
    item.some((token, index) => isOperator(token, '*') && isOperator(item[index - 1], '.'))
  );
}

/** The items of the outermost SELECT list; none for a statement that has none. */
function selectList(tokens: readonly Token[]): readonly (readonly Token[])[] {
  const depths = depthsOf(tokens);
  const start = tokens.findIndex((token, index) => depths[index] === 0 && isWord(token, 'SELECT'));
  if (start === -1 || !['SELECT', 'WITH'].includes(tokens[0]?.value.toUpperCase() ?? '')) return [];
  let from = start + 1;
  if (isWord(tokens[from], 'ALL') || isWord(tokens[from], 'DISTINCT')) from += 1;
  if (isWord(tokens[from], 'ON')) return [];
  const items: Token[][] = [[]];
  for (let at = from; at < tokens.length; at += 1) {
    const token = tokens[at] as Token;
    if (depths[at] === 0 && token.kind === 'word' && ENDS.has(token.value.toUpperCase())) break;
    if (depths[at] === 0 && isOperator(token, ',')) items.push([]);
    else items.at(-1)?.push(token);
  }
  return items.filter((item) => item.length > 0);
}

function depthsOf(tokens: readonly Token[]): readonly number[] {
  let depth = 0;
  return tokens.map((token) => {
    if (['(', '[', '{'].some((sign) => isOperator(token, sign))) {
      depth += 1;
      return depth - 1;
    }
    if ([')', ']', '}'].some((sign) => isOperator(token, sign))) depth -= 1;
    return depth;
  });
}

/** Undefined where it has a name, of its own or that of a column: the engine knows it. */
function nameOf(item: readonly Token[]): string | undefined {
  const last = item.at(-1);
  const before = item.at(-2);
  if (last === undefined || isWord(before, 'AS') || isOperator(item[1], ':')) return undefined;
  const isValue = item.length === 1 && VALUES.has(last.value.toUpperCase());
  if (isPath(item) && !isValue) return undefined;
  // A name behind an expression, without AS.
  const isBehind = item.length > 1 && isName(last) && !isWord(item[0], 'INTERVAL');
  const goesOn = before?.kind === 'word' && OPERATORS.has(before.value.toUpperCase());
  if (isBehind && !goesOn && (before?.kind !== 'operator' || [')', ']', '}'].includes(before.text))) return undefined;
  return figured(item) ?? UNNAMED;
}

/** Words that what follows belongs to. */
const OPERATORS = new Set([
  'NOT',
  'AND',
  'OR',
  'IN',
  'LIKE',
  'ILIKE',
  'IS',
  'BETWEEN',
  'COLLATE',
  'SIMILAR',
  'TO',
  'ZONE',
  'DISTINCT',
]);

function isName({ kind, value }: Token): boolean {
  return kind === 'quoted' || (kind === 'word' && !RESERVED.has(value.toUpperCase()));
}

/** A column, with its table or without. */
function isPath(item: readonly Token[]): boolean {
  return (
    item.every((token, index) => (index % 2 === 0 ? isName(token) : isOperator(token, '.'))) && item.length % 2 === 1
  );
}

const SPECIAL: Readonly<Record<string, string>> = { CASE: 'case', ARRAY: 'array', EXISTS: 'exists', ROW: 'row' };

/** Words that are values. */
const VALUES = new Set([
  'CURRENT_DATE',
  'CURRENT_TIME',
  'CURRENT_TIMESTAMP',
  'LOCALTIME',
  'LOCALTIMESTAMP',
  'CURRENT_USER',
  'SESSION_USER',
  'USER',
  'CURRENT_CATALOG',
  'CURRENT_SCHEMA',
  'CURRENT_ROLE',
]);

/** PostgreSQL's own names of types that have others. */
const TYPES: Readonly<Record<string, string>> = {
  int: 'int4',
  integer: 'int4',
  bigint: 'int8',
  smallint: 'int2',
  boolean: 'bool',
  real: 'float4',
  double: 'float8',
  decimal: 'numeric',
  string: 'text',
  'character varying': 'varchar',
};

function figured(item: readonly Token[]): string | undefined {
  const [first, second] = item;
  if (first === undefined) return undefined;
  const cast = item.findLastIndex((token, index) => isOperator(token, '::') && depthsOf(item)[index] === 0);
  if (cast > 0) return castName(item.slice(0, cast), item[cast + 1], item.slice(cast + 1));
  const word = first.kind === 'word' ? first.value.toUpperCase() : '';
  if (item.length === 1 && (word === 'TRUE' || word === 'FALSE')) return 'bool';
  if (item.length === 1) return VALUES.has(word) ? word.toLowerCase() : undefined;
  if (word === 'CASE' && isWord(item.at(-1), 'END')) return 'case';
  if ((word === 'CAST' || word === 'TRY_CAST') && closes(item, 1)) {
    const as = item.findLastIndex((token, index) => isWord(token, 'AS') && depthsOf(item)[index] === 1);
    return castName(item.slice(2, as), item[as + 1], []);
  }
  if (Object.hasOwn(SPECIAL, word) && word !== 'CASE' && closes(item, 1)) return SPECIAL[word];
  const open = item.findIndex((token) => isOperator(token, '('));
  const isCall = open > 0 && isPath(item.slice(0, open).map(asName)) && (closes(item, open) || isWindow(item, open));
  return isCall && second !== undefined ? item[open - 1]?.value.toLowerCase() : undefined;
}

/** `coalesce` is a word of the language, and is called like a function. */
function asName(token: Token): Token {
  return token.kind === 'word' ? { ...token, kind: 'quoted' } : token;
}

/** What was cast has the name that it would have by itself, and else that of the type. */
function castName(inner: readonly Token[], type: Token | undefined, rest: readonly Token[]): string | undefined {
  if (isPath(inner)) return inner.at(-1)?.value;
  const name = figured(inner);
  if (name !== undefined) return name;
  // Behind the type may only stand what belongs to it.
  if (rest.some((token) => token.kind === 'operator' && !['(', ')', '[', ']', ',', '.'].includes(token.text)))
    return undefined;
  const written = type?.value.toLowerCase();
  return written === undefined ? undefined : (TYPES[written] ?? written);
}

/** Whether what opens there closes at the end. */
function closes(item: readonly Token[], open: number): boolean {
  const depths = depthsOf(item);
  const end = item.findIndex((_token, index) => index > open && depths[index] === depths[open]);
  return end === item.length - 1;
}

/** `sum(x) FILTER (…) OVER (…)`. */
function isWindow(item: readonly Token[], open: number): boolean {
  const depths = depthsOf(item);
  const end = item.findIndex((_token, index) => index > open && depths[index] === depths[open]);
  return isWord(item[end + 1], 'OVER') || isWord(item[end + 1], 'FILTER') || isWord(item[end + 1], 'WITHIN');
}
