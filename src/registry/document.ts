/**
 * A provider document as it was read: its YAML, its references, and errors that say where in it something is wrong.
 *
 * @module
 */

import { parseDocument } from 'yaml';
import type { ZodType } from 'zod';
import { ProviderDocumentError } from '../errors.ts';

/** A YAML file: its name for messages, and its text. */
export interface DocumentFile {
  readonly file: string;
  readonly text: string;
}

/** A file and what its YAML says, not yet checked. */
export interface RawDocument {
  readonly file: string;
  readonly root: unknown;
}

/** Throws `PROVIDER_DOCUMENT` for what is no YAML. */
export function readYaml({ file, text }: DocumentFile): RawDocument {
  // Without merge keys and with core types only, no document can run code or blow up by aliases.
  const document = parseDocument(text, { schema: 'core' });
  const [error] = document.errors;
  if (error !== undefined) throw wrong(file, '', `not YAML: ${error.message.split('\n')[0]}`);
  try {
    return { file, root: document.toJS({ maxAliasCount: 100 }) as unknown };
  } catch (cause) {
    throw wrong(file, '', `not YAML we read: ${cause instanceof Error ? cause.message : 'an alias is wrong'}`);
  }
}

/** What a `$ref` names, with its pointer; anything else as it is. */
export function resolve(document: RawDocument, node: unknown, pointer: string): { target: unknown; pointer: string } {
  let target = node;
  let at = pointer;
  // A chain of references longer than this is a circle.
  for (let hops = 0; hops < 32; hops += 1) {
    const $ref = typeof target === 'object' && target !== null && '$ref' in target ? target.$ref : undefined;
    if (typeof $ref !== 'string') return { target, pointer: at };
    if (!$ref.startsWith('#/')) throw wrong(document.file, `${at}/$ref`, `${$ref} is not in this document`);
    target = follow(document, $ref.slice(1), `${at}/$ref`);
    at = $ref.slice(1);
  }
  throw wrong(document.file, pointer, 'the references go in a circle');
}

function follow(document: RawDocument, pointer: string, from: string): unknown {
  let target: unknown = document.root;
  for (const key of pointer.split('/').slice(1).map(unescapePointer)) {
    const isThere = typeof target === 'object' && target !== null && Object.hasOwn(target, key);
    if (!isThere) throw wrong(document.file, from, `nothing at #${pointer}`);
    target = (target as Readonly<Record<string, unknown>>)[key];
  }
  return target;
}

/** `value` in the given form, or the error that names the place where it differs. */
export function check<T>(shape: ZodType<T>, value: unknown, file: string, pointer: string): T {
  const result = shape.safeParse(value);
  if (result.success) return result.data;
  const issue = result.error.issues[0];
  const path = (issue?.path ?? []).map((part) => `/${escapePointer(String(part))}`).join('');
  throw wrong(file, pointer + path, issue?.message ?? 'invalid');
}

export function wrong(file: string, pointer: string, problem: string): ProviderDocumentError {
  return new ProviderDocumentError(`${file}#${pointer}: ${problem}.`, { file, pointer });
}

/** RFC 6901 section 3. */
export function escapePointer(part: string): string {
  return part.replaceAll('~', '~0').replaceAll('/', '~1');
}

export function unescapePointer(part: string): string {
  return part.replaceAll('~1', '/').replaceAll('~0', '~');
}
