import type { KeyMaterial, LifecycleStatus, SimulatedKey } from '../org/org.ts';

/** A key before it is stored: what the client sent, with Okta's defaults. */
export type NewKey = Omit<SimulatedKey, 'created' | 'id' | 'lastUpdated'>;

/** Members of a JWK that are secret. A client that sends one has leaked a private key. */
export const PRIVATE_MEMBERS: readonly string[] = ['d', 'p', 'q', 'dp', 'dq', 'qi', 'oth', 'k', 'priv'];

const PUBLIC_MEMBERS = ['kty', 'use', 'alg', 'kid', 'status', 'n', 'e', 'x', 'y', 'crv'] as const;

type Members = Partial<Readonly<Record<(typeof PUBLIC_MEMBERS)[number], string | null>>>;

/** The names in a body that an add may not carry. */
export function foreignMembers(body: object): readonly string[] {
  const known: readonly string[] = PUBLIC_MEMBERS;
  return Object.keys(body).filter((name) => !known.includes(name));
}

/** Objects and lists inside each other: more than any of Okta's bodies has. */
const MOST_DEPTH = 100;

/** Whether a body is so deep that walking through it would take more stack than there is. */
export function isTooDeep(text: string): boolean {
  let depth = 0;
  for (const [token] of text.matchAll(/"(?:[^"\\]|\\.)*"|[[{\]}]/g)) {
    if (token === '[' || token === '{') depth += 1;
    else if (token === ']' || token === '}') depth -= 1;
    if (depth > MOST_DEPTH) return true;
  }
  return false;
}

/** The object in a body, or undefined if it is not JSON, not an object, or too deep. */
export function parseObject(text: string): object | undefined {
  if (isTooDeep(text)) return undefined;
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

/**
 * Reads a key from the object of a body, or returns undefined if Okta could not read it.
 * UNVERIFIED: how Okta answers a wrong type, an unknown `kty`, `use`, `status` or `crv`, an EC key without `x` or `y`,
 * or an EC key for encryption.
 */
export function readNewKey(body: object): NewKey | undefined {
  if (!isMembers(body)) return undefined;
  const material = readMaterial(body);
  const use = oneOf(body.use ?? null, ['enc', 'sig', null] as const);
  const status = oneOf(body.status ?? 'ACTIVE', ['ACTIVE', 'INACTIVE'] satisfies LifecycleStatus[]);
  if (material === undefined || use === undefined || status === undefined) return undefined;
  if (material.kty === 'EC' && use === 'enc') return undefined;
  return { status, alg: body.alg ?? null, kid: body.kid || null, use, material };
}

function isMembers(body: object): body is Members {
  return Object.values(body).every((value) => typeof value === 'string' || value === null);
}

function readMaterial({ kty, n, e, x, y, crv }: Members): KeyMaterial | undefined {
  if (kty === 'RSA') return { kty, n: n ?? '', e: e ?? '' };
  const curve = oneOf(crv ?? null, ['P-256', 'P-384', 'P-521', null] as const);
  if (kty === 'EC' && x && y && curve !== undefined) return { kty, x, y, crv: curve };
  return undefined;
}

function oneOf<Value>(value: unknown, allowed: readonly Value[]): Value | undefined {
  return allowed.find((candidate) => candidate === value);
}
