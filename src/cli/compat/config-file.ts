/**
 * StackQL's `--configfile`: flags in a file of Java's properties, which count where the command line does not give them.
 *
 * @module
 */

import { readFileSync } from 'node:fs';
import { type Command, InvalidArgumentError } from 'commander';
import { visibleText } from '../../output/visible-text.ts';
import { OUR_NAMES } from './arguments.ts';

const FLAG = '--configfile';

/** One line of the file, without those that it went on in. */
interface Property {
  readonly line: number;
  readonly key: string;
  readonly value: string;
}

/**
 * The arguments with those of the file in front, if one is named.
 *
 * @throws InvalidArgumentError for a file that cannot be read, and for a key that is no flag of the command
 */
export function withConfigFile(command: Command, args: readonly string[]): readonly string[] {
  const end = args.indexOf('--');
  const at = args.findIndex(
    (each, index) => (end === -1 || index < end) && (each === FLAG || each.startsWith(`${FLAG}=`)),
  );
  if (at === -1 || !command.options.some(({ long }) => long === FLAG)) return args;
  const isApart = args[at] === FLAG;
  const path = isApart ? args[at + 1] : args[at]?.slice(FLAG.length + 1);
  if (path === undefined || path === '') throw new InvalidArgumentError(`${FLAG} takes the path of a file.`);
  const rest = args.toSpliced(at, isApart ? 2 : 1);
  const given = new Set(rest.flatMap((each) => namesOf(command, each)));
  const flags = propertiesIn(readText(path)).flatMap((property) => flagOf(command, property, path, given));
  return [...flags, ...rest];
}

function readText(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new InvalidArgumentError(`${FLAG} ${visibleText(path)} cannot be read: ${reason}`);
  }
}

/** The names of the flag that an argument gives. */
function namesOf(command: Command, argument: string): readonly string[] {
  const [, flag] = /^(--?[^=\s]+)/.exec(argument) ?? [];
  if (flag === undefined) return [];
  const name = ourName(flag);
  const option = command.options.find(({ long, short }) => long === name || short === name);
  return option?.long === undefined || option.long === null ? [] : [option.long];
}

function ourName(flag: string): string {
  return Object.hasOwn(OUR_NAMES, flag) ? (OUR_NAMES[flag] ?? flag) : flag;
}

function flagOf(
  command: Command,
  { line, key, value }: Property,
  path: string,
  given: ReadonlySet<string>,
): readonly string[] {
  const flag = `--${key}`;
  const [name] = namesOf(command, flag);
  if (name === undefined || name === FLAG) {
    throw new InvalidArgumentError(
      `${visibleText(path)}, line ${line}: ${visibleText(key)} is no flag of ${command.name()}. A key is a flag without its dashes.`,
    );
  }
  if (given.has(name)) return [];
  const isSwitch = command.options.some((option) => option.long === name && (option.isBoolean() || option.negate));
  if (isSwitch && !/^(?:true|false)?$/i.test(value)) {
    throw new InvalidArgumentError(`${visibleText(path)}, line ${line}: ${visibleText(key)} is true or false.`);
  }
  return [isSwitch && value === '' ? flag : `${flag}=${value}`];
}

/** What a line that goes on ends in: a backslash that no other escapes. */
const GOES_ON = /(?<!\\)(?:\\\\)*\\$/;

/** https://docs.oracle.com/en/java/javase/21/docs/api/java.base/java/util/Properties.html#load(java.io.Reader) */
function propertiesIn(text: string): readonly Property[] {
  const found: Property[] = [];
  const lines = text.replace(/^\ufeff/, '').split(/\r\n|\n|\r/);
  for (let at = 0; at < lines.length; at += 1) {
    const line = at + 1;
    let whole = (lines[at] ?? '').trimStart();
    if (whole === '' || whole.startsWith('#') || whole.startsWith('!')) continue;
    while (GOES_ON.test(whole) && at + 1 < lines.length) {
      at += 1;
      whole = whole.slice(0, -1) + (lines[at] ?? '').trimStart();
    }
    const [, key = '', value = ''] = /^((?:\\.|[^\\=:\s])*)(?:\s*[=:]\s*|\s+|$)(.*)$/s.exec(whole) ?? [];
    found.push({ line, key: unescaped(key), value: unescaped(value) });
  }
  return found;
}

const CONTROLS: Readonly<Record<string, string>> = { t: '\t', n: '\n', r: '\r', f: '\f' };

function unescaped(text: string): string {
  return text.replaceAll(/\\(?:u([0-9A-Fa-f]{4})|(.))/gs, (_whole, code: string | undefined, other: string = '') =>
    code === undefined ? (CONTROLS[other] ?? other) : String.fromCharCode(Number.parseInt(code, 16)),
  );
}
