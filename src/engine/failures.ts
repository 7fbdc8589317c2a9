/**
 * DuckDB's messages as our errors.
 *
 * DuckDB gives its errors a class only in the text, so this is the one place that reads a text. What it says after the
 * first line is a copy of the statement, which may hold a key: it is dropped, and long literals are masked.
 *
 * @module
 */

import { BindError, CancelledError, ExecutionError, NotSupportedError, QueryError, SqlSyntaxError } from '../errors.ts';
import { didYouMean, nearestNames, unknownColumn } from '../registry/nearest.ts';
import type { EngineTable } from './engine.ts';
import { argumentHint, macroHint, unknownFunctionHint } from './hints.ts';

interface Failure {
  /** The first line, long literals masked. */
  readonly message: string;
  /** What DuckDB offers in the lines after it. */
  readonly nearest: readonly string[];
  readonly tables: readonly EngineTable[];
}

interface Reading {
  readonly pattern: RegExp;
  readonly error: (match: RegExpExecArray, failure: Failure) => QueryError;
}

const READINGS: readonly Reading[] = [
  {
    pattern:
      /^Binder Error: Referenced column "(.+?)" (?:was )?not found|^Binder Error: Table "[^"]*" does not have a column named "(.+?)"/,
    error: (match, { tables }) => noColumn(match[1] ?? match[2] ?? '', tables),
  },
  {
    pattern: /^Binder Error: Values list "[^"]*" does not have a column named "(.+?)"/,
    error: (match, { tables }) => noColumn(match[1] ?? '', tables),
  },
  {
    pattern: /^Binder Error: Referenced table "(.+?)" not found/,
    error: (match, { tables }) => {
      const names = tables.map(({ alias, name }) => alias ?? name.at(-1) ?? '');
      return new BindError('UNKNOWN_RESOURCE', `No table here is called ${JSON.stringify(match[1])}.`, {
        unknownName: match[1] ?? '',
        nearest: nearestNames(match[1] ?? '', names),
        hint: didYouMean(nearestNames(match[1] ?? '', names), names),
      });
    },
  },
  {
    pattern: /^Catalog Error: Table with name (.+?) does not exist/,
    error: (match, { nearest }) =>
      new BindError('UNKNOWN_RESOURCE', `There is no table ${JSON.stringify(match[1])} here.`, {
        unknownName: match[1] ?? '',
        nearest,
        hint: didYouMean(nearest, []) ?? 'Resources are named provider.service.resource, such as okta.apps.jwks.',
      }),
  },
  {
    pattern: /^Catalog Error: (?:Scalar |Aggregate |Table )?Function with name (.+?) does not exist/,
    error: (match, { nearest }) =>
      new BindError('BINDING', `There is no function ${match[1]}.`, {
        unknownName: match[1] ?? '',
        nearest,
        hint: unknownFunctionHint(match[1] ?? '') ?? didYouMean(nearest, []),
      }),
  },
  {
    pattern: /^Binder Error: (No function matches the given name and argument types '(.*)'\.)/,
    error: (match) => wrongArguments(match[1] ?? '', match[2] ?? ''),
  },
  {
    pattern: /^Binder Error: (UNNEST\(\) can only be applied to .* not JSON)/,
    error: (match) =>
      new BindError('BINDING', `${match[1]}.`, { unknownName: 'unnest', hint: argumentHint('unnest(JSON)') }),
  },
  {
    pattern: /^Binder Error: Could not choose a best candidate function for the function call "(.*)"\./,
    error: (match) => wrongArguments(`Several functions could be meant by ${match[1]}.`, match[1] ?? ''),
  },
  {
    pattern: /^Invalid Input Error: Function "?(\w+)"? is a Macro Function/,
    error: (match) =>
      new NotSupportedError(`${match[1]} takes no DISTINCT, FILTER or ORDER BY here.`, {
        hint: macroHint(match[1] ?? ''),
      }),
  },
  {
    pattern: /^Binder Error: Ambiguous reference to column name "(.+?)"/,
    error: (match, { tables }) => {
      const name = match[1] ?? '';
      const owners = tables.filter(({ columns }) =>
        columns.some((column) => column.name.toLowerCase() === name.toLowerCase()),
      );
      const qualified = owners.map(({ alias, name: parts }) => `${alias ?? parts.at(-1)}.${name}`);
      return new BindError('BINDING', `Column ${JSON.stringify(name)} is in more than one table.`, {
        unknownName: name,
        hint: qualified.length > 0 ? `Write ${qualified.join(' or ')}.` : undefined,
      });
    },
  },
  {
    pattern: /^(?:Binder|Catalog) Error: (.*)/,
    error: (match) => new BindError('BINDING', match[1] ?? '', { unknownName: '' }),
  },
  {
    pattern: /^Parser Error: (.*)/,
    // Only texts about local tables come this far; where in them is said in the part that is dropped.
    error: (match) =>
      new SqlSyntaxError(`The engine cannot read the statement: ${match[1]}.`, {
        position: { offset: 0, line: 1, column: 1 },
        excerpt: '',
      }),
  },
  { pattern: /^Not implemented Error: (.*)/, error: (match) => new NotSupportedError(`${match[1]}.`) },
  { pattern: /^Permission Error/, error: () => forbiddenFile() },
  {
    pattern: /^Out of Memory Error: failed to offload data block/,
    error: () =>
      new ExecutionError('The statement needs more room on the disk than the engine may use.', {
        hint: 'Select fewer columns or rows, or allow more (spillLimit).',
      }),
  },
  {
    pattern: /^Out of Memory Error/,
    error: () =>
      new ExecutionError('The statement needs more memory than the engine may use.', {
        hint: 'Select fewer columns or rows, or allow more (memoryLimit).',
      }),
  },
  {
    // A member of a JSON column against a text, `j.x = 'y'`, or arithmetic before an arrow: `1 + j->>'x'` is `(1 + j)->>'x'`.
    pattern: /^Conversion Error: (Malformed JSON.*|Failed to cast value to numerical: \{.*)/,
    error: (match) =>
      new ExecutionError(`${match[1]}.`, {
        hint: "A member of a JSON column as text is profile->>'login', and as a number (profile->>'n')::INT, in parentheses.",
      }),
  },
  {
    pattern: /^Conversion Error: (.*)/,
    error: (match) =>
      new ExecutionError(`${match[1]}.`, { hint: 'TRY_CAST gives NULL for a value that cannot be converted.' }),
  },
  {
    pattern: /^TransactionContext Error: .*[Cc]onflict/,
    error: () =>
      new ExecutionError('Another statement has changed the same local table at the same time.', {
        hint: 'Run the statement again.',
      }),
  },
  { pattern: /^INTERRUPT Error/, error: () => new CancelledError() },
  {
    pattern: /Failed to cast value to numerical/,
    error: (_match, { message }) =>
      new ExecutionError(message, {
        hint: "A member of a JSON column as a number is (profile->>'n')::INT, in parentheses: + and - bind more than ->>.",
      }),
  },
  { pattern: /^(.*)/, error: (match) => new ExecutionError(`The engine could not run the statement: ${match[1]}`) },
];

