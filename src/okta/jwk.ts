/**
 * Public keys (JWK, RFC 7517) checked before any of them is sent to an app of Okta.
 *
 * The checks are ours because the importers accept too much: a library takes a 1024-bit modulus, characters outside
 * base64url and private keys alike, and Okta is not documented to refuse a private key.
 *
 * @module
 */
import { InvalidValueError } from '../errors.ts';
import type { Complaint } from './complaint.ts';
import { checkKind } from './jwk-kind.ts';
import { checkMaterial } from './jwk-material.ts';
import { isMemberName, type JwkMembers, MEMBER_NAMES } from './jwk-members.ts';
import { quote, quoteWord } from './quote.ts';

/** One row of an INSERT or one EXEC body. */
export interface JwkRow {
  /** The app (origin and appId); kids must be unique in a group within the statement. */
  readonly group: string;
  readonly body: Readonly<Record<string, unknown>>;
}

/** RFC 7518 §6.2.2, §6.3.2, §6.4.1 and, for `priv`, the AKP keys of draft-ietf-cose-dilithium. */
export const PRIVATE_MEMBERS: readonly string[] = ['d', 'p', 'q', 'dp', 'dq', 'qi', 'oth', 'k', 'priv'];

/**
 * Checks all rows of a statement and gives the bodies to send, in the same order.
 *
 * @param rows JWKs as the user gave them; members that are null or undefined count as absent
 * @returns per row the known members only, all strings; `kid` is the RFC 7638 SHA-256 thumbprint where none was given
 * @throws INVALID_VALUE for the first bad row, with the member as `subject`; the text never repeats a private value
 * @example
 * await checkJwks([{ group: 'https://acme.okta.com 0oa1', body: { kty: 'EC', crv: 'P-256', x: '…', y: '…' } }]);
 * // [{ kty: 'EC', kid: 'cn-I_WNM…', crv: 'P-256', x: '…', y: '…' }]
 */
export async function checkJwks(rows: readonly JwkRow[]): Promise<readonly Readonly<Record<string, string>>[]> {
  // All rows are searched for private members before any text about any row is made.
  for (const [index, row] of rows.entries()) {
    refuseIf(checkShape(row.body) ?? checkPrivate(row.body), index, rows.length);
  }
  const bodies: NamedKey[] = [];
  for (const [index, row] of rows.entries()) {
    refuseIf(checkNames(row.body), index, rows.length);
    const members = readMembers(row.body);
    refuseIf(await checkMembers(members), index, rows.length);
    bodies.push({ ...members, kid: members.kid ?? (await thumbprint(members)) });
  }
  refuseConflicts(rows, bodies);
  return bodies.map(inOrder);
}

type NamedKey = JwkMembers & { readonly kid: string };

function refuseIf(complaint: Complaint | undefined, index: number, count: number): void {
  if (complaint === undefined) return;
  const { subject, message, hint } = complaint;
  throw new InvalidValueError(count > 1 ? `Row ${index + 1}: ${message}` : message, { subject, hint });
}

function checkShape(body: unknown): Complaint | undefined {
  const hint = 'Give the public key as one JSON object, such as {"kty": "RSA", "n": "…", "e": "AQAB"}.';
  if (Array.isArray(body)) return { subject: 'jwk', message: 'An array is no JWK.', hint };
  if (typeof body !== 'object' || body === null) return { subject: 'jwk', message: 'The row holds no JWK.', hint };
  if (!Object.hasOwn(body, 'keys')) return undefined;
  return {
    subject: 'keys',
    message: 'This is a key set ({"keys": […]}), not one key.',
    hint: 'Insert one row per key, each with the members of that key.',
  };
}

/** Refused rather than left out: who pastes a private key should learn of it. */
function checkPrivate(body: JwkRow['body']): Complaint | undefined {
  const present = new Set(presentEntries(body).map(([name]) => name));
  const found = PRIVATE_MEMBERS.filter((name) => present.has(name));
  const [subject] = found;
  if (subject === undefined) return undefined;
  return {
    subject,
    message: `The JWK holds private or secret members (${found.join(', ')}); nothing was sent.`,
    hint:
      'Insert the public key only: kty, n and e for RSA; kty, crv, x and y for EC. ' +
      'If others could read this statement, replace the key pair.',
  };
}

