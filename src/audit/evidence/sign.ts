/**
 * Signatures over a manifest: a compact JWS (RFC 7515) whose payload is the file, byte by byte.
 *
 * @module
 */

import { createPrivateKey, createPublicKey, type KeyObject } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { AuditFileError } from '../../errors.ts';

/** A private key that evidence is signed with. */
export interface Signer {
  readonly key: KeyObject;
  readonly alg: string;
}

/**
 * Reads a private key: PEM, or a JWK.
 *
 * @throws AuditFileError for what is none, or is of a kind that nobody should sign with; never with a piece of it
 */
export function readSigner(file: string): Signer {
  const key = keyIn(file, 'private');
  return { key, alg: algorithmOf(key, file) };
}

function keyIn(file: string, kind: 'private' | 'public'): KeyObject {
  const make = kind === 'private' ? createPrivateKey : createPublicKey;
  try {
    const text = readFileSync(file, 'utf8');
    if (!text.trimStart().startsWith('{')) return make(text);
    return make({ key: JSON.parse(text), format: 'jwk' });
  } catch (error) {
    const isThere = !(error instanceof Error && 'code' in error && error.code === 'ENOENT');
    // The parsers' messages may quote the text.
    throw new AuditFileError(isThere ? `it holds no ${kind} key that can be read` : 'there is no such file', {
      file,
      hint: `A ${kind} key is PEM or a JWK, not encrypted: openssl genpkey -algorithm ed25519 makes a private one.`,
    });
  }
}

const LEAST_RSA_BITS = 2_048;

/** https://www.rfc-editor.org/rfc/rfc7518#section-3.1, https://www.rfc-editor.org/rfc/rfc8037#section-3.1 */
function algorithmOf({ asymmetricKeyType, asymmetricKeyDetails }: KeyObject, file: string): string {
  const { modulusLength = 0, namedCurve = '' } = asymmetricKeyDetails ?? {};
  if (asymmetricKeyType === 'ed25519') return 'EdDSA';
  if (asymmetricKeyType === 'rsa' && modulusLength >= LEAST_RSA_BITS) return 'PS256';
  const curves: Readonly<Record<string, string>> = { prime256v1: 'ES256', secp384r1: 'ES384', secp521r1: 'ES512' };
  const curve = asymmetricKeyType === 'ec' ? curves[namedCurve] : undefined;
  if (curve !== undefined) return curve;
  const hint = 'Ed25519, P-256, P-384, P-521, and RSA of 2048 bits or more are taken.';
  throw new AuditFileError('it holds a key of a kind that does not sign here', { file, hint });
}

/** The signature of a manifest's bytes; its head has the public key, and the thumbprint (RFC 7638) as `kid`. */
export async function signatureOf(manifest: Uint8Array, { key, alg }: Signer): Promise<string> {
  const { CompactSign, calculateJwkThumbprint, exportJWK } = await import('jose');
  const jwk = await exportJWK(createPublicKey(key));
  const kid = await calculateJwkThumbprint(jwk);
  return new CompactSign(manifest).setProtectedHeader({ alg, kid, jwk, typ: 'JOSE' }).sign(key);
}

export interface SignatureCheck {
  /** The thumbprint of the key that has signed. */
  readonly kid: string;
  /** Whether that is the key that was named, rather than the one that came along. */
  readonly isVouchedFor: boolean;
  /** Why it is none of these bytes; absent where it is. */
  readonly problem?: string;
}

/** @param keyFile the public key (or the private one) that it has to be signed with. Default: the one that is in its head */
export async function checkSignature(jws: string, manifest: Uint8Array, keyFile?: string): Promise<SignatureCheck> {
  const { calculateJwkThumbprint, compactVerify, decodeProtectedHeader, EmbeddedJWK, exportJWK } = await import('jose');
  const named = keyFile === undefined ? undefined : keyIn(keyFile, 'public');
  const algorithms = ['EdDSA', 'PS256', 'ES256', 'ES384', 'ES512'];
  try {
    const { payload, protectedHeader } =
      named === undefined
        ? await compactVerify(jws, EmbeddedJWK, { algorithms })
        : await compactVerify(jws, named, { algorithms });
    const kid = await calculateJwkThumbprint(
      named === undefined ? (protectedHeader.jwk ?? {}) : await exportJWK(named),
    );
    const isSame = Buffer.compare(payload, manifest) === 0;
    return {
      kid,
      isVouchedFor: named !== undefined,
      ...(!isSame && { problem: 'it is the signature of another manifest' }),
    };
  } catch {
    const kid = headOf(() => decodeProtectedHeader(jws).kid);
    return {
      kid,
      isVouchedFor: false,
      problem: named === undefined ? 'the signature is not valid' : 'the signature is not one of this key',
    };
  }
}

function headOf(read: () => unknown): string {
  try {
    return String(read() ?? 'unknown');
  } catch {
    return 'unknown';
  }
}
