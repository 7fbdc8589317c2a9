/**
 * DuckDB's messages as our errors.
 *
 * DuckDB gives its errors a class only in the text, so this is the one place that reads a text. What it says after the
 * first line is a copy of the statement, which may hold a key: it is dropped, and long literals are masked.
 *
 * @module
 */

import { BindError, CancelledError, ExecutionError, NotSupportedError, QueryError } from '../errors.ts';
import { unknownColumn } from '../registry/nearest.ts';
import type { EngineTable } from './engine.ts';

interface Reading {
  readonly pattern: RegExp;
  readonly error: (match: RegExpExecArray, message: string, tables: readonly EngineTable[]) => QueryError;
}

const READINGS: readonly Reading[] = [
  {
    pattern:
      /^Binder Error: Referenced column "(.+?)" (?:was )?not found|^Binder Error: Table "[^"]*" does not have a column named "(.+?)"/,
    error: (match, _message, tables) => noColumn(match[1] ?? match[2] ?? '', tables),
  },
  {
    pattern: /^Binder Error: Values list "[^"]*" does not have a column named "(.+?)"/,
    error: (match, _message, tables) => noColumn(match[1] ?? '', tables),
  },
  {
    pattern: /^Catalog Error: Table with name (.+?) does not exist/,
    error: (match) =>
      new BindError('UNKNOWN_RESOURCE', `There is no table ${JSON.stringify(match[1])} here.`, {
        unknownName: match[1] ?? '',
        hint: 'Resources are named provider.service.resource, such as okta.apps.jwks.',
      }),
  },
  {
    pattern: /^Binder Error: Ambiguous reference to column name "(.+?)"/,
    error: (match, _message, tables) => {
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
    pattern: /^Permission Error/,
    error: () =>
      new NotSupportedError('The statement reaches for a file or the network; queries may not.', {
        hint: 'Tables are resources such as okta.apps.jwks; everything else is closed to SQL.',
      }),
  },
  { pattern: /^INTERRUPT Error/, error: () => new CancelledError() },
  { pattern: /^(.*)/, error: (match) => new ExecutionError(`The engine could not run the statement: ${match[1]}`) },
];

/** Our error for whatever DuckDB threw. */
export function engineFailure(cause: unknown, tables: readonly EngineTable[]): QueryError {
  if (cause instanceof QueryError) return cause;
  // What an AbortSignal throws, where rows come from something that does not know our errors.
  if (cause instanceof Error && cause.name === 'AbortError') return new CancelledError(undefined, { cause });
  const message = maskLiterals((cause instanceof Error ? cause.message : String(cause)).split('\n')[0] ?? '');
  for (const { pattern, error } of READINGS) {
    const match = pattern.exec(message);
    if (match !== null) return error(match, message, tables);
  }
  return new ExecutionError(message);
}

function noColumn(name: string, tables: readonly EngineTable[]): BindError {
  return unknownColumn(
    name,
    tables.flatMap(({ columns }) => columns.map((column) => column.name)),
  );
}

/** The closing quote may be missing: the literal has none, or a line break in it ended the line. */
export function maskLiterals(text: string): string {
  return text.replace(/'[^']{25,}(?:'|$)|"[^"]{41,}(?:"|$)/g, "'…'");
}
