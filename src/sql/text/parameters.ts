/**
 * Parameters: `$1`, `?`, `$name`, and `:name`, which becomes `$name`.
 *
 * Values never come into the text. The planner sees them as literals, and DuckDB binds them.
 *
 * @module
 */

import { BindError } from '../../errors.ts';
import type { Constant, Literal, ParameterValue } from '../statement.ts';
import { isOperator, isSignificant, type Token } from './token.ts';

/** Values by number or name. */
export type Parameters = Readonly<Record<string, ParameterValue>>;

/**
 * The tokens with every `?` numbered, and with `:name` as a parameter where there is one of that name: a colon is also the
 * middle of `list[a:b]` and of `{'key': value}`, and follows the name in `SELECT name: value`.
 *
 * @throws BindError for a parameter without a value
 */
export function bindParameters(tokens: readonly Token[], parameters: Parameters): readonly Token[] {
  let questions = 0;
  const named = mergeColons(tokens, parameters);
  return named.map((token) => {
    if (token.kind !== 'parameter') return token;
    const value = token.value === '' ? String(++questions) : token.value;
    if (Object.hasOwn(parameters, value)) return { ...token, value };
    throw new BindError('BINDING', `No value was given for the parameter ${token.text}${nameOf(token, value)}.`, {
      unknownName: value,
      nearest: Object.keys(parameters),
    });
  });
}

/** The values of the parameters among these tokens, under the names that DuckDB gives them: it counts each `?` of a text. */
export function parametersIn(tokens: readonly Token[], parameters: Parameters): Parameters {
  let questions = 0;
  const used: Record<string, ParameterValue> = {};
  for (const { kind, text, value } of tokens) {
    if (kind === 'parameter') used[text === '?' ? String(++questions) : value] = parameters[value] ?? null;
  }
  return used;
}

/** The value as the planner compares it; undefined for one whose type a literal does not say. */
export function literalOf(value: ParameterValue): Literal | undefined {
  return typeof value === 'bigint' || value instanceof Date || isList(value) ? undefined : value;
}

/**
 * The values of a list as the planner compares them: those whose type a literal does not say are computed like any
 * expression. Undefined for what is no list, or a list of lists.
 *
 * @param name of the parameter
 */
export function listConstants(name: string, value: ParameterValue): readonly Constant[] | undefined {
  if (!isList(value) || value.some(isList)) return undefined;
  return value.map((each, index): Constant => {
    const literal = literalOf(each);
    return literal === undefined
      ? { kind: 'expression', text: `$${name}[${index + 1}]` }
      : { kind: 'literal', value: literal };
  });
}

function isList(value: ParameterValue): value is readonly ParameterValue[] {
  return Array.isArray(value);
}

function nameOf(token: Token, value: string): string {
  return token.value === '' ? ` (number ${value})` : '';
}

function mergeColons(tokens: readonly Token[], parameters: Parameters): readonly Token[] {
  const merged: Token[] = [];
  const brackets = new Brackets();
  for (const token of tokens) {
    const colon = merged.at(-1);
    const isName = token.kind === 'word' && Object.hasOwn(parameters, token.value);
    if (isName && colon?.end === token.start && isOperator(colon, ':') && brackets.allowParameter) {
      merged.pop();
      merged.push({
        kind: 'parameter',
        text: `:${token.text}`,
        value: token.value,
        start: colon.start,
        end: token.end,
      });
      continue;
    }
    if (isSignificant(token)) brackets.pass(token);
    merged.push(token);
  }
  return merged;
}

/** Follows the brackets of a text, to tell which colons may begin a parameter. */
class Brackets {
  /** Of the last token, if it is a colon. */
  allowParameter = false;
  readonly #open: string[] = [];
  #previous: Token | undefined;
  #beforePrevious: Token | undefined;

  pass(token: Token): void {
    if (isOperator(token, ':')) this.allowParameter = this.#mayBegin(token);
    if (['(', '[', '{'].includes(token.text)) this.#open.push(token.text);
    if ([')', ']', '}'].includes(token.text)) this.#open.pop();
    this.#beforePrevious = this.#previous;
    this.#previous = token;
  }

  #mayBegin(colon: Token): boolean {
    const before = this.#previous;
    const innermost = this.#open.at(-1);
    // list[:n]
    if (isOperator(before, '[') && endsExpression(this.#beforePrevious)) return false;
    if (!endsExpression(before)) return true;
    // In list[a :n] and {'a' :n} the colon stands between two values; elsewhere a word before it is a keyword, if it does
    // not touch the colon.
    return innermost !== '[' && innermost !== '{' && before?.kind === 'word' && before.end !== colon.start;
  }
}

const ENDS: ReadonlySet<string> = new Set([')', ']', '}']);

function endsExpression(token: Token | undefined): boolean {
  if (token === undefined) return false;
  return token.kind === 'operator' ? ENDS.has(token.text) : token.kind !== 'comment';
}
