/**
 * The record of what was decided about changes: one JSON line each, on the disk before the answer leaves.
 *
 * @module
 */

import { closeSync, fsyncSync, mkdirSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';
import { ExecutionError } from '../../errors.ts';
import { appendToOwnFile } from '../../own-file.ts';
import type { AuditFile } from '../decisions.ts';

/** @throws Error where the file cannot be opened, with the reason */
export function openAuditFile(path: string, now: () => number): AuditFile {
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  const descriptor = appendToOwnFile(path);
  return {
    write: (entry) => {
      try {
        writeAll(descriptor, `${JSON.stringify({ time: new Date(now()).toISOString(), ...entry })}\n`);
        fsyncSync(descriptor);
      } catch (error) {
        throw new ExecutionError(
          `The audit file cannot be written: ${error instanceof Error ? error.message : String(error)}.`,
          {
            hint: 'Changes are made only where they are recorded: the user has to mend the file of --audit-file.',
            cause: error,
          },
        );
      }
    },
    close: () => closeSync(descriptor),
  };
}

/** A write may take a part. */
function writeAll(descriptor: number, text: string): void {
  const bytes = Buffer.from(text);
  for (let at = 0; at < bytes.length; ) at += writeSync(descriptor, bytes, at);
}
