/** What is refused, and what is said of it: never a value. */

import { generateKeyPairSync } from 'node:crypto';
import { inspect } from 'node:util';
import { InvalidArgumentError } from 'commander';
import { describe, expect, it } from 'vitest';
import { clientYaml, type Given, HOME, load, type TestFile, WORK } from './disk.ts';

const SECRET = 's3cretValue';
const ENV_FILE = `${WORK}/.env`;
const env = (text: string): Given => ({ envFile: '.env', disk: { [ENV_FILE]: text } });
const variables = (environment: Record<string, string>): Given => ({ environment });
const app = { clientId: '0oa1', scopes: 'okta.apps.read' };

function complaint(given: Given): string {
  try {
    load(given);
  } catch (error) {
    expect(error).toBeInstanceOf(InvalidArgumentError);
    expect(inspect(error, { depth: 9, showHidden: true })).not.toContain(SECRET);
    return (error as Error).message;
  }
  return '(none)';
}

describe('the URL of an org', () => {
  it.each([
    ['https://{yourOktaDomain}', 'still holds the placeholder of an example'],
    ['https://<domain>.okta.com', 'still holds the placeholder of an example'],
    ['https://https://acme.okta.com', 'holds :// twice'],
    ['https://acme.okta.com.com', 'holds .com.com'],
    ['https://acme-admin.okta.com', 'is the address of the admin console. Leave -admin off.'],
    ['acme-admin.oktapreview.com', 'is the address of the admin console. Leave -admin off.'],
    [`https://u:${SECRET}@acme.okta.com`, 'holds user information'],
    ['ftp://acme.okta.com', 'has another scheme than https'],
    ['http://acme.okta.com', 'is plain http, which only this machine may be'],
    ['http://localhost.example.com', 'is plain http, which only this machine may be'],
    ['https://acme.okta.com/oauth2/default', 'holds a path. The org alone is meant, without /oauth2 or /api.'],
    [`https://acme.okta.com?${SECRET}`, 'holds a query or fragment'],
    ['https://acme.okta.com#x', 'holds a query or fragment'],
    ['https://acme.okta.com:8443', 'holds a port'],
    // A session would take the one for a label, and send the token to localhost.okta.com.
    [
      'https://localhost',
      'is no http:// for this machine, and no https:// with a port. Write it as http://localhost:8080',
    ],
    [
      'localhost:8080',
      'is no http:// for this machine, and no https:// with a port. Write it as http://localhost:8080',
    ],
    [
      'https://127.0.0.1',
      'is no http:// for this machine, and no https:// with a port. Write it as http://localhost:8080',
    ],
    [
      '127.0.0.1:8443',
      'is no http:// for this machine, and no https:// with a port. Write it as http://localhost:8080',
    ],
    [
      'https://acme.localhost',
      'is no http:// for this machine, and no https:// with a port. Write it as http://localhost:8080',
    ],
    ['https://', 'is no full host name'],
    [SECRET, 'is no full host name'],
    ['https://10.0.0.1', 'is no host of an org'],
    ['https://0x7f.1.2.3.4', 'is no URL'],
    ['https://аcme.okta.com', 'is no host of an org'],
    ['https://a.b.okta.com', 'is no host of an org'],
    ['https://okta.com', 'is no host of an org'],
    ['https://acme.okta.com.', 'is no host of an org'],
    ['https://ac me.okta.com', 'is no URL'],
  ])('%s', (orgUrl, fault) => {
    expect(complaint(variables({ OKTA_CLIENT_ORGURL: orgUrl, OKTA_API_TOKEN: 't' }))).toContain(
      `OKTA_CLIENT_ORGURL ${fault}`,
    );
    expect(complaint({ work: clientYaml({ orgUrl: JSON.stringify(orgUrl), token: 't' }) })).toContain(
      `okta.client.orgUrl of ./okta.yaml ${fault}`,
    );
  });

  it.each([
    ['http://localhost:8080', 'http://localhost:8080'],
    ['http://127.0.0.1:8080/', 'http://127.0.0.1:8080'],
    ['http://acme.localhost:8080', 'http://acme.localhost:8080'],
    ['https://acme.localhost:9443', 'https://acme.localhost:9443'],
    ['https://127.0.0.1:8443/', 'https://127.0.0.1:8443'],
    ['https://[::1]:8443', 'https://[::1]:8443'],
    ['HTTPS://Acme.Okta.com//', 'https://acme.okta.com'],
    ['login.example.com', 'https://login.example.com'],
  ])('%s is one', (orgUrl, url) => {
    const { orgs, subdomain = '' } = load(variables({ OKTA_CLIENT_ORGURL: orgUrl }));
    expect(orgs[subdomain]?.url).toBe(url);
  });
});

