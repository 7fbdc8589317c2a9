/**
 * The flags about results: their format, and where they go.
 *
 * @module
 */

import { type Command, InvalidArgumentError, Option } from 'commander';
import { factsOf, OUTPUT_FORMATS } from '../../output/writers.ts';

export function addOutputFlags(command: Command): Command {
  return command
    .addOption(formatOption())
    .option('-f, --file <file>', 'write the rows to a file, whole or not at all; {n} is the number of the result')
    .option('--no-header', 'leave out the names of the columns')
    .option('--separator <character>', 'what stands between the fields of csv (default: a comma)', separatorOf)
    .option('--bom', 'begin csv with a byte order mark, by which spreadsheets know UTF-8')
    .option('--safe-csv', 'keep spreadsheets from running texts of csv and tsv as formulas');
}

function formatOption(): Option {
  const description = 'how rows are printed (default: as the name of --file ends, else table)';
  return new Option('-o, --output <format>', description).choices(OUTPUT_FORMATS);
}

/** For rows of a command that writes to no file. */
export function textFormatOption(description: string): Option {
  const formats = OUTPUT_FORMATS.filter((format) => !factsOf(format).isBinary);
  return new Option('-o, --output <format>', description).choices(formats);
}

/** Shells pass no tab along easily. */
function separatorOf(text: string): string {
  const separator = text === '\\t' || text === 'tab' ? '\t' : text;
  if ([...separator].length === 1 && !/["\r\n\w]/.test(separator)) return separator;
  throw new InvalidArgumentError('One character is needed, such as ; or \\t: no letter, digit, quote or line end.');
}
