/** One place at a time: what each variable and key is read as. */

import { describe, expect, it } from 'vitest';
import { clientYaml, credential, type Given, goals, HOME, load, WORK } from './disk.ts';

const PEM = '-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----';
const APP = {
  OKTA_CLIENT_ORGURL: 'https://acme.okta.com',
  OKTA_CLIENT_CLIENTID: '0oa1',
  OKTA_CLIENT_SCOPES: 'okta.apps.read',
  OKTA_CLIENT_PRIVATEKEY: PEM,
};
const APP_IS = `private-key 0oa1 - okta.apps.read ${PEM}`;

describe('variables', () => {
  it.each<[environment: Record<string, string>, ...expected: string[]]>([
    [{}, 'default -'],
    [{ OKTA_API_TOKEN: 't' }, 'any api-token t', 'default -'],
    [{ OKTA_CLIENT_TOKEN: 't' }, 'any api-token t', 'default -'],
    [{ OKTA_TOKEN: 't' }, 'any api-token t', 'default -'],
    [{ OKTA_ACCESS_TOKEN: 't' }, 'any bearer t', 'default -'],
    [{ OKTA_CLIENT_TOKEN: 't', OKTA_CLIENT_AUTHORIZATIONMODE: 'SSWS' }, 'any api-token t', 'default -'],
    [{ OKTA_CLIENT_TOKEN: 't', OKTA_CLIENT_AUTHORIZATION_MODE: 'Bearer' }, 'any bearer t', 'default -'],
    [{ OKTA_CLIENT_TOKEN: '' }, 'default -'],
    [{ OKTA_CLIENT_TOKEN: ' \n' }, 'default -'],
    [{ OKTA_API_TOKEN: 't\n' }, 'any api-token t', 'default -'],
    [
      { OKTA_CLIENT_ORGURL: 'https://acme.okta.com', OKTA_CLIENT_TOKEN: 't' },
      'acme https://acme.okta.com api-token t',
      'default acme',
    ],
    [
      { OKTA_CLIENT_ORG_URL: 'https://acme.okta.com', OKTA_API_TOKEN: 't' },
      'acme https://acme.okta.com api-token t',
      'default acme',
    ],
    [
      { OKTA_CLIENT_OKTADOMAIN: 'https://acme.okta.com/', OKTA_CLIENT_TOKEN: 't' },
      'acme https://acme.okta.com api-token t',
      'default acme',
    ],
    [
      { OKTA_ORGURL: 'https://acme.oktapreview.com', OKTA_TOKEN: 't' },
      'acme.oktapreview.com https://acme.oktapreview.com api-token t',
      'default acme.oktapreview.com',
    ],
    [{ OKTA_ORG_NAME: 'acme', OKTA_API_TOKEN: 't' }, 'acme https://acme.okta.com api-token t', 'default acme'],
    [
      { OKTA_ORG_NAME: 'acme', OKTA_BASE_URL: 'okta-emea.com', OKTA_ACCESS_TOKEN: 't' },
      'acme.okta-emea.com https://acme.okta-emea.com bearer t',
      'default acme.okta-emea.com',
    ],
    // A base alone is no org.
    [{ OKTA_BASE_URL: 'oktapreview.com', OKTA_API_TOKEN: 't' }, 'any api-token t', 'default -'],
    [APP, `acme https://acme.okta.com ${APP_IS}`, 'default acme'],
    [
      {
        OKTA_CLIENT_ORG_URL: 'acme.okta.com',
        OKTA_CLIENT_AUTHORIZATION_MODE: 'PrivateKey',
        OKTA_CLIENT_CLIENT_ID: '0oa1',
        OKTA_CLIENT_SCOPES: 'okta.apps.read okta.users.read',
        OKTA_CLIENT_PRIVATE_KEY: '{"kty":"RSA"}',
        OKTA_CLIENT_PRIVATE_KEY_ID: 'kid-1',
      },
      'acme https://acme.okta.com private-key 0oa1 kid-1 okta.apps.read+okta.users.read {"kty":"RSA"}',
      'default acme',
    ],
    [
      {
        OKTA_ORG_NAME: 'acme',
        OKTA_API_CLIENT_ID: '0oa1',
        OKTA_API_SCOPES: 'okta.apps.read,okta.users.read',
        OKTA_API_PRIVATE_KEY: PEM,
        OKTA_API_PRIVATE_KEY_ID: 'kid-1',
      },
      `acme https://acme.okta.com private-key 0oa1 kid-1 okta.apps.read+okta.users.read ${PEM}`,
      'default acme',
    ],
    [
      { OKTA_CLIENT_ORGURL: 'https://id.example.com' },
      'id.example.com https://id.example.com -',
      'default id.example.com',
    ],
  ])('%j', (environment, ...expected) => {
    const configuration = load({ environment });
    expect(goals(configuration)).toEqual(expected);
    expect(configuration.notices).toEqual([]);
  });

  it.each([
    'OKTA_CLIENT_KEYID',
    'OKTA_CLIENT_KEY_ID',
    'OKTA_CLIENT_PRIVATEKEYID',
    'OKTA_CLIENT_PRIVATE_KEY_ID',
    'OKTA_CLIENT_KID',
  ])('%s is the id of the key', (name) => {
    expect(load({ environment: { ...APP, [name]: 'kid-1' } }).orgs['acme']?.login).toMatchObject({ keyId: 'kid-1' });
  });

  it.each<[environment: Record<string, string>, expected: string, notice: string]>([
    [
      { OKTA_CLIENT_ORGURL: 'a.okta.com', OKTA_CLIENT_ORG_URL: 'b.okta.com' },
      'a https://a.okta.com -',
      'OKTA_CLIENT_ORG_URL is not used: OKTA_CLIENT_ORGURL goes before it.',
    ],
    [
      { OKTA_CLIENT_TOKEN: 'one', OKTA_API_TOKEN: 'two' },
      'any api-token one',
      'OKTA_API_TOKEN is not used: OKTA_CLIENT_TOKEN goes before it.',
    ],
    // One that may be of another org is not sent to the one that has a login of its own.
    [
      { ...APP, OKTA_API_TOKEN: 'one' },
      `acme https://acme.okta.com ${APP_IS}`,
      'OKTA_API_TOKEN is not used: OKTA_CLIENT_PRIVATEKEY goes before it.',
    ],
    // The token beside the only org is the one that is meant.
    [
      { OKTA_CLIENT_TOKEN: 'one', OKTA_ORG_NAME: 'acme', OKTA_API_TOKEN: 'two' },
      'acme https://acme.okta.com api-token two',
      'OKTA_CLIENT_TOKEN is not used: OKTA_API_TOKEN goes before it.',
    ],
    [
      { OKTA_API_TOKEN: 'one', OKTA_ACCESS_TOKEN: 'two' },
      'any api-token one',
      'OKTA_ACCESS_TOKEN: not used, since OKTA_API_TOKEN goes before. authorizationMode can say otherwise.',
    ],
    [
      { ...APP, OKTA_CLIENT_TOKEN: 'one' },
      'acme https://acme.okta.com api-token one',
      'OKTA_CLIENT_PRIVATEKEY: not used, since OKTA_CLIENT_TOKEN goes before. authorizationMode can say otherwise.',
    ],
    [
      { OKTA_API_TOKEN: 't', OKTA_TESTING_DISABLE_HTTPS_CHECK: 'true' },
      'any api-token t',
      'OKTA_TESTING_DISABLE_HTTPS_CHECK is not followed: plain http is for this machine only, and needs no setting there.',
    ],
    [
      { OKTA_API_TOKEN: 't', OKTA_CLIENT_RATE_LIMIT_MAX_RETRIES: '5' },
      'any api-token t',
      'OKTA_CLIENT_RATE_LIMIT_MAX_RETRIES is not followed: rate limits are waited for, and --timeout ends the waiting.',
    ],
    [
      { OKTA_CLIENT_SCOPES: 'okta.apps.read' },
      'default -',
      'OKTA_CLIENT_SCOPES: not used, since neither an org nor a secret stands beside.',
    ],
  ])('%j: %s, and a notice', (environment, expected, notice) => {
    const configuration = load({ environment });
    expect(goals(configuration)[0]).toBe(expected);
    expect(configuration.notices).toEqual([notice]);
  });

  it('two spellings that agree are no matter', () => {
    const environment = {
      OKTA_CLIENT_TOKEN: 't',
      OKTA_API_TOKEN: 't',
      OKTA_TOKEN: 't',
      OKTA_TESTING_DISABLE_HTTPS_CHECK: 'false',
    };
    expect(load({ environment }).notices).toEqual([]);
  });

  it('with a mode, a token that another mode takes is left alone', () => {
    const environment = { ...APP, OKTA_CLIENT_TOKEN: 'one', OKTA_CLIENT_AUTHORIZATIONMODE: 'PrivateKey' };
    expect(goals(load({ environment }))[0]).toBe(`acme https://acme.okta.com ${APP_IS}`);
  });

  it('name a simulator', () => {
    expect(load({ environment: { OKTAQL_ENDPOINT_URL: 'http://localhost:8080' } }).endpointUrl).toBe(
      'http://localhost:8080',
    );
    expect(load({ environment: { OKTAQL_ENDPOINT_URL: '' } }).endpointUrl).toBeUndefined();
  });
});

