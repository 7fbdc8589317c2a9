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
import type { VariableSettings } from './script-variables.ts';
import { unmarked } from './sql-argument.ts';
import { textOf } from './utf8.ts';

/** The text to run with the values of templates in it, or undefined where none was given and nobody pipes one in. */
export async function readSql(
  sql: string | undefined,
  settings: ExecSettings,
  io: CommandIo,
): Promise<string | undefined> {
  const script = await readScript(sql, settings, io);
  const { iqldata: file } = settings;
  if (script === undefined || (file === undefined && !script.includes('<<<'))) return script;
  const { filledTemplate } = await import('./compat/template.ts');
  return filledTemplate(script, file === undefined ? undefined : { file, text: await readSqlFile(file) });
}

async function readScript(
  sql: string | undefined,
  settings: ExecSettings,
  { stdin, signal }: CommandIo,
): Promise<string | undefined> {
  if (sql !== undefined && settings.infile !== undefined) {
    throw new InvalidArgumentError('SQL is given twice: as an argument and with --infile.');
  }
  if (sql !== undefined) return unmarked(sql);
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
  return textOf(Buffer.concat(chunks), 'Standard input');
}

async function readSqlFile(file: string): Promise<string> {
  let bytes: Buffer;
  try {
    bytes = await readFile(file);
  } catch (error) {
    throw new InvalidArgumentError(`${file} cannot be read: ${error instanceof Error ? error.message : String(error)}`);
  }
  return textOf(bytes, file);
}

/** The settings with a value for each name of the text, wherever it comes from. */
export async function withVariables<T extends VariableSettings>(
  text: string,
  settings: T,
  lookUp: (name: string) => string | undefined = () => undefined,
): Promise<T> {
  const { scriptVariables } = await import('./script-variables.ts');
  return { ...settings, var: scriptVariables(text, settings, lookUp) };
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
export function noSql(): InvalidArgumentError {
  return new InvalidArgumentError('Give SQL as an argument, with --infile, or on standard input.');
}
