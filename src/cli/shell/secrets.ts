/**
 * Whether a statement holds what nobody should find in a file later. Too much is taken for a secret rather than too little: the
 * price is a statement that has to be typed again.
 *
 * @module
 */

import { isSecretName, redactText, secretsIn } from '../../http/trace/redact.ts';
import { isOperator, isSignificant, type Token } from '../../sql/text/token.ts';
import { tokensSoFar } from '../../sql/text/tokens.ts';

/** Statements whose values go to the API. `\set` gives values to them. */
const SENDS: ReadonlySet<string> = new Set(['INSERT', 'UPDATE', 'REPLACE', 'MERGE', 'EXEC', 'EXECUTE', 'WITH', 'SET']);

/**
 * @param secretFields whether documents mark a column or field of that name, in lower case, as one that holds secrets
 */
export function holdsSecrets(text: string, secretFields: (name: string) => boolean): boolean {
  if (redactText(text, []) !== text) return true;
  const { tokens, openAt, unreadableAt } = tokensSoFar(text);
  // What cannot be read to its end may be half of a string.
  if (openAt !== undefined || unreadableAt !== undefined) return true;
  const said = tokens.filter((token) => isSignificant(token) && !isOperator(token, '\\'));
  if (said.some(({ kind, value }) => kind === 'string' && secretsIn(value).length > 0)) return true;
  const isSecret = (token: Token): boolean => isName(token) && isSecretNamed(token.value, secretFields);
  if (SENDS.has((said[0]?.value ?? '').toUpperCase())) return said.some(isSecret) && said.some(isValue);
  return said.some((token, index) => isSecret(token) && comparesWithValue(said.slice(index + 1, index + 4)));
}

function isSecretNamed(name: string, secretFields: (name: string) => boolean): boolean {
  const field = name.replace(/^data__/, '');
  return isSecretName(field) || secretFields(field.toLowerCase());
}

function isName({ kind }: Token): boolean {
  return kind === 'word' || kind === 'quoted' || kind === 'variable';
}

function isValue({ kind }: Token): boolean {
  return kind === 'string' || kind === 'number' || kind === 'word';
}

/** `token = 'x'`, `token IN ('x')` */
function comparesWithValue([operator, next, afterNext]: readonly Token[]): boolean {
  if (operator === undefined || isOperator(operator, '.') || isOperator(operator, ',')) return false;
  return [next, afterNext].some((token) => token?.kind === 'string');
}