describe('the source of a login', () => {
  it.each<[Given, string]>([
    [{ environment: { OKTA_API_TOKEN: 't' } }, 'OKTA_API_TOKEN'],
    [{ envFile: 'prod.env', disk: { [`${WORK}/prod.env`]: 'OKTA_API_TOKEN=t' } }, 'prod.env'],
    [{ work: clientYaml({ token: 't' }) }, './okta.yaml'],
    [{ home: clientYaml({ token: 't' }) }, '~/.okta/okta.yaml'],
    [{ configFile: '/etc/okta.yaml', disk: { '/etc/okta.yaml': clientYaml({ token: 't' }) } }, '/etc/okta.yaml'],
  ])('%j is %s', (given, source) => {
    expect(load(given).login?.source).toBe(source);
  });
});

describe('okta.yaml', () => {
  it.each<[settings: Record<string, string>, ...expected: string[]]>([
    [{ orgUrl: 'https://acme.okta.com', token: 't' }, 'acme https://acme.okta.com api-token t', 'default acme'],
    [{ oktaDomain: 'https://acme.okta.com', token: '"t"' }, 'acme https://acme.okta.com api-token t', 'default acme'],
    // What YAML makes a number, a boolean or a date is the text that was written.
    [{ token: '0012345678901234567890' }, 'any api-token 0012345678901234567890', 'default -'],
    [{ token: '1e3' }, 'any api-token 1e3', 'default -'],
    [{ token: 'on' }, 'any api-token on', 'default -'],
    [{ token: '2026-11-24' }, 'any api-token 2026-11-24', 'default -'],
    [{ token: 'null' }, 'default -'],
    [{ token: '~' }, 'default -'],
    [{ token: '' }, 'default -'],
    [{ authorizationMode: 'bearer', token: 't' }, 'any bearer t', 'default -'],
    [
      {
        orgUrl: 'https://acme.okta.com',
        authorizationMode: 'PrivateKey',
        clientId: '0oa1',
        scopes: '[okta.apps.read, okta.users.read]',
        privateKey: '"-----BEGIN PRIVATE KEY-----\\\\nAAAA\\\\n-----END PRIVATE KEY-----"',
        privateKeyId: 'kid-1',
      },
      'acme https://acme.okta.com private-key 0oa1 kid-1 okta.apps.read+okta.users.read -----BEGIN PRIVATE KEY-----\\nAAAA\\n-----END PRIVATE KEY-----',
      'default acme',
    ],
    [
      {
        orgUrl: 'acme.okta.com',
        clientId: '0oa1',
        scopes: 'okta.apps.read, okta.users.read',
        privateKey: '|-\n      -----BEGIN PRIVATE KEY-----\n      AAAA\n      -----END PRIVATE KEY-----',
        kid: 'kid-1',
      },
      `acme https://acme.okta.com private-key 0oa1 kid-1 okta.apps.read+okta.users.read ${PEM}`,
      'default acme',
    ],
    [
      {
        clientId: '0oa1',
        scopes: 'okta.apps.read',
        privateKey: '{kty: RSA, n: 12, e: AQAB, ext: true, key_ops: [sign]}',
        keyId: 'k',
      },
      'any private-key 0oa1 k okta.apps.read {"kty":"RSA","n":"12","e":"AQAB","key_ops":["sign"]}',
      'default -',
    ],
    [
      { clientId: '0oa1', scopes: 'okta.apps.read', privateKey: `'{"kty":"RSA"}'` },
      'any private-key 0oa1 - okta.apps.read {"kty":"RSA"}',
      'default -',
    ],
  ])('%j', (settings, ...expected) => {
    for (const place of ['work', 'home']) {
      const configuration = load({ [place]: clientYaml(settings) });
      expect(goals(configuration)).toEqual(expected);
      expect(configuration.notices).toEqual([]);
    }
  });

  it.each(['', '# nothing\n', 'okta:\n', 'okta: {}\n', 'okta:\n  client:\n', '\uFEFFokta: ~\n', '---\n...\n'])(
    'may be empty: %j',
    (work) => {
      const configuration = load({ work });
      expect(goals(configuration)).toEqual(['default -']);
      expect(configuration.notices).toEqual([]);
    },
  );

  it('merges what is anchored', () => {
    const work = `okta:
  orgs:
    prod: &app {orgUrl: acme.okta.com, clientId: 0oa1, scopes: okta.apps.read, privateKey: '{"kty":"EC"}'}
    preview: {<<: *app, orgUrl: acme.oktapreview.com, clientId: 0oa2}
`;
    expect(goals(load({ work }))).toEqual([
      'prod https://acme.okta.com private-key 0oa1 - okta.apps.read {"kty":"EC"}',
      'preview https://acme.oktapreview.com private-key 0oa2 - okta.apps.read {"kty":"EC"}',
      'default -',
    ]);
  });

  it.each<[text: string, notice: string]>([
    [
      clientYaml({ orgURL: 'acme.okta.com', token: 't' }),
      '"orgURL" of okta.client in ./okta.yaml is unknown. Did you mean orgUrl?',
    ],
    ['okta:\n  orgz: {}\n', '"orgz" of okta in ./okta.yaml is unknown. Did you mean orgs?'],
    ['octa:\n  client: {}\n', '"octa" in ./okta.yaml is unknown. Did you mean okta?'],
    ['zzzzzzzz: 1\n', '"zzzzzzzz" in ./okta.yaml is unknown.'],
    [`${'s3cret'.repeat(10)}: 1\n`, '(a text of 60 characters) in ./okta.yaml is unknown.'],
    [
      clientYaml({ token: 't', rateLimit: '{maxRetries: 3}', connectionTimeout: '30' }),
      'okta.client.connectionTimeout, okta.client.rateLimit of ./okta.yaml: not used here.',
    ],
    [
      'okta:\n  testing:\n    disableHttpsCheck: true\n',
      'okta.testing.disableHttpsCheck of ./okta.yaml is not followed: plain http is for this machine only, and needs no setting there.',
    ],
    [
      clientYaml({ orgUrl: 'a.okta.com', oktaDomain: 'b.okta.com', token: 't' }),
      'okta.client.oktaDomain of ./okta.yaml is not used: okta.client.orgUrl goes before it.',
    ],
    [
      'okta:\n  orgs:\n    prod: {orgUrl: a.okta.com, token: t, requestTimeout: 3}\n',
      'okta.orgs.prod.requestTimeout of ./okta.yaml: not used here.',
    ],
  ])('%j has a notice', (work, notice) => {
    expect(load({ work }).notices).toEqual([notice]);
  });

  it('of sign-in libraries is no matter', () => {
    expect(
      load({ work: 'okta:\n  oauth2: {clientSecret: s}\n  idx: {issuer: x}\n  testing: {disableHttpsCheck: false}\n' })
        .notices,
    ).toEqual([]);
  });
});

