/**
 * What the subcommands of `oktaql audit` share: how they end, and where they write.
 *
 * @module
 */

import type { CommandIo } from '../command-io.ts';
import { reportFailure } from '../exec-command.ts';
import { createLog } from '../log.ts';
import { EXIT } from '../report.ts';
import { openResultFile } from '../result-output.ts';

/** The exit code of the work, or of what it throws. */
export async function reported(io: CommandIo, work: () => Promise<number>): Promise<number> {
  try {
    return await work();
  } catch (error) {
    return reportFailure(error, createLog(io.stderr, {}));
  }
}

/** Writes a text to a file, whole or not at all, or to standard output. */
export async function writeText(text: string, file: string | undefined, io: CommandIo): Promise<number> {
  if (file === undefined) {
    io.stdout.write(text);
    await io.stdout.drained(io.signal);
    return EXIT.done;
  }
  const target = await openResultFile(file, {}, { io });
  try {
    await target.sink.write(text);
    await target.commit();
  } finally {
    target.discard();
  }
  return EXIT.done;
}
