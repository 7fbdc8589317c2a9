/**
 * Reads DuckDB's sqllogictest files (https://duckdb.org/docs/stable/dev/sqllogictest/overview): which statements they hold, in order.
 * What they expect is not read, since plain DuckDB is asked instead.
 *
 * @module
 */

/** One `statement` or `query`, with loops written out. */
export interface SltStatement {
  /** Counts from one. */
  readonly line: number;
  readonly sql: string;
}

export interface SltFile {
  readonly statements: readonly SltStatement[];
  /** Why the file is not run: it needs what neither side has here. */
  readonly skipped?: string;
}

/** Such a directive asks for another process, files, extensions or a second connection. */
const NEEDS_MORE =
  /^(?:require(?!-env)|require-env|load|restart|unzip|concurrentloop|concurrentforeach|import|tags)\b.*/;

/** Reads what `include` names, which stands in its place. */
export type ReadIncluded = (path: string) => string;

/** Neither side needs to be told of them. */
const BUILT_IN = /^require (?:json|icu|core_functions|skip_reload|noforcestorage|no_alternative_verify|vector_size)\b/;

/** Enough of a loop to see what its statements do. */
const MOST_ROUNDS = 20;

export function readFile(text: string, readIncluded: ReadIncluded = () => ''): SltFile {
  const lines = withIncluded(text, readIncluded);
  const blocker = directives(lines).find((line) => NEEDS_MORE.test(line) && !BUILT_IN.test(line));
  if (blocker !== undefined) return { statements: [], skipped: blocker.split(/\s+/).slice(0, 2).join(' ') };
  return { statements: statementsIn(lines, 0, lines.length, new Map()) };
}

function withIncluded(text: string, readIncluded: ReadIncluded): readonly string[] {
  return text.split(/\r?\n/).flatMap((line) => {
    const path = /^include\s+(\S+)\s*$/.exec(line)?.[1];
    return path === undefined ? [line] : ['', ...withIncluded(readIncluded(path), readIncluded), ''];
  });
}

/** The lines outside of statements and of what they are expected to answer, where words are words of the file's. */
function directives(lines: readonly string[]): readonly string[] {
  let isInside = false;
  return lines.filter((line) => {
    if (line.trim() === '') isInside = false;
    else if (/^(?:statement|query|----)(?:\s|$)/.test(line)) isInside = true;
    return !isInside;
  });
}

type Variables = ReadonlyMap<string, string>;

function statementsIn(
  lines: readonly string[],
  from: number,
  to: number,
  variables: Variables,
): readonly SltStatement[] {
  const found: SltStatement[] = [];
  for (let at = from; at < to; at += 1) {
    const words = (lines[at] ?? '').trim().split(/\s+/);
    if (words[0] === 'loop' || words[0] === 'foreach') {
      const end = endOfLoop(lines, at, to);
      const [, name = '', ...values] = words;
      for (const value of roundsOf(words[0], values)) {
        for (const each of statementsIn(lines, at + 1, end, new Map([...variables, [name, value]]))) found.push(each);
      }
      at = end;
    } else if (words[0] === 'statement' || words[0] === 'query') {
      const end = endOfRecord(lines, at, to);
      found.push({ line: at + 1, sql: filled(lines.slice(at + 1, end).join('\n'), variables) });
      at = end - 1;
    }
  }
  return found.filter(({ sql }) => sql.trim() !== '');
}

function endOfLoop(lines: readonly string[], start: number, to: number): number {
  let depth = 0;
  for (let at = start; at < to; at += 1) {
    const line = lines[at] ?? '';
    if (/^(?:loop|foreach)\b/.test(line)) depth += 1;
    if (/^endloop\b/.test(line)) depth -= 1;
    if (depth === 0) return at;
  }
  return to;
}

function roundsOf(kind: string, values: readonly string[]): readonly string[] {
  if (kind === 'foreach') return values.filter((value) => !value.startsWith('<')).slice(0, MOST_ROUNDS);
  const [first, last] = values.map(Number);
  return Array.from({ length: Math.min((last ?? 0) - (first ?? 0), MOST_ROUNDS) }, (_, index) =>
    String((first ?? 0) + index),
  );
}

/** The SQL of a record ends at `----` or an empty line. */
function endOfRecord(lines: readonly string[], start: number, to: number): number {
  for (let at = start + 1; at < to; at += 1) if (['', '----'].includes((lines[at] ?? '').trim())) return at;
  return to;
}

function filled(sql: string, variables: Variables): string {
  return [...variables].reduce((text, [name, value]) => text.replaceAll(`\${${name}}`, value), sql);
}
