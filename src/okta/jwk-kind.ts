/**
 * Whether `kty`, `use`, `alg` and `crv` of a key agree (RFC 7517 §4, RFC 7518 §3.1, §4.1 and §6).
 *
 * Okta's OpenAPI document knows two kinds of key for an app: for signing, RSA and EC; for encryption, RSA only.
 *
 * @module
 */
import type { Complaint } from './complaint.ts';
import type { JwkMembers, MemberName } from './jwk-members.ts';
import { quoteWord } from './quote.ts';

/** A curve of RFC 7518 §6.2.1.1. */
export interface Curve {
  /** The one algorithm that goes with it (RFC 7518 §3.4). */
  readonly alg: string;
  /** Length of a coordinate. */
  readonly bytes: number;
}

export const CURVES: Readonly<Partial<Record<string, Curve>>> = {
  'P-256': { alg: 'ES256', bytes: 32 },
  'P-384': { alg: 'ES384', bytes: 48 },
  'P-521': { alg: 'ES512', bytes: 66 },
};

const RSA_ALGORITHMS = {
  sig: ['RS256', 'RS384', 'RS512'],
  enc: ['RSA-OAEP', 'RSA-OAEP-256', 'RSA-OAEP-384', 'RSA-OAEP-512'],
} as const;

const FOREIGN_MEMBERS: Readonly<Record<'RSA' | 'EC', readonly MemberName[]>> = {
  RSA: ['crv', 'x', 'y'],
  EC: ['n', 'e'],
};

/** The first contradiction, if there is one. `use` and `alg` may be absent. */
export function checkKind(members: JwkMembers): Complaint | undefined {
  const { kty } = members;
  if (kty !== 'RSA' && kty !== 'EC') return explainKty(kty);
  return (
    checkForeign(kty, members) ??
    (kty === 'EC' ? checkCurve(members.crv) : undefined) ??
    checkUse(kty, members.use) ??
    checkAlg(kty, members)
  );
}

function explainKty(kty: string | undefined): Complaint {
  const hint = 'Insert a public key with kty RSA or EC.';
  if (kty === undefined) return { subject: 'kty', message: 'kty is missing.', hint };
  if (kty === 'oct') {
    return {
      subject: 'kty',
      message: 'kty "oct" is a shared secret, which must never be stored as a public key.',
      hint,
    };
  }
  if (kty === 'OKP') {
    return { subject: 'kty', message: 'Okta does not take kty "OKP" (Ed25519, X25519 and the like) for apps.', hint };
  }
  return { subject: 'kty', message: `Okta takes no key with kty ${quoteWord(kty)}.`, hint };
}

function checkForeign(kty: 'RSA' | 'EC', members: JwkMembers): Complaint | undefined {
  const subject = FOREIGN_MEMBERS[kty].find((name) => members[name] !== undefined);
  if (subject === undefined) return undefined;
  const hint = `Leave ${subject} out, or correct kty.`;
  return { subject, message: `${subject} does not belong to a key with kty ${kty}.`, hint };
}

function checkCurve(crv: string | undefined): Complaint | undefined {
  const hint = `Okta takes the curves ${Object.keys(CURVES).join(', ')}.`;
  if (crv === undefined) return { subject: 'crv', message: 'crv is missing: an EC key needs its curve.', hint };
  if (Object.hasOwn(CURVES, crv)) return undefined;
  return { subject: 'crv', message: `crv ${quoteWord(crv)} is not accepted.`, hint };
}

function checkUse(kty: 'RSA' | 'EC', use: string | undefined): Complaint | undefined {
  if (use === undefined || use === 'sig') return undefined;
  if (use !== 'enc') {
    return { subject: 'use', message: `use ${quoteWord(use)} is unknown.`, hint: 'A key is for sig or for enc.' };
  }
  if (kty === 'RSA') return undefined;
  const hint = 'Insert an RSA key for encryption, or give this one use sig.';
  return { subject: 'use', message: 'Okta encrypts with RSA keys only, not with EC keys.', hint };
}

function checkAlg(kty: 'RSA' | 'EC', { use, alg, crv }: JwkMembers): Complaint | undefined {
  const accepted = kty === 'RSA' ? rsaAlgorithms(use) : [CURVES[crv ?? '']?.alg];
  if (alg === undefined || accepted.includes(alg)) return undefined;
  const key = [kty, crv, use].filter((part) => part !== undefined).join(' ');
  const message = /^PS(256|384|512)$/.test(alg)
    ? `Okta is not documented to accept ${alg} here.`
    : `alg ${quoteWord(alg)} does not go with this key (${key}).`;
  return { subject: 'alg', message, hint: `Use ${accepted.join(', ')}, or leave alg out.` };
}

function rsaAlgorithms(use: string | undefined): readonly (string | undefined)[] {
  if (use === 'sig' || use === 'enc') return RSA_ALGORITHMS[use];
  return [...RSA_ALGORITHMS.sig, ...RSA_ALGORITHMS.enc];
}
