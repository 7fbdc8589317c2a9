import { createECDH } from 'node:crypto';

import type { Random } from './ids.ts';
import type { KeyMaterial } from './org.ts';

/** The elliptic curves Okta takes for signing keys. */
export type Curve = 'P-256' | 'P-384';

const CURVES = {
  'P-256': { name: 'prime256v1', bytes: 32 },
  'P-384': { name: 'secp384r1', bytes: 48 },
} as const;

/**
 * An RSA public key with a modulus of 2,048 bits.
 * The modulus is an odd random number, not a product of primes: generating 1,500 real pairs takes minutes, and nobody
 * signs with these.
 */
export function rsaMaterial(random: Random, bits = 2048): KeyMaterial {
  const modulus = random.bytes(bits / 8);
  modulus[0] = (modulus[0] ?? 0) | 0x80;
  modulus[modulus.length - 1] = (modulus[modulus.length - 1] ?? 0) | 0x01;
  return { kty: 'RSA', n: Buffer.from(modulus).toString('base64url'), e: 'AQAB' };
}

/** A real point of the curve, so that clients which import the key succeed. */
export function ecMaterial(random: Random, curve: Curve): KeyMaterial {
  const { name, bytes } = CURVES[curve];
  const secret = random.bytes(bytes);
  // The order of both curves begins with 0xff, so a smaller first byte is always in range.
  secret[0] = ((secret[0] ?? 0) & 0x7f) | 0x01;
  const ecdh = createECDH(name);
  ecdh.setPrivateKey(secret);
  const point = ecdh.getPublicKey();
  const x = point.subarray(1, 1 + bytes).toString('base64url');
  const y = point.subarray(1 + bytes).toString('base64url');
  return { kty: 'EC', x, y, crv: curve };
}
