/**
 * What fills `{{ name }}` in a script: `--var` before `--var-file` before `OKTAQL_VAR_name` of the environment.
 *
 * @module
 */

import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { InvalidArgumentError } from 'commander';
import { textOf } from './utf8.ts';

const require = createRequire(import.meta.url);

type Variables = Readonly<Record<string, string>>;

export interface VariableSettings {
  /** As written: a value that begins with `@` names a file. */
  readonly var: Variables;
  /** Files; a later one goes before an earlier one. */
  readonly varFile?: readonly string[];
}

/** A value per name that the text asks for, wherever it comes from, and those that were given on the command line besides. */
export function scriptVariables(
  text: string,
  { var: given, varFile = [] }: VariableSettings,
  lookUp: (name: string) => string | undefined,
): Variables {
  const own = Object.entries(given).map(([name, value]) => [name, givenValue(name, value)] as const);
  const fromFiles = varFile.flatMap(readVariableFile);
  const fromEnvironment = namesIn(text).flatMap((name) => {
    const value = lookUp(`${PREFIX}${name}`);
    return value === undefined ? [] : [[name, value] as const];
  });
  // Made from entries, so that a variable called __proto__ is one.
  return Object.fromEntries([...fromEnvironment, ...fromFiles, ...own]);
}

const PREFIX = 'OKTAQL_VAR_';

function namesIn(text: string): readonly string[] {
  return [...text.matchAll(/\{\{\s*([A-Za-z_][\w-]*)\s*\}\}/g)].map(([, name = '']) => name);
}

/** `@file` is what the file holds, without the line end at its end; `@@x` is `@x`. */
function givenValue(name: string, value: string): string {
  if (value.startsWith('@@')) return value.slice(1);
  if (!value.startsWith('@')) return value;
  const file = value.slice(1);
  if (file === '')
    throw new InvalidArgumentError(`--var ${name}=@ names no file. Write @@ for a value that begins with @.`);
  return readText(file, 'Write @@ for a value that begins with @.').replace(/\r?\n$/, '');
}

function readText(file: string, advice = ''): string {
  let bytes: Buffer;
  try {
    bytes = readFileSync(file);
  } catch (error) {
    const why = error instanceof Error && 'code' in error ? String(error.code) : 'unknown reason';
    throw new InvalidArgumentError([`${file} cannot be read (${why}).`, advice].join(' ').trim());
  }
  return textOf(bytes, file);
}

/** Scalars are taken as they are written: `007` stays that, and `on` is no truth value. JSON is YAML. */
function readVariableFile(file: string): readonly (readonly [string, string])[] {
  const { isAlias, isMap, isScalar, parseDocument } = require('yaml') as typeof import('yaml');
  const document = parseDocument(readText(file), { schema: 'failsafe', logLevel: 'error' });
  const [error] = document.errors;
  if (error !== undefined) {
    const { line = 1, col = 1 } = error.linePos?.[0] ?? {};
    throw new InvalidArgumentError(`${file} is no JSON or YAML: ${error.code} in line ${line}, column ${col}.`);
  }
  const { contents } = document;
  if (contents === null) return [];
  if (!isMap(contents)) throw new InvalidArgumentError(`${file} holds no variables. ${FILE_FORM}`);
  return contents.items.map(({ key, value }) => {
    const name = isScalar(key) ? String(key.value) : '';
    const node = isAlias(value) ? value.resolve(document) : value;
    if (isScalar(node) && !isNull(node)) return [name, String(node.value)];
    throw new InvalidArgumentError(
      `${file}: ${JSON.stringify(name)} has no value that a variable can have. ${FILE_FORM}`,
    );
  });
}

/** What is not written between quotes, and would be nothing to others. */
function isNull({ source, type }: { readonly source?: string | undefined; readonly type?: unknown }): boolean {
  return type === 'PLAIN' && /^(?:|~|null)$/i.test(source ?? '');
}

const FILE_FORM = 'It takes one text, number or truth value per name, such as {"subdomain": "acme"}.';
