import { describe, expect, test } from 'vitest';
import { serverParameters } from '../../../src/registry/server.ts';

describe('a default counts only where it is nobody’s name', () => {
  test.each([
    ['an example in the host', 'https://{v}.example.com', { default: 'my-org' }, undefined],
    ['one of a list in the host', 'https://{v}.example.com', { default: 'eu', enum: ['eu', 'us'] }, 'eu'],
    ['in the path', 'https://example.com/{v}', { default: 'v1' }, 'v1'],
    ['as the scheme and host', '{v}/api', { default: 'https://my-org.example.com' }, undefined],
    ['in the port', 'https://example.com:{v}/', { default: '443' }, undefined],
    ['none', 'https://example.com/{v}', {}, undefined],
  ])('%s', (_what, url, variable, expected) => {
    const [parameter] = serverParameters({ url, variables: { v: variable } });
    expect(parameter?.default).toBe(expected);
    expect(parameter?.isRequired).toBe(expected === undefined);
  });
});

test('values that are no single label are listed', () => {
  const variables = {
    host: { default: 'api.example.com', enum: ['api.example.com', 'eu'] },
    label: { enum: ['a', 'b'] },
  };
  const [host, label] = serverParameters({ url: 'https://{host}/{label}', variables });
  expect(host?.allowed).toEqual(['api.example.com', 'eu']);
  expect(label?.allowed).toBeUndefined();
});

test('a server without variables has none', () => {
  expect(serverParameters({ url: 'https://example.com' })).toEqual([]);
  expect(serverParameters(undefined)).toEqual([]);
});
