import { expect, test } from 'vitest';
import { beginScram, parseSaslInitial, scramSecret } from '../../../src/wire/scram.ts';

/** RFC 7677, section 3. */
const PASSWORD = 'pencil';
const SALT = Buffer.from('W22ZaJ0SNY7soEsUEjb6gQ==', 'base64');
const SERVER_NONCE = '%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0';
const CLIENT_FIRST = 'n,,n=user,r=rOprNGfwEbeRWgbNEkqO';
const NONCE = `rOprNGfwEbeRWgbNEkqO${SERVER_NONCE}`;
const PROOF = 'dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ=';

const secret = scramSecret(PASSWORD, SALT, 4096);

test('answers as the example of RFC 7677', () => {
  const exchange = beginScram(CLIENT_FIRST, secret, SERVER_NONCE);
  expect(exchange.serverFirst).toBe(`r=${NONCE},s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096`);
  expect(exchange.finish(`c=biws,r=${NONCE},p=${PROOF}`)).toBe('v=6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4=');
});

test('finds a wrong password', () => {
  const other = beginScram(CLIENT_FIRST, scramSecret('pencils', SALT, 4096), SERVER_NONCE);
  expect(other.finish(`c=biws,r=${NONCE},p=${PROOF}`)).toBeUndefined();
  expect(beginScram(CLIENT_FIRST, secret, SERVER_NONCE).finish(`c=biws,r=${NONCE},p=AAAA`)).toBeUndefined();
});

test('refuses another nonce, another header and what is no message', () => {
  const exchange = beginScram(CLIENT_FIRST, secret, SERVER_NONCE);
  for (const last of [`c=biws,r=${NONCE}x,p=${PROOF}`, `c=eSws,r=${NONCE},p=${PROOF}`, `c=biws,r=${NONCE}`, '']) {
    expect(() => exchange.finish(last)).toThrow(expect.objectContaining({ severity: 'FATAL', sqlState: '08P01' }));
  }
  for (const first of ['', 'n,,', 'p=tls-unique,,n=user,r=abc', 'x,,n=user,r=abc']) {
    expect(() => beginScram(first, secret)).toThrow(expect.objectContaining({ severity: 'FATAL' }));
  }
});

test('each exchange has a nonce and each secret a salt of its own', () => {
  const nonces = [1, 2].map(() => beginScram(CLIENT_FIRST, secret).serverFirst);
  expect(new Set(nonces).size).toBe(2);
  expect(Buffer.from(scramSecret('a').salt)).not.toEqual(Buffer.from(scramSecret('a').salt));
});

test('reads the first message of SASL', () => {
  const data = Buffer.concat([Buffer.from('SCRAM-SHA-256\0'), Buffer.from([0, 0, 0, 2]), Buffer.from('n,')]);
  expect(parseSaslInitial(data)).toEqual({ mechanism: 'SCRAM-SHA-256', message: 'n,' });
  expect(() => parseSaslInitial(data.subarray(0, -1))).toThrow(/malformed SCRAM message/);
  expect(() => parseSaslInitial(Buffer.from('SCRAM'))).toThrow(/malformed SCRAM message/);
});