describe('an org in the two variables of Terraform', () => {
  const ADVICE = 'Write OKTA_ORG_NAME as acme, and OKTA_BASE_URL as okta.com.';
  it.each<[name: string, base: string, message: string]>([
    ['acme.okta.com', '', 'OKTA_ORG_NAME holds more than the label of an org'],
    ['acme.okta.com', 'okta.com', 'OKTA_ORG_NAME holds more than the label of an org'],
    ['https://acme', '', 'OKTA_ORG_NAME holds more than the label of an org'],
    ['https://acme.okta.com/', 'okta.com', 'OKTA_ORG_NAME holds more than the label of an org'],
    ['acme', 'https://okta.com', 'OKTA_BASE_URL holds more than a domain'],
    ['acme', 'okta.com/', 'OKTA_BASE_URL holds more than a domain'],
    ['acme', 'okta.com:443', 'OKTA_BASE_URL holds more than a domain'],
    ['acme', 'acme.okta.com', 'OKTA_BASE_URL holds more than a domain'],
    ['acme', `u:${SECRET}@okta.com`, 'OKTA_BASE_URL holds more than a domain'],
    ['{acme}', '', 'OKTA_ORG_NAME still holds the placeholder of an example'],
    ['ac me', '', 'OKTA_ORG_NAME is no URL'],
  ])('%s and %j', (name, base, message) => {
    const environment = { OKTA_ORG_NAME: name, OKTA_BASE_URL: base, OKTA_API_TOKEN: 't' };
    expect(complaint({ environment })).toBe(`${message}. ${ADVICE}`);
    const text = `OKTA_ORG_NAME="${name}"\nOKTA_BASE_URL="${base}"\nOKTA_API_TOKEN=t\n`;
    expect(complaint(env(text))).toBe(`${message.replace(/^\w+/, '$& of .env')}. ${ADVICE}`);
  });

  it('is not looked at where another is meant', () => {
    const environment = { OKTA_CLIENT_ORGURL: 'acme.okta.com', OKTA_ORG_NAME: 'acme.okta.com', OKTA_API_TOKEN: 't' };
    expect(load({ environment }).subdomain).toBe('acme');
  });

  it.each([
    ['login.eu', 'example.com', 'https://login.eu.example.com'],
    ['acme', 'localhost:8443', 'https://acme.localhost:8443'],
  ])('%s and %s are one', (name, base, url) => {
    const { orgs, subdomain = '' } = load({ environment: { OKTA_ORG_NAME: name, OKTA_BASE_URL: base } });
    expect(orgs[subdomain]?.url).toBe(url);
  });
});

