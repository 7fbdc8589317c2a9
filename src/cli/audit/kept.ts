/**
 * `oktaql audit verify` and `diff`: what was kept of earlier runs.
 *
 * @module
 */

import { diffOf, readKept } from '../../audit/diff/diff.ts';
import { type DiffFormat, diffText } from '../../audit/diff/tell.ts';
import { verifyEvidence } from '../../audit/evidence/verify.ts';
import { visibleText } from '../../output/visible-text.ts';
import type { CommandIo } from '../command-io.ts';
import { describeError, EXIT } from '../report.ts';
import { reported, writeText } from './told.ts';

/** Checks evidence; 0 where it stands. */
export async function auditVerify(folder: string, { key }: { readonly key?: string }, io: CommandIo): Promise<number> {
  return reported(io, async () => {
    const { problems, files, signature } = await verifyEvidence(folder, key);
    for (const problem of problems) io.stderr.write(describeError(problem));
    if (problems.length > 0) return EXIT.failed;
    const all = `${visibleText(folder)}: ${files} files, all there and unaltered`;
    return writeText(`${all}\n${signatureText(signature)}\n`, undefined, io);
  });
}

function signatureText(signature: Awaited<ReturnType<typeof verifyEvidence>>['signature']): string {
  if (signature === undefined) return 'not signed: whoever can write to the folder can make it anew';
  const { kid, isVouchedFor } = signature;
  if (isVouchedFor) return `signed by the key that was named (${kid})`;
  return `signed by the key ${kid}, which came along: --key says whose it has to be`;
}

/** Tells what changed; the exit code. */
export async function auditDiff(
  old: string,
  fresh: string,
  { output, file }: { readonly output: DiffFormat; readonly file?: string },
  io: CommandIo,
): Promise<number> {
  return reported(io, async () => {
    const diff = diffOf(await readKept(old), await readKept(fresh));
    return writeText(diffText(diff, output), file, io);
  });
}
