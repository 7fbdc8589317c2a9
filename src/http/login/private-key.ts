/**
 * Reads the private key of an OAuth client, in whatever form its owner has it.
 *
 * @module
 */

import { createPrivateKey, type KeyObject, type webcrypto } from 'node:crypto';
import { InvalidValueError } from '../../errors.ts';
import { unwrapKey } from './key-text.ts';
import type { Secret } from './secret.ts';

/** A key that signs, and cannot be read out again. */
export interface SigningKey {
  readonly key: webcrypto.CryptoKey;
  /** Of RFC 7518 section 3.1. */
  readonly alg: string;
  /** The `kid` of a JWK. */
  readonly keyId?: string;
}

/**
 * @param text PEM in PKCS#8, PKCS#1 (RSA) or SEC1 (EC), line ends perhaps written as `\n` or become spaces, or a JWK as JSON;
 * either may be in base64 or within quotation marks
 * @param subject what holds the key, for errors, which never quote any of it
 * @throws InvalidValueError for what is no private key, is encrypted, or signs by none of RS256, RS384, RS512, ES256, ES384
 * and ES512
 */
export async function readPrivateKey(text: Secret, subject: string): Promise<SigningKey> {
  const plain = unwrapKey(text.reveal());
  const refuse = (fault: string, hint?: string): never => {
    throw new InvalidValueError(`The private key in ${subject} ${fault}.`, { subject, hint });
  };
  const { keyObject, alg: wanted, keyId } = plain.startsWith('{') ? fromJwk(plain, refuse) : fromPem(plain, refuse);
  const alg = algorithmOf(keyObject, wanted, refuse);
  const { importPKCS8 } = await import('jose');
  const key = await importPKCS8(keyObject.export({ type: 'pkcs8', format: 'pem' }).toString(), alg);
  return { key, alg, ...(keyId !== undefined && { keyId }) };
}

type Refuse = (fault: string, hint?: string) => never;

interface ParsedKey {
  readonly keyObject: KeyObject;
  readonly alg?: string | undefined;
  readonly keyId?: string | undefined;
}

/** What stands around a key is common: openssl writes the parameters of its curve, its certificate or attributes before it. */
const PRIVATE_BLOCK = /-----BEGIN ((?:[A-Z0-9]+ )*PRIVATE KEY)-----(.*?)(-----END \1-----|$)/s;

function fromPem(text: string, refuse: Refuse): ParsedKey {
  const [, label, content = '', end = ''] = PRIVATE_BLOCK.exec(text) ?? [];
  if (label === undefined) return refuseOther(text, refuse);
  if (label === 'ENCRYPTED PRIVATE KEY' || /Proc-Type:.*ENCRYPTED/i.test(content)) {
    refuse('is encrypted', 'Decrypt it: openssl pkcs8 -topk8 -nocrypt -in key.pem -out plain.pem.');
  }
  try {
    return { keyObject: createPrivateKey(`-----BEGIN ${label}-----\n${inLines(content)}${end}\n`) };
  } catch {
    // OpenSSL's error says nothing that helps, and carries the input.
    return refuse('cannot be read: it is damaged, cut off, or of an unknown kind');
  }
}

/** Folded YAML makes spaces of line ends, and OpenSSL reads no PEM without lines. */
function inLines(content: string): string {
  return content.replace(/\s+/g, '').replace(/.{1,64}/g, '$&\n');
}

function refuseOther(text: string, refuse: Refuse): never {
  const labels = [...text.matchAll(/-----BEGIN ([A-Z0-9 ]+)-----/g)].map(([, label]) => label);
  if (labels.length === 0)
    refuse('is neither PEM nor a JWK', 'Give the key itself, or the path of a file that holds it.');
  return refuse(
    `is no private key, only ${[...new Set(labels)].join(' and ')}`,
    'The private half of the key pair is needed.',
  );
}

function fromJwk(text: string, refuse: Refuse): ParsedKey {
  const jwk = membersOf(text) ?? refuse('is no JSON');
  if (Array.isArray(jwk['keys'])) refuse('is a set of keys', 'Give one key of it.');
  if (typeof jwk['d'] !== 'string') refuse('has no private part', 'The private half of the key pair is needed.');
  const [alg, keyId] = [jwk['alg'], jwk['kid']].map((value) => (typeof value === 'string' ? value : undefined));
  try {
    return { keyObject: createPrivateKey({ key: jwk, format: 'jwk' }), alg, keyId };
  } catch {
    return refuse('is no JWK with all its members');
  }
}

function membersOf(text: string): Readonly<Record<string, unknown>> | undefined {
  try {
    return JSON.parse(text) as Readonly<Record<string, unknown>>;
  } catch {
    return undefined;
  }
}

const RSA_ALGORITHMS = ['RS256', 'RS384', 'RS512'];
/** By OpenSSL's names of the curves. */
const EC_ALGORITHMS: ReadonlyMap<string | undefined, string> = new Map([
  ['prime256v1', 'ES256'],
  ['secp384r1', 'ES384'],
  ['secp521r1', 'ES512'],
]);

const KINDS = 'Okta takes RSA keys of at least 2048 bits, and EC keys on P-256, P-384 or P-521.';

function algorithmOf(
  { asymmetricKeyType: kind, asymmetricKeyDetails: details }: KeyObject,
  wanted: string | undefined,
  refuse: Refuse,
): string {
  const own = kind === 'ec' ? [EC_ALGORITHMS.get(details?.namedCurve)] : kind === 'rsa' ? RSA_ALGORITHMS : [];
  const [usual] = own;
  if (usual === undefined) return refuse('is of a kind that does not sign here', KINDS);
  if (kind === 'rsa' && (details?.modulusLength ?? 0) < 2048) refuse('has fewer than 2048 bits', KINDS);
  if (wanted === undefined) return usual;
  return own.includes(wanted)
    ? wanted
    : refuse('names an algorithm that is not its own', `Here it is ${own.join(', ')}.`);
}