describe('a login by halves', () => {
  it.each<[given: Given, message: string]>([
    [
      { work: clientYaml({ token: '{apiToken}' }) },
      'okta.client.token of ./okta.yaml still holds the placeholder of an example.',
    ],
    [
      { work: clientYaml({ token: '"{apiToken}"' }) },
      'okta.client.token of ./okta.yaml still holds the placeholder of an example.',
    ],
    [variables({ OKTA_API_TOKEN: `{${SECRET}}` }), 'OKTA_API_TOKEN still holds the placeholder of an example.'],
    [variables({ OKTA_API_TOKEN: `${SECRET} ${SECRET}` }), 'OKTA_API_TOKEN holds characters that no token has.'],
    [
      { work: clientYaml({ ...app, clientId: '"{clientId}"', privateKey: `'{"d":"${SECRET}"}'` }) },
      'okta.client.clientId of ./okta.yaml still holds the placeholder of an example.',
    ],
    [
      { work: clientYaml({ privateKey: `'{"d":"${SECRET}"}'` }) },
      'The login of okta.client.privateKey of ./okta.yaml lacks okta.client.clientId of ./okta.yaml. A login comes from one place as a whole.',
    ],
    [
      variables({ OKTA_CLIENT_PRIVATEKEY: SECRET, OKTA_CLIENT_CLIENTID: '0oa1' }),
      'The login of OKTA_CLIENT_CLIENTID, OKTA_CLIENT_PRIVATEKEY lacks OKTA_CLIENT_SCOPES. A login comes from one place as a whole.',
    ],
    [
      { home: clientYaml({ orgUrl: 'acme.okta.com', clientId: '0oa1' }) },
      'The login of okta.client.orgUrl, okta.client.clientId of ~/.okta/okta.yaml lacks okta.client.privateKey of ~/.okta/okta.yaml. A login comes from one place as a whole.',
    ],
    [
      { work: clientYaml({ token: SECRET, authorizationMode: 'PrivateKey', clientId: '0oa1' }) },
      'The login of okta.client.authorizationMode, okta.client.token, okta.client.clientId of ./okta.yaml lacks okta.client.privateKey of ./okta.yaml. A login comes from one place as a whole.',
    ],
    [
      variables({
        OKTA_CLIENT_AUTHORIZATIONMODE: 'SSWS',
        OKTA_CLIENT_CLIENTID: '0oa1',
        OKTA_CLIENT_ORGURL: 'acme.okta.com',
      }),
      'The login of OKTA_CLIENT_ORGURL, OKTA_CLIENT_AUTHORIZATIONMODE, OKTA_CLIENT_CLIENTID lacks OKTA_CLIENT_TOKEN. A login comes from one place as a whole.',
    ],
    ...['JWT', 'JWK', 'constructor', SECRET].map((mode): [Given, string] => [
      variables({ OKTA_CLIENT_AUTHORIZATIONMODE: mode, OKTA_CLIENT_TOKEN: 't' }),
      'OKTA_CLIENT_AUTHORIZATIONMODE is no authorization mode that is supported. SSWS, PrivateKey and Bearer are; with PrivateKey, the key may be a JWK.',
    ]),
    [
      { work: 'okta:\n  orgs:\n    prod: {orgUrl: acme.okta.com}\n', environment: { OKTA_API_TOKEN: 't' } },
      'okta.orgs.prod of ./okta.yaml lacks a login. Give it a token, or clientId, privateKey and scopes.',
    ],
    [{ work: `okta:\n  orgs:\n    prod: {token: ${SECRET}}\n` }, 'okta.orgs.prod of ./okta.yaml lacks orgUrl.'],
    [
      {
        work: `okta:\n  orgs:\n    prod: {orgUrl: acme.okta.com, token: ${SECRET}}\n    live: {orgUrl: acme.okta.com, token: t}\n`,
      },
      'okta.orgs.live.token of ./okta.yaml is another login for the org of okta.orgs.prod.token of ./okta.yaml. An org has one login, whatever names it goes by.',
    ],
    [
      {
        work: `okta:\n  orgs:\n    acme: {orgUrl: evil.example, token: ${SECRET}}\n`,
        auth: '{"okta":{"type":"api_key"}}',
      },
      'okta.orgs of ./okta.yaml would say where the login of --auth goes. --config ./okta.yaml says that they are meant.',
    ],
    [
      { work: `okta:\n  orgs:\n    prod: {orgUrl: acme.okta.com, clientId: 0oa1, privateKey: ${SECRET}}\n` },
      'The login of okta.orgs.prod.orgUrl, okta.orgs.prod.clientId, okta.orgs.prod.privateKey of ./okta.yaml lacks okta.orgs.prod.scopes of ./okta.yaml. A login comes from one place as a whole.',
    ],
  ])('%j', (given, message) => {
    expect(complaint(given)).toBe(message);
  });
});

