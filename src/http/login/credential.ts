/**
 * Binds a credential to one origin.
 *
 * @module
 */

import { AuthError } from '../../errors.ts';
import type { HttpRequest } from '../../request/build.ts';
import type { Authorization, Authorize } from '../contract.ts';
import { redactUrl } from '../trace/redact.ts';

/**
 * Asks `authorize` for the first origin only. SQL names hosts (`subdomain = …`), and such a value can come from data; a
 * credential that has been used with one org must not follow it to another.
 *
 * @returns what authorises a request; it throws `AUTH` (status 0: nothing was sent) for another origin
 */
export function ownedByOneOrigin(authorize: Authorize): Authorize {
  let owner: string | undefined;
  return async (request, terms) => {
    const { origin } = new URL(request.url);
    owner ??= origin;
    if (owner === origin) return authorize(request, terms);
    throw new AuthError(`The credential belongs to ${owner} and is not sent to ${origin}.`, {
      ...nothingSent(request),
      hint: 'Configure both orgs by name, each with its own login (docs/credentials.md).',
    });
  };
}

/** The error for a request to an API of which no credential is known. */
export function noCredential(request: HttpRequest, hint: string): AuthError {
  const { origin } = new URL(request.url);
  return new AuthError(`There is no credential for ${origin}. Nothing was sent.`, { ...nothingSent(request), hint });
}

function nothingSent({ method, url }: HttpRequest): { status: number; method: string; url: string } {
  return { status: 0, method, url: redactUrl(url, []) };
}

/** `Authorization: <scheme> <credential>`, of which the credential is the secret. */
export function headerAuthorization(value: string): Authorization {
  return { headers: { authorization: value }, secrets: [value.slice(value.indexOf(' ') + 1)] };
}

/** Both: APIs may want two headers, or a header and a query parameter. */
export function bothAuthorizations(first: Authorization, second: Authorization): Authorization {
  const observers = [first.observe, second.observe].filter((observe) => observe !== undefined);
  return {
    headers: { ...first.headers, ...second.headers },
    query: { ...first.query, ...second.query },
    secrets: [...first.secrets, ...second.secrets],
    ...(observers.length > 0 && {
      observe: (request, answer) =>
        observers.map((observe) => observe(request, answer)).find((wish) => wish !== undefined),
    }),
  };
}
