/**
 * `--env.file`: environment variables from a file in dotenv's format.
 *
 * @module
 */

import { parseEnv } from 'node:util';
import { type Environment, unusable } from './place.ts';

/**
 * The variables in a file. `process.env` stays as it is.
 *
 * @throws InvalidArgumentError with the line of what is no variable: one that is misspelt would be missed without a word
 */
export function parseEnvFile(name: string, text: string): Environment {
  const lines = text.split(/\r?\n/);
  for (let at = 0; at < lines.length; at = nextLine(name, lines, at)) {}
  return parseEnv(lines.join('\n')) as Environment;
}

const VARIABLE = /^\s*(?:export\s+)?[A-Za-z_][\w.]*\s*=\s*(.*)$/;

/** Where the next variable may begin: a quoted value goes on over lines. */
function nextLine(name: string, lines: readonly string[], at: number): number {
  const line = lines[at] ?? '';
  if (/^\s*(?:#|$)/.test(line)) return at + 1;
  const [, value] = VARIABLE.exec(line) ?? [];
  if (value === undefined) throw unusable(name, `has no NAME=value in line ${at + 1}`);
  const [, quote] = /^(["'`])/.exec(value) ?? [];
  if (quote === undefined || value.indexOf(quote, 1) > 0) return at + 1;
  const end = lines.findIndex((later, index) => index > at && later.includes(quote));
  if (end < 0) throw unusable(name, `has a quote in line ${at + 1} that does not end`);
  return end + 1;
}
