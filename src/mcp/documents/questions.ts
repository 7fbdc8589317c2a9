/**
 * The audit questions that come with the package, as prompts.
 *
 * @module
 */

import { readdir, readFile } from 'node:fs/promises';
import { InvalidValueError } from '../../errors.ts';
import { fillPlaceholders } from '../../sql/text/placeholders.ts';
import type { Terms } from '../contract.ts';
import { packageFile } from './pages.ts';

export interface ListedPrompt {
  readonly name: string;
  readonly description: string;
  readonly arguments: readonly { readonly name: string; readonly required: boolean }[];
}

const FOLDER = 'docs/audit/';

/** What a question about age asks for where nobody says otherwise. */
const USUAL: Readonly<Record<string, string>> = { days: '90', minutes: '60' };

/** In the order of the files. */
export async function listPrompts(terms: Terms): Promise<readonly ListedPrompt[]> {
  const files = (await readdir(packageFile(FOLDER))).filter((file) => file.endsWith('.sql')).toSorted();
  return Promise.all(files.map((file) => promptOf(file, terms)));
}

async function promptOf(file: string, terms: Terms): Promise<ListedPrompt> {
  const text = await textOf(file);
  const known = defaultsFor(terms);
  const names = [...new Set([...text.matchAll(/\{\{ (\w+) \}\}/g)].map(([, name = '']) => name))];
  return {
    name: nameOf(file),
    description: questionOf(text),
    arguments: names.map((name) => ({ name, required: !Object.hasOwn(known, name) })),
  };
}

/** The text that a model is given: the question, and the statement that answers it. */
export async function promptText(
  name: string,
  given: Readonly<Record<string, string>>,
  terms: Terms,
): Promise<{ readonly description: string; readonly text: string }> {
  const prompts = await listPrompts(terms);
  const prompt = prompts.find((each) => each.name === name);
  if (prompt === undefined) throw wrong(`There is no prompt ${JSON.stringify(name.slice(0, 60))}.`, namesOf(prompts));
  const missing = prompt.arguments.filter((each) => each.required && !Object.hasOwn(given, each.name));
  if (missing.length > 0) throw wrong(`${name} needs ${missing.map((each) => each.name).join(' and ')}.`, '');
  const sql = await textOf(`${name}.sql`);
  const filled = fillPlaceholders(sql, { ...defaultsFor(terms), ...given });
  const values = { ...defaultsFor(terms), ...given };
  const description = prompt.description.replace(/\{\{ (\w+) \}\}/g, (whole, each: string) => values[each] ?? whole);
  return {
    description,
    text: [
      description,
      'Answer it with the SQL below: what reads by query, allowing the requests that its comment or a refusal names (max_requests), each statement that changes something by change. Then say what was found, or that nothing was.',
      '```sql',
      filled.trim(),
      '```',
    ].join('\n'),
  };
}

function defaultsFor({ subdomain, orgs }: Terms): Readonly<Record<string, string>> {
  const org = subdomain ?? (orgs.length === 1 ? orgs[0] : undefined);
  return { ...USUAL, ...(org !== undefined && { subdomain: org }) };
}

function questionOf(text: string): string {
  return (text.split('\n')[0] ?? '').replace(/^--\s*/, '');
}

function nameOf(file: string): string {
  return file.replace(/\.sql$/, '');
}

function textOf(file: string): Promise<string> {
  return readFile(packageFile(FOLDER + file), 'utf8');
}

function namesOf(prompts: readonly ListedPrompt[]): string {
  return `There are ${prompts.map(({ name }) => name).join(', ')}.`;
}

function wrong(message: string, hint: string): InvalidValueError {
  return new InvalidValueError(message, { subject: 'prompt', ...(hint !== '' && { hint }) });
}
