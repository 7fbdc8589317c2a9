/**
 * A file for secrets that the API shows once: a line of JSON for each answer, for its owner's eyes only.
 *
 * @module
 */

import { existsSync } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { ExecutionError, InvalidValueError } from '../../errors.ts';
import { checkLinks } from '../../own-file.ts';
import type { MethodCall } from '../../request/build.ts';
import type { Item } from '../../rows/decode.ts';
import type { JsonValue, Value } from '../../values.ts';

export interface SecretsFile {
  /**
   * Makes the file, before the request whose answer it is for.
   *
   * @throws InvalidValueError where it cannot be made
   */
  open(): Promise<void>;
  /** @throws ExecutionError where it cannot be written any more */
  keep(answer: OnceAnswer): Promise<void>;
  close(): Promise<void>;
}

/** An answer with secrets that are not shown again. */
export interface OnceAnswer {
  readonly call: MethodCall;
  readonly item: Item;
  /** As {@link secretsShownOnce} names them. */
  readonly secrets: readonly string[];
}

/** @throws InvalidValueError where there is such a file already: it may hold secrets that nobody can get again */
export function secretsFile(path: string, now: () => number): SecretsFile {
  if (existsSync(path)) throw unusable(path, 'is there already');
  let file: Promise<FileHandle> | undefined;
  return {
    open: async () => {
      try {
        checkLinks(path);
        file ??= open(path, 'wx', 0o600);
        await file;
      } catch (error) {
        throw unusable(path, `cannot be made: ${messageOf(error)}`);
      }
    },
    keep: async (answer) => {
      const line = lineOf(answer, new Date(now()));
      if (line === undefined) return;
      try {
        const opened = await file;
        await opened?.write(`${line}\n`);
        await opened?.sync();
      } catch (error) {
        throw lost(answer, path, error);
      }
    },
    close: async () => {
      const opened = await file?.catch(() => undefined);
      await opened?.close();
    },
  };
}

/** Undefined for an answer without any of them. */
function lineOf({ call: { method, parameters }, item, secrets }: OnceAnswer, at: Date): string | undefined {
  const found = secrets.flatMap((name) => {
    const value = valueAt(item, name.split('.'));
    return value === undefined || value === null ? [] : [[name, value] as const];
  });
  if (found.length === 0) return undefined;
  return JSON.stringify({
    at: at.toISOString(),
    method: method.key,
    parameters: Object.fromEntries(Object.entries(parameters).map(([name, value]) => [name, plain(value)])),
    ...(typeof item['id'] === 'string' && { id: item['id'] }),
    secrets: Object.fromEntries(found),
  });
}

function valueAt(value: JsonValue | undefined, [name, ...inner]: readonly string[]): JsonValue | undefined {
  if (name === undefined || value === undefined) return value;
  const isObject = typeof value === 'object' && value !== null && !Array.isArray(value);
  return isObject && Object.hasOwn(value, name) ? valueAt((value as Item)[name], inner) : undefined;
}

function plain(value: Value): JsonValue {
  if (typeof value === 'bigint') return String(value);
  return value instanceof Date ? value.toISOString() : value;
}

function unusable(path: string, problem: string): InvalidValueError {
  return new InvalidValueError(`${path}, where secrets should go, ${problem}. Nothing was sent.`, {
    subject: 'secretsTo',
    hint: 'Name a new file.',
  });
}

function lost({ call: { method }, secrets }: OnceAnswer, path: string, cause: unknown): ExecutionError {
  return new ExecutionError(
    `${method.key} was carried out, but ${secrets.join(', ')} could not be written to ${path}: ${messageOf(cause)}.`,
    { cause, hint: 'Make room there, and call it again for another.' },
  );
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
