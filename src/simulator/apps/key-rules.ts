import type { SimulatedApp, SimulatedKey } from '../org/org.ts';
import type { NewKey } from './new-key.ts';

const MAX_KEYS = 50;
const MIN_RSA_BITS = 2048;

/** Returns Okta's own words for why it refuses, or undefined if it does not. */
type AddRule = (app: SimulatedApp, key: NewKey) => string | undefined;
type KeyRule = (app: SimulatedApp, key: SimulatedKey) => string | undefined;

/** In the order in which Okta's checks are answered here. UNVERIFIED: which of two broken rules Okta names. */
const ADD_RULES: readonly AddRule[] = [
  (app, key) =>
    app.keys.some(({ kid }) => kid === null) || (app.keys.length > 0 && key.kid === null)
      ? 'Each key should have a unique kid when adding multiple keys. Use the Apps API to update the JWKS to add a kid for the existing key, or delete the existing key and re-add the key with a kid using the JWKS APIs.'
      : undefined,
  (app, key) =>
    key.kid !== null && app.keys.some(({ kid }) => kid === key.kid)
      ? "All keys in the 'jwks' must have a unique `kid`."
      : undefined,
  // A missing `n` has no bits, and Okta gives the same answer for it, seen in recordings.
  (_app, { material }) =>
    material.kty === 'RSA' && bitLength(material.n) < MIN_RSA_BITS
      ? "RSA key length in the 'jwks' is less than '2,048' bits for the given key."
      : undefined,
  (app) =>
    app.keys.length >= MAX_KEYS
      ? `You can't create a new key. You have reached the maximum number of keys allowed (${MAX_KEYS}). To add another key, you must first delete an existing one.`
      : undefined,
  (app, key) =>
    isActiveEncryptionKey(key) && app.keys.some(isActiveEncryptionKey)
      ? "The client can have only one active encryption key in the 'jwks'."
      : undefined,
];

/**
 * Okta's guides say that an encryption key may be deactivated once ID tokens are no longer encrypted; its API document
 * says that it may not. We follow the API document. UNVERIFIED: that "only active key" does not count encryption keys.
 */
const DEACTIVATE_RULES: readonly KeyRule[] = [
  (_app, key) => (isActiveEncryptionKey(key) ? "You can't deactivate the active encryption key." : undefined),
  (app, key) =>
    app.oauthClient?.authMethod === 'private_key_jwt' && otherSigningKeys(app, key).length === 0
      ? "Can't deactivate the only active JSON Web Key when the value for `token_endpoint_auth_method` is `private_key_jwt`."
      : undefined,
  (app, key) =>
    needsKeyFor(app.oauthClient?.requestObjectSigningAlg, otherSigningKeys(app, key))
      ? 'The `jwks` must contain at least one key with an algorithm matching the `request_object_signature_algorithm`.'
      : undefined,
];

const DELETE_RULES: readonly KeyRule[] = [
  (_app, key) =>
    key.status === 'ACTIVE'
      ? "You can't delete an active JSON Web Key. Deactivate the key before deleting it."
      : undefined,
];

export function refuseAdd(app: SimulatedApp, key: NewKey): string | undefined {
  return firstCause(ADD_RULES, (rule) => rule(app, key));
}

export function refuseDeactivate(app: SimulatedApp, key: SimulatedKey): string | undefined {
  return firstCause(DEACTIVATE_RULES, (rule) => rule(app, key));
}

export function refuseDelete(app: SimulatedApp, key: SimulatedKey): string | undefined {
  return firstCause(DELETE_RULES, (rule) => rule(app, key));
}

export function isActiveEncryptionKey(key: NewKey): boolean {
  return key.use === 'enc' && key.status === 'ACTIVE';
}

function firstCause<Rule>(rules: readonly Rule[], apply: (rule: Rule) => string | undefined): string | undefined {
  for (const rule of rules) {
    const cause = apply(rule);
    if (cause !== undefined) return cause;
  }
  return undefined;
}

function otherSigningKeys(app: SimulatedApp, key: SimulatedKey): readonly SimulatedKey[] {
  return app.keys.filter(({ id, status, use }) => id !== key.id && status === 'ACTIVE' && use !== 'enc');
}

// HS256 and its like are keyed by the client secret, so no stored key has to match them.
function needsKeyFor(alg: string | undefined, keys: readonly SimulatedKey[]): boolean {
  if (alg === undefined || alg.startsWith('HS')) return false;
  return !keys.some((key) => fits(key, alg));
}

function fits({ alg: own, material }: SimulatedKey, alg: string): boolean {
  if (own !== null) return own === alg;
  return alg.startsWith('ES') ? material.kty === 'EC' : material.kty === 'RSA';
}

function bitLength(base64url: string): number {
  const hex = Buffer.from(base64url, 'base64url').toString('hex');
  return hex === '' ? 0 : BigInt(`0x${hex}`).toString(2).length;
}
