/**
 * Checks private keys before they are needed: the session knows neither what the user calls them nor that they are settings.
 *
 * @module
 */

import { InvalidArgumentError } from 'commander';
import { InvalidValueError } from '../../errors.ts';
import { Secret } from '../../http/login/secret.ts';
import type { FoundLogin } from './login.ts';
import { nameOf } from './place.ts';

export interface NamedKey {
  readonly key: Secret;
  /** As the user wrote it: `OKTA_CLIENT_PRIVATEKEY`. */
  readonly name: string;
}

export function privateKeysOf({ used }: { readonly used: readonly FoundLogin[] }): readonly NamedKey[] {
  return used.flatMap(({ login, from }) => {
    if (login.kind !== 'private-key') return [];
    const { privateKey } = login;
    return [{ key: privateKey instanceof Secret ? privateKey : new Secret(privateKey), name: nameOf(from) }];
  });
}

/** @throws InvalidArgumentError naming the setting, for a key that cannot sign */
export async function checkPrivateKeys(keys: readonly NamedKey[]): Promise<void> {
  if (keys.length === 0) return;
  const { readPrivateKey } = await import('../../http/login/private-key.ts');
  for (const { key, name } of keys) await readPrivateKey(key, name).catch(asUsage);
}

function asUsage(error: unknown): never {
  if (!(error instanceof InvalidValueError)) throw error;
  const { message, hint } = error;
  throw new InvalidArgumentError(hint === undefined ? message : `${message} ${hint}`);
}