describe('okta.yaml', () => {
  it.each<[text: string, message: string]>([
    [`okta:\n  client:\n    token: "${SECRET}\n`, './okta.yaml is no YAML: MISSING_CHAR in line 4, column 1.'],
    [`okta: {client: {token: ${SECRET}}\n`, './okta.yaml is no YAML: BAD_INDENT in line 2, column 1.'],
    [
      `okta:\n  client: {}\n  client: {token: ${SECRET}}\n`,
      './okta.yaml is no YAML: DUPLICATE_KEY in line 3, column 3.',
    ],
    [`okta:\n\tclient: ${SECRET}\n`, './okta.yaml is no YAML: TAB_AS_INDENT in line 2, column 1.'],
    ['okta: {}\n---\nokta: {}\n', './okta.yaml is no YAML: MULTIPLE_DOCS in line 2, column 1.'],
    ['okta: *nothing\n', './okta.yaml cannot be read: its aliases stand for too much, or for nothing.'],
    [bomb(), './okta.yaml cannot be read: its aliases stand for too much, or for nothing.'],
    ['['.repeat(60_000), expect.stringMatching(/^\.\/okta\.yaml is no YAML: /) as unknown as string],
    [`${SECRET}\n`, 'The top of ./okta.yaml takes settings below it, one a line.'],
    [`- ${SECRET}\n`, 'The top of ./okta.yaml takes settings below it, one a line.'],
    [`okta: ${SECRET}\n`, 'okta of ./okta.yaml takes settings below it, one a line.'],
    [`okta:\n  client: [${SECRET}]\n`, 'okta.client of ./okta.yaml takes settings below it, one a line.'],
    [`okta:\n  orgs: [${SECRET}]\n`, 'okta.orgs of ./okta.yaml takes settings below it, one a line.'],
    [`okta:\n  orgs:\n    prod: ${SECRET}\n`, 'okta.orgs.prod of ./okta.yaml takes settings below it, one a line.'],
    [
      clientYaml({ token: `[${SECRET}]` }),
      'okta.client.token of ./okta.yaml takes one text, not a list or settings below it.',
    ],
    [
      clientYaml({ token: `{a: ${SECRET}}` }),
      'okta.client.token of ./okta.yaml takes one text, not a list or settings below it.',
    ],
    [
      clientYaml({ orgUrl: '[a]' }),
      'okta.client.orgUrl of ./okta.yaml takes one text, not a list or settings below it.',
    ],
    [
      clientYaml({ orgUrl: 'https://{yourOktaDomain}', token: 't' }),
      'okta.client.orgUrl of ./okta.yaml still holds the placeholder of an example. Write it as https://acme.okta.com.',
    ],
    [
      clientYaml({ scopes: '[[a]]' }),
      'okta.client.scopes of ./okta.yaml takes one text, not a list or settings below it.',
    ],
    [
      clientYaml({ privateKey: `{d: ${SECRET}}` }),
      'okta.client.privateKey of ./okta.yaml takes one text, not a list or settings below it.',
    ],
    [clientYaml({ requestTimeout: 'soon' }), 'okta.client.requestTimeout of ./okta.yaml takes a number of seconds.'],
    [clientYaml({ proxy: SECRET }), 'okta.client.proxy of ./okta.yaml takes settings below it, one a line.'],
    [clientYaml({ proxy: '{port: 80}' }), 'okta.client.proxy of ./okta.yaml needs a host.'],
    [clientYaml({ proxy: `{host: "u:${SECRET}@p"}` }), 'okta.client.proxy of ./okta.yaml is no host name.'],
    [
      clientYaml({ proxy: '{host: p, port: no}' }),
      'okta.client.proxy of ./okta.yaml stands beside a port that is none.',
    ],
    ...['Prod', 'a.b', '-a', 'a-', 'a b', '""', 'x'.repeat(64)].map((name): [string, string] => [
      `okta:\n  orgs:\n    ${name}: {orgUrl: acme.okta.com, token: t}\n`,
      'A name below okta.orgs of ./okta.yaml is no name of an org. Take small letters, digits and hyphens within, such as prod-eu.',
    ]),
  ])('%j', (work, message) => {
    expect(complaint({ work })).toEqual(message);
  });

  /** Ten aliases of ten aliases of …: a few hundred bytes that stand for more than any memory holds. */
  function bomb(): string {
    const lines = Array.from(
      { length: 9 },
      (_, at) => `x${at + 1}: &x${at + 1} [${Array(9).fill(`*x${at}`).join(', ')}]\n`,
    );
    return `x0: &x0 [lol]\n${lines.join('')}`;
  }
});

