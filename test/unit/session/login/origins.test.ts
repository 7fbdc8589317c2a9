import { describe, expect, test } from 'vitest';
import { originResolver } from '../../../../src/session/login/origins.ts';
import { methodWith, parameter } from '../../request/method.ts';

const resolve = originResolver({});

interface Case {
  readonly server: string;
  readonly variables?: Readonly<Record<string, string>>;
  readonly allowed?: readonly string[];
}

function originOf({ server, variables = {}, allowed = [] }: Case): string {
  const parameters = Object.keys(variables).map((name) => ({ ...parameter(name, 'server'), allowed }));
  return resolve(server, variables, methodWith({ server, parameters }));
}

test.each<[origin: string, given: Case]>([
  ['https://api.example.com', { server: 'https://api.example.com/v1/' }],
  ['https://api.example.com', { server: 'https://API.example.com' }],
  ['https://api.example.com:8443', { server: 'https://api.example.com:8443' }],
  ['https://acme.api.example.com', { server: 'https://{v}.api.example.com/{x}', variables: { v: 'ACME' } }],
  ['https://eu-1.example.com', { server: 'https://eu-{v}.example.com', variables: { v: '1' } }],
  ['https://example.com:9000', { server: 'https://example.com:{v}', variables: { v: '9000' } }],
  [
    'https://us1.example.com',
    { server: 'https://{v}', variables: { v: 'us1.example.com' }, allowed: ['us1.example.com'] },
  ],
  ['http://localhost:8080', { server: 'http://{v}:8080', variables: { v: 'localhost' } }],
  ['http://127.0.0.1:8080', { server: 'http://127.0.0.1:8080' }],
  ['http://localhost', { server: '{p}://{h}', variables: { p: 'http', h: 'localhost' } }],
  ['https://acme.okta.com', { server: 'https://{subdomain}.okta.com/', variables: { subdomain: 'acme' } }],
])('%s', (origin, given) => {
  expect(originOf(given)).toBe(origin);
});

describe('is refused', () => {
  test.each<[what: string, given: Case, code: string]>([
    ['plain http', { server: 'http://api.example.com' }, 'NOT_SUPPORTED'],
    ['a relative server', { server: '/api/v1' }, 'NOT_SUPPORTED'],
    ['no server', { server: '' }, 'NOT_SUPPORTED'],
    ['a login', { server: 'https://u:p@api.example.com' }, 'NOT_SUPPORTED'],
    ['a query', { server: 'https://api.example.com/?a={v}', variables: { v: 'x' } }, 'NOT_SUPPORTED'],
    ['another scheme', { server: '{p}://api.example.com', variables: { p: 'ftp' } }, 'INVALID_VALUE'],
    ['a variable without a value', { server: 'https://{v}.example.com' }, 'INVALID_VALUE'],
    ['a host for a label', { server: 'https://{v}', variables: { v: 'evil.example' } }, 'INVALID_VALUE'],
    [
      'a value that is not listed',
      { server: 'https://{v}', variables: { v: 'a.b' }, allowed: ['a.c'] },
      'INVALID_VALUE',
    ],
    ['a number that becomes an address', { server: 'https://{v}', variables: { v: '0x7f' } }, 'INVALID_VALUE'],
    ['a port that is none', { server: 'https://example.com:{v}', variables: { v: '99999' } }, 'INVALID_VALUE'],
    [
      'the admin console',
      { server: 'https://{subdomain}.okta.com', variables: { subdomain: 'acme-admin' } },
      'INVALID_VALUE',
    ],
  ])('%s', (_what, given, code) => {
    expect(() => originOf(given)).toThrow(expect.objectContaining({ code }));
  });
});
