/**
 * Parameters with types: a value that does not say its own is cast where it stands.
 *
 * @module
 */

import { InvalidValueError } from '../../errors.ts';
import type { Token } from './token.ts';
import { tokenize } from './tokens.ts';

/** Names of types by number or name of the parameter. */
export type ParameterTypes = Readonly<Record<string, string>>;

/** The numbers and names of a text's parameters, each once, in their order. */
export function parameterNames(text: string): readonly string[] {
  return [...new Set(numbered(tokenize(text)).map(({ name }) => name))];
}

/** A type as the engine prints it: `VARCHAR`, `DECIMAL(38, 2)`, `TIMESTAMP WITH TIME ZONE[]`. */
const TYPE = /^[A-Z][A-Z0-9_ ]*(?:\(\d{1,3}(?:, ?\d{1,3})?\))?(?:\[\])*$/;

/**
 * The text with a cast around each parameter that has a type.
 *
 * @throws InvalidValueError for what is no name of a type
 */
export function withParameterTypes(text: string, types: ParameterTypes): string {
  if (Object.keys(types).length === 0) return text;
  for (const [name, type] of Object.entries(types)) {
    if (TYPE.test(type)) continue;
    throw new InvalidValueError(`${JSON.stringify(type)} is no type that parameter ${name} can have.`, {
      subject: name,
      hint: 'A type is written as SQL prints it: VARCHAR, DECIMAL(38, 2), DATE[].',
    });
  }
  let typed = '';
  let copied = 0;
  for (const { token, name } of numbered(tokenize(text))) {
    const type = Object.hasOwn(types, name) ? types[name] : undefined;
    if (type === undefined) continue;
    typed += `${text.slice(copied, token.start)}CAST(${token.text} AS ${type})`;
    copied = token.end;
  }
  return typed + text.slice(copied);
}

/** Each `?` is counted. */
function numbered(tokens: readonly Token[]): readonly { readonly token: Token; readonly name: string }[] {
  let questions = 0;
  return tokens
    .filter(({ kind }) => kind === 'parameter')
    .map((token) => ({ token, name: token.value === '' ? String(++questions) : token.value }));
}
