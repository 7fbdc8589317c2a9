/**
 * Binds a credential to one origin.
 *
 * @module
 */

import { AuthError } from '../errors.ts';
import type { Authorization, Authorize } from './client.ts';
import type { Secret } from './secret.ts';

/**
 * Gives the Authorization header for the first origin that asks, and for no other after that. SQL names hosts
 * (`subdomain = …`), and such a value can come from data; a token that has been used with one org must not follow it
 * to another.
 *
 * @param authorization the whole header value, or undefined where no credential was configured
 * @param hint how to configure one
 * @returns what authorises a request; it throws `AUTH` (status 0: nothing was sent)
 */
export function bindToOrigin(authorization: Secret | undefined, hint: string): Authorize {
  let owner: string | undefined;
  return async ({ method, url }) => {
    const { origin } = new URL(url);
    const failure = { status: 0, method, url };
    if (authorization === undefined) {
      throw new AuthError(`There is no credential for ${origin}. Nothing was sent.`, { ...failure, hint });
    }
    owner ??= origin;
    if (owner === origin) return headerAuthorization(authorization.reveal());
    throw new AuthError(`The credential belongs to ${owner} and is not sent to ${origin}.`, {
      ...failure,
      hint: 'One session reads one org; open another session, with its own credential, for the other.',
    });
  };
}

/** `Authorization: <scheme> <credential>`, of which the credential is the secret. */
export function headerAuthorization(value: string): Authorization {
  return { headers: { authorization: value }, secrets: [value.slice(value.indexOf(' ') + 1)] };
}