describe('a private key', () => {
  const app = { clientId: '0oa1', scopes: 'okta.apps.read' };
  it.each<[given: Given, file: string]>([
    [{ home: clientYaml({ ...app, privateKey: 'app.pem' }) }, `${HOME}/.okta/app.pem`],
    [{ work: clientYaml({ ...app, privateKey: 'keys/app.pem' }) }, `${WORK}/keys/app.pem`],
    [{ work: clientYaml({ ...app, privateKey: '~/app.pem' }) }, `${HOME}/app.pem`],
    [{ work: clientYaml({ ...app, privateKey: '/etc/app.pem' }) }, '/etc/app.pem'],
    [
      {
        environment: { OKTA_API_CLIENT_ID: '0oa1', OKTA_API_SCOPES: 'okta.apps.read', OKTA_API_PRIVATE_KEY: 'app.pem' },
      },
      `${WORK}/app.pem`,
    ],
    [
      {
        environment: {
          OKTA_CLIENT_CLIENTID: '0oa1',
          OKTA_CLIENT_SCOPES: 'okta.apps.read',
          OKTA_CLIENT_PRIVATEKEY: './app.pem',
        },
      },
      `${WORK}/app.pem`,
    ],
  ])('%j is read from %s', (given, file) => {
    const configuration = load({ ...given, disk: { [file]: `${PEM}\n` } });
    expect(configuration.login && credential(configuration.login.login)).toBe(
      `private-key 0oa1 - okta.apps.read ${PEM}`,
    );
    expect(configuration.notices).toEqual([]);
  });

  const BAG = 'Bag Attributes\n    localKeyID: 9D 20 1B \nKey Attributes: <No Attributes>\n';
  const PARAMETERS = '-----BEGIN EC PARAMETERS-----\nBggqhkjOPQMBBw==\n-----END EC PARAMETERS-----\n';
  const base64 = (text: string): string => Buffer.from(text).toString('base64');
  it.each([
    BAG + PEM,
    PARAMETERS + PEM,
    PEM.replaceAll('\n', ' '),
    `"${PEM}"`,
    `'${PEM}'`,
    JSON.stringify(PEM),
    JSON.stringify('{"kty":"EC"}'),
    base64(PEM),
    base64('{"kty":"EC"}'),
  ])('in an odd form is one, given itself or by its path: %j', (text) => {
    const byPath = { environment: { ...APP, OKTA_CLIENT_PRIVATEKEY: 'app.pem' }, disk: { [`${WORK}/app.pem`]: text } };
    for (const given of [{ environment: { ...APP, OKTA_CLIENT_PRIVATEKEY: text } }, byPath]) {
      expect(goals(load(given))[0]).toBe(`acme https://acme.okta.com private-key 0oa1 - okta.apps.read ${text}`);
    }
  });

  it('keeps its line ends as they are written: the session reads them', () => {
    const environment = { ...APP, OKTA_CLIENT_PRIVATEKEY: PEM.replaceAll('\n', '\\n') };
    expect(goals(load({ environment }))[0]).toContain('\\nAAAA\\n');
  });
});

