/**
 * OAuth 2.0 client credentials (RFC 6749 section 4.4): an access token, kept until shortly before it expires.
 *
 * @module
 */

import { AuthError, NetworkError, QueryError, UnusableResponseError } from '../errors.ts';
import type { Fetch } from './client.ts';
import { Secret } from './secret.ts';

export interface ClientCredentials {
  /** https, or http on this machine; whoever configures it has checked that. */
  readonly tokenUrl: URL;
  readonly clientId: string;
  readonly clientSecret: Secret;
  /** Whether the client's secret goes into the form instead of a header. */
  readonly isSecretInForm: boolean;
  readonly scopes: readonly string[];
  /** More members of the form. */
  readonly form: Readonly<Record<string, readonly string[]>>;
}

export interface TokenSourceOptions {
  readonly fetch: Fetch;
  /** Milliseconds since some fixed time; only differences are used. */
  readonly now: () => number;
  /** Milliseconds for the request of a token. */
  readonly timeoutMs: number;
}

/** Throws `AUTH` where the server gives no token, `NETWORK` where it cannot be reached. */
export type TokenSource = () => Promise<Secret>;

/** Requests that wait for a token wait for the same one. */
export function createTokenSource(credentials: ClientCredentials, options: TokenSourceOptions): TokenSource {
  let current: Flight | undefined;
  const renew = (): Flight => {
    const flight: Flight = { token: requestToken(credentials, options) };
    current = flight;
    flight.token.catch(() => {
      // A failure is not kept: the next request asks again.
      if (current === flight) current = undefined;
    });
    return flight;
  };
  return async () => {
    const flight = current ?? renew();
    const issued = await flight.token;
    if (options.now() < issued.goodUntil) return issued.token;
    // Of several that find it expired, the first renews.
    const next = current === undefined || current === flight ? renew() : current;
    return (await next.token).token;
  };
}

interface Flight {
  readonly token: Promise<IssuedToken>;
}

interface IssuedToken {
  readonly token: Secret;
  /** In the time of `now`. */
  readonly goodUntil: number;
}

/** Where the server does not say how long a token lives, it is used for this long. */
const ASSUMED_LIFETIME_S = 300;
/** A token must outlive the request that carries it. */
const MARGIN_S = 30;

async function requestToken(credentials: ClientCredentials, options: TokenSourceOptions): Promise<IssuedToken> {
  const { tokenUrl, clientId, clientSecret, isSecretInForm, scopes, form } = credentials;
  const oauth = await import('oauth4webapi');
  const server = { issuer: tokenUrl.origin, token_endpoint: tokenUrl.href };
  const client = { client_id: clientId };
  const login = isSecretInForm ? oauth.ClientSecretPost : oauth.ClientSecretBasic;
  const parameters = new URLSearchParams();
  for (const [name, values] of Object.entries(form)) for (const value of values) parameters.append(name, value);
  if (scopes.length > 0) parameters.set('scope', scopes.join(' '));
  const askedAt = options.now();
  try {
    const response = await oauth.clientCredentialsGrantRequest(
      server,
      client,
      login(clientSecret.reveal()),
      parameters,
      {
        [oauth.customFetch]: (url: string, init: RequestInit) => options.fetch(new Request(url, init)),
        [oauth.allowInsecureRequests]: tokenUrl.protocol === 'http:',
        signal: AbortSignal.timeout(options.timeoutMs),
      },
    );
    const { access_token: token, expires_in: lifetime } = await oauth.processClientCredentialsResponse(
      server,
      client,
      response,
    );
    return { token: new Secret(token), goodUntil: askedAt + usableFor(lifetime ?? ASSUMED_LIFETIME_S) * 1000 };
  } catch (error) {
    throw tokenError(error, { url: tokenUrl.href, elapsedMs: Math.round(options.now() - askedAt), oauth });
  }
}

function usableFor(lifetime: number): number {
  return Math.max(lifetime - MARGIN_S, lifetime / 2);
}

/** What the server answered is not quoted: it may repeat the form. */
function tokenError(
  error: unknown,
  { url, elapsedMs, oauth }: { url: string; elapsedMs: number; oauth: typeof import('oauth4webapi') },
): QueryError {
  if (error instanceof QueryError) return error;
  const failure = { method: 'POST', url };
  const hint = 'Are client_id, client_secret, scopes and token_url right?';
  if (error instanceof oauth.ResponseBodyError) {
    const code = /^[\w.-]{1,60}$/.test(error.error) ? `: ${error.error}` : '';
    return new AuthError(`POST ${url} gave no token${code}.`, { ...failure, status: error.status, hint });
  }
  if (error instanceof oauth.WWWAuthenticateChallengeError) {
    return new AuthError(`POST ${url} gave no token.`, { ...failure, status: error.status, hint });
  }
  if (error instanceof oauth.OperationProcessingError || error instanceof oauth.UnsupportedOperationError) {
    return new UnusableResponseError(`The answer to POST ${url} holds no token that can be used.`, {
      ...failure,
      status: 200,
    });
  }
  return new NetworkError(`POST ${url} failed after ${elapsedMs} ms.`, { ...failure, elapsedMs, cause: error });
}
