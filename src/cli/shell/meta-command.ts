/**
 * Reads a command that begins with a backslash: its name and its arguments. psql's names and quotes, where it has them.
 *
 * @module
 */

export interface MetaCommand {
  /** `dt`, without what follows it. */
  readonly name: string;
  readonly args: readonly string[];
  /** All behind the name, as it was written. */
  readonly rest: string;
}

/** @param text without the backslash */
export function parseMetaCommand(text: string): MetaCommand {
  const { 0: name = '', index = 0 } = /^(?:\?|\w+)?/.exec(text) ?? { 0: '' };
  // psql's `\dt+` shows more; here all is shown.
  const rest = text
    .slice(index + name.length)
    .replace(/^\+/, '')
    .trim();
  return { name, args: argumentsIn(rest), rest };
}

/** Words, of which one in quotes may hold blanks: `'it''s'`. A semicolon at the end is a habit. */
function argumentsIn(rest: string): readonly string[] {
  const words = rest.replace(/\s*;\s*$/, '').match(/(?:'(?:[^']|'')*'|"[^"]*"|[^\s'"])+/g) ?? [];
  return words.map((word) =>
    word.replace(/'((?:[^']|'')*)'|"([^"]*)"/g, (_whole, single?: string, double?: string) =>
      single === undefined ? (double ?? '') : single.replaceAll("''", "'"),
    ),
  );
}

/** Whether a name fits a pattern with `*` and `?`, in any case; a word alone is looked for anywhere in it. */
export function fitsPattern(name: string, pattern: string): boolean {
  const wild = /[*?]/.test(pattern) ? pattern : `*${pattern}*`;
  const source = wild
    .replace(/[.+^${}()|[\]\\]/g, '\\$&')
    .replaceAll('*', '.*')
    .replaceAll('?', '.');
  return new RegExp(`^${source}$`, 'i').test(name);
}
