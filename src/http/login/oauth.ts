/**
 * OAuth 2.0 client credentials (RFC 6749 section 4.4): the client proves itself by a secret, or by a JWT that its private key
 * signs (RFC 7523), and its tokens may be bound to a key of this process (DPoP, RFC 9449).
 *
 * Entry of the room `login/`, besides `credential.ts` for keys that are ready: proofs, tokens, private keys, secrets. It asks
 * through the client that it is handed (`Ask`), and opens no connection.
 *
 * @module
 */

import type { ClientAuth } from 'oauth4webapi';
import { AuthError, HttpError, UnusableResponseError } from '../../errors.ts';
import type { HttpRequest } from '../../request/build.ts';
import type { AnswerFacts, Ask, Authorization, Authorize, HttpResponse } from '../contract.ts';
import { createServerClock, type ServerClock } from '../pacing/server-clock.ts';
import { headerAuthorization } from './credential.ts';
import { createProver, type Prover, proofComplaint } from './dpop.ts';
import { readPrivateKey, type SigningKey } from './private-key.ts';
import { Secret } from './secret.ts';
import { createTokenSource, type Grant, type TokenSource } from './token-source.ts';

/** How the client proves who it is. */
export type ClientProof =
  /** `isInForm`: whether the secret goes into the form instead of a header. */
  | { readonly kind: 'secret'; readonly secret: Secret; readonly isInForm: boolean }
  /** `subject` says in errors where the key came from. */
  | { readonly kind: 'private-key'; readonly privateKey: Secret; readonly keyId?: string; readonly subject: string };

export interface OAuthClient {
  /** https, or http on this machine; whoever configures it has checked that. */
  readonly tokenUrl: URL;
  readonly clientId: string;
  readonly proof: ClientProof;
  readonly scopes: readonly string[];
  /** More members of the form. */
  readonly form?: Readonly<Record<string, readonly string[]>>;
  /** Whether a proof of possession goes with each request: a server that does not ask for it gives a bearer token. */
  readonly offersDpop: boolean;
}

export interface OAuthOptions {
  /** Milliseconds since 1970. */
  readonly now: () => number;
  /** Whose errors the token endpoint answers with. */
  readonly provider: string;
}

export interface OAuthLogin {
  /**
   * @throws AuthError, PermissionError where the server gives no token, InvalidValueError for a private key that cannot be used,
   * and what sending a request throws
   */
  readonly authorize: Authorize;
  /** What the token of the moment may do, where the server said. */
  scopes(): readonly string[] | undefined;
}

export function createOAuthLogin(client: OAuthClient, options: OAuthOptions): OAuthLogin {
  const login = new Login(client, options);
  return { authorize: (request, { ask, signal }) => login.authorize(request, ask, signal), scopes: () => login.scopes };
}

/** Okta takes what ends within the hour. Nobody can use a lost assertion for longer than this. */
const ASSERTION_LIFETIME_S = 300;
/** Clocks differ by seconds, and no server likes what was signed in its future. */
const BACKDATED_S = 5;
/** Smaller corrections than this are no reason to try again: `Date` headers have whole seconds. */
const LEAST_CORRECTION_MS = 2_000;

class Login {
  readonly #client: OAuthClient;
  readonly #options: OAuthOptions;
  readonly #tokens: TokenSource;
  readonly #serverClock: ServerClock = createServerClock();
  #nonce: string | undefined;
  #prover: Promise<Prover> | undefined;
  #signingKey: Promise<SigningKey> | undefined;
  /** Tokens that the server has taken once; only of those a refusal is news. */
  readonly #proven = new WeakSet<Grant>();
  scopes: readonly string[] | undefined;

  constructor(client: OAuthClient, options: OAuthOptions) {
    this.#client = client;
    this.#options = options;
    this.#tokens = createTokenSource((ask, signal) => this.#requestToken(ask, signal), options.now);
  }

