/**
 * Looks at a script before the first of its statements runs: half of one that cannot be finished is worse than none.
 *
 * @module
 */

import { InvalidArgumentError } from 'commander';
import type { ScriptStatement, Session } from '../session/session.ts';
import type { StatementPlace } from './error-record.ts';
import type { Log } from './log.ts';
import { EXIT, exitCodeOf } from './report.ts';

export interface CheckSettings {
  readonly var: Readonly<Record<string, string>>;
  /** Looks at all statements before the first one runs. */
  readonly check?: boolean;
  /** Looks at all statements and runs none. */
  readonly checkOnly?: boolean;
  readonly continueOnError?: boolean;
}

interface Checking {
  readonly settings: CheckSettings;
  readonly log: Log;
  readonly signal: AbortSignal;
  /** Whether a statement, by its index, is answered by the command line: the session need not know it. Default is none. */
  readonly isAnswered?: (index: number) => boolean;
}

/**
 * The exit code of a script that is not to be run: one with a statement that cannot be read, with `--check` one with a name that is
 * unknown, and with `--check-only` any. Undefined where it is to be run.
 */
export async function refuseScript(
  session: Session,
  sql: string,
  statements: readonly ScriptStatement[],
  { settings, log, signal, isAnswered = () => false }: Checking,
): Promise<number | undefined> {
  const { var: variables, check = false, checkOnly = false, continueOnError = false } = settings;
  const isWhole = check || checkOnly;
  if (isWhole && continueOnError) throw new InvalidArgumentError(CONTRADICTION);
  // One statement is read before its first request anyway, and what goes on past errors has no use for knowing them early.
  if (!isWhole && (statements.length === 1 || continueOnError)) return undefined;
  const found = await session.check(sql, { variables, signal, depth: isWhole ? 'plan' : 'parse' });
  const problems = found.filter(({ index }) => !isAnswered(index));
  for (const { index, error, position } of problems) {
    const place = { number: index + 1, of: statements.length, position };
    log.failed(error, place);
    if (statements.length > 1) log.output.write(wrongAt(place));
  }
  const [first] = problems;
  if (first !== undefined) {
    if (statements.length > 1) log.output.write(nothingRun(problems.length, statements.length));
    return exitCodeOf(first.error);
  }
  if (!checkOnly) return undefined;
  log.output.write(`${counted(statements.length)} checked; nothing was run\n`);
  return EXIT.done;
}

const CONTRADICTION =
  '--check runs nothing of a script in which something is wrong, and --continue-on-error all the rest: give one of them.';

function wrongAt({ number, of, position }: StatementPlace): string {
  return `wrong: statement ${number} of ${of}, which begins in line ${position.line}\n`;
}

function nothingRun(wrong: number, of: number): string {
  return `nothing was run: ${wrong} of ${counted(of)} ${wrong === 1 ? 'is' : 'are'} wrong\n`;
}

function counted(count: number): string {
  return count === 1 ? '1 statement' : `${count} statements`;
}
