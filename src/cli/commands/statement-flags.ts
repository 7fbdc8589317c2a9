/**
 * The flags about statements, wherever they run.
 *
 * @module
 */

import { type Command, InvalidArgumentError, Option } from 'commander';
import type { Isolation } from '../../session/options.ts';
import { LOG_FORMATS } from '../log.ts';
import { collectVariable } from '../sql-text.ts';
import { wholeNumber } from './command.ts';
import { addOutputFlags } from './output-flags.ts';

export function addStatementFlags(command: Command): Command {
  const withText = addOutputFlags(command)
    .addOption(infileOption())
    .option('-q, --iqldata <file>', 'JSON that fills {{ .values.a.b }} in the statements');
  return addRunFlags(withText);
}

/** The same, where statements come from somebody who types. */
export function addRunFlags(command: Command): Command {
  return command
    .addOption(variableOption())
    .option('--var-file <file>', 'values for {{ name }} from JSON or YAML; may be repeated', collectFile, [])
    .addOption(registryOption())
    .option('--max-changes <n>', 'changes that one statement may make; more stop it (default: 10)', wholeNumber)
    .option('--max-requests <n>', 'requests that one statement may make (default: 10000)', wholeNumber)
    .option('--dryrun', 'show the requests of statements that change something, and send none of them')
    .addOption(skipDeniedOption())
    .option('--read-only', 'refuse every statement that would change something in Okta, before its first request')
    .option('--check', 'look at all statements before the first one runs: run nothing where a name is unknown')
    .option('--check-only', 'look at all statements and run none of them')
    .option('--continue-on-error', 'run the statements after one that failed too, and count them at the end')
    .option('--reveal-secrets', 'show secrets that Okta sends in clear, such as client secrets')
    .option('--secrets-to <file>', 'write secrets that Okta shows once, such as temporary passwords, to a new file')
    .option('--no-progress', 'do not show on a terminal how far a statement is')
    .option('--verbose', 'where there is no terminal, tell each half minute how far a statement is')
    .addOption(isolationOption())
    .option(
      '--memory-limit <size>',
      'memory of the engine; what does not fit goes to the disk (default: 1GB)',
      memorySize,
    )
    .addOption(logFormatOption())
    .addOption(errorFormatOption());
}

/** Which org, which login, which files. */
export function addSessionFlags(command: Command): Command {
  return addOrgFlags(addFileFlags(command));
}

export function addOrgFlags(command: Command): Command {
  return command
    .option('--subdomain <name>', 'the org of statements that name none')
    .option('--trust-registry', 'let the documents of --registry log in with the variables and files that they name')
    .option('--auth <json>', 'how to log in, by provider, in StackQL’s form')
    .option('--config <file>', 'an okta.yaml to read instead of ./okta.yaml and ~/.okta/okta.yaml')
    .option('--env.file <file>', 'environment variables from a file (dotenv); the environment goes before it');
}

/** What SQL may read and write on this machine. */
export function addFileFlags(command: Command): Command {
  return command
    .option('--database <file>', 'a DuckDB file that keeps tables and views of your own')
    .option('--allow-files <path>', 'a file that SQL may read; may be repeated', collectPath, [])
    .option('--allow-write <dir>', 'a folder that COPY (…) TO may write to; may be repeated', collectPath, []);
}

function collectPath(path: string, previous: readonly string[]): readonly string[] {
  return [...previous, path];
}

function infileOption(): Option {
  return new Option('-i, --infile <file>', 'read the statements from a file; - is standard input');
}

/** As DuckDB reads it. */
function memorySize(text: string): string {
  if (/^\d+(?:\.\d+)?\s*[KMGT]i?B$/i.test(text)) return text;
  throw new InvalidArgumentError('It is a number with a unit, such as 500MB or 2GB.');
}

function isolationOption(): Option {
  return new Option(
    '--isolation <where>',
    'where SQL is computed: in a process that can be ended (default with --timeout), or in this one',
  ).choices(['none', 'process'] satisfies readonly Isolation[]);
}

function logFormatOption(): Option {
  return new Option(
    '--log-format <format>',
    'lines on standard error with time and number of the statement, as text or JSON',
  ).choices(LOG_FORMATS);
}

function errorFormatOption(): Option {
  return new Option('--error-format <format>', 'errors as text, or as one JSON object a line').choices(LOG_FORMATS);
}

function skipDeniedOption(): Option {
  return new Option(
    '--skip-denied',
    'where SELECT makes many calls, leave out those that are denied (403), and say which',
  );
}

/** Where the documents are. */
export function registryOption(): Option {
  const told = 'other provider documents: a folder with src/, a file:// URL, or StackQL’s JSON';
  return new Option('--registry <where>', told);
}

function variableOption(): Option {
  return new Option(
    '--var <name=value>',
    'fills {{ name }} in the statements, @file with what a file holds; may be repeated',
  )
    .argParser(collectVariable)
    .default({}, 'none');
}

function collectFile(file: string, previous: readonly string[]): readonly string[] {
  return [...previous, file];
}
