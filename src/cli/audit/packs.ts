/**
 * `oktaql audit new`, `check` and `accept`.
 *
 * @module
 */

import { checkedEntry, type Entry, withEntry } from '../../audit/baseline.ts';
import { checkPack } from '../../audit/check-pack.ts';
import { newPack } from '../../audit/template.ts';
import { visibleText } from '../../output/visible-text.ts';
import { createSession } from '../../session/session.ts';
import type { CommandIo } from '../command-io.ts';
import { describeError, EXIT } from '../report.ts';
import { reported, writeText } from './told.ts';

/** Nothing is sent to it: checks end before the first request. */
const NOBODY = 'my-org';

/** Prints what is wrong with a pack; the exit code. */
export async function auditCheck(name: string, io: CommandIo): Promise<number> {
  const session = createSession({ token: NOBODY, subdomain: NOBODY, readOnly: true });
  try {
    const { controls, problems } = await checkPack(name, session, NOBODY);
    for (const problem of problems) io.stderr.write(describeError(problem));
    if (problems.length > 0) return EXIT.failed;
    const what = controls === 1 ? '1 control' : `${controls} controls`;
    return await told(`${name}: ${what}, nothing wrong`, io);
  } finally {
    await session.close();
  }
}

/** Begins a pack; the exit code. */
export async function auditNew(name: string, io: CommandIo): Promise<number> {
  return reported(io, async () => {
    const files = newPack(name);
    return told(`${files.join('\n')}\nTry it: oktaql audit ./${name} --demo`, io);
  });
}

/** Writes an acceptance down; the exit code. */
export async function auditAccept(
  { baseline, ...given }: Entry & { readonly baseline: string },
  io: CommandIo,
): Promise<number> {
  return reported(io, async () => {
    const entry = checkedEntry(given, baseline);
    const text = withEntry(baseline, entry);
    await writeText(text, baseline, io);
    return told(`${baseline}: ${entry.control} accepts ${entry.resource} until ${entry.expires}`, io);
  });
}

function told(text: string, io: CommandIo): Promise<number> {
  return writeText(`${text.split('\n').map(visibleText).join('\n')}\n`, undefined, io);
}
