import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inspect } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Ask, Authorization, AuthorizeTerms } from '../../../../src/http/contract.ts';
import { Secret } from '../../../../src/http/login/secret.ts';
import type { AuthConfig } from '../../../../src/registry/auth.ts';
import type { ProviderInfo } from '../../../../src/registry/resource.ts';
import { type CredentialSettings, createLogins } from '../../../../src/session/login/credentials.ts';

const ENVIRONMENT: Readonly<Record<string, string>> = {
  KEY: 'k3y-123\n',
  USER: 'ada',
  PASSWORD: 'pässword',
  EMPTY: ' ',
  BROKEN: 'k3y-\u0001',
};

/** Terms under which no login can ask for anything. */
const NOBODY: AuthorizeTerms = {
  ask: async () => {
    throw new Error('a login asks for something');
  },
};

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'credentials-'));
  writeFileSync(join(folder, 'key'), 'k3y-file\n');
});
afterAll(() => rmSync(folder, { recursive: true }));

const inFolder = (config: Readonly<Record<string, unknown>>): AuthConfig =>
  JSON.parse(JSON.stringify(config).replaceAll('FOLDER', JSON.stringify(folder).slice(1, -1))) as AuthConfig;

function providerWith(auth?: AuthConfig, name = 'desk'): ProviderInfo {
  const info = { name, version: 'v1', title: name, description: '', services: [], summaries: {} };
  return auth === undefined ? info : { ...info, auth };
}

interface Case extends CredentialSettings {
  readonly document?: AuthConfig;
  readonly provider?: string;
  readonly url?: string;
}

function authorizerFor({ document, provider = 'desk', ...settings }: Case): (url?: string) => Promise<Authorization> {
  const { authorize } = createLogins(
    {
      environment: (name) =>
        name === 'PATH_OF_KEY' ? join(folder, 'key') : Object.hasOwn(ENVIRONMENT, name) ? ENVIRONMENT[name] : undefined,
      ...settings,
    },
    {
      providers: [providerWith(document, provider)],
      isBuiltIn: true,
      originOfOrg: (name) => `https://${name}.okta.com`,
      now: () => 0,
    },
  );
  return (url = 'https://acme.desk.example/x') => authorize({ method: 'GET', url, headers: {}, provider }, NOBODY);
}

const authorization = (config: Readonly<Record<string, unknown>>): Promise<Authorization> =>
  authorizerFor({ auth: { desk: inFolder(config) } })();

const base64 = (text: string): string => Buffer.from(text, 'utf8').toString('base64');

