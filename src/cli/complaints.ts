/**
 * What is told of a command line that is wrong.
 *
 * @module
 */

import type { Command } from 'commander';
import { visibleLines } from '../output/visible-text.ts';
import { didYouMean, nearestNames } from '../registry/nearest.ts';
import { jsonLine } from './error-record.ts';
import { unmarked } from './sql-argument.ts';
import type { Output } from './streams.ts';

/**
 * Has a command and those below it tell of mistakes in our way: each points to its own help.
 *
 * @param argv of the whole command line
 */
export function tellMistakes(command: Command, argv: readonly string[], stderr: Output): void {
  command.showSuggestionAfterError(false).showHelpAfterError(false);
  command.configureOutput({
    outputError: (message) => stderr.write(complaint(message, command, argv)),
  });
  for (const each of command.commands) tellMistakes(each, argv, stderr);
}

function complaint(message: string, command: Command, argv: readonly string[]): string {
  const text = withoutValues(unmarked(message))
    .replace(/^error: /, '')
    .replace(/^unknown command '[^']*\s.*$/s, STATEMENT)
    .trimEnd();
  const hint = hintFor(text, command);
  // Who has errors as JSON gets this one so too; the flag has not been read, since the command line could not be.
  return isJsonAsked(argv)
    ? jsonLine({ code: 'USAGE', message: text, hint })
    : visibleLines(`error: ${text}\nhint: ${hint}\n`);
}

/** What a statement in place of a command gets told. */
const STATEMENT = 'a statement is given to exec: oktaql exec "SELECT …"; oktaql shell takes many';

/** Commander repeats what it does not understand, which may be a credential: `--token=00abc`, which is no flag. */
function withoutValues(message: string): string {
  return message
    .replace(/(unknown option '-[^=]*)=.*'/s, "$1=…'")
    .replace(/(?<= argument )'.{25,}'(?= is invalid\.)/s, "'…'");
}

function isJsonAsked(argv: readonly string[]): boolean {
  return argv.some((each, at) => {
    if (/^--(?:error|log)-format=json$/.test(each)) return true;
    return /^--(?:error|log)-format$/.test(each) && argv[at + 1] === 'json';
  });
}

function hintFor(text: string, command: Command): string {
  const [, flag] = /^unknown option '(-[^'=…]+)/.exec(text) ?? [];
  const [, name] = /^unknown command '([^']+)'/.exec(text) ?? [];
  const near =
    flag !== undefined
      ? nearFlags(flag, command)
      : nearestNames(
          name ?? '',
          command.commands.map((each) => each.name()),
        );
  const meant = name === undefined && flag === undefined ? undefined : didYouMean(near, []);
  const what = command.commands.length > 0 ? 'the commands' : 'all flags';
  const help = `${pathOf(command)} --help shows ${what}.`;
  return meant === undefined ? help : `${meant} ${help}`;
}

/** A flag that only looks alike means something else (`--outfile`, `--infile`): a slip of the hand seldom hits the first letter. */
function nearFlags(flag: string, { options }: Command): readonly string[] {
  const known = options.flatMap(({ long }) => (typeof long === 'string' ? [long.slice(2)] : []));
  const word = flag.replace(/^-+/, '');
  return nearestNames(word, known)
    .filter((name) => name[0]?.toLowerCase() === word[0]?.toLowerCase())
    .map((name) => `--${name}`);
}

function pathOf(command: Command): string {
  return command.parent === null ? command.name() : `${pathOf(command.parent)} ${command.name()}`;
}