/** What a statement gets that reaches for a file, whether DuckDB refuses it or we do. */
export function forbiddenFile(): NotSupportedError {
  return new NotSupportedError('The statement reaches for a file or the network; queries may not.', {
    hint: 'Tables are resources such as okta.apps.jwks, and files that were allowed by name; all else is closed to SQL.',
  });
}

/** Whether DuckDB refuses because something before has failed in the same transaction. */
export function isAborted(cause: unknown): boolean {
  return cause instanceof Error && cause.message.includes('Current transaction is aborted');
}

/** Our error for whatever DuckDB threw. */
export function engineFailure(cause: unknown, tables: readonly EngineTable[]): QueryError {
  if (cause instanceof QueryError) return cause;
  // What an AbortSignal throws, where rows come from something that does not know our errors.
  if (cause instanceof Error && cause.name === 'AbortError') return new CancelledError(undefined, { cause });
  const [first = '', ...rest] = (cause instanceof Error ? cause.message : String(cause)).split('\n');
  const failure: Failure = { message: maskLiterals(first), nearest: offered(rest), tables };
  for (const { pattern, error } of READINGS) {
    const match = pattern.exec(failure.message);
    if (match !== null) return error(match, failure);
  }
  return new ExecutionError(failure.message);
}

function wrongArguments(message: string, signature: string): BindError {
  const [name = ''] = signature.split('(', 1);
  return new BindError('BINDING', message, { unknownName: name, hint: argumentHint(signature) });
}

