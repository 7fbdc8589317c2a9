/**
 * Arguments as StackQL's users write them, in the form that ours have.
 *
 * @module
 */

import { type Command, InvalidArgumentError, Option } from 'commander';

/** What `--compat` and `OKTAQL_COMPAT` take. */
export type Compat = 'stackql';

const COMPAT: readonly Compat[] = ['stackql'];

export function compatOption(): Option {
  return new Option('--compat <tool>', 'print as StackQL does: its grid, its JSON, its messages, exit code 0').choices(
    COMPAT,
  );
}

/** For formats that only StackQL has. */
export function compatFormatOption(): Option {
  return new Option('--stackql-format <name>').hideHelp();
}

/**
 * What a flag or the variable says.
 *
 * @throws InvalidArgumentError for a variable that says something else
 */
export function compatOf(flag: Compat | undefined, variable: string | undefined): Compat | undefined {
  if (flag !== undefined || variable === undefined || variable === '') return flag;
  const found = COMPAT.find((each) => each === variable);
  if (found !== undefined) return found;
  throw new InvalidArgumentError(`OKTAQL_COMPAT is ${COMPAT.join(' or ')}, or not set.`);
}

/**
 * The arguments of a command: `--flag=true` as `--flag`, `--flag=false` as nothing, `-o=csv` as `-o csv`, and formats under the names
 * that they have here.
 *
 * @param isCompat whether StackQL's own formats are there
 */
export function shapeArguments(command: Command, args: readonly string[], isCompat: boolean): readonly string[] {
  const end = args.indexOf('--');
  const [flags, rest] = end === -1 ? [args, []] : [args.slice(0, end), args.slice(end)];
  const isTaken = command.options.some(({ long }) => long === '--stackql-format');
  const shaped = [...withValuesApart(command, isTaken ? flags.flatMap(underOurName) : flags), ...rest];
  return isTaken ? withFormat(shaped, isCompat) : shaped;
}

/** StackQL's names of flags that are called otherwise here. */
export const OUR_NAMES: Readonly<Record<string, string>> = {
  '--outfile': '--file',
  '--hideheaders': '--no-header',
  '-H': '--no-header',
  '--delimiter': '--separator',
  '-d': '--separator',
};

function underOurName(argument: string): readonly string[] {
  const [, flag = '', rest = ''] = /^(--?[A-Za-z]+)(=.*)?$/s.exec(argument) ?? [];
  if (!Object.hasOwn(OUR_NAMES, flag)) return [argument];
  const name = OUR_NAMES[flag] ?? flag;
  // What takes something away has no value, and is not there where it is not so.
  if (name.startsWith('--no-') && /^=(?:true|false)$/i.test(rest)) return /true/i.test(rest) ? [name] : [];
  return [`${name}${rest}`];
}

function withValuesApart(command: Command, args: readonly string[]): readonly string[] {
  const switches = new Set(command.options.flatMap((option) => (option.isBoolean() ? (option.long ?? []) : [])));
  const shorts = new Set(command.options.flatMap((option) => (option.isBoolean() ? [] : (option.short ?? []))));
  return args.flatMap((argument) => {
    const [, flag, value = ''] = /^(--?[^=\s]+)=(.*)$/s.exec(argument) ?? [];
    if (flag === undefined) return [argument];
    if (shorts.has(flag)) return [flag, value];
    if (!switches.has(flag) || !/^(?:true|false)$/i.test(value)) return [argument];
    return value.toLowerCase() === 'true' ? [flag] : [];
  });
}

const OTHER_NAMES: Readonly<Record<string, string>> = { ndjson: 'jsonl' };

/** Formats that have no name here: cells that nothing tells from the delimiter. */
const STACKQL_ONLY: ReadonlySet<string> = new Set(['text', 'pptext']);

function withFormat(args: readonly string[], isCompat: boolean): readonly string[] {
  return args.flatMap((argument, index) => {
    const isFlag = argument === '-o' || argument === '--output';
    const [, inline] = /^--output=(.*)$/s.exec(argument) ?? [];
    const value = inline ?? (isFlag ? args[index + 1] : undefined);
    const before = args[index - 1];
    const isValue = before === '-o' || before === '--output';
    if (isValue && isStackqls(argument)) return [];
    if (value === undefined || !isStackqls(value)) return [argument];
    if (Object.hasOwn(OTHER_NAMES, value)) return ['--output', OTHER_NAMES[value] ?? value];
    if (isCompat) return ['--stackql-format', value];
    throw new InvalidArgumentError(
      `-o ${value} is StackQL's, with --compat stackql: nothing in it tells a cell from its delimiter. Take -o csv.`,
    );
  });
}

function isStackqls(value: string): boolean {
  return Object.hasOwn(OTHER_NAMES, value) || STACKQL_ONLY.has(value);
}
