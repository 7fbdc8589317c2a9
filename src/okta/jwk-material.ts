/**
 * Whether the numbers of a key can be a key: encoding, size, and for EC the point on its curve.
 *
 * Expects a key whose `kty` and `crv` are known to be right.
 *
 * @module
 */
import type { Complaint } from './complaint.ts';
import { CURVES, type Curve } from './jwk-kind.ts';
import type { JwkMembers, MemberName } from './jwk-members.ts';

const RSA_MINIMUM_BITS = 2048;

/** The first defect, if there is one. */
export async function checkMaterial(members: JwkMembers): Promise<Complaint | undefined> {
  return members.kty === 'RSA' ? checkRsa(members) : checkEc(members);
}

function checkRsa({ n, e }: JwkMembers): Complaint | undefined {
  return checkEncoding('n', n) ?? checkEncoding('e', e) ?? checkModulus(decode(n)) ?? checkExponent(decode(e));
}

/** RFC 7515 §2: the alphabet of base64url without padding. The round trip also finds stray bits at the end. */
function checkEncoding(subject: MemberName, text: string | undefined): Complaint | undefined {
  if (text === undefined) return { subject, message: `${subject} is missing from the key.` };
  if (text === '') return { subject, message: `${subject} is empty.` };
  if (/^[A-Za-z0-9_-]+$/.test(text) && decode(text).toString('base64url') === text) return undefined;
  const hint = /[=+/]/.test(text)
    ? 'This looks like plain base64: strip the padding (=), and write - for + and _ for /.'
    : 'Copy the value again, without quotes, spaces or line ends.';
  return { subject, message: `${subject} is not base64url.`, hint };
}

function decode(text: string | undefined): Buffer {
  return Buffer.from(text ?? '', 'base64url');
}

/** By bits of the number: 256 bytes that start with zeros are fewer than 2048 bits, whatever the text's length. */
function checkModulus(modulus: Buffer): Complaint | undefined {
  if (modulus[0] === 0) return leadingZero('n');
  const bits = modulus.length * 8 - (Math.clz32(modulus[0] ?? 0) - 24);
  if (bits >= RSA_MINIMUM_BITS) return undefined;
  return {
    subject: 'n',
    message: `n has ${bits} bits; Okta takes RSA keys of ${RSA_MINIMUM_BITS} bits and more.`,
    hint: 'Generate a longer key.',
  };
}

function checkExponent(exponent: Buffer): Complaint | undefined {
  if (exponent[0] === 0) return leadingZero('e');
  const isOne = exponent.length === 1 && exponent[0] === 1;
  const isOdd = ((exponent.at(-1) ?? 0) & 1) === 1;
  if (isOdd && !isOne) return undefined;
  return { subject: 'e', message: 'e is not an odd number above 1.', hint: 'The usual exponent is AQAB (65537).' };
}

/** RFC 7518 §2, Base64urlUInt; §6.3.1.1 warns of libraries that add the byte. It would change the thumbprint too. */
function leadingZero(subject: MemberName): Complaint {
  const hint = 'Encode the number in as few bytes as it needs.';
  return { subject, message: `${subject} starts with a zero byte.`, hint };
}

async function checkEc(members: JwkMembers): Promise<Complaint | undefined> {
  const { crv, x, y } = members;
  const curve = CURVES[crv ?? ''];
  if (curve === undefined) return { subject: 'crv', message: 'crv is not accepted.' };
  return (
    checkEncoding('x', x) ??
    checkEncoding('y', y) ??
    checkCoordinate('x', decode(x), curve) ??
    checkCoordinate('y', decode(y), curve) ??
    ((await isOnCurve(members, curve)) ? undefined : offCurve(crv))
  );
}

/** RFC 7518 §6.2.1.2: the full length of a coordinate, leading zeros included, unlike RSA. */
function checkCoordinate(subject: 'x' | 'y', coordinate: Buffer, { alg, bytes }: Curve): Complaint | undefined {
  if (coordinate.length === bytes) return undefined;
  return {
    subject,
    message: `${subject} has ${coordinate.length} bytes; ${alg} keys have ${bytes}.`,
    hint: 'Keep the leading zero bytes of a coordinate, and check crv.',
  };
}

/** jose hands the key to WebCrypto, which refuses a point off the curve. Loaded late, since most statements insert nothing. */
async function isOnCurve({ crv = '', x = '', y = '' }: JwkMembers, { alg }: Curve): Promise<boolean> {
  const { importJWK } = await import('jose');
  try {
    await importJWK({ kty: 'EC', crv, x, y }, alg);
    return true;
  } catch {
    return false;
  }
}

function offCurve(crv = ''): Complaint {
  return { subject: 'x', message: `x and y are no point on ${crv}.`, hint: 'Copy the key again, or correct crv.' };
}