describe('a login by', () => {
  test.each<[what: string, config: Readonly<Record<string, unknown>>, header: string]>([
    ['api_key', { type: 'api_key', credentialsenvvar: 'KEY' }, 'api_key k3y-123'],
    ['api_key with a prefix', { type: 'api_key', credentialsenvvar: 'KEY', valuePrefix: 'SSWS ' }, 'SSWS k3y-123'],
    ['api_key from a file', { type: 'api_key', credentialsfilepath: 'FOLDER/key', valuePrefix: '' }, 'k3y-file'],
    [
      'api_key from a file that a variable names',
      { type: 'api_key', credentialsfilepathenvvar: 'PATH_OF_KEY' },
      'api_key k3y-file',
    ],
    ['api_key in the settings', { type: 'api_key', api_key: 'k3y-inline' }, 'api_key k3y-inline'],
    ['the variable before the settings', { type: 'bearer', credentialsenvvar: 'KEY', api_key: 'x' }, 'Bearer k3y-123'],
    ['bearer', { type: 'bearer', credentialsenvvar: 'KEY', valuePrefix: 'ignored' }, 'Bearer k3y-123'],
    ['basic in base64', { type: 'basic', api_key: base64('a:b') }, `Basic ${base64('a:b')}`],
    [
      'basic from variables',
      { type: 'basic', username_var: 'USER', password_var: 'PASSWORD' },
      `Basic ${base64('ada:pässword')}`,
    ],
    ['basic in the settings', { type: 'basic', username: 'ada', password: '' }, `Basic ${base64('ada:')}`],
    [
      'basic with a prefix',
      { type: 'basic', username: 'a', password: 'b', valuePrefix: 'BASIC ' },
      `BASIC ${base64('a:b')}`,
    ],
    ['basic as key and secret', { type: 'basic', api_key: 'a', api_secret: 'b' }, `Basic ${base64('a:b')}`],
  ])('%s', async (_what, config, header) => {
    const { headers, query, secrets } = await authorization(config);
    expect({ headers, query }).toEqual({ headers: { authorization: header }, query: undefined });
    // What follows the scheme must not be shown, whoever repeats it.
    expect(secrets.some((secret) => header.endsWith(secret))).toBe(true);
  });

  test('custom: a header, then what succeeds it', async () => {
    const config = {
      type: 'custom',
      location: 'header',
      name: 'X-Key',
      credentialsenvvar: 'KEY',
      valuePrefix: 'ignored',
      successor: { type: 'custom', location: 'query', name: 'user', credentialsenvvar: 'USER' },
    };
    expect(await authorization(config)).toEqual({
      headers: { 'X-Key': 'k3y-123' },
      query: { user: 'ada' },
      secrets: ['k3y-123', 'ada'],
    });
  });

  test('null_auth: nothing, to any origin', async () => {
    const authorize = authorizerFor({ auth: { desk: { type: 'null_auth' } } });
    expect(await authorize('https://a.example')).toEqual({ headers: {}, secrets: [] });
    expect(await authorize('https://b.example')).toEqual({ headers: {}, secrets: [] });
  });
});

test('oauth2: the token URL is filled, and the token is Bearer', async () => {
  const asked: string[] = [];
  const { authorize } = createLogins(
    {
      auth: {
        desk: {
          type: 'oauth2',
          token_url: 'https://login.example/{{\n .__env__USER }}/{{ .account_id }}/token',
          account_id: 'a/1',
          client_id: 'c',
          client_secret_env_var: 'PASSWORD',
        },
      },
      environment: (name) => ENVIRONMENT[name],
    },
    {
      providers: [],
      isBuiltIn: true,
      originOfOrg: () => '',
      now: () => 0,
    },
  );
  const ask: Ask = async (asking) => {
    asked.push(asking.url);
    const text = JSON.stringify({ access_token: 't1', token_type: 'bearer' });
    return { status: 200, headers: new Headers({ 'content-type': 'application/json' }), text, request: asking };
  };
  const request = { method: 'GET', url: 'https://desk.example/', headers: {}, provider: 'desk' } as const;
  expect(await authorize(request, { ask })).toMatchObject({
    headers: { authorization: 'Bearer t1' },
    secrets: ['t1'],
  });
  expect(asked).toEqual(['https://login.example/ada/a%2F1/token']);
  await expect(authorize(request, { ask, signal: AbortSignal.abort() })).rejects.toMatchObject({ code: 'CANCELLED' });
});

describe('which login', () => {
  const DOCUMENT: AuthConfig = { type: 'bearer', credentialsenvvar: 'KEY' };
  const basic: AuthConfig = { type: 'basic', username: 'a', password: 'b' };

  test.each<[what: string, given: Case, header: string | undefined]>([
    ['that of the document', { document: DOCUMENT }, 'Bearer k3y-123'],
    ['the caller’s before it, as a whole', { document: DOCUMENT, auth: { DESK: basic } }, `Basic ${base64('a:b')}`],
    ['not that of another provider', { document: DOCUMENT, auth: { other: basic } }, 'Bearer k3y-123'],
    ['not Okta’s token', { document: DOCUMENT, token: '00a' }, 'Bearer k3y-123'],
    ['none where none is said', { token: '00a' }, undefined],
    ['Okta’s token for Okta', { provider: 'okta', document: DOCUMENT, token: ' 00a\n' }, 'SSWS 00a'],
    ['Okta’s token as a Secret', { provider: 'okta', token: new Secret('00a') }, 'SSWS 00a'],
    [
      'the caller’s before Okta’s token',
      { provider: 'okta', auth: { okta: basic }, token: '00a' },
      `Basic ${base64('a:b')}`,
    ],
  ])('%s', async (_what, given, header) => {
    expect((await authorizerFor(given)()).headers['authorization']).toBe(header);
  });

  test('it stays with the origin that it was first used with', async () => {
    const authorize = authorizerFor({ document: DOCUMENT });
    await authorize('https://a.desk.example/1');
    await expect(authorize('https://b.desk.example/1')).rejects.toMatchObject({ code: 'AUTH', status: 0 });
    await expect(authorize('https://a.desk.example:8443/1')).rejects.toMatchObject({ code: 'AUTH', status: 0 });
    await expect(authorize('https://a.desk.example/2')).resolves.toBeDefined();
  });
});