function checkNames(body: JwkRow['body']): Complaint | undefined {
  const unknown = presentEntries(body).flatMap(([name]) => (isMemberName(name) ? [] : [name]));
  const [subject] = unknown;
  if (subject !== undefined) {
    return {
      subject,
      message: `Okta takes no JWK member ${unknown.map(quote).join(', ')}.`,
      hint: `Leave out all but ${MEMBER_NAMES.join(', ')}.`,
    };
  }
  const [notText] = presentEntries(body).find(([, value]) => typeof value !== 'string') ?? [];
  if (notText === undefined) return undefined;
  const hint = notText === 'e' ? { hint: 'The usual exponent 65537 is written AQAB.' } : {};
  return { subject: notText, message: `${notText} must be a string.`, ...hint };
}

/** SQL NULL says the same as an absent member. */
function presentEntries(body: JwkRow['body']): readonly (readonly [string, unknown])[] {
  return Object.entries(body).filter(([, value]) => value !== null && value !== undefined);
}

function readMembers(body: JwkRow['body']): JwkMembers {
  return Object.fromEntries(presentEntries(body));
}

async function checkMembers(members: JwkMembers): Promise<Complaint | undefined> {
  return checkKind(members) ?? (await checkMaterial(members)) ?? checkKid(members.kid) ?? checkStatus(members.status);
}

/** RFC 7517 §4.5 leaves the kid open and Okta documents no limit; this much every store, log and URL takes. */
function checkKid(kid: string | undefined): Complaint | undefined {
  if (kid === undefined || /^[\x20-\x7e]{1,255}$/.test(kid)) return undefined;
  return {
    subject: 'kid',
    message: 'kid is not 1 to 255 printable ASCII characters.',
    hint: 'Choose another kid, or leave it out to get the thumbprint of the key.',
  };
}

function checkStatus(status: string | undefined): Complaint | undefined {
  if (status === undefined || status === 'ACTIVE' || status === 'INACTIVE') return undefined;
  return {
    subject: 'status',
    message: `status ${quoteWord(status)} is unknown.`,
    hint: 'A key is ACTIVE, which is the default, or INACTIVE.',
  };
}

async function thumbprint(members: JwkMembers): Promise<string> {
  const { calculateJwkThumbprint } = await import('jose');
  return calculateJwkThumbprint(members, 'sha256');
}

/** Rows that are each fine, but of which Okta would accept only the first. */
function refuseConflicts(rows: readonly JwkRow[], bodies: readonly NamedKey[]): void {
  const firstRows = new Map<string, number>();
  for (const [index, body] of bodies.entries()) {
    const group = rows[index]?.group;
    for (const claim of claimsOf(body)) {
      const key = JSON.stringify([group, claim.subject, claim.value]);
      const first = firstRows.get(key);
      if (first !== undefined) refuseIf(claim.complain(first + 1), index, rows.length);
      firstRows.set(key, index);
    }
  }
}

interface Claim {
  readonly subject: string;
  readonly value: string;
  complain(row: number): Complaint;
}

/** What at most one key of an app may have. */
function claimsOf({ kid, use, status }: NamedKey): readonly Claim[] {
  const kidClaim: Claim = {
    subject: 'kid',
    value: kid,
    complain: (row) => ({
      subject: 'kid',
      message: `kid ${quote(kid)} is already taken by row ${row}, which goes to the same app.`,
      hint: 'Give every key of an app its own kid, and insert a key only once.',
    }),
  };
  return use === 'enc' && status !== 'INACTIVE' ? [kidClaim, ACTIVE_ENCRYPTION_KEY] : [kidClaim];
}

/** An app has one active encryption key; Okta answers 400 to the second. */
const ACTIVE_ENCRYPTION_KEY: Claim = {
  subject: 'status',
  value: 'ACTIVE enc',
  complain: (row) => ({
    subject: 'status',
    message: `Row ${row} already gives this app its one active encryption key.`,
    hint: 'Insert this key with status INACTIVE; activating it later deactivates the other.',
  }),
};

function inOrder(members: JwkMembers): Readonly<Record<string, string>> {
  return Object.fromEntries(
    MEMBER_NAMES.flatMap((name) => (members[name] === undefined ? [] : [[name, members[name]]])),
  );
}
