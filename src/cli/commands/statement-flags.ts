/**
 * The flags about statements, wherever they run.
 *
 * @module
 */

import { type Command, Option } from 'commander';
import { OUTPUT_FORMATS, type OutputFormat } from '../../output/writers.ts';
import type { Isolation } from '../../session/options.ts';
import { collectVariable } from '../sql-text.ts';
import { wholeNumber } from './command.ts';

export function addStatementFlags(command: Command): Command {
  return command
    .addOption(formatOption())
    .addOption(infileOption())
    .addOption(variableOption())
    .option('--registry <where>', 'other provider documents: a folder with src/, a file:// URL, or StackQL’s JSON')
    .option('--max-changes <n>', 'changes that one statement may make; more stop it (default: 10)', wholeNumber)
    .option('--max-requests <n>', 'requests that one statement may make (default: 10000)', wholeNumber)
    .option('--dryrun', 'show the requests of statements that change something, and send none of them')
    .addOption(skipDeniedOption())
    .option('--continue-on-error', 'run the statements after one that failed too, and count them at the end')
    .option('--reveal-secrets', 'show secrets that Okta sends in clear, such as client secrets')
    .option('--secrets-to <file>', 'write secrets that Okta shows once, such as temporary passwords, to a new file')
    .addOption(isolationOption());
}

function infileOption(): Option {
  return new Option('-i, --infile <file>', 'read the statements from a file; - is standard input');
}

function isolationOption(): Option {
  return new Option(
    '--isolation <where>',
    'where SQL is computed: in a process that can be ended (default with --timeout), or in this one',
  ).choices(['none', 'process'] satisfies readonly Isolation[]);
}

function skipDeniedOption(): Option {
  return new Option(
    '--skip-denied',
    'where SELECT makes many calls, leave out those that are denied (403), and say which',
  );
}

function formatOption(): Option {
  return new Option('-o, --output <format>', 'how rows are printed')
    .choices(OUTPUT_FORMATS)
    .default('table' satisfies OutputFormat);
}

function variableOption(): Option {
  return new Option('--var <name=value>', 'fills {{ name }} in the statements; may be repeated')
    .argParser(collectVariable)
    .default({}, 'none');
}