describe('is an error', () => {
  test.each<[what: string, config: Readonly<Record<string, unknown>>, error: Readonly<Record<string, unknown>>]>([
    [
      'a variable that is not set',
      { type: 'bearer', credentialsenvvar: 'NOT_SET' },
      { code: 'AUTH', status: 0, hint: 'Set the environment variable NOT_SET.' },
    ],
    ['a variable that is empty', { type: 'bearer', credentialsenvvar: 'EMPTY' }, { code: 'AUTH', status: 0 }],
    ['nothing at all', { type: 'bearer' }, { code: 'AUTH', status: 0 }],
    ['a file that is not there', { type: 'bearer', credentialsfilepath: 'FOLDER/none' }, { code: 'INVALID_VALUE' }],
    ['what no header can hold', { type: 'bearer', credentialsenvvar: 'BROKEN' }, { code: 'INVALID_VALUE' }],
    ['custom without a name', { type: 'custom', credentialsenvvar: 'KEY' }, { code: 'INVALID_VALUE' }],
    [
      'custom in a cookie',
      { type: 'custom', name: 'x', location: 'cookie', credentialsenvvar: 'KEY' },
      { code: 'INVALID_VALUE' },
    ],
    ['another type', { type: 'aws_signing_v4', credentialsenvvar: 'KEY' }, { code: 'NOT_SUPPORTED' }],
    ['a service account', { type: 'service_account', credentialsfilepath: 'FOLDER/key' }, { code: 'NOT_SUPPORTED' }],
    ['another grant', { type: 'oauth2', grant_type: 'password' }, { code: 'NOT_SUPPORTED' }],
    ['a client without an id', { type: 'oauth2', token_url: 'https://x.example/t' }, { code: 'AUTH', status: 0 }],
    [
      'a token URL with a variable that is not set',
      { type: 'oauth2', token_url: 'https://x.example/{{ .__env__NOT_SET }}/t', client_id: 'a', client_secret: 'b' },
      { code: 'AUTH', hint: 'Set the environment variable NOT_SET.' },
    ],
    [
      'a token URL in the clear',
      { type: 'oauth2', token_url: 'http://x.example/t', client_id: 'a', client_secret: 'b' },
      { code: 'INVALID_VALUE' },
    ],
    [
      'a token URL with a login',
      { type: 'oauth2', token_url: 'https://u:p@x.example/t', client_id: 'a', client_secret: 'b' },
      { code: 'INVALID_VALUE' },
    ],
  ])('%s', async (_what, config, error) => {
    const failure = await authorization(config).then(
      () => undefined,
      (reason: unknown) => reason,
    );
    expect(failure).toMatchObject(error);
    expect(inspect(failure)).not.toContain('k3y');
  });

  test.each(['', 'a b', 'a\u0000'])('a token of Okta such as %j, at once', (token) => {
    expect(() => authorizerFor({ token })).toThrow(
      expect.objectContaining({ code: 'INVALID_VALUE', subject: 'token' }),
    );
  });

  test('settings that are not understood, at once', () => {
    const auth = { desk: { type: 'basic', password: 5 } } as unknown as Readonly<Record<string, AuthConfig>>;
    expect(() => authorizerFor({ auth })).toThrow(
      expect.objectContaining({ code: 'INVALID_VALUE', subject: 'auth.desk.password' }),
    );
  });
});