describe('files', () => {
  it.each<[reason: string, file: TestFile, message: string]>([
    ['no permission to read', { text: '', readError: 'EACCES' }, 'cannot be read (EACCES).'],
    ['a folder, or a link into nothing', { kind: 'other' }, 'is no file, or a link to one that is not there.'],
    ['a huge file, which is not read', { bytes: 65_537 }, 'has more than 65536 bytes, which no settings have.'],
    [
      'a file that has grown',
      { bytes: 0, text: 'x'.repeat(65_537) },
      'has more than 65536 bytes, which no settings have.',
    ],
  ])('%s', (_reason, file, message) => {
    expect(complaint({ work: file })).toBe(`./okta.yaml ${message}`);
    expect(complaint({ home: file })).toBe(`~/.okta/okta.yaml ${message}`);
    expect(complaint({ configFile: 'my.yaml', disk: { [`${WORK}/my.yaml`]: file } })).toBe(`my.yaml ${message}`);
    expect(complaint({ envFile: '.env', disk: { [ENV_FILE]: file } })).toBe(`.env ${message}`);
  });

  it('a pipe is no ./okta.yaml: nobody may be writing', () => {
    expect(complaint({ work: { kind: 'pipe' } })).toBe('./okta.yaml is no file, or a link to one that is not there.');
  });

  it('a home that may not be searched is left alone, and said to be', () => {
    const configuration = load({ home: { statError: 'EACCES' }, environment: { OKTA_API_TOKEN: 't' } });
    expect(configuration.notices).toEqual(['~/.okta/okta.yaml cannot be looked for (EACCES).']);
  });

  it('that were named must be there', () => {
    expect(complaint({ configFile: 'my.yaml' })).toBe('my.yaml is not there.');
    expect(complaint({ envFile: 'my.env' })).toBe('my.env is not there.');
  });

  it.each<[given: Given, message: string]>([
    [env(`OKTA_API_TOKEN ${SECRET}`), '.env has no NAME=value in line 1.'],
    [env(`A=1\n\n# x\n${SECRET}\n`), '.env has no NAME=value in line 4.'],
    [env(`A='1\n2'\nOKTA_API_TOKEN: ${SECRET}\n`), '.env has no NAME=value in line 3.'],
    [env(`A=1\nOKTA_API_TOKEN="${SECRET}\nB=2\n`), '.env has a quote in line 2 that does not end.'],
    [
      env('OKTA_CLIENT_ORGURL=acme\n'),
      'OKTA_CLIENT_ORGURL of .env is no full host name. Write it as https://acme.okta.com.',
    ],
    [variables({ OKTA_CLIENT_PROXY_HOST: `u:${SECRET}@p` }), 'OKTA_CLIENT_PROXY_HOST is no host name.'],
    [variables({ OKTA_CLIENT_REQUEST_TIMEOUT: '-1' }), 'OKTA_CLIENT_REQUEST_TIMEOUT takes a number of seconds.'],
  ])('%j', (given, message) => {
    expect(complaint(given)).toBe(message);
  });

  const inYaml = 'okta.client.privateKey of ~/.okta/okta.yaml';
  const taken = `${inYaml}, which is no PEM or JWK and so taken for the path of one,`;
  it.each<[key: string | TestFile | undefined, message: string]>([
    [undefined, `${taken} is not there.`],
    [{ kind: 'other' }, `${taken} is no file, or a link to one that is not there.`],
    [{ statError: 'ENAMETOOLONG' }, `${taken} cannot be read (ENAMETOOLONG).`],
    [{ text: '', readError: 'EACCES' }, `${taken} cannot be read (EACCES).`],
    [`-----BE ${SECRET}`, `${inYaml} names a file without a private key in PEM or JWK.`],
  ])('a private key that is %j', (key, message) => {
    // It may be a key without its first line.
    const home = clientYaml({ ...app, privateKey: SECRET });
    expect(complaint({ home, disk: key === undefined ? {} : { [`${HOME}/.okta/${SECRET}`]: key } })).toBe(message);
  });
});

