import { expect, test } from 'vitest';
import { challengeIn } from '../../../../src/http/login/challenge.ts';

test.each<[header: string, scheme: string, found: Readonly<Record<string, string>> | undefined]>([
  ['DPoP error="use_dpop_nonce", error_description="x"', 'DPoP', { error: 'use_dpop_nonce', error_description: 'x' }],
  ['dpop ERROR=use_dpop_nonce', 'DPoP', { error: 'use_dpop_nonce' }],
  ['Bearer realm="a, b", error="invalid_token"', 'Bearer', { realm: 'a, b', error: 'invalid_token' }],
  ['Bearer realm="say \\"hi\\"", scope="a b"', 'Bearer', { realm: 'say "hi"', scope: 'a b' }],
  // Several challenges in one header, as fetch joins several lines.
  [
    'Basic realm="x", DPoP algs="ES256 RS256", error="e1", Bearer error="e2"',
    'DPoP',
    { algs: 'ES256 RS256', error: 'e1' },
  ],
  ['Basic realm="x", DPoP algs="ES256", error="e1", Bearer error="e2"', 'Bearer', { error: 'e2' }],
  ['Negotiate', 'DPoP', undefined],
  ['Basic realm="DPoP error=x"', 'DPoP', undefined],
  ['DPoP', 'DPoP', {}],
  ['', 'DPoP', undefined],
  ['DPoP __proto__="x", error="y"', 'DPoP', JSON.parse('{"__proto__":"x","error":"y"}')],
])('%s', (header, scheme, found) => {
  const read = challengeIn(new Headers({ 'www-authenticate': header }), scheme);
  expect(read === undefined ? undefined : Object.entries(read)).toEqual(
    found === undefined ? undefined : Object.entries(found),
  );
});
