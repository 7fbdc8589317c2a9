/**
 * The commands that begin with a backslash, and what help says of each.
 *
 * @module
 */

/** What follows the name, and what it does. */
interface CommandHelp {
  readonly usage: string;
  readonly help: string;
}

export type CommandName =
  | 'd'
  | 'dt'
  | 'df'
  | 'x'
  | 'timing'
  | 'g'
  | 'o'
  | 'i'
  | 'e'
  | 'p'
  | 'r'
  | 'set'
  | 'unset'
  | 'pset'
  | 'watch'
  | 'chart'
  | '?'
  | 'q';

const COMMANDS: Readonly<Record<CommandName, CommandHelp>> = {
  d: { usage: '[name]', help: 'your own tables, and the services of Okta; with a name, its columns' },
  dt: { usage: '[pattern]', help: 'resources and your own tables: \\dt *factor*' },
  df: { usage: '[pattern]', help: 'methods for EXEC, and what they need' },
  x: { usage: '[on|off|auto]', help: 'each column on a line of its own; auto: where a row is wider than the screen' },
  timing: { usage: '[on|off]', help: 'tell how long each statement took' },
  g: { usage: '[file]', help: 'run the statement so far, or the last one again, into a file' },
  o: { usage: '[file]', help: 'write results to a file from now on; without a file, show them again' },
  i: { usage: 'file', help: 'run the statements of a file' },
  e: { usage: '', help: 'edit the statement so far, or the last one, with $VISUAL or $EDITOR' },
  p: { usage: '', help: 'show the statement so far, or the last one' },
  r: { usage: '', help: 'forget the statement so far' },
  set: { usage: '[name [value]]', help: 'a value for {{ name }} in statements; without a name, all of them' },
  unset: { usage: 'name', help: 'forget such a value' },
  pset: { usage: '[format|pager|confirm value]', help: 'how results are shown, and whether changes are asked about' },
  watch: { usage: 'seconds', help: 'run the statement so far, or the last one, again and again, and tell its price' },
  chart: { usage: '[label] [value]', help: 'the last result as bars' },
  '?': { usage: '', help: 'this help' },
  q: { usage: '', help: 'leave' },
};

export const COMMAND_NAMES: readonly CommandName[] = Object.keys(COMMANDS) as CommandName[];

const KEYS = `
Keys: Tab completes; Up and Down go through the history, Ctrl-R searches it; Alt-Enter begins a line; Ctrl-C cancels a statement,
or forgets what is typed, and twice on an empty line leaves; Ctrl-D leaves; Ctrl-_ takes a change back;
Ctrl-A, -E, -K, -U, -W, -Y and Alt-B, -F as in Emacs.`;

export function helpText(): string {
  const heads = COMMAND_NAMES.map((name) => `\\${name} ${COMMANDS[name].usage}`.trimEnd());
  const width = Math.max(...heads.map((head) => head.length));
  const lines = COMMAND_NAMES.map((name, index) => `  ${(heads[index] ?? '').padEnd(width)}  ${COMMANDS[name].help}\n`);
  return `A statement ends with a semicolon. _ is the last result, as a table.\n\n${lines.join('')}${KEYS}\n`;
}
