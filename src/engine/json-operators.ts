/**
 * PostgreSQL's operators and names for JSON, written as DuckDB reads them: `#>`, `#>>`, `@>`, `<@`, `?`, `?|`, `?&`, the type jsonb, and
 * functions whose number of arguments, or whose ORDER BY and FILTER, no macro can have.
 *
 * What is asked of a path or a document has to be seen here: PostgreSQL takes a text for either, DuckDB for neither. So a document
 * behind `@>` is a literal.
 *
 * @module
 */

import { InvalidValueError, NotSupportedError } from '../errors.ts';
import { isOperator, isWord, type Token } from '../sql/text/token.ts';
import type { JsonValue } from '../values.ts';
import { arrayElements } from './array-literal.ts';
import type { Changes } from './changes.ts';
import { containmentOf } from './containment.ts';
import type { Operand, Segment } from './segments.ts';
import { strftimeFormat } from './time-format.ts';

const KEY_TESTS: Readonly<Record<string, string>> = {
  '?': 'oktaql_has_key',
  '?|': 'oktaql_has_any',
  '?&': 'oktaql_has_all',
};

export function isPathArrow(token: Token | undefined): boolean {
  return isOperator(token, '#>') || isOperator(token, '#>>');
}

/** Whether it says something about JSON that is true or false. */
export function isJsonTest(token: Token | undefined): boolean {
  if (token?.kind !== 'operator') return false;
  return Object.hasOwn(KEY_TESTS, token.text) || token.text === '@>' || token.text === '<@';
}

/** The path of `#>`, and the keys of `?|`: a text in the form of PostgreSQL's arrays becomes a list. */
export function pathAsList(operand: Operand, tokens: readonly Token[], changes: Changes): void {
  const text = soleText(tokensOf(operand, tokens), ['text', 'varchar']);
  if (text === undefined) {
    if (operand.first.kind !== 'parameter' || operand.first !== operand.last) return;
    throw new NotSupportedError('Behind #>, #>>, ?| and ?& a parameter cannot be told from a text.', {
      hint: `Write a list of parameters: array[${operand.first.text}].`,
    });
  }
  const elements = arrayElements(text.value);
  const list = elements.map((each) => (each === null ? 'NULL' : quoted(each)));
  changes.replace(text, list.length === 0 ? '[]::VARCHAR[]' : `[${list.join(', ')}]`);
}

/** They bind less than all else in a segment but matches, which no sense can be made of beside them. */
export function callJsonTests(
  { operands, operators }: Segment,
  tokens: readonly Token[],
  { changes, isPrinted }: { readonly changes: Changes; readonly isPrinted: boolean },
): void {
  const places = [...operators.keys()].filter((index) => isJsonTest(operators[index]));
  places.forEach((place, index) => {
    const [operator, first] = [operators[place], operands[0]?.first];
    const [right, end] = [operands[place + 1], operands[places[index + 1] ?? operators.length]];
    if (operator === undefined || first === undefined || right === undefined || end === undefined) return;
    const left: Operand = { first, last: operands[place]?.last ?? first };
    const behind: Operand = { first: right.first, last: end.last };
    const test = KEY_TESTS[operator.text];
    if (test !== undefined) {
      changes.replace(operator, '),');
      changes.enclose({ first, last: end.last }, `${test}((`, ')');
      if (operator.text !== '?') pathAsList(right, tokens, changes);
    } else if (isPrinted) return;
    else if (operator.text === '@>') contain(left, operator, behind, tokens, changes);
    else contain(behind, operator, left, tokens, changes);
  });
}

/** Lists have the same operator: what is no document, DuckDB is asked about. */
function contain(whole: Operand, operator: Token, part: Operand, tokens: readonly Token[], changes: Changes): void {
  const said = tokensOf(part, tokens);
  const document = soleText(said, ['json', 'jsonb']);
  if (document === undefined) {
    if (!isSeenAsJson(said) && !isSeenAsJson(tokensOf(whole, tokens)) && said[0]?.kind !== 'parameter') return;
    throw new NotSupportedError(`What ${operator.text} looks for has to be a document that the statement says.`, {
      hint: `Write it as a literal, such as profile @> '{"department":"IT"}'.`,
    });
  }
  const value = parsed(document.value);
  if (value === undefined) return;
  for (const token of said) changes.replace(token, '');
  changes.replace(operator, '');
  changes.enclose(whole, '(list_transform([to_json(', `)], lambda oktaql_v: ${containmentOf('oktaql_v', value)})[1])`);
}

function parsed(text: string): JsonValue | undefined {
  try {
    return JSON.parse(text) as JsonValue;
  } catch {
    return undefined;
  }
}

function isSeenAsJson(tokens: readonly Token[]): boolean {
  return tokens.some((token, index) => isOperator(tokens[index - 1], '::') && /^jsonb?$/i.test(token.text));
}

