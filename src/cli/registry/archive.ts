/**
 * The files of a `.tgz`, which somebody else has made: regular files below its one folder, within bounds, and nothing else.
 *
 * @module
 */

import { gunzipSync } from 'node:zlib';
import { InvalidValueError } from '../../errors.ts';

export interface ArchivedFile {
  /** Below the archive's folder, with `/`. */
  readonly path: string;
  readonly content: Buffer;
}

/** Unpacked, in bytes, and in files. The largest that are published have a tenth of it. */
const MOST_BYTES = 256 * 2 ** 20;
const MOST_FILES = 10_000;

const BLOCK = 512;

/**
 * Documents in an archive whose only folder is called like the version.
 *
 * @throws InvalidValueError for what is no such archive, and for one with links, devices, or names that lead elsewhere
 */
export function archivedFiles(
  packed: Uint8Array,
  folder: string,
  mostBytes: number = MOST_BYTES,
): readonly ArchivedFile[] {
  const bytes = unpacked(packed, mostBytes);
  const files: ArchivedFile[] = [];
  for (let at = 0; at + BLOCK <= bytes.length && bytes[at] !== 0; ) {
    const header = bytes.subarray(at, at + BLOCK);
    const size = Number.parseInt(textIn(header, 124, 12).trim() || '0', 8);
    const content = bytes.subarray(at + BLOCK, at + BLOCK + size);
    if (!Number.isSafeInteger(size) || content.length < size) throw refused('it is cut off');
    at += BLOCK + Math.ceil(size / BLOCK) * BLOCK;
    const path = documentPath(header, folder);
    if (path !== undefined) files.push({ path, content });
    if (files.length > MOST_FILES) throw refused(`it has more than ${MOST_FILES} files`);
  }
  if (files.length === 0) throw refused(`it has no documents in ${folder}`);
  return files;
}

function unpacked(packed: Uint8Array, mostBytes: number): Buffer {
  try {
    return gunzipSync(packed, { maxOutputLength: mostBytes });
  } catch {
    throw refused(`it is not gzipped, or has more than ${mostBytes} bytes`);
  }
}

/** The type of an entry in POSIX ustar, section "ustar Interchange Format" of pax. */
const REGULAR = new Set(['0', '\0', '']);
const FOLDER = '5';
/** Of a whole archive and of the next file: times and owners, which are not kept. */
const EXTENSIONS = new Set(['g', 'x']);

/** The path of a document; undefined for what is not kept: folders, signatures, notes. */
function documentPath(header: Buffer, folder: string): string | undefined {
  const type = textIn(header, 156, 1);
  if (type === FOLDER || EXTENSIONS.has(type)) return undefined;
  const prefix = textIn(header, 345, 155);
  const name = (prefix === '' ? '' : `${prefix}/`) + textIn(header, 0, 100);
  const parts = name.replace(/^\.\//, '').split('/');
  if (!REGULAR.has(type)) throw refused(`${name} is no regular file`);
  if (parts[0] !== folder || parts.length < 2 || parts.some((part) => !/^[\w.-]+$/.test(part) || /^\.+$/.test(part))) {
    throw refused(`the name ${JSON.stringify(name.slice(0, 100))} is not below ${folder}`);
  }
  return /\.ya?ml$/.test(name) ? parts.slice(1).join('/') : undefined;
}

function textIn(header: Buffer, start: number, length: number): string {
  const [text = ''] = header.toString('latin1', start, start + length).split('\0');
  return text;
}

function refused(problem: string): InvalidValueError {
  return new InvalidValueError(`The archive of the registry cannot be unpacked: ${problem}. Nothing was written.`, {
    subject: 'registry',
  });
}
