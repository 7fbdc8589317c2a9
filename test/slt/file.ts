/**
 * Reads and writes `.slt` files: statements with what they print, in the form of sqllogictest
 * (https://www.sqlite.org/sqllogictest/doc/trunk/about.wiki) with two tags of ours.
 *
 * `plan` prints the plan that EXPLAIN shows, `requests` the HTTP calls behind `> `. Columns of a row are separated by a
 * tab. `org`, `set` and `var` lines set the scene; what stands above a record as a comment stays with it.
 */

/** One statement and what is expected of it. */
export interface SltRecord {
  readonly kind: 'query' | 'statement';
  /** Of a query: one letter a column, `T` text, `I` integer, `R` number, `B` boolean, `D` time, `J` JSON, list or struct. */
  readonly types: string;
  readonly tags: ReadonlySet<SltTag>;
  /** Of a statement that must fail: the code of its error. */
  readonly error?: string;
  readonly sql: string;
  readonly expected: readonly string[];
  /** Lines before the record: comments, blank lines, settings. */
  readonly before: readonly string[];
}

export type SltTag = 'rowsort' | 'plan' | 'requests';

export interface SltFile {
  readonly records: readonly SltRecord[];
  readonly after: readonly string[];
}

const TAGS: readonly SltTag[] = ['rowsort', 'plan', 'requests'];
const RESULT = '----';

export function parseSlt(text: string): SltFile {
  const lines = text.split('\n');
  const records: SltRecord[] = [];
  let before: string[] = [];
  for (let at = 0; at < lines.length; at += 1) {
    const line = lines[at] ?? '';
    if (!/^(?:query|statement)\b/.test(line)) {
      before.push(line);
      continue;
    }
    const end = endOf(lines, at);
    records.push(readRecord(lines.slice(at, end), before));
    before = [];
    at = end - 1;
  }
  return { records, after: before };
}

/** A record ends at an empty line, or at the end of the file. */
function endOf(lines: readonly string[], from: number): number {
  const length = lines.slice(from).indexOf('');
  return length === -1 ? lines.length : from + length;
}

function readRecord([head = '', ...lines]: readonly string[], before: readonly string[]): SltRecord {
  const [kind = '', ...words] = head.split(/\s+/);
  const separator = lines.indexOf(RESULT);
  const sql = lines.slice(0, separator === -1 ? lines.length : separator).join('\n');
  const expected = separator === -1 ? [] : lines.slice(separator + 1);
  const tags = new Set(TAGS.filter((tag) => words.includes(tag)));
  if (kind === 'query' && words[0] === 'error') throw new Error(`Write statement error CODE for ${sql}`);
  if (kind === 'query') return { kind, types: words[0] ?? '', tags, sql, expected, before };
  const [outcome, code] = words;
  return {
    kind: 'statement',
    types: '',
    tags,
    sql,
    expected,
    before,
    ...(outcome === 'error' && { error: code ?? '' }),
  };
}

export function printSlt({ records, after }: SltFile): string {
  return [...records.flatMap(printRecord), ...after].join('\n');
}

function printRecord({ kind, types, tags, error, sql, expected, before }: SltRecord): readonly string[] {
  const outcome = kind === 'query' ? types : error === undefined ? 'ok' : `error ${error}`;
  const head = [kind, outcome, ...TAGS.filter((tag) => tags.has(tag))].join(' ');
  const results = kind === 'query' || expected.length > 0 ? [RESULT, ...expected] : [];
  return [...before, head, sql, ...results];
}
