import type { Answer, ChallengeAnswer, ErrorAnswer } from './answer.ts';
import { itemsOf } from './api/api-org.ts';
import { type Desk, type Incoming, orgTimeMs, violate } from './desk.ts';
import { forbidden, invalidToken } from './errors.ts';
import { challenge } from './oauth/challenge.ts';
import { MISSING_PROOF, OTHER_KEY, type ProofFlaw, readProof } from './oauth/dpop.ts';
import { hasScopes, scopesFor } from './oauth/scopes.ts';
import type { TokenGrant } from './oauth/tokens.ts';
import type { AdminRole } from './org/org.ts';

/** Who makes a call of the API. */
export type Caller = ApiTokenCaller | ClientCaller;

interface ApiTokenCaller {
  readonly kind: 'api-token';
  readonly role: 'manager' | 'reader';
}

/** A service application with an access token. */
interface ClientCaller {
  readonly kind: 'client';
  readonly role: AdminRole;
  readonly grant: TokenGrant;
  /** Present where the nonce of its proof is not the newest. */
  readonly newNonce?: string;
}

/** Who sent a request, or why it is not believed. */
export async function identify(desk: Desk, incoming: Incoming): Promise<Caller | ChallengeAnswer | ErrorAnswer> {
  const [, scheme, credential = ''] = /^(\S+) (.+)$/.exec(incoming.headers.get('authorization') ?? '') ?? [];
  switch (scheme) {
    case 'SSWS':
      return apiTokenCaller(desk, credential) ?? invalidToken();
    case 'Bearer':
    case 'DPoP':
      return clientCaller(desk, incoming, { scheme, token: credential });
    default:
      return invalidToken();
  }
}

/** Why a caller may not do this, whatever it is about. */
export function refuseCaller({ method, url }: Incoming, caller: Caller): Answer | undefined {
  if (caller.kind === 'client') {
    const scopes = scopesFor(method, url.pathname);
    if (!hasScopes(caller.grant.scopes, scopes)) return insufficientScope(caller.grant, scopes, url);
  }
  return caller.role === 'none' ? forbidden() : undefined;
}

// UNVERIFIED: that a token from outside its network zone is answered like one that does not exist.
function apiTokenCaller({ token, readOnlyToken, switches }: Desk, credential: string): ApiTokenCaller | undefined {
  if (switches.isOutsideTokenZone) return undefined;
  if (credential === token) return { kind: 'api-token', role: 'manager' };
  return credential === readOnlyToken ? { kind: 'api-token', role: 'reader' } : undefined;
}

interface Presented {
  readonly scheme: 'Bearer' | 'DPoP';
  readonly token: string;
}

/** UNVERIFIED: that the token of an application which is no longer active does not count, nor an unbound one as `DPoP`. */
async function clientCaller(
  desk: Desk,
  incoming: Incoming,
  presented: Presented,
): Promise<ChallengeAnswer | ClientCaller | ErrorAnswer> {
  const grant = desk.oauth.tokens.find(presented.token, orgTimeMs(desk));
  if (grant === undefined || grant.origin !== incoming.url.origin) return invalidToken();
  if (desk.apps.get(grant.clientId)?.status !== 'ACTIVE') return invalidToken();
  const caller: ClientCaller = { kind: 'client', role: roleOf(desk, grant.clientId), grant };
  if (grant.jkt === undefined) return presented.scheme === 'Bearer' ? caller : invalidToken();
  const nonce = await checkProof(desk, incoming, presented, grant.jkt);
  if (typeof nonce !== 'string') return nonce;
  return nonce === desk.oauth.nonces.current() ? caller : { ...caller, newNonce: desk.oauth.nonces.current() };
}

/**
 * The nonce of a good proof.
 * UNVERIFIED: that Okta's API, and not only its token endpoint, wants a nonce in every proof. The words for it are RFC 9449's.
 */
async function checkProof(
  desk: Desk,
  incoming: Incoming,
  { scheme, token }: Presented,
  jkt: string,
): Promise<ChallengeAnswer | string> {
  const { nonces, usedProofs } = desk.oauth;
  const text = incoming.headers.get('dpop');
  if (text === null || scheme === 'Bearer') return invalidProof(incoming, MISSING_PROOF);
  const proof = await readProof(text, {
    method: incoming.method,
    url: incoming.url,
    nowMs: orgTimeMs(desk),
    accessToken: token,
    used: usedProofs,
    violate: (what) => violate(desk, incoming, what),
  });
  if (proof.kind === 'flaw') return invalidProof(incoming, proof);
  if (proof.jkt !== jkt) return invalidProof(incoming, OTHER_KEY);
  if (proof.nonce !== undefined && nonces.isGood(proof.nonce)) return proof.nonce;
  const refusal = refuseProof(incoming, 'use_dpop_nonce', 'Resource server requires nonce in DPoP proof.');
  return { ...refusal, headers: { ...refusal.headers, 'dpop-nonce': nonces.current() } };
}

function invalidProof(incoming: Incoming, { description }: ProofFlaw): ChallengeAnswer {
  return refuseProof(incoming, 'invalid_dpop_proof', description);
}

function refuseProof(
  { method, url }: Incoming,
  error: 'invalid_dpop_proof' | 'use_dpop_nonce',
  description: string,
): ChallengeAnswer {
  const scopes = scopesFor(method, url.pathname);
  return challenge({ scheme: 'DPoP', status: 400, error, description, scopes }, url);
}

// UNVERIFIED: the scheme where the token is bound.
function insufficientScope({ jkt }: TokenGrant, scopes: readonly string[], url: URL): ChallengeAnswer {
  const scheme = jkt === undefined ? 'Bearer' : 'DPoP';
  const description = 'The access token provided does not contain the required scopes.';
  return challenge({ scheme, status: 403, error: 'insufficient_scope', description, scopes }, url);
}

const READING_ROLES: readonly unknown[] = ['READ_ONLY_ADMIN', 'REPORT_ADMIN'];

/** By the roles that the client has now. What each of them may do is not told apart further. */
function roleOf(desk: Desk, clientId: string): AdminRole {
  const roles = itemsOf(desk.api(), `/oauth2/v1/clients/${clientId}/roles`);
  if (roles.length === 0) return 'none';
  return roles.every(({ type }) => READING_ROLES.includes(type)) ? 'reader' : 'manager';
}
