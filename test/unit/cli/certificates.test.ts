import { X509Certificate } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readCertificates } from '../../../src/cli/certificates.ts';
import { CERTIFICATE, KEY } from '../http/tls-fixture.ts';

let file: string;
beforeAll(() => {
  file = join(mkdtempSync(join(tmpdir(), 'oktaql-test-')), 'ca.pem');
});
afterAll(() => rmSync(join(file, '..'), { recursive: true }));

const LINES = CERTIFICATE.trim().split('\n');
const DER = new X509Certificate(CERTIFICATE).raw;
const CUT_OFF = LINES.slice(0, 5).join('\n');
const NONSENSE = `${LINES[0]}\nbm90IGEgY2VydGlmaWNhdGU=\n${LINES.at(-1)}\n`;
const TRUSTED = CERTIFICATE.replaceAll(' CERTIFICATE', ' TRUSTED CERTIFICATE');

function read(content: string | Buffer): string {
  writeFileSync(file, content);
  return readCertificates(file);
}

describe('a bundle is read', () => {
  it.each<[what: string, text: string, certificates: number]>([
    ['one', CERTIFICATE, 1],
    ['two', CERTIFICATE + CERTIFICATE, 2],
    ['with line ends of Windows', CERTIFICATE.replaceAll('\n', '\r\n'), 1],
    ['with text between them', `# ours\n${CERTIFICATE}\nSubject: CN = tëst\n${CERTIFICATE}`, 2],
    ['with a key beside it', KEY + CERTIFICATE, 1],
    ['under its old name', CERTIFICATE.replaceAll(' CERTIFICATE', ' X509 CERTIFICATE'), 1],
  ])('%s', (_what, text, certificates) => {
    expect(read(text)).toBe(CERTIFICATE.repeat(certificates));
  });
});

describe('a bundle of which OpenSSL would silently skip a part is refused', () => {
  it.each<[what: string, content: string | Buffer, message: string]>([
    ['cut off', CUT_OFF, 'Certificate 1 of FILE cannot be read: it is cut off or damaged.'],
    ['nonsense within', NONSENSE, 'Certificate 1 of FILE cannot be read'],
    ['a bad one before a good one', CUT_OFF + CERTIFICATE, 'Certificate 1 of FILE cannot be read'],
    ['a bad one behind a good one', CERTIFICATE + NONSENSE, 'Certificate 2 of FILE cannot be read'],
    ['a good one without its end', CERTIFICATE + CERTIFICATE.slice(0, -20), 'Certificate 2 of FILE cannot be read'],
    ['a trusted certificate', TRUSTED, 'Certificate 1 of FILE is a TRUSTED CERTIFICATE'],
    ['the same', TRUSTED, 'openssl x509 -in FILE -out'],
    ['DER', DER, 'FILE is a certificate in DER'],
    ['the same', DER, 'openssl x509 -inform der -in FILE -out'],
    ['other bytes', DER.subarray(0, 90), 'FILE holds no certificate in PEM.'],
    ['a key alone', KEY, 'FILE holds no certificate in PEM.'],
    ['nothing', '', 'FILE holds no certificate in PEM.'],
  ])('%s', (_what, content, message) => {
    expect(() => read(content)).toThrow(
      expect.objectContaining({
        message: expect.stringContaining(message.replace('of FILE', `of ${file}`).replace(/^FILE/, file)),
      }),
    );
  });

  it('and so is a file that is not there', () => {
    expect(() => readCertificates('/no/such/file')).toThrow('/no/such/file cannot be read: ENOENT');
  });
});
