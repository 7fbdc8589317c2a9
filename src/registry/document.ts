/**
 * A provider document as it was read: its YAML, its references, and errors that say where in it something is wrong.
 *
 * @module
 */

import type { ZodType } from 'zod';
import { ProviderDocumentError } from '../errors.ts';
import { shownKey } from './document-checks.ts';
import { yamlValue } from './yaml.ts';

/** A YAML file: its name for messages, and its text. */
export interface DocumentFile {
  readonly file: string;
  readonly text: string;
}

/** A file and what its YAML says, not yet checked. */
export interface RawDocument {
  readonly file: string;
  readonly root: unknown;
  readonly effort: Effort;
}

/**
 * How much work all documents of a service may still be: parts that refer to each other twice, ten levels of them, are a
 * thousand parts, and no document is that large by itself.
 */
export interface Effort {
  left: number;
  /** Schemas by where they were read, once they have proved to be some. */
  readonly checked: WeakMap<object, unknown>;
}

/** Parts that are looked at. The largest service of ours takes a fiftieth of it. */
const MOST_PARTS = 500_000;

export function newEffort(): Effort {
  return { left: MOST_PARTS, checked: new WeakMap() };
}

/** Throws where the work is more than may be done. */
export function spend({ file, effort }: RawDocument, parts: number, pointer: string): void {
  effort.left -= parts;
  if (effort.left < 0) {
    throw wrong(
      file,
      pointer,
      `its parts refer to each other more than ${MOST_PARTS} times, which is more than is followed`,
    );
  }
}

/** Throws `PROVIDER_DOCUMENT` for what is no YAML, and for what is too much of it. */
export function readYaml({ file, text }: DocumentFile, effort: Effort): RawDocument {
  const refuse = (problem: string): never => {
    throw wrong(file, '', problem);
  };
  try {
    return { file, root: yamlValue(text, refuse), effort };
  } catch (error) {
    // The parser's stack, for what its bounds let through.
    return error instanceof RangeError ? refuse('not YAML that is read: it is nested too deeply') : rethrow(error);
  }
}

function rethrow(error: unknown): never {
  throw error;
}

/** What a `$ref` names, with its pointer; anything else as it is. */
export function resolve(document: RawDocument, node: unknown, pointer: string): { target: unknown; pointer: string } {
  let target = node;
  let at = pointer;
  // A chain of references longer than this is a circle.
  for (let hops = 0; hops < 32; hops += 1) {
    spend(document, 1, at);
    const $ref = typeof target === 'object' && target !== null && '$ref' in target ? target.$ref : undefined;
    if (typeof $ref !== 'string') return { target, pointer: at };
    if ($ref.length > LONGEST_REFERENCE) throw wrong(document.file, `${at}/$ref`, 'the reference is too long');
    if (!$ref.startsWith('#/')) throw wrong(document.file, `${at}/$ref`, `${$ref} is not in this document`);
    target = follow(document, $ref.slice(1), `${at}/$ref`);
    at = $ref.slice(1);
  }
  throw wrong(document.file, pointer, 'the references go in a circle');
}

const LONGEST_REFERENCE = 4_096;

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
  const path = (issue?.path ?? []).map((part) => `/${escapePointer(shownKey(String(part)))}`).join('');
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
