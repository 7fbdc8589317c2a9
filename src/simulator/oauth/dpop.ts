import { createHash } from 'node:crypto';
import { PRIVATE_MEMBERS } from '../apps/new-key.ts';
import { isSignedBy, LEEWAY_SECONDS, readJwt, SIGNING_ALGORITHMS, type UncheckedJwt } from './jwt.ts';

/** What a proof is held against. */
export interface ProofTerms {
  readonly method: string;
  readonly url: URL;
  readonly nowMs: number;
  /** The access token that it comes with, for a call of the API. */
  readonly accessToken?: string;
  /** Filled with the proofs that were seen. */
  readonly used: Set<string>;
  readonly violate: (what: string) => void;
}

/** What a proof shows. */
export interface Proof {
  readonly kind: 'proof';
  /** RFC 7638 thumbprint of its key. */
  readonly jkt: string;
  readonly nonce: string | undefined;
}

export interface ProofFlaw {
  readonly kind: 'flaw';
  readonly description: string;
}

const FRESH_SECONDS = 300;

/** UNVERIFIED: all words but those for the `htu`, for a proof that is missing and for one that was used. */
const WORDS = {
  missing: 'The DPoP proof JWT header is missing.',
  malformed: 'The DPoP proof JWT is invalid.',
  used: 'The DPoP proof JWT has already been used.',
  otherKey: 'The DPoP proof JWT is not signed with the key that the access token is bound to.',
} as const;

/** How a proof for a bound token that is signed with another key is refused. */
export const OTHER_KEY: ProofFlaw = flaw(WORDS.otherKey);

/** Also for a bound token that comes as a bearer's. UNVERIFIED: Okta's words for that. */
export const MISSING_PROOF: ProofFlaw = flaw(WORDS.missing);

/**
 * Reads the `DPoP` header of a request by the rules of RFC 9449, section 4.3; nonces are left to the caller.
 * A right proof is used up whatever becomes of the call: https://github.com/okta/terraform-provider-okta/issues/2392 shows
 * one that Okta had refused with 429 before.
 */
export async function readProof(text: string, terms: ProofTerms): Promise<Proof | ProofFlaw> {
  const jwt = readJwt(text);
  if (jwt === undefined) return flaw(WORDS.malformed);
  const wrong = headerFlaw(jwt, terms);
  if (wrong !== undefined) return flaw(wrong);
  const { alg, jwk } = jwt.header;
  if (!(await isSignedBy(text, jwk as object, String(alg)))) return flaw('The DPoP proof JWT signature is invalid.');
  const { calculateJwkThumbprint } = await import('jose');
  const jkt = await calculateJwkThumbprint({ ...(jwk as object) });
  const claim = claimFlaw(jwt.claims, terms);
  if (claim !== undefined) return flaw(`'${claim}' claim in the DPoP proof JWT is invalid.`);
  return isFirstUse(jwt.claims, jkt, terms.used) ? proofOf(jwt, jkt) : flaw(WORDS.used);
}

function flaw(description: string): ProofFlaw {
  return { kind: 'flaw', description };
}

function proofOf({ claims }: UncheckedJwt, jkt: string): Proof {
  const { nonce } = claims;
  return { kind: 'proof', jkt, nonce: typeof nonce === 'string' ? nonce : undefined };
}

function headerFlaw({ header }: UncheckedJwt, { violate }: ProofTerms): string | undefined {
  const { typ, alg, jwk } = header;
  if (typ !== 'dpop+jwt') return "'typ' in the DPoP proof JWT header is invalid.";
  if (typeof alg !== 'string' || !SIGNING_ALGORITHMS.includes(alg))
    return "'alg' in the DPoP proof JWT header is invalid.";
  if (typeof jwk !== 'object' || jwk === null) return "'jwk' in the DPoP proof JWT header is invalid.";
  const secrets = Object.keys(jwk).filter((name) => PRIVATE_MEMBERS.includes(name));
  for (const name of secrets) violate(`the DPoP proof has the private member "${name}"`);
  return secrets.length > 0 ? "'jwk' in the DPoP proof JWT header must be a public key." : undefined;
}

/** The name of the first claim that is wrong. */
function claimFlaw(claims: UncheckedJwt['claims'], terms: ProofTerms): string | undefined {
  const { htm, htu, iat, jti, ath } = claims;
  const now = terms.nowMs / 1000;
  if (htm !== terms.method) return 'htm';
  if (htu !== terms.url.origin + terms.url.pathname) return 'htu';
  if (typeof iat !== 'number' || iat <= now - FRESH_SECONDS || iat > now + LEEWAY_SECONDS) return 'iat';
  if (typeof jti !== 'string' || jti === '') return 'jti';
  if (terms.accessToken !== undefined && ath !== hashOf(terms.accessToken)) return 'ath';
  return undefined;
}

function hashOf(accessToken: string): string {
  return createHash('sha256').update(accessToken).digest('base64url');
}

function isFirstUse({ jti }: UncheckedJwt['claims'], jkt: string, used: Set<string>): boolean {
  const name = `${jkt} ${String(jti)}`;
  if (used.has(name)) return false;
  used.add(name);
  return true;
}
