import { createPublicKey, generateKeyPairSync, type KeyObject } from 'node:crypto';
import { inspect } from 'node:util';
import { jwtVerify, SignJWT } from 'jose';
import { describe, expect, test } from 'vitest';
import { readPrivateKey } from '../../../../src/http/login/private-key.ts';
import { Secret } from '../../../../src/http/login/secret.ts';

const RSA = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey;
const P256 = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey;
const P384 = generateKeyPairSync('ec', { namedCurve: 'P-384' }).privateKey;
const P521 = generateKeyPairSync('ec', { namedCurve: 'P-521' }).privateKey;

const pem = (key: KeyObject, type: 'pkcs1' | 'pkcs8' | 'sec1'): string =>
  key.export({ type: type as 'pkcs8', format: 'pem' }).toString();
const jwk = (key: KeyObject, more: object = {}): string =>
  JSON.stringify({ ...key.export({ format: 'jwk' }), ...more });

const block = (label: string): string => `-----BEGIN ${label}-----\nBggqhkjOPQMBBw==\n-----END ${label}-----\n`;
/** As `openssl pkcs12 -nodes` begins. */
const BAG = 'Bag Attributes\n    localKeyID: 9D 20 1B \nKey Attributes: <No Attributes>\n';

const base64 = (text: string, form: 'base64' | 'base64url' = 'base64'): string => Buffer.from(text).toString(form);

describe('a private key is read', () => {
  test.each<[what: string, text: string, key: KeyObject, alg: string, keyId?: string]>([
    ['RSA in PKCS#8', pem(RSA, 'pkcs8'), RSA, 'RS256'],
    ['RSA in PKCS#1', pem(RSA, 'pkcs1'), RSA, 'RS256'],
    ['in one line', pem(RSA, 'pkcs1').replaceAll('\n', '\\n'), RSA, 'RS256'],
    ['with line ends of Windows', pem(RSA, 'pkcs8').replaceAll('\n', '\r\n'), RSA, 'RS256'],
    ['in one line, with line ends of Windows', pem(RSA, 'pkcs8').replaceAll('\n', '\\r\\n'), RSA, 'RS256'],
    ['with space around', `\n  ${pem(RSA, 'pkcs8')}\n\n`, RSA, 'RS256'],
    ['EC in PKCS#8', pem(P256, 'pkcs8'), P256, 'ES256'],
    ['EC in SEC1', pem(P384, 'sec1'), P384, 'ES384'],
    ['P-521', pem(P521, 'pkcs8'), P521, 'ES512'],
    [
      'behind the parameters of its curve, as openssl ecparam -genkey has it',
      block('EC PARAMETERS') + pem(P256, 'sec1'),
      P256,
      'ES256',
    ],
    ['behind a certificate', block('CERTIFICATE') + pem(RSA, 'pkcs8'), RSA, 'RS256'],
    ['before a certificate', pem(RSA, 'pkcs8') + block('CERTIFICATE'), RSA, 'RS256'],
    ['behind bag attributes, as openssl pkcs12 -nodes has it', BAG + pem(P384, 'pkcs8'), P384, 'ES384'],
    ['the first of two', pem(P256, 'pkcs8') + pem(RSA, 'pkcs8'), P256, 'ES256'],
    ['whose line ends became spaces', pem(RSA, 'pkcs1').replaceAll('\n', ' '), RSA, 'RS256'],
    ['whose line ends are gone', pem(P256, 'pkcs8').replaceAll('\n', ''), P256, 'ES256'],
    ['with every line indented', pem(RSA, 'pkcs8').replaceAll('\n', '\n    '), RSA, 'RS256'],
    ['within quotation marks', `"${pem(P256, 'pkcs8')}"`, P256, 'ES256'],
    ['within single ones', `'${pem(P256, 'pkcs8').replaceAll('\n', ' ')}'`, P256, 'ES256'],
    ['as a text of JSON', JSON.stringify(pem(P384, 'sec1')), P384, 'ES384'],
    ['in base64', base64(pem(RSA, 'pkcs8')), RSA, 'RS256'],
    ['in base64 over lines', base64(pem(RSA, 'pkcs8')).replace(/.{76}/g, '$&\n'), RSA, 'RS256'],
    ['in base64 whose line ends became spaces', base64(pem(RSA, 'pkcs8')).replace(/.{76}/g, '$& '), RSA, 'RS256'],
    ['in base64 with what stands before it', base64(BAG + pem(RSA, 'pkcs8')), RSA, 'RS256'],
    ['a JWK in base64', base64(jwk(P256, { kid: 'k1' })), P256, 'ES256', 'k1'],
    ['a JWK in base64url', base64(jwk(P256, { kid: '>>>???' }), 'base64url'), P256, 'ES256', '>>>???'],
    ['a JWK within quotation marks', `'${jwk(P256)}'`, P256, 'ES256'],
    ['a JWK as a text of JSON', JSON.stringify(jwk(P256)), P256, 'ES256'],
    ['a JWK', jwk(RSA, { kid: 'k1' }), RSA, 'RS256', 'k1'],
    ['a JWK that names its algorithm', jwk(RSA, { alg: 'RS512' }), RSA, 'RS512'],
    ['a JWK on a curve', jwk(P256, { alg: 'ES256', use: 'sig', kid: 'k2' }), P256, 'ES256', 'k2'],
  ])('%s', async (_what, text, key, alg, keyId) => {
    const read = await readPrivateKey(new Secret(text), 'key');
    expect([read.alg, read.keyId]).toEqual([alg, keyId]);
    expect(read.key.extractable).toBe(false);
    const token = await new SignJWT({ a: 1 }).setProtectedHeader({ alg }).sign(read.key);
    expect((await jwtVerify(token, createPublicKey(key))).payload).toEqual({ a: 1 });
  });
});

