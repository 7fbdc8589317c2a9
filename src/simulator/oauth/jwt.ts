import { parseObject } from '../apps/new-key.ts';

/** What Okta takes of assertions and proofs. */
export const SIGNING_ALGORITHMS: readonly string[] = ['RS256', 'RS384', 'RS512', 'ES256', 'ES384', 'ES512'];

/**
 * How far a client's clock may be ahead. UNVERIFIED: Okta names no number. A whole second is lost by rounding already, and
 * five minutes must be too much.
 */
export const LEEWAY_SECONDS = 5;

/** A JWT whose signature nobody has looked at yet. */
export interface UncheckedJwt {
  readonly header: Readonly<Record<string, unknown>>;
  readonly claims: Readonly<Record<string, unknown>>;
}

/** The two readable parts of a JWT, or undefined where the text is none. */
export function readJwt(text: string): UncheckedJwt | undefined {
  const parts = text.split('.');
  if (parts.length !== 3 || !parts.every((part) => /^[\w-]+$/.test(part))) return undefined;
  const [header, claims] = parts.slice(0, 2).map((part) => parseObject(Buffer.from(part, 'base64url').toString()));
  if (header === undefined || claims === undefined) return undefined;
  return { header: { ...header }, claims: { ...claims } };
}

/** Whether a JWT was signed with the private half of this key, which jose decides. */
export async function isSignedBy(text: string, jwk: object, alg: string): Promise<boolean> {
  const { compactVerify, importJWK } = await import('jose');
  try {
    await compactVerify(text, await importJWK({ ...jwk }, alg), { algorithms: [alg] });
    return true;
  } catch {
    // A key that is none, one of another type than the algorithm's, and a wrong signature come to the same.
    return false;
  }
}