function tokensOf({ first, last }: Operand, tokens: readonly Token[]): readonly Token[] {
  return tokens.slice(tokens.indexOf(first), tokens.indexOf(last) + 1);
}

/** The text of an operand that is nothing else, but for a cast to one of these types or a list of it. */
function soleText(tokens: readonly Token[], types: readonly string[]): Token | undefined {
  const [text, cast, type, ...rest] = tokens;
  if (text?.kind !== 'string') return undefined;
  if (cast === undefined) return text;
  const isCast = isOperator(cast, '::') && types.includes(type?.value.toLowerCase() ?? '');
  const isList = rest.length === 0 || (rest.length === 2 && isOperator(rest[0], '[') && isOperator(rest[1], ']'));
  return isCast && isList ? text : undefined;
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}

/** Names that are DuckDB's in all but spelling. */
const RENAMED: Readonly<Record<string, string>> = {
  jsonb_build_object: 'json_object',
  json_build_object: 'json_object',
  jsonb_build_array: 'json_array',
  json_build_array: 'json_array',
};

const AGGREGATES: ReadonlySet<string> = new Set(['json_agg', 'jsonb_agg']);

/** The type jsonb, and calls. */
export function withJsonNames(tokens: readonly Token[], changes: Changes): void {
  for (const [index, token] of tokens.entries()) {
    if (token.kind !== 'word' || isOperator(tokens[index - 1], '.')) continue;
    const name = token.value.toLowerCase();
    const renamed = Object.hasOwn(RENAMED, name) ? RENAMED[name] : undefined;
    if (name === 'jsonb') asJson(index, tokens, changes);
    if (!isOperator(tokens[index + 1], '(')) continue;
    if (renamed !== undefined) changes.replace(token, renamed);
    else if (AGGREGATES.has(name)) gather(index, tokens, changes);
    else if (name === 'to_char') format(index, tokens, changes);
  }
}

function asJson(index: number, tokens: readonly Token[], changes: Changes): void {
  const [before, token, behind] = [tokens[index - 1], tokens[index], tokens[index + 1]];
  const isCast = isOperator(before, '::') || (isWord(before, 'AS') && isOperator(behind, ')'));
  if (token !== undefined && (isCast || behind?.kind === 'string')) changes.replace(token, 'json');
}

/** Of no rows a list is NULL, as PostgreSQL's is; json_group_array is an empty one, and takes no ORDER BY. */
function gather(index: number, tokens: readonly Token[], changes: Changes): void {
  const name = tokens[index];
  const last = tokens[endOfCall(index + 1, tokens)];
  if (name === undefined || last === undefined) return;
  changes.replace(name, 'list');
  changes.enclose({ first: name, last }, 'to_json(', ')');
}

/** The index of the last token of a call, with FILTER and OVER. */
function endOfCall(open: number, tokens: readonly Token[]): number {
  let end = endOfBrackets(open, tokens);
  if (isWord(tokens[end + 1], 'FILTER') && isOperator(tokens[end + 2], '(')) end = endOfBrackets(end + 2, tokens);
  if (isWord(tokens[end + 1], 'OVER'))
    end = isOperator(tokens[end + 2], '(') ? endOfBrackets(end + 2, tokens) : end + 2;
  return end;
}

function endOfBrackets(open: number, tokens: readonly Token[]): number {
  let depth = 0;
  for (let index = open; index < tokens.length; index += 1) {
    if (isOperator(tokens[index], '(')) depth += 1;
    if (isOperator(tokens[index], ')')) depth -= 1;
    if (depth === 0) return index;
  }
  return tokens.length - 1;
}

/** `to_char(time, 'YYYY-MM-DD')` */
function format(index: number, tokens: readonly Token[], changes: Changes): void {
  const end = endOfBrackets(index + 1, tokens);
  const [name, comma, pattern] = [tokens[index], tokens[end - 2], tokens[end - 1]];
  if (name === undefined || pattern?.kind !== 'string' || !isOperator(comma, ',')) {
    throw new NotSupportedError('to_char takes a time, and a pattern that is a literal.', {
      hint: "Write to_char(created, 'YYYY-MM-DD'), or strftime, whose pattern may be any text.",
    });
  }
  const written = strftimeFormat(pattern.value);
  if (written === undefined) {
    throw new InvalidValueError('The pattern of to_char has parts that are not known here.', {
      subject: 'to_char',
      hint: 'Known are YYYY, YY, MM, DD, DDD, HH24, HH12, HH, MI, SS, MS, US, AM, PM, Mon, Dy, FMMonth, FMDay, IYYY, IW, ID, and texts in double quotes: YYYY-MM-DD"T"HH24:MI.',
    });
  }
  changes.replace(name, 'strftime');
  changes.replace(pattern, quoted(written));
}