describe('what cannot sign is refused, and not quoted:', () => {
  const small = generateKeyPairSync('rsa', { modulusLength: 1024 }).privateKey;
  const edwards = generateKeyPairSync('ed25519').privateKey;
  const bitcoin = generateKeyPairSync('ec', { namedCurve: 'secp256k1' }).privateKey;
  const encrypted = (type: 'pkcs1' | 'pkcs8'): string =>
    RSA.export({ type: type as 'pkcs8', format: 'pem', cipher: 'aes-256-cbc', passphrase: 'x' }).toString();
  test.each<[what: string, text: string, message: RegExp]>([
    ['an encrypted key in PKCS#8', encrypted('pkcs8'), /is encrypted/],
    ['an encrypted key in PKCS#1', encrypted('pkcs1'), /is encrypted/],
    ['an encrypted key behind a certificate', block('CERTIFICATE') + encrypted('pkcs8'), /is encrypted/],
    ['an encrypted key in PKCS#1 behind a certificate', block('CERTIFICATE') + encrypted('pkcs1'), /is encrypted/],
    ['the parameters of a curve', block('EC PARAMETERS'), /no private key, only EC PARAMETERS/],
    [
      'a public key',
      createPublicKey(RSA).export({ type: 'spki', format: 'pem' }).toString(),
      /no private key, only PUBLIC KEY/,
    ],
    [
      'a certificate',
      '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----',
      /no private key, only CERTIFICATE/,
    ],
    ['a short RSA key', pem(small, 'pkcs8'), /fewer than 2048 bits/],
    ['Ed25519', pem(edwards, 'pkcs8'), /of a kind that does not sign here/],
    ['another curve', pem(bitcoin, 'pkcs8'), /of a kind that does not sign here/],
    ['half of a key', pem(RSA, 'pkcs8').slice(0, 800), /cannot be read/],
    ['a public JWK', JSON.stringify(createPublicKey(RSA).export({ format: 'jwk' })), /no private part/],
    ['a set of JWKs', `{"keys":[${jwk(RSA)}]}`, /is a set of keys/],
    ['a JWK without its modulus', jwk(RSA, { n: undefined }), /is no JWK/],
    ['a JWK of another algorithm', jwk(RSA, { alg: 'PS256' }), /not its own/],
    ['a JWK with the algorithm of another curve', jwk(P256, { alg: 'ES384' }), /not its own/],
    ['broken JSON', jwk(RSA).slice(0, -5), /is no JSON/],
    ['half of a key in base64', base64(pem(RSA, 'pkcs8').slice(0, 800)), /cannot be read/],
    ['half of a JWK in base64', base64(jwk(RSA).slice(0, 800)), /neither PEM nor a JWK/],
    [
      'a key without its first and last line',
      pem(RSA, 'pkcs8').split('\n').slice(1, -2).join(''),
      /neither PEM nor a JWK/,
    ],
    ['a path', '/home/me/key.pem', /neither PEM nor a JWK/],
    ['nothing', '', /neither PEM nor a JWK/],
  ])('%s', async (_what, text, message) => {
    const failure: unknown = await readPrivateKey(new Secret(text), 'orgs.prod').catch((error: unknown) => error);
    expect(failure).toMatchObject({
      code: 'INVALID_VALUE',
      subject: 'orgs.prod',
      message: expect.stringMatching(message),
    });
    const shown = inspect(failure, { depth: 9, showHidden: true });
    for (const piece of text.match(/[\w+/=-]{24,}/g) ?? []) expect(shown).not.toContain(piece);
  });
});
