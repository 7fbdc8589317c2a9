import { describe, expect, test } from 'vitest';
import { readAuth } from '../../../src/registry/auth.ts';

function refuse(problem: string, at: string): never {
  throw new Error(`${at}: ${problem}`);
}

test('keys are taken in any case, others are let through', () => {
  const given = {
    Type: 'API_KEY',
    credentialsEnvVar: 'KEY',
    valueprefix: 'SSWS ',
    sqlDataSource: { dsn: 'x' },
    scopes: ['a'],
    values: { audience: 'x', resource: ['y', 'z'] },
    auth_style: 1,
    password: null,
  };
  expect(readAuth(given, refuse)).toEqual({
    type: 'api_key',
    credentialsenvvar: 'KEY',
    valuePrefix: 'SSWS ',
    scopes: ['a'],
    values: { audience: ['x'], resource: ['y', 'z'] },
    auth_style: 1,
  });
});

test('a successor is read in the same way', () => {
  expect(readAuth({ type: 'custom', successor: { TYPE: 'bearer' } }, refuse)).toEqual({
    type: 'custom',
    successor: { type: 'bearer' },
  });
});

describe('is refused, without its value', () => {
  test.each<[what: string, value: unknown, says: string]>([
    ['a text', 's3cret', ': expected an object with a type'],
    ['a list', ['s3cret'], ': expected an object with a type'],
    ['no type', { api_key: 's3cret' }, ': type is missing'],
    ['a number for a text', { type: 'basic', password: 1234 }, 'password: password is no text'],
    ['a text for a list', { type: 'oauth2', scopes: 's3cret' }, 'scopes: scopes is no list of texts'],
    ['a text for a number', { type: 'oauth2', auth_style: 's3cret' }, 'auth_style: auth_style is no number'],
    ['values that are no object', { type: 'oauth2', values: 's3cret' }, 'values: values is no object'],
    [
      'a value that is an object',
      { type: 'oauth2', values: { a: {} } },
      'values.a: expected a text or a list of texts',
    ],
    ['a bad successor', { type: 'custom', successor: { type: 5 } }, 'successor.type: type is no text'],
  ])('%s', (_what, value, says) => {
    expect(() => readAuth(value, refuse)).toThrow(new Error(says));
  });
});
