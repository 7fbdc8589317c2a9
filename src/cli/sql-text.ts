/**
 * The SQL of a command line: from the argument, a file or standard input, and what fills its variables. Knows no session, so
 * that usage is checked before one is loaded.
 *
 * @module
 */

import { readFile } from 'node:fs/promises';
import { addAbortSignal, type Readable } from 'node:stream';
import { InvalidArgumentError } from 'commander';
import { CancelledError } from '../errors.ts';
import type { CommandIo } from './command-io.ts';
import type { ExecSettings } from './exec-command.ts';
import { EXIT } from './report.ts';

/** The text to run, or undefined where none was given and nobody pipes one in. */
export async function readSql(
  sql: string | undefined,
  settings: ExecSettings,
  { stdin, signal }: CommandIo,
): Promise<string | undefined> {
  if (sql !== undefined && settings.infile !== undefined) {
    throw new InvalidArgumentError('SQL is given twice: as an argument and with --infile.');
  }
  if (sql !== undefined) return sql;
  if (settings.infile !== undefined && settings.infile !== '-') return readSqlFile(settings.infile);
  if (settings.infile === undefined && stdin.isTTY === true) return undefined;
  return readAll(stdin, signal);
}

async function readAll(stdin: Readable, signal: AbortSignal): Promise<string> {
  const chunks: Buffer[] = [];
  try {
    for await (const chunk of addAbortSignal(signal, stdin)) chunks.push(Buffer.from(chunk as Uint8Array));
  } catch (error) {
    throw signal.aborted ? new CancelledError('Cancelled before all statements were read.', { cause: error }) : error;
  }
  return Buffer.concat(chunks).toString('utf8');
}

async function readSqlFile(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    throw new InvalidArgumentError(`${file} cannot be read: ${error instanceof Error ? error.message : String(error)}`);
  }
}

/** `--var name=value`, collected over repetitions. */
export function collectVariable(
  text: string,
  previous: Readonly<Record<string, string>>,
): Readonly<Record<string, string>> {
  const at = text.indexOf('=');
  if (at < 1) throw new InvalidArgumentError('A variable has the form name=value.');
  return { ...previous, [text.slice(0, at)]: text.slice(at + 1) };
}

/** For the case that no SQL was given at all. */
export const NO_SQL: { readonly message: string; readonly exitCode: number } = {
  message: 'Give SQL as an argument, with --infile, or on standard input.\n',
  exitCode: EXIT.usage,
};
