/**
 * The commands as data, read from commander's tree: what `--spec`, completion and the manual page are made of.
 *
 * @module
 */

import type { Argument, Command, Option } from 'commander';
import { EXIT } from './report.ts';

export interface OptionSpec {
  /** As help writes it: `-o, --output <format>`. */
  readonly flags: string;
  readonly long: string;
  readonly short?: string;
  readonly description: string;
  /** Whether a value follows. */
  readonly takesValue: boolean;
  readonly choices?: readonly string[];
  /** Where it is simple. */
  readonly default?: string | number | boolean;
  /** Help leaves it to a page of its own, or says nothing of it. */
  readonly isHidden?: true;
}

export interface ArgumentSpec {
  readonly name: string;
  readonly description: string;
  readonly isRequired: boolean;
  readonly isVariadic: boolean;
}

export interface CommandSpec {
  /** The words that lead to it, behind `oktaql`. */
  readonly path: readonly string[];
  readonly description: string;
  readonly arguments: readonly ArgumentSpec[];
  readonly options: readonly OptionSpec[];
}

/** Exit codes in words, for scripts. */
export const EXIT_CODES: Readonly<Record<string, string>> = {
  [EXIT.done]: 'done',
  [EXIT.failed]: 'a statement failed',
  [EXIT.usage]: 'the command line is wrong',
  3: 'login or permission',
  4: 'rate limit or network',
  [EXIT.interrupted]: 'interrupted',
  [EXIT.closedPipe]: 'nobody reads the output any more',
};

/** All commands that do something, in the order of the help. The first is the program itself. */
export function commandsOf(command: Command, path: readonly string[] = []): readonly CommandSpec[] {
  const own: CommandSpec = {
    path,
    description: command.description(),
    arguments: command.registeredArguments.map(argumentOf),
    options: command.options.filter(({ hidden }) => !hidden).map(optionOf),
  };
  return [own, ...command.commands.flatMap((each) => commandsOf(each, [...path, each.name()]))];
}

function argumentOf(argument: Argument): ArgumentSpec {
  return {
    name: argument.name(),
    description: argument.description,
    isRequired: argument.required,
    isVariadic: argument.variadic,
  };
}

function optionOf(option: Option): OptionSpec {
  const { flags, long, short, description, required, optional, argChoices, defaultValue, hidden } = option;
  const isSimple = ['string', 'number', 'boolean'].includes(typeof defaultValue);
  return {
    flags,
    long: long ?? short ?? flags,
    ...(typeof short === 'string' && { short }),
    description,
    takesValue: required || optional,
    ...(argChoices !== undefined && { choices: argChoices }),
    ...(isSimple && { default: defaultValue as string | number | boolean }),
    ...(hidden && { isHidden: true as const }),
  };
}