describe('what is no key in any form', () => {
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-521' });
  const pem = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
  const content = pem.split('\n').slice(1, -2).join('\n');
  const message =
    'OKTA_CLIENT_PRIVATEKEY holds neither a private key nor the path of a file that can be read. A key is expected in PEM, with its lines ' +
    'that begin with -----BEGIN and -----END, or as a JWK; either of them may be in base64.';
  it.each<[what: string, text: string]>([
    ['a PEM without its first and last line', content],
    ['the same in one line', content.replaceAll('\n', '')],
    ['the same in one line, with \\n', content.replaceAll('\n', '\\n')],
    ['half of a JWK in base64', Buffer.from('{"kty":"RSA"').toString('base64').repeat(20)],
    ['a PEM in base64 twice', Buffer.from(Buffer.from(pem).toString('base64')).toString('base64')],
  ])('%s is not taken for a path', (_what, text) => {
    const environment = { OKTA_CLIENT_PRIVATEKEY: text, OKTA_CLIENT_CLIENTID: '0oa1', OKTA_CLIENT_SCOPES: 'a' };
    expect(complaint({ environment })).toBe(message);
  });
});

describe('secrets that others can read', () => {
  const secret = clientYaml({ token: SECRET });
  const key = '-----BEGIN PRIVATE KEY-----';
  it.each<[given: Given, notice: string | undefined]>([
    [
      { work: { text: secret, mode: 0o644 } },
      './okta.yaml holds a secret and can be read by others (mode 0644): chmod 600 ./okta.yaml',
    ],
    [
      { home: { text: secret, mode: 0o640 } },
      '~/.okta/okta.yaml holds a secret and can be read by others (mode 0640): chmod 600 ~/.okta/okta.yaml',
    ],
    [{ work: { text: secret, mode: 0o600 } }, undefined],
    [{ work: { text: secret, mode: 0o400 } }, undefined],
    // Who may write it can do more harm to the org's URL than to a secret, but learns none.
    [
      { work: { text: secret, mode: 0o622 } },
      './okta.yaml can be changed by others (mode 0622), who could name another org there: chmod go-w ./okta.yaml',
    ],
    [
      { home: { text: clientYaml({ orgUrl: 'acme.okta.com' }), mode: 0o664 } },
      '~/.okta/okta.yaml can be changed by others (mode 0664), who could name another org there: chmod go-w ~/.okta/okta.yaml',
    ],
    [{ work: { text: clientYaml({ orgUrl: 'acme.okta.com' }), mode: 0o644 } }, undefined],
    [
      { work: { text: clientYaml({ ...app, privateKey: `'{"d":"${SECRET}"}'` }), mode: 0o604 } },
      './okta.yaml holds a secret and can be read by others (mode 0604): chmod 600 ./okta.yaml',
    ],
    [
      { work: { text: clientYaml({ proxy: `{host: p, username: u, password: ${SECRET}}` }), mode: 0o644 } },
      './okta.yaml holds a secret and can be read by others (mode 0644): chmod 600 ./okta.yaml',
    ],
    [
      { work: { text: clientYaml({ ...app, privateKey: `"Bag Attributes\\n${key}"` }), mode: 0o644 } },
      './okta.yaml holds a secret and can be read by others (mode 0644): chmod 600 ./okta.yaml',
    ],
    [
      { work: { text: `okta:\n  orgs:\n    prod: {orgUrl: a.okta.com, token: ${SECRET}}\n`, mode: 0o644 } },
      './okta.yaml holds a secret and can be read by others (mode 0644): chmod 600 ./okta.yaml',
    ],
    [
      {
        envFile: '.env',
        disk: { [ENV_FILE]: { text: 'NODE_EXTRA_CA_CERTS=/ca.pem\nNO_PROXY=a.example', mode: 0o644 } },
      },
      undefined,
    ],
    [
      { envFile: '.env', disk: { [ENV_FILE]: { text: `A=${SECRET}`, mode: 0o644 } } },
      '.env holds a secret and can be read by others (mode 0644): chmod 600 .env',
    ],
    [
      {
        work: { text: clientYaml({ ...app, privateKey: 'app.pem' }), mode: 0o644 },
        disk: { [`${WORK}/app.pem`]: { text: key, mode: 0o644 } },
      },
      `${WORK}/app.pem holds a secret and can be read by others (mode 0644): chmod 600 ${WORK}/app.pem`,
    ],
  ])('%j', (given, notice) => {
    const configuration = load(given);
    expect(configuration.notices).toEqual(notice === undefined ? [] : [notice]);
    expect(inspect(configuration, { depth: 9, showHidden: true })).not.toContain(SECRET);
    expect(JSON.stringify(configuration)).not.toContain(SECRET);
  });
});
