/**
 * YAML of the user's own in a given form, with the line and column of whatever is wrong with it.
 *
 * @module
 */

import { type Document, isMap, isNode, isPair, isScalar, isSeq, parseDocument } from 'yaml';
import type { ZodType } from 'zod';
import { AuditFileError, type TextPosition } from '../errors.ts';
import { yamlValue } from '../registry/yaml.ts';

/** A YAML text, which may be only a part of its file. */
export interface YamlText {
  readonly file: string;
  readonly text: string;
  /** Where in the file an offset of the text is. */
  readonly positionAt: (offset: number) => Pick<TextPosition, 'line' | 'column'>;
}

/** A value of the wanted form, or all that keeps it from being one. */
export type Checked<T> =
  | { readonly value: T; readonly problems: readonly [] }
  | { readonly raw: unknown; readonly problems: readonly [AuditFileError, ...AuditFileError[]] };

/** A document of this kind is read by people. */
const MOST_CHARACTERS = 2 ** 20;

export function readYamlText<T>(source: YamlText, shape: ZodType<T>): Checked<T> {
  const raw = rawValue(source);
  if (raw instanceof AuditFileError) return { raw: undefined, problems: [raw] };
  const result = shape.safeParse(raw);
  if (result.success) return { value: result.data, problems: [] };
  // Places are looked for only where something is wrong; the text has been read within bounds by then.
  const document = parseDocument(source.text, { schema: 'core', uniqueKeys: false });
  const [first, ...rest] = result.error.issues.map((issue) => {
    const [key] = issue.code === 'unrecognized_keys' ? issue.keys : [];
    const path = [...issue.path, ...(key === undefined ? [] : [key])].map(partOf);
    const inner = issue.code === 'invalid_key' ? issue.issues[0]?.message : undefined;
    const problem = key === undefined ? (inner ?? issue.message) : 'nothing is called so here';
    return faultAt(source, offsetOf(document, path), path.length === 0 ? problem : `${path.join('.')}: ${problem}`);
  });
  return { raw, problems: [first ?? faultAt(source, 0, 'it is not of the form that is needed'), ...rest] };
}

function rawValue(source: YamlText): unknown {
  if (source.text.length > MOST_CHARACTERS) {
    return faultAt(source, 0, `it has more than ${MOST_CHARACTERS} characters, which is more than is read`);
  }
  try {
    return yamlValue(source.text, (problem, offset = 0) => {
      throw faultAt(source, offset, problem);
    });
  } catch (error) {
    if (error instanceof AuditFileError) return error;
    // The parser's stack, for what its bounds let through.
    if (error instanceof RangeError) return faultAt(source, 0, 'not YAML that is read: it is nested too deeply');
    throw error;
  }
}

function partOf(part: PropertyKey): string | number {
  return typeof part === 'number' ? part : String(part);
}

/** The fault of a place that was found by its path in the value. */
export function faultIn(
  source: YamlText,
  path: readonly (string | number)[],
  problem: string,
  hint?: string,
): AuditFileError {
  const document = parseDocument(source.text, { schema: 'core', uniqueKeys: false });
  return faultAt(source, offsetOf(document, path), problem, hint);
}

function faultAt(source: YamlText, offset: number, problem: string, hint?: string): AuditFileError {
  const position = source.positionAt(offset);
  return new AuditFileError(problem, { file: source.file, position, ...(hint !== undefined && { hint }) });
}

/** Where the value under a path begins, or its key; the deepest part of the path that is there. */
function offsetOf(document: Document.Parsed, path: readonly (string | number)[]): number {
  let node: unknown = document.contents;
  let offset = isNode(node) ? (node.range?.[0] ?? 0) : 0;
  for (const part of path) {
    const next = isMap(node)
      ? node.items.find(({ key }) => isScalar(key) && String(key.value) === String(part))
      : isSeq(node)
        ? node.items[Number(part)]
        : undefined;
    if (next === undefined) return offset;
    const key = isPair(next) && isNode(next.key) ? next.key : undefined;
    node = isPair(next) ? next.value : next;
    offset = key?.range?.[0] ?? (isNode(node) ? node.range?.[0] : undefined) ?? offset;
  }
  return offset;
}
