/**
 * `oktaql audit check`.
 *
 * @module
 */

import { checkPack } from '../../audit/check-pack.ts';
import { createSession } from '../../session/session.ts';
import type { CommandIo } from '../command-io.ts';
import { describeError, EXIT } from '../report.ts';

/** Nothing is sent to it: checks end before the first request. */
const NOBODY = 'my-org';

/** Prints what is wrong with a pack; the exit code. */
export async function auditCheck(name: string, io: CommandIo): Promise<number> {
  const session = createSession({ token: NOBODY, subdomain: NOBODY, readOnly: true });
  try {
    const { controls, problems } = await checkPack(name, session, NOBODY);
    for (const problem of problems) io.stderr.write(describeError(problem));
    if (problems.length > 0) return EXIT.failed;
    io.stdout.write(`${name}: ${controls} controls, nothing wrong\n`);
    await io.stdout.drained(io.signal);
    return EXIT.done;
  } finally {
    await session.close();
  }
}