/** Of the names that DuckDB offers, those that are not its own tables or ours. */
function offered(lines: readonly string[]): readonly string[] {
  const line = lines.find((each) => each.startsWith('Did you mean')) ?? '';
  const names = [...line.matchAll(/"([^"]+)"/g)].map(([, name = '']) => name);
  return names.filter(
    (name) => !/^(?:temp\.|main\.)?(?:oktaql_|pg_|duckdb_|sqlite_)|^(?:pg_catalog|information_schema)\./.test(name),
  );
}

function noColumn(name: string, tables: readonly EngineTable[]): BindError {
  return unknownColumn(
    name,
    tables.flatMap(({ columns }) => columns.map((column) => column.name)),
  );
}

/** Characters, quotes included: as many as excerpts of statements show. */
const LONGEST_SHOWN = 26;

/** Texts between quotes, where DuckDB writes names; the last may have no end. An apostrophe inside a word ends nothing. */
const QUOTED = /'(?:[^']|'(?=\w))*(?:'|$)|"(?:[^"]|"(?=\w))*(?:"|$)/g;

/** All from the first quote to the last, where it writes a value: as it is, with quotes in it. */
const VALUE = /'.*'(?!\w)|'.*$|".*"|".*$/g;

/** These messages are about values, and name no columns. */
const ABOUT_VALUES =
  /^(?:Conversion|Invalid Input(?! Error: Function "\w{1,42}" is a Macro)|Out of Range) Error|^Not implemented Error: Unknown TimeZone/;

/** JSON that DuckDB cannot read or compare, of which it shows the beginning. */
const JSON_INPUT =
  /(?<=\bMalformed JSON\b.*\bInput: ).+|(?<=\bFailed to cast value to numerical: )[{[].*?(?= when casting from |$)/;

/** Of a pattern, or of a text that `error` was given: as long as the shortest private member of a key, P-256's `d`. */
const BARE_KEY = /[\w+/=-]{43,}/g;

/**
 * Long literals and long quoted names as `'…'`. Names are read from quote to quote, so that what stands between two is not
 * taken for one; a line break in a literal ends the line before its quote.
 */
export function maskLiterals(text: string): string {
  const withoutJson = text.replace(JSON_INPUT, ifLong('{…}'));
  const withoutLiterals = ABOUT_VALUES.test(text)
    ? withoutJson.replace(VALUE, ifLong("'…'"))
    : withoutJson.replace(QUOTED, (quoted) => (isName(quoted) || isSignature(quoted) ? quoted : ifLong("'…'")(quoted)));
  return withoutLiterals.replace(BARE_KEY, "'…'");
}

function ifLong(mask: string): (shown: string) => string {
  return (shown) => (shown.length > LONGEST_SHOWN ? mask : shown);
}

/** A function with the types of its arguments: names of both, and no value. */
const SIGNATURE = /^['"][\w.]{1,42}\([A-Z_0-9 ,[\]()]*\)['"]$|^['"][-+*/%~!<>=|&^@#]{1,5}\([A-Z_0-9 ,[\]()]*\)['"]$/;

function isSignature(quoted: string): boolean {
  return SIGNATURE.test(quoted);
}

/** Names stand in double quotes, and may be longer than literals. */
function isName(quoted: string): boolean {
  return quoted.startsWith('"') && quoted.length <= 42;
}
