/**
 * Public keys in a file, for `oktaql sim`.
 *
 * @module
 */

import { readFileSync } from 'node:fs';
import { InvalidArgumentError } from 'commander';

/** The JWKs in a file that holds one, or a set of them. Throws an InvalidArgumentError where it holds neither. */
export function readPublicKeys(file: string): readonly object[] {
  const value = readJson(file);
  const keys: unknown = isObject(value) && 'keys' in value ? value.keys : [value];
  if (Array.isArray(keys) && keys.every((key) => isObject(key) && 'kty' in key)) return keys as readonly object[];
  throw new InvalidArgumentError(`${file} holds neither a JWK nor a set of them.`);
}

function readJson(file: string): unknown {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch (error) {
    // What JSON.parse says repeats the text, which may be a private key.
    const reason = error instanceof SyntaxError ? 'is no JSON.' : 'cannot be read.';
    throw new InvalidArgumentError(`${file} ${reason}`);
  }
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}
