/**
 * What to do where a certificate does not convince.
 *
 * @module
 */

import { codesIn } from '../causes.ts';

/**
 * Stands before the failure of a request to another machine, where certificates may go unchecked on this one: whoever has
 * allowed that may have meant the other.
 */
export class NotThisMachineError extends Error {
  readonly code: string = NOT_THIS_MACHINE;

  constructor(cause: unknown) {
    super('the server is not on this machine', { cause });
  }
}

const NOT_THIS_MACHINE = 'NOT_THIS_MACHINE';

/** The hint for a failure whose cause is a certificate. */
export function trustHint(cause: unknown): string {
  const codes = codesIn(cause);
  const advice = ADVICE.find(([code]) => codes.includes(code))?.[1] ?? UNKNOWN_AUTHORITY;
  return codes.includes(NOT_THIS_MACHINE) ? `${advice} ${LOOPBACK_ONLY}` : advice;
}

const UNKNOWN_AUTHORITY =
  'The certificate does not convince. A company’s own authority is added with --tls.CABundle or NODE_EXTRA_CA_CERTS.';
const OUT_OF_TIME = 'The certificate counts at another time. Is the clock of this machine right?';
const LOOPBACK_ONLY =
  '--tls.allowInsecure counts for servers on this machine only. --tls.forceInsecure is for others too, and whoever is in ' +
  'between can read the credential then.';

/** By Node's codes, which are those of OpenSSL but for the first. */
const ADVICE: readonly (readonly [code: string, advice: string])[] = [
  [
    'ERR_TLS_CERT_ALTNAME_INVALID',
    'The certificate is for another host. Is the address right, or does something in between answer in its place?',
  ],
  ['CERT_HAS_EXPIRED', OUT_OF_TIME],
  ['CERT_NOT_YET_VALID', OUT_OF_TIME],
];
