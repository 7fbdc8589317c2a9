/**
 * `--compat stackql`: the streams, the session and the settings of a command, given to the room that knows how StackQL looks.
 *
 * @module
 */

import { QueryError } from '../errors.ts';
import type { ExchangeRecord } from '../http/trace/record.ts';
import { visibleLines } from '../output/visible-text.ts';
import type { Sink } from '../output/writer.ts';
import type { QueryOptions } from '../session/options.ts';
import type { ScriptStatement, Session } from '../session/session.ts';
import type { CommandIo } from './command-io.ts';
import { withTextValues } from './compat/json-each.ts';
import { answerMessage, compatMessage } from './compat/messages.ts';
import { type CompatStatement, runCompatScript } from './compat/script.ts';
import { COMPAT_FORMATS, type CompatFormat } from './compat/writers.ts';
import type { PullOptions } from './registry/pull.ts';
import { withRegistry } from './registry-statements.ts';
import { EXIT } from './report.ts';
import { sinkOf } from './streams.ts';

/** What flags say about the output. */
export interface CompatSettings {
  readonly output: string;
  /** Of StackQL's formats, one that has no other name. */
  readonly stackqlFormat?: string;
  /** Of its delimited formats. */
  readonly separator?: string;
  readonly header?: boolean;
  /** Takes what is printed. Default: standard output. */
  readonly sink?: Sink;
}

/** Tells each answer that is no success, as StackQL does. */
export function tellAnswers({ stderr }: Pick<CommandIo, 'stderr'>): (record: ExchangeRecord) => void {
  return (record) => {
    const message = answerMessage(record);
    if (message !== undefined) stderr.write(visibleLines(`${message}\n`));
  };
}

/** Runs a script and prints as StackQL does: the exit code is 0 whatever becomes of the statements. */
export async function runCompat(
  session: Session,
  sql: string,
  settings: CompatSettings,
  options: QueryOptions,
  { stdout, stderr, signal }: Pick<CommandIo, 'stdout' | 'stderr' | 'signal'>,
  registry?: PullOptions,
): Promise<number> {
  const tell = (lines: string): void => stderr.write(lines);
  const { separator = ',', header = true, sink = sinkOf(stdout, signal) } = settings;
  try {
    const text = withTextValues(sql);
    await runCompatScript(placed(withRegistry(session.script(text, options), registry), text), {
      sink,
      tell,
      format: formatOf(settings),
      style: { delimiter: separator, hidesHeaders: !header },
      signal,
    });
  } catch (error) {
    if (!(error instanceof QueryError) || signal.aborted) throw error;
    tell(visibleLines(`${compatMessage(error, sql)}\n`));
  }
  return EXIT.done;
}

/** A format that StackQL does not have is a table there. */
function formatOf({ stackqlFormat, output }: CompatSettings): CompatFormat {
  return COMPAT_FORMATS.find((format) => format === (stackqlFormat ?? output)) ?? 'table';
}

/** The statements with where each begins: where placeholders were filled, nobody knows, and the script is counted from. */
function placed(statements: readonly ScriptStatement[], script: string): readonly CompatStatement[] {
  let from = 0;
  return statements.map(({ text, run }) => {
    const start = Math.max(0, script.indexOf(text, from));
    from = start + text.length;
    return { text, start, run };
  });
}
