/**
 * StackQL's `.iql` templates: `{{ .values.a.b }}`, filled from JSON that stands before the statements or in a file.
 *
 * A value fills the literal that it stands in and never ends it: what is within quotes is escaped for them, and for JSON within them;
 * what is not must be a number, a truth value or a name. Of Go's templates nothing else is there, and it is refused by its name.
 *
 * @module
 */

import { InvalidArgumentError } from 'commander';
import type { Token } from '../../sql/text/token.ts';
import { tokenize } from '../../sql/text/tokens.ts';

/** A script and the JSON that its placeholders are filled from. */
interface Template {
  readonly text: string;
  readonly data: unknown;
}

const BLOCK = /^\s*<<<(json|jsonnet)\b([\s\S]*?)>>>/;

/**
 * The script with its placeholders filled. Those of `--var`, which have no dot, are left.
 *
 * @param iqldata what the file of `--iqldata` holds
 * @throws InvalidArgumentError for data that is no JSON, for a path that leads nowhere, for what is more than a path, and for a value
 *   that would not remain within its literal
 */
export function filledTemplate(script: string, iqldata?: { readonly file: string; readonly text: string }): string {
  const { text, data } = templateOf(script, iqldata);
  if (data === undefined) return text;
  const edits = tokenize(text).flatMap((token) => editOf(token, data) ?? []);
  return edits.reduceRight(
    (edited, { start, end, with: filled }) => edited.slice(0, start) + filled + edited.slice(end),
    text,
  );
}

function templateOf(script: string, iqldata: { readonly file: string; readonly text: string } | undefined): Template {
  const [block, language, content = ''] = BLOCK.exec(script) ?? [];
  if (block === undefined) return { text: script, data: iqldata && dataOf(iqldata.text, iqldata.file) };
  if (language === 'jsonnet') throw noJsonnet('<<<jsonnet');
  if (iqldata !== undefined) {
    throw new InvalidArgumentError('Values are given twice: in a <<<json block and with --iqldata.');
  }
  // The places that errors name are those of the whole script.
  return { text: block.replaceAll(/[^\n]/g, ' ') + script.slice(block.length), data: dataOf(content, '<<<json … >>>') };
}

function noJsonnet(what: string): InvalidArgumentError {
  return new InvalidArgumentError(
    `${what}: jsonnet is not run here. Make JSON of it first: jsonnet FILE.jsonnet > values.json, and --iqldata values.json.`,
  );
}

function dataOf(text: string, from: string): unknown {
  if (/\.(?:jsonnet|libsonnet)$/i.test(from)) throw noJsonnet(from);
  try {
    return JSON.parse(text) as unknown;
  } catch {
    // The parser's message quotes the text, which may hold a secret.
    throw new InvalidArgumentError(`${from} is no JSON.`);
  }
}

interface Edit {
  readonly start: number;
  readonly end: number;
  readonly with: string;
}

const PLACEHOLDER = /\{\{-?\s*([^{}]*?)\s*-?\}\}/g;

function editOf(token: Token, data: unknown): Edit | undefined {
  const { start, end, kind } = token;
  if (kind === 'placeholder') {
    const path = token.text.replace(PLACEHOLDER, '$1');
    return isPlain(path) ? undefined : { start, end, with: bare(path, valueAt(path, data)) };
  }
  if ((kind !== 'string' && kind !== 'quoted') || !token.text.includes('{{')) return undefined;
  const filled = isJson(token.value) ? inJson(token.value, data) : inText(token.value, data);
  if (filled === token.value) return undefined;
  const quote = kind === 'quoted' ? '"' : "'";
  return { start, end, with: quote + filled.replaceAll(quote, quote + quote) + quote };
}

/** One of `--var`. */
function isPlain(content: string): boolean {
  return /^[A-Za-z_][\w-]*$/.test(content) && !/^(?:end|else)$/.test(content);
}

const PATH = /^(?:\.[A-Za-z_]\w*)+$/;

/** What Go's templates have besides paths, and what to do without. */
const ADVICE: Readonly<Record<string, string>> = {
  range: 'write a statement for each, or keep the list in a table and select from it',
  if: 'write the statements that are meant, or a CASE',
  else: 'write the statements that are meant, or a CASE',
  with: 'write the whole path: {{ .values.a.b }}',
  end: 'it ends a range or a condition, which are not supported',
  define: 'write the text where it is meant',
  template: 'write the text where it is meant',
  block: 'write the text where it is meant',
};

function valueAt(path: string, data: unknown): unknown {
  if (!PATH.test(path)) throw noPath(path);
  let value = data;
  for (const name of path.slice(1).split('.')) {
    const isThere = typeof value === 'object' && value !== null && Object.hasOwn(value, name);
    if (!isThere)
      throw new InvalidArgumentError(`Nothing is given for {{ ${path} }}: there is no ${name} in the values.`);
    value = (value as Readonly<Record<string, unknown>>)[name];
  }
  return value;
}

function noPath(content: string): InvalidArgumentError {
  const [word = ''] = content.split(/\s/);
  const advice = Object.hasOwn(ADVICE, word) ? ADVICE[word] : 'a placeholder is a path, such as {{ .values.a.b }}';
  return new InvalidArgumentError(`{{ ${content.slice(0, 60)} }} is not supported: ${advice}.`);
}

/** Outside quotes: nothing that could be more than one word. */
function bare(path: string, value: unknown): string {
  if (typeof value === 'number' || typeof value === 'boolean' || value === null) return String(value);
  if (typeof value === 'string' && /^(?:[A-Za-z_]\w*(?:\.[A-Za-z_]\w*)*|-?\d+(?:\.\d+)?)$/.test(value)) return value;
  throw new InvalidArgumentError(
    `{{ ${path} }} stands outside quotes, where only a number or a name can be filled in. Write '{{ ${path} }}'.`,
  );
}

function inText(text: string, data: unknown): string {
  return text.replace(PLACEHOLDER, (whole, path: string) => (isPlain(path) ? whole : textOf(valueAt(path, data))));
}

/** As Go prints them; maps and lists as JSON. */
function textOf(value: unknown): string {
  if (value === null) return 'null';
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}

/** Whether a text is JSON once its placeholders are something. */
function isJson(text: string): boolean {
  const filled = text.replace(PLACEHOLDER, '0');
  return /^\s*[[{]/.test(filled) && isParsed(filled);
}

function isParsed(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

const JSON_STRING = /"(?:[^"\\]|\\[\s\S])*"/g;

/** In JSON: within its strings as their text, elsewhere as JSON. */
function inJson(text: string, data: unknown): string {
  const filled = text.replace(JSON_STRING, (string) =>
    string.replace(PLACEHOLDER, (whole, path: string) =>
      isPlain(path) ? whole : JSON.stringify(textOf(valueAt(path, data))).slice(1, -1),
    ),
  );
  let result = '';
  let from = 0;
  for (const { 0: string, index } of filled.matchAll(JSON_STRING)) {
    result += outsideStrings(filled.slice(from, index), data) + string;
    from = index + string.length;
  }
  return result + outsideStrings(filled.slice(from), data);
}

function outsideStrings(text: string, data: unknown): string {
  return text.replace(PLACEHOLDER, (whole, path: string) => {
    if (isPlain(path)) return whole;
    const value = valueAt(path, data);
    return typeof value === 'string' && isParsed(value) ? value : JSON.stringify(value);
  });
}
