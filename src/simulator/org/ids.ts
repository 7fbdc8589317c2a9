import { createCipheriv, createHash } from 'node:crypto';

/** An endless stream of bytes that is a function of its seed. */
export interface Random {
  bytes(length: number): Uint8Array;
  /** So many bytes, written down. */
  text(length: number, encoding: 'hex' | 'base64' | 'base64url'): string;
}

const ALPHANUMERIC = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';

/**
 * A deterministic byte stream.
 * AES in counter mode, because it is the fastest generator that `node:crypto` has: an org of 1,500 RSA moduli takes milliseconds.
 */
export function createRandom(seed: string): Random {
  const key = createHash('sha256').update(seed).digest();
  const cipher = createCipheriv('aes-256-ctr', key, Buffer.alloc(16));
  const bytes = (length: number): Buffer => cipher.update(Buffer.alloc(length));
  return { bytes, text: (length, encoding) => bytes(length).toString(encoding) };
}

/** An Okta id: a prefix of three characters that names the type, and 20 characters in all. */
export function oktaId(random: Random, prefix: string): string {
  const letters = [...random.bytes(20 - prefix.length)].map((byte) => ALPHANUMERIC[byte % ALPHANUMERIC.length]);
  return prefix + letters.join('');
}

/** An `errorId` as recorded: `oae` and 22 base64url characters. */
export function errorId(random: Random): string {
  return `oae${random.text(17, 'base64url').slice(0, 22)}`;
}

/** An `x-okta-request-id` as recorded since 2025: 32 hexadecimal digits. */
export function requestId(random: Random): string {
  return random.text(16, 'hex');
}

/** A `kid` as Okta generates it: a SHA-256 in base64url, 43 characters. */
export function generatedKid(random: Random): string {
  return random.text(32, 'base64url');
}
