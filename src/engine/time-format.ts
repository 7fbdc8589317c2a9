/**
 * Patterns of PostgreSQL's to_char as DuckDB's strftime reads them.
 * https://www.postgresql.org/docs/current/functions-formatting.html
 *
 * @module
 */

/** Longer ones first. `Month` and `Day` are padded to the longest name, which strftime cannot. */
const PATTERNS: readonly (readonly [string, string])[] = [
  ['FMMonth', '%B'],
  ['FMDay', '%A'],
  ['FMHH24', '%-H'],
  ['FMHH12', '%-I'],
  ['FMDD', '%-d'],
  ['FMMM', '%-m'],
  ['FMMI', '%-M'],
  ['FMSS', '%-S'],
  ['IYYY', '%G'],
  ['YYYY', '%Y'],
  ['HH24', '%H'],
  ['HH12', '%I'],
  ['DDD', '%j'],
  ['Mon', '%b'],
  ['YY', '%y'],
  ['MM', '%m'],
  ['DD', '%d'],
  ['Dy', '%a'],
  ['HH', '%I'],
  ['MI', '%M'],
  ['SS', '%S'],
  ['MS', '%g'],
  ['US', '%f'],
  ['AM', '%p'],
  ['PM', '%p'],
  ['IW', '%V'],
  ['ID', '%u'],
];

/** Undefined where a letter stands outside of double quotes that is no part of a known pattern. */
export function strftimeFormat(pattern: string): string | undefined {
  let written = '';
  for (let at = 0; at < pattern.length; ) {
    const known = PATTERNS.find(([name]) => pattern.startsWith(name, at));
    const [text, inside] = /^"([^"\\]*)"/.exec(pattern.slice(at)) ?? [];
    const character = pattern.charAt(at);
    if (known !== undefined) {
      written += known[1];
      at += known[0].length;
    } else if (text !== undefined) {
      written += escaped(inside ?? '');
      at += text.length;
    } else if (/[A-Za-z"\\]/.test(character)) return undefined;
    else {
      written += escaped(character);
      at += 1;
    }
  }
  return written;
}

function escaped(text: string): string {
  return text.replaceAll('%', '%%');
}