  async authorize(request: HttpRequest, ask: Ask, signal: AbortSignal | undefined): Promise<Authorization> {
    const grant = await this.#tokens.get(ask, signal);
    const accessToken = grant.token.reveal();
    const { headers, secrets } = headerAuthorization(`${grant.scheme} ${accessToken}`);
    const sent = this.#knowledge();
    const proof = grant.scheme === 'DPoP' ? await this.#proof(request, accessToken) : {};
    return {
      headers: { ...headers, ...proof },
      secrets,
      observe: (_request, answer) => this.#hasLearnt(sent, answer) ?? this.#judge(grant, answer),
    };
  }

  /** A token that was good and is no longer (revoked, or its key rotated) is renewed; one that never was is a wrong login. */
  #judge(grant: Grant, { status, failure }: AnswerFacts): 'again' | undefined {
    if (failure === undefined) this.#proven.add(grant);
    if (status !== 401 || failure?.kind !== 'auth' || !this.#proven.has(grant)) return undefined;
    this.#tokens.reject(grant);
    return 'again';
  }

  async #requestToken(ask: Ask, signal: AbortSignal): Promise<Grant> {
    const { tokenUrl } = this.#client;
    const request: HttpRequest = {
      method: 'POST',
      url: tokenUrl.href,
      headers: { accept: 'application/json', 'content-type': 'application/x-www-form-urlencoded' },
      body: tokenForm(this.#client).toString(),
      provider: this.#options.provider,
    };
    const askedAt = this.#options.now();
    try {
      const response = await ask(request, () => this.#authorizeClient(), signal);
      const grant = await readGrant(this.#client, response, askedAt);
      this.scopes = grant.scopes;
      return grant;
    } catch (error) {
      throw this.#explained(error);
    }
  }

  /** A new assertion and a new proof for every send: each is good for one. */
  async #authorizeClient(): Promise<Authorization> {
    const { tokenUrl, offersDpop } = this.#client;
    const sent = this.#knowledge();
    const own = await this.#clientProof();
    const proof = offersDpop ? await this.#proof({ method: 'POST', url: tokenUrl.href }) : {};
    return {
      ...own,
      headers: { ...own.headers, ...proof },
      observe: (_request, answer) => this.#hasLearnt(sent, answer),
    };
  }

  async #clientProof(): Promise<Authorization> {
    const { tokenUrl, clientId, proof } = this.#client;
    const oauth = await import('oauth4webapi');
    const [body, headers] = [new URLSearchParams(), new Headers()];
    const prove =
      proof.kind === 'secret'
        ? (proof.isInForm ? oauth.ClientSecretPost : oauth.ClientSecretBasic)(proof.secret.reveal())
        : await this.#assertion(proof);
    await prove({ issuer: tokenUrl.origin, token_endpoint: tokenUrl.href }, { client_id: clientId }, body, headers);
    const secret = proof.kind === 'secret' ? [proof.secret.reveal()] : [body.get('client_assertion') ?? ''];
    const header = headers.get('authorization')?.replace(/^\w+\s+/, '');
    return {
      headers: Object.fromEntries(headers),
      form: Object.fromEntries(body),
      secrets: header === undefined ? secret : [...secret, header],
    };
  }

