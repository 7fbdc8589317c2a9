/**
 * The authorities of `--tls.CABundle`.
 *
 * @module
 */

import { X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { InvalidArgumentError } from 'commander';

/**
 * The certificates of a file, in PEM, one after the other and without what else is in the file.
 *
 * Each is read, since OpenSSL stops at the first that it cannot read and says nothing: the servers of those behind it would
 * not be trusted, although the user has named them.
 *
 * @throws InvalidArgumentError for a file that cannot be read, or with a certificate that cannot
 */
export function readCertificates(file: string): string {
  const bytes = readBytes(file);
  const blocks = [...bytes.toString('latin1').matchAll(BLOCK)];
  if (blocks.length === 0)
    throw new InvalidArgumentError(`${file} ${isCertificate(bytes) ? DER : 'holds no certificate in PEM.'}`);
  return blocks.map(([pem, kind = ''], index) => checked(pem, kind, `Certificate ${index + 1} of ${file}`)).join('');
}

/** Up to its end, or to where the next begins. `X509 CERTIFICATE` is an old name of the same. */
const BLOCK =
  /-----BEGIN (TRUSTED |X509 )?CERTIFICATE-----(?:(?!-----BEGIN ).)*?(?:-----END [^-]*-----|(?=-----BEGIN )|$)/gs;

const DER = 'is a certificate in DER, and PEM is needed: openssl x509 -inform der -in FILE -out FILE.pem makes it.';

function checked(pem: string, kind: string, name: string): string {
  if (kind === 'TRUSTED ') {
    throw new InvalidArgumentError(
      `${name} is a TRUSTED CERTIFICATE, which only OpenSSL's tools read: openssl x509 -in FILE -out FILE.pem makes a common one.`,
    );
  }
  const certificate = certificateOf(pem);
  if (certificate !== undefined) return certificate.toString();
  throw new InvalidArgumentError(`${name} cannot be read: it is cut off or damaged. None of the file is used.`);
}

function isCertificate(bytes: Buffer): boolean {
  return certificateOf(bytes) !== undefined;
}

function certificateOf(content: string | Buffer): X509Certificate | undefined {
  try {
    return new X509Certificate(content);
  } catch {
    return undefined;
  }
}

function readBytes(file: string): Buffer {
  try {
    return readFileSync(file);
  } catch (error) {
    throw new InvalidArgumentError(`${file} cannot be read: ${error instanceof Error ? error.message : String(error)}`);
  }
}
