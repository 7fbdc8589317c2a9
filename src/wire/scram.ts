/**
 * The server's side of SCRAM-SHA-256: https://www.rfc-editor.org/rfc/rfc5802 and rfc7677, as PostgreSQL speaks it
 * (https://www.postgresql.org/docs/current/sasl-authentication.html).
 *
 * @module
 */

import { createHash, createHmac, pbkdf2Sync, randomBytes, timingSafeEqual } from 'node:crypto';
import { textOf } from './bytes.ts';
import { violation } from './failure.ts';

export const SCRAM_MECHANISM = 'SCRAM-SHA-256';

/** What a server keeps in place of a password. */
export interface ScramSecret {
  readonly salt: Uint8Array;
  readonly iterations: number;
  readonly storedKey: Uint8Array;
  readonly serverKey: Uint8Array;
}

/** PostgreSQL's default, and the least that RFC 7677 allows. */
const ITERATIONS = 4096;
const SALT_BYTES = 16;
const NONCE_BYTES = 18;

/** @param salt for tests; without it, a random one */
export function scramSecret(
  password: string,
  salt: Uint8Array = randomBytes(SALT_BYTES),
  iterations: number = ITERATIONS,
): ScramSecret {
  // SASLprep (RFC 4013) is NFKC, but for characters that no password should hold.
  const salted = pbkdf2Sync(password.normalize('NFKC'), salt, iterations, 32, 'sha256');
  const storedKey = createHash('sha256').update(hmac(salted, 'Client Key')).digest();
  return { salt, iterations, storedKey, serverKey: hmac(salted, 'Server Key') };
}

function hmac(key: Uint8Array, text: string): Buffer {
  return createHmac('sha256', key).update(text).digest();
}

/** SASLInitialResponse: the mechanism, and the client's first message where it sends one at once. */
export function parseSaslInitial(data: Uint8Array): { readonly mechanism: string; readonly message: string } {
  const bytes = Buffer.from(data);
  const end = bytes.indexOf(0);
  if (end === -1 || bytes.length < end + 5) throw violation('malformed SCRAM message');
  const length = bytes.readInt32BE(end + 1);
  const rest = bytes.subarray(end + 5);
  if (length !== rest.length && length !== -1) throw violation('malformed SCRAM message');
  return { mechanism: textOf(bytes.subarray(0, end)), message: textOf(rest) };
}

/** After the client's first message. */
export interface ScramExchange {
  /** What the server answers. */
  readonly serverFirst: string;
  /** What it answers to the client's last message; undefined if the password is wrong. @throws WireError, FATAL */
  finish(clientFinal: string): string | undefined;
}

/**
 * @param serverNonce for tests; without it, a random one
 * @throws WireError, FATAL, for what is no message of SCRAM
 */
export function beginScram(
  clientFirst: string,
  secret: ScramSecret,
  serverNonce: string = randomBytes(NONCE_BYTES).toString('base64'),
): ScramExchange {
  // gs2-header ("n" or "y": no channel binding), and the message that is signed. What it calls the user is not looked at.
  const [, header, flag, bare, clientNonce] =
    /^(([nyp])[^,]*,[^,]*,)(n=[^,]*,r=([!-+\--~]+)(?:,.*)?)$/s.exec(clientFirst) ?? [];
  if (header === undefined || bare === undefined) throw violation('malformed SCRAM message');
  if (flag === 'p') throw violation('client selected SCRAM-SHA-256-PLUS without being offered it');
  const nonce = `${clientNonce}${serverNonce}`;
  const salt = Buffer.from(secret.salt).toString('base64');
  const serverFirst = `r=${nonce},s=${salt},i=${secret.iterations}`;
  const finish = (clientFinal: string): string | undefined => {
    const [, withoutProof, binding, ownNonce, proof] =
      /^(c=([A-Za-z0-9+/=]+),r=([!-+\--~]+)(?:,.*)?),p=([A-Za-z0-9+/=]+)$/s.exec(clientFinal) ?? [];
    if (withoutProof === undefined || proof === undefined || binding === undefined) {
      throw violation('malformed SCRAM message');
    }
    if (Buffer.from(binding, 'base64').toString() !== header)
      throw violation('unexpected SCRAM channel-binding attribute');
    if (ownNonce !== nonce) throw violation('invalid SCRAM response');
    return answerTo(`${bare},${serverFirst},${withoutProof}`, Buffer.from(proof, 'base64'), secret);
  };
  return { serverFirst, finish };
}

/** RFC 5802, section 3. */
function answerTo(message: string, proof: Buffer, { storedKey, serverKey }: ScramSecret): string | undefined {
  const signature = hmac(storedKey, message);
  if (proof.length !== signature.length) return undefined;
  const clientKey = proof.map((byte, index) => byte ^ (signature[index] ?? 0));
  const isRight = timingSafeEqual(createHash('sha256').update(clientKey).digest(), storedKey);
  return isRight ? `v=${hmac(serverKey, message).toString('base64')}` : undefined;
}