describe('--env.file', () => {
  it.each<[text: string, value: string]>([
    ['VALUE=t', 't'],
    ['\uFEFFVALUE=t\r\n', 't'],
    ['# a comment\r\n\r\n  export VALUE = t  # mine\r\nOTHER=x\r\n', 't'],
    ['VALUE="t"', 't'],
    ["VALUE='t # no comment'", 't # no comment'],
    ['VALUE=a\nVALUE=t\n', 't'],
  ])('%j', (text, value) => {
    const { environment } = load({ envFile: '.env', disk: { [`${WORK}/.env`]: text } });
    expect(environment('VALUE')).toBe(value);
  });

  it('holds keys over several lines', () => {
    const text = Object.entries(APP)
      .map(([name, value]) => `${name}="${value}"\n`)
      .join('');
    for (const lines of [text, text.replaceAll('\n', '\r\n')]) {
      const configuration = load({ envFile: '/etc/app.env', disk: { '/etc/app.env': lines } });
      expect(goals(configuration)).toEqual([`acme https://acme.okta.com ${APP_IS}`, 'default acme']);
    }
  });

  it('may be a pipe, which no others can read', () => {
    const pipe = { kind: 'pipe', text: 'OKTA_API_TOKEN=t', mode: 0o644 } as const;
    expect(goals(load({ envFile: '/dev/fd/63', disk: { '/dev/fd/63': pipe } }))[0]).toBe('any api-token t');
  });

  it('leaves the environment of the process alone', () => {
    const name = 'OKTAQL_TEST_OF_ENV_FILE';
    const { environment } = load({ envFile: '.env', disk: { [`${WORK}/.env`]: `${name}=x` } });
    expect([environment(name), process.env[name]]).toEqual(['x', undefined]);
  });
});

