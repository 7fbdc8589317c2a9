/**
 * SQL as an argument of a command line, where it begins with a comment: `--` begins a flag there.
 *
 * @module
 */

/** No argument of a process can hold it. */
const MARK = '\0';

/** Arguments that are no flags, whatever they begin with: the name of a flag has no blank in it. */
export function markSql(argv: readonly string[]): readonly string[] {
  return argv.map((argument) => (/^--[^\s=]*\s/.test(argument) ? `${MARK}${argument}` : argument));
}

/** The argument as it was given. */
export function unmarked(argument: string): string {
  return argument.replaceAll(MARK, '');
}
