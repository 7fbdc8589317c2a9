/**
 * What `--registry` says: a path, a `file://` URL, or StackQL's JSON.
 *
 * @module
 */

import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { InvalidValueError } from '../errors.ts';

export interface RegistryPlace {
  readonly url: string;
  /** The folder of documents, and that of archives. */
  readonly srcPrefix: string;
  readonly distPrefix: string;
  /** Where documents are kept that were pulled. */
  readonly localDocRoot?: string;
}

/** @throws InvalidValueError for JSON that is none, or that names no place */
export function registryPlace(where: string): RegistryPlace {
  if (!where.trimStart().startsWith('{')) return { url: where, srcPrefix: 'src', distPrefix: 'dist' };
  let value: unknown;
  try {
    value = JSON.parse(where);
  } catch {
    throw new InvalidValueError('--registry is neither a path nor JSON.', { subject: 'registry' });
  }
  const {
    url,
    srcPrefix = 'src',
    distPrefix = 'dist',
    localDocRoot,
  } = value as Partial<Record<keyof RegistryPlace, unknown>>;
  const place = url ?? localDocRoot;
  if (typeof place !== 'string' || typeof srcPrefix !== 'string' || typeof distPrefix !== 'string') {
    throw new InvalidValueError('--registry has no url.', { subject: 'registry', hint: '{"url":"file:///path"}' });
  }
  return { url: place, srcPrefix, distPrefix, ...(typeof localDocRoot === 'string' && { localDocRoot }) };
}

/** The folder that a path or a `file://` URL names. */
export function rootFolder(place: string): string {
  if (!place.startsWith('file:')) return resolve(place);
  try {
    return fileURLToPath(place);
  } catch {
    // The error of Node holds the URL, in which a password may stand.
    throw new InvalidValueError('The registry is no file:// URL of this machine.', {
      subject: 'registry',
      hint: 'Write it with three slashes, as in file:///home/me/registry.',
    });
  }
}
