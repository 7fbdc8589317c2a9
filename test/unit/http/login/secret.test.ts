import { format, inspect } from 'node:util';
import { expect, test } from 'vitest';

import { Secret } from '../../../../src/http/login/secret.ts';

const VALUE = '00abcdefSECRET';
const secret = new Secret(VALUE);

test('reveals its value when asked', () => {
  expect(secret.reveal()).toBe(VALUE);
});

test.each<[way: string, text: string]>([
  ['String()', String(secret)],
  ['a template', `${secret}`],
  ['concatenation', `a${''}`.concat(secret as unknown as string)],
  ['JSON', JSON.stringify(secret)],
  ['JSON of what holds it', JSON.stringify({ token: secret, list: [secret] })],
  ['inspect', inspect(secret)],
  ['inspect of what holds it', inspect({ token: secret }, { depth: Infinity, showHidden: true })],
  ['console %s', format('%s', secret)],
  ['console %o', format('%o', secret)],
  ['console %O', format('%O', secret)],
  ['console %j', format('%j', secret)],
  ['an error', inspect(new Error(`no ${secret}`, { cause: secret }))],
])('%s prints ***', (_way, text) => {
  expect(text).toContain('***');
  expect(text).not.toContain(VALUE);
});

test.each<[way: string, text: string]>([
  ['inspect without our method', inspect(secret, { customInspect: false, showHidden: true, depth: Infinity })],
  ['its own properties', JSON.stringify([Reflect.ownKeys(secret), Object.entries(secret), { ...secret }])],
  ['a clone', inspect(structuredClone(secret), { showHidden: true })],
])('%s shows nothing', (_way, text) => {
  expect(text).not.toContain(VALUE);
});