describe('timeout and proxy', () => {
  const proxy = '{host: proxy.example, port: 3128, username: u, password: p@ss}';
  it.each<[given: Given, timeoutMs: number | undefined]>([
    [{ environment: { OKTA_CLIENT_REQUESTTIMEOUT: '30' } }, 30_000],
    [{ environment: { OKTA_CLIENT_REQUEST_TIMEOUT: '1.5' } }, 1_500],
    [{ work: clientYaml({ requestTimeout: '20' }) }, 20_000],
    [{ work: clientYaml({ requestTimeout: '20' }), home: clientYaml({ requestTimeout: '10' }) }, 20_000],
    [{ environment: { OKTA_CLIENT_REQUESTTIMEOUT: '30' }, work: clientYaml({ requestTimeout: '20' }) }, 30_000],
    // To the SDKs, 0 is no setting.
    [{ work: clientYaml({ requestTimeout: '0' }) }, undefined],
    [{}, undefined],
  ])('%j is %s ms', (given, timeoutMs) => {
    expect(load(given).timeoutMs).toBe(timeoutMs);
  });

  it.each<[given: Given, url: string | undefined, noProxy?: string]>([
    [{ work: clientYaml({ proxy }) }, 'http://u:p%40ss@proxy.example:3128'],
    [{ work: clientYaml({ proxy: '{host: "http://proxy.example"}' }) }, 'http://proxy.example'],
    [
      { environment: { OKTA_CLIENT_PROXY_HOST: 'proxy.example', OKTA_CLIENT_PROXY_PORT: '80' } },
      'http://proxy.example:80',
    ],
    [{ environment: { OKTA_HTTP_PROXY: 'http://a', HTTPS_PROXY: 'http://b' } }, 'http://a'],
    [{ environment: { HTTPS_PROXY: 'b:3128', HTTP_PROXY: 'http://c', NO_PROXY: 'x' } }, 'http://b:3128', 'x'],
    [
      { environment: { https_proxy: 'http://a', HTTPS_PROXY: 'http://b', no_proxy: 'y', NO_PROXY: 'x' } },
      'http://a',
      'y',
    ],
    [{ environment: { HTTPS_PROXY: 'http://b' }, work: clientYaml({ proxy }) }, 'http://b'],
    [{ envFile: '.env', disk: { [`${WORK}/.env`]: 'HTTP_PROXY=http://c' }, work: clientYaml({ proxy }) }, 'http://c'],
    [{ environment: { HTTPS_PROXY: '' } }, undefined],
    [{ environment: { ALL_PROXY: 'http://a' }, work: clientYaml({ proxy }) }, 'http://a'],
    [{ environment: { all_proxy: 'a:3128', ALL_PROXY: 'http://b' } }, 'http://a:3128'],
    [{ environment: { all_proxy: 'http://a', HTTP_PROXY: 'http://b' } }, 'http://b'],
    [{ environment: { all_proxy: 'socks5://a', HTTP_PROXY: 'http://b' } }, 'http://b'],
  ])('%j is %s', (given, url, noProxy) => {
    const { proxy: found } = load(given);
    expect(found && { url: String(found.url), noProxy: found.noProxy }).toEqual(url && { url: '***', noProxy });
    expect(typeof found?.url === 'object' ? found.url.reveal() : found?.url).toBe(url);
  });

  it.each(['socks5://u:s3cret@a:1080', 'socks5h://a', 'SOCKS://a', 'ftp://a'])('ALL_PROXY=%s has a notice', (all) => {
    const notices = ['ALL_PROXY is not used: a proxy is asked by http:// or https:// only.'];
    expect(load({ environment: { ALL_PROXY: all } })).toMatchObject({ notices });
    expect(load({ environment: { ALL_PROXY: all } }).proxy).toBeUndefined();
    expect(load({ environment: { ALL_PROXY: all, HTTPS_PROXY: 'http://b' } }).notices).toEqual([]);
  });
});

describe('private keys that are checked', () => {
  const names = (given: Given): readonly string[] => load(given).privateKeys.map(({ name }) => name);

  it.each<[given: Given, ...names: string[]]>([
    [{ environment: APP }, 'OKTA_CLIENT_PRIVATEKEY'],
    [{ environment: { OKTA_CLIENT_ORGURL: 'acme.okta.com', OKTA_CLIENT_TOKEN: 't' } }],
    [
      {
        home: `okta: {orgs: {prod: {orgUrl: a.okta.com, clientId: 0oa1, scopes: s, privateKey: '{"kty":"RSA"}'}}}`,
      },
      'okta.orgs.prod.privateKey of ~/.okta/okta.yaml',
    ],
    // It is not used.
    [{ environment: APP, auth: '{"okta":{"type":"bearer","credentialsenvvar":"A"}}' }],
  ])('%j', (given, ...expected) => {
    expect(names(given)).toEqual(expected);
  });
});