  async #assertion({ privateKey, keyId, subject }: Extract<ClientProof, { kind: 'private-key' }>): Promise<ClientAuth> {
    const { PrivateKeyJwt, modifyAssertion } = await import('oauth4webapi');
    this.#signingKey ??= readPrivateKey(privateKey, subject);
    const { key, keyId: ownId } = await this.#signingKey;
    const kid = keyId ?? ownId;
    return PrivateKeyJwt(kid === undefined ? { key } : { key, kid }, {
      [modifyAssertion]: (_header: unknown, payload: Record<string, unknown>) => {
        // Okta wants the token's URL and nothing else there, and its own time.
        const issuedAt = this.#serverSeconds() - BACKDATED_S;
        const exp = issuedAt + ASSERTION_LIFETIME_S;
        Object.assign(payload, { aud: this.#client.tokenUrl.href, iat: issuedAt, nbf: issuedAt, exp });
      },
    });
  }

  async #proof(request: Pick<HttpRequest, 'method' | 'url'>, accessToken?: string): Promise<{ readonly dpop: string }> {
    this.#prover ??= createProver();
    const prove = await this.#prover;
    const { method, url } = request;
    const issuedAt = this.#serverSeconds() - BACKDATED_S;
    return { dpop: await prove({ method, url, issuedAt, nonce: this.#nonce, accessToken }) };
  }

  #serverSeconds(): number {
    return Math.floor(this.#serverClock.toServer(this.#options.now()) / 1000);
  }

  #knowledge(): Knowledge {
    return { nonce: this.#nonce, differenceMs: this.#serverClock.toServer(0) };
  }

  /** Takes over nonce and time. Another send is worth it where the server objects to what is now known better. */
  #hasLearnt(sent: Knowledge, answer: AnswerFacts): 'again' | undefined {
    const { headers, sentAt, receivedAt, failure } = answer;
    const date = Date.parse(headers.get('date') ?? '');
    if (!Number.isNaN(date)) this.#serverClock.observe({ date, sentAt, receivedAt });
    this.#nonce = headers.get('dpop-nonce') ?? this.#nonce;
    const known = this.#knowledge();
    const complaint = proofComplaint(answer);
    if (complaint === 'nonce') return known.nonce === sent.nonce ? undefined : 'again';
    const isCorrected = Math.abs(known.differenceMs - sent.differenceMs) >= LEAST_CORRECTION_MS;
    return isCorrected && (complaint === 'proof' || failure?.kind === 'auth') ? 'again' : undefined;
  }

  /** No token is a failed login, whatever the server calls it. */
  #explained(error: unknown): unknown {
    if (!(error instanceof HttpError) || error.status < 400 || error.status >= 500) return error;
    const { message, status, method, url, providerCode, requestId, hint = LOGIN_HINT } = error;
    return new AuthError(message, { status, method, url, providerCode, requestId, hint, cause: error });
  }
}

const LOGIN_HINT = 'Are the client id, its secret or key, the scopes and the token URL right?';

/** What goes into an authorisation besides the credential. */
interface Knowledge {
  readonly nonce: string | undefined;
  /** The server's clock minus ours. */
  readonly differenceMs: number;
}

function tokenForm({ scopes, form = {} }: OAuthClient): URLSearchParams {
  const fields = new URLSearchParams({ grant_type: 'client_credentials' });
  for (const [name, values] of Object.entries(form)) for (const value of values) fields.append(name, value);
  if (scopes.length > 0) fields.set('scope', scopes.join(' '));
  return fields;
}

/** Where the server does not say how long a token lives, it is used for this long. */
const ASSUMED_LIFETIME_S = 300;
/** A token must outlive the request that carries it. */
const MARGIN_S = 30;

async function readGrant({ tokenUrl, clientId }: OAuthClient, response: HttpResponse, askedAt: number): Promise<Grant> {
  const { processClientCredentialsResponse } = await import('oauth4webapi');
  const { status, headers, text } = response;
  const server = { issuer: tokenUrl.origin, token_endpoint: tokenUrl.href };
  try {
    const answer = await processClientCredentialsResponse(
      server,
      { client_id: clientId },
      new Response(text, { status, headers }),
    );
    const { access_token: token, token_type: type, expires_in: lifetime = ASSUMED_LIFETIME_S, scope } = answer;
    return {
      token: new Secret(token),
      scheme: type === 'dpop' ? 'DPoP' : 'Bearer',
      goodUntil: askedAt + Math.max(lifetime - MARGIN_S, lifetime / 2) * 1000,
      ...(scope !== undefined && { scopes: scope.split(' ') }),
    };
  } catch {
    // What the server answered is not quoted: it may hold a token.
    const method = 'POST';
    throw new UnusableResponseError(`The answer to ${method} ${tokenUrl.href} holds no token that can be used.`, {
      status,
      method,
      url: tokenUrl.href,
      mayHaveHappened: false,
    });
  }
}
