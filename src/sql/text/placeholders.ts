/**
 * Fills `{{ name }}` from the values given on the command line or by the library's caller.
 *
 * @module
 */

import { PlaceholderError } from '../../errors.ts';
import type { Token } from './token.ts';
import { tokenize } from './tokens.ts';

const NAME = /^[A-Za-z_][\w-]*$/;
const PLACEHOLDER = /\{\{([^{}]*)\}\}/g;

/**
 * The text with every placeholder replaced. Inside a string or a quoted name the value is escaped for that place, so
 * that `--var name="O'Brien"` stays one string; elsewhere it is inserted as it is. Comments are left alone.
 *
 * Throws `UNFILLED_PLACEHOLDER` naming the first placeholder without a value.
 */
export function fillPlaceholders(text: string, values: Readonly<Record<string, string>>): string {
  if (!text.includes('{{')) return text;
  let filled = '';
  let cursor = 0;
  for (const token of tokenize(text)) {
    const replacement = fillToken(token, values);
    if (replacement === undefined) continue;
    filled += text.slice(cursor, token.start) + replacement;
    cursor = token.end;
  }
  return filled + text.slice(cursor);
}

function fillToken(token: Token, values: Readonly<Record<string, string>>): string | undefined {
  if (token.kind === 'placeholder') return fill(token.value, values);
  if (token.kind !== 'string' && token.kind !== 'quoted') return undefined;
  if (!token.text.includes('{{')) return undefined;
  const quote = token.kind === 'quoted' ? '"' : "'";
  // Escaping depends on how the string is quoted; a filled one is always written in the plain form.
  const content = token.value.replace(PLACEHOLDER, (_whole, name: string) => fill(name.trim(), values));
  return quote + content.replaceAll(quote, quote + quote) + quote;
}

function fill(name: string, values: Readonly<Record<string, string>>): string {
  const value = Object.hasOwn(values, name) ? values[name] : undefined;
  if (value !== undefined) return value;
  throw new PlaceholderError(`Nothing was given for {{ ${name} }}.`, {
    placeholder: name,
    hint: NAME.test(name)
      ? `Give it with --var ${name}=VALUE.`
      : 'A placeholder is a plain name, as in {{ subdomain }}. The command line fills {{ .values.a.b }} from --iqldata FILE.json.',
  });
}
