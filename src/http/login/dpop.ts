/**
 * Demonstrating proof of possession (RFC 9449): a token that is stolen is of no use without this process's key.
 *
 * @module
 */

import type { AnswerFacts } from '../contract.ts';
import { challengeIn } from './challenge.ts';

/** What one proof says. */
export interface ProofClaims {
  readonly method: string;
  readonly url: string;
  /** Seconds since 1970, by the server's clock. */
  readonly issuedAt: number;
  readonly nonce?: string | undefined;
  /** Absent in the request for the token itself. */
  readonly accessToken?: string | undefined;
}

/** Makes the value of a `DPoP` header. Each is good for one send. */
export type Prover = (claims: ProofClaims) => Promise<string>;

/**
 * A key that lives as long as this process, apart from the client's own: it is in every proof, and renewing it costs nothing.
 */
export async function createProver(): Promise<Prover> {
  const { SignJWT, exportJWK, generateKeyPair } = await import('jose');
  const { privateKey, publicKey } = await generateKeyPair('ES256');
  const jwk = await exportJWK(publicKey);
  return async ({ method, url, issuedAt, nonce, accessToken }) =>
    new SignJWT({
      htm: method,
      htu: withoutQuery(url),
      jti: crypto.randomUUID(),
      iat: issuedAt,
      ...(nonce !== undefined && { nonce }),
      ...(accessToken !== undefined && { ath: await sha256(accessToken) }),
    })
      .setProtectedHeader({ typ: 'dpop+jwt', alg: 'ES256', jwk })
      .sign(privateKey);
}

/** Section 4.2: the target URI without query and fragment. */
function withoutQuery(text: string): string {
  const { origin, pathname } = new URL(text);
  return `${origin}${pathname}`;
}

async function sha256(text: string): Promise<string> {
  const digest = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(text));
  return Buffer.from(digest).toString('base64url');
}

/** What the server did not like about a proof: its nonce, or anything else, such as its time. */
export type ProofComplaint = 'nonce' | 'proof';

/**
 * The token endpoint says it by its error code (section 8). Resources say it in a header, in Okta's case with status 400 and
 * no body (section 9).
 */
export function proofComplaint({ status, headers, failure }: AnswerFacts): ProofComplaint | undefined {
  if (status !== 400 && status !== 401) return undefined;
  const code = challengeIn(headers, 'DPoP')?.['error'] ?? failure?.providerCode;
  if (code === 'use_dpop_nonce') return 'nonce';
  return code === 'invalid_dpop_proof' ? 'proof' : undefined;
}
