/** Several places at once: which goes before which, and what is never put together. */

import { describe, expect, it } from 'vitest';
import { clientYaml, type Given, goals, HOME, load, WORK } from './disk.ts';

const ENV_FILE = `${WORK}/.env`;

/** Each place with an org and a token of its own, low to high. */
const PLACES: readonly (readonly [name: string, given: Given])[] = [
  ['home', { home: clientYaml({ orgUrl: 'home.okta.com', token: 'home-token' }) }],
  ['work', { work: clientYaml({ orgUrl: 'work.okta.com', token: 'work-token' }) }],
  [
    'file',
    { envFile: '.env', disk: { [ENV_FILE]: 'OKTA_CLIENT_ORGURL=https://file.okta.com\nOKTA_CLIENT_TOKEN=file-token' } },
  ],
  ['process', { environment: { OKTA_ORG_NAME: 'process', OKTA_API_TOKEN: 'process-token' } }],
];

const PAIRS = PLACES.flatMap((low, index) => PLACES.slice(index + 1).map((high) => [low, high] as const));

describe('the later place goes before', () => {
  it.each(PAIRS.map(([low, high]) => [low[0], high[0], { ...low[1], ...high[1] }] as const))(
    '%s, %s',
    (low, high, given) => {
      const configuration = load(given);
      expect(goals(configuration)).toEqual([
        `${high} https://${high}.okta.com api-token ${high}-token`,
        `default ${high}`,
      ]);
      expect(configuration.notices).toEqual([
        expect.stringMatching(
          new RegExp(`${low === 'file' ? '\\.env' : 'okta\\.yaml'}: not used, since .* goes before`),
        ),
      ]);
    },
  );

  it('--config in place of both files', () => {
    const given = Object.assign({}, ...PLACES.slice(0, 2).map(([, place]) => place)) as Given;
    const disk = { [`${WORK}/mine.yaml`]: clientYaml({ orgUrl: 'mine.okta.com', token: 'mine-token' }) };
    const configuration = load({ ...given, configFile: 'mine.yaml', disk });
    expect(goals(configuration)).toEqual(['mine https://mine.okta.com api-token mine-token', 'default mine']);
    expect(configuration.notices).toEqual([]);
  });

  it('a variable of the process over that of the file', () => {
    const { environment } = load({
      environment: { A: '1', C: '' },
      envFile: '.env',
      disk: { [ENV_FILE]: 'A=2\nB=2\nC=2\nD=' },
    });
    expect(['A', 'B', 'C', 'D', 'constructor'].map(environment)).toEqual(['1', '2', '2', undefined, undefined]);
  });
});

/** The token of each place must not go to the org of another: `other` is named high, the token of `acme` stands low. */
describe('an org and its login come from one place', () => {
  const acme = { orgUrl: 'https://acme.okta.com', token: 'acme-token' };
  const other = { OKTA_CLIENT_ORGURL: 'https://other.okta.com' };

  it.each<[reason: string, given: Given, ...expected: string[]]>([
    [
      'an org in the environment, a token at home',
      { home: clientYaml(acme), environment: other },
      'other https://other.okta.com -',
      'default other',
    ],
    [
      'an org in the environment, a token in --env.file',
      { environment: other, envFile: '.env', disk: { [ENV_FILE]: 'OKTA_API_TOKEN=acme-token' } },
      'other https://other.okta.com -',
      'default other',
    ],
    [
      'an org in the working folder, which another may have made, a token at home',
      { home: clientYaml(acme), work: clientYaml({ orgUrl: 'https://evil.example' }) },
      'evil.example https://evil.example -',
      'default evil.example',
    ],
    [
      'a token in the environment, an org in the working folder: it is not even the default',
      { work: clientYaml({ orgUrl: 'https://evil.example' }), environment: { OKTA_API_TOKEN: 'acme-token' } },
      'any api-token acme-token',
      'default -',
    ],
    [
      'a token in the environment, another login at home',
      { home: clientYaml(acme), environment: { OKTA_API_TOKEN: 'other-token' } },
      'any api-token other-token',
      'default -',
    ],
    [
      'a token in the environment, an org in --env.file',
      {
        environment: { OKTA_API_TOKEN: 'acme-token' },
        envFile: '.env',
        disk: { [ENV_FILE]: 'OKTA_CLIENT_ORGURL=other.okta.com' },
      },
      'any api-token acme-token',
      'default -',
    ],
    [
      'two families, each with its org, one without a token',
      { environment: { ...other, OKTA_ORG_NAME: 'acme', OKTA_API_TOKEN: 'acme-token' } },
      'other https://other.okta.com -',
      'default other',
    ],
    [
      'a token without an org, beside a named org of the working folder',
      {
        work: 'okta:\n  orgs:\n    acme: {orgUrl: evil.example, token: bait}\n',
        environment: { OKTA_API_TOKEN: 'acme-token' },
      },
      'acme https://evil.example api-token bait',
      'any api-token acme-token',
      'default -',
    ],
    [
      '--auth, an org and a token elsewhere',
      { home: clientYaml(acme), environment: other, auth: '{"Okta":{"type":"api_key","credentialsenvvar":"X"}}' },
      'default -',
    ],
  ])('%s', (_reason, given, ...expected) => {
    const configuration = load(given);
    expect(goals(configuration)).toEqual(expected);
    if (!expected.some((line) => line.startsWith('acme'))) expect(configuration.notices).toHaveLength(1);
  });

  it.each<[reason: string, given: Given]>([
    [
      'of the same origin, spelt otherwise',
      { home: clientYaml(acme), environment: { OKTA_CLIENT_ORGURL: 'ACME.okta.com/' } },
    ],
    [
      'of the same origin, named',
      {
        home: 'okta:\n  orgs:\n    prod: {orgUrl: acme.okta.com, token: acme-token}\n',
        work: clientYaml({ orgUrl: acme.orgUrl }),
      },
    ],
    ['of the same environment', { environment: { OKTA_CLIENT_ORGURL: acme.orgUrl, OKTA_API_TOKEN: 'acme-token' } }],
  ])('but for a login %s', (_reason, given) => {
    const { orgs, subdomain = '' } = load(given);
    const { url, login } = orgs[subdomain] ?? {};
    expect({ url, token: login?.kind === 'api-token' && String(login.token) }).toEqual({
      url: acme.orgUrl,
      token: '***',
    });
  });

  it('a credential that was passed over is not found by its name either', () => {
    const given = { environment: other, envFile: '.env', disk: { [ENV_FILE]: 'OKTA_API_TOKEN=acme-token\nMORE=1' } };
    const { environment } = load(given);
    expect([environment('OKTA_API_TOKEN'), environment('MORE')]).toEqual([undefined, '1']);
    const auth = '{"okta":{"type":"api_key","credentialsenvvar":"OKTA_API_TOKEN"}}';
    expect(load({ ...given, auth }).environment('OKTA_API_TOKEN')).toBe('acme-token');
  });

  it('one that is used is', () => {
    expect(load({ environment: { OKTA_API_TOKEN: 't' } }).environment('OKTA_API_TOKEN')).toBe('t');
  });

  it('--auth for another provider changes nothing', () => {
    const configuration = load({ home: clientYaml(acme), auth: '{"github":{"type":"null_auth"}}' });
    expect(goals(configuration)).toEqual(['acme https://acme.okta.com api-token acme-token', 'default acme']);
  });

  it('what is wrong with an org that is not used is no matter', () => {
    const home = clientYaml({ orgUrl: 'https://{yourOktaDomain}', token: '"{apiToken}"' });
    expect(goals(load({ home, environment: { OKTA_API_TOKEN: 't' } }))).toEqual(['any api-token t', 'default -']);
  });
});

describe('named orgs', () => {
  const orgs = (...lines: readonly string[]): string =>
    `okta:\n  orgs:\n${lines.map((line) => `    ${line}\n`).join('')}`;

  it.each<[given: Given, ...expected: string[]]>([
    [
      { home: orgs('prod: {orgUrl: acme.okta.com, token: p}', 'preview: {orgUrl: acme.oktapreview.com, token: q}') },
      'prod https://acme.okta.com api-token p',
      'preview https://acme.oktapreview.com api-token q',
      'default -',
    ],
    [
      { home: orgs('prod: {orgUrl: acme.okta.com, token: p}') },
      'prod https://acme.okta.com api-token p',
      'default prod',
    ],
    // As a whole: the token of one is not put beside the URL of the other.
    [
      {
        home: orgs('prod: {orgUrl: acme.okta.com, token: p}'),
        work: orgs('prod: {orgUrl: id.example.com, token: q}', 'dev: {orgUrl: dev.okta.com, token: d}'),
      },
      'prod https://id.example.com api-token q',
      'dev https://dev.okta.com api-token d',
      'default -',
    ],
    // A file for everybody, without secrets, and one at home that has them.
    [
      { work: orgs('prod: {orgUrl: acme.okta.com}'), home: orgs('mine: {orgUrl: acme.okta.com, token: p}') },
      'prod https://acme.okta.com api-token p',
      'mine https://acme.okta.com api-token p',
      'default -',
    ],
    [
      { home: `${orgs('prod: {orgUrl: acme.okta.com, token: p}')}  client: {orgUrl: dev.okta.com, token: d}\n` },
      'prod https://acme.okta.com api-token p',
      'dev https://dev.okta.com api-token d',
      'default dev',
    ],
    // The client names one of them.
    [
      { home: orgs('prod: {orgUrl: acme.okta.com, token: p}'), environment: { OKTA_CLIENT_ORGURL: 'acme.okta.com' } },
      'prod https://acme.okta.com api-token p',
      'default prod',
    ],
    // One name for two orgs: statements tell them apart by the host.
    [
      {
        home: orgs('acme: {orgUrl: acme.oktapreview.com, token: p}'),
        environment: { OKTA_CLIENT_ORGURL: 'acme.okta.com', OKTA_API_TOKEN: 't' },
      },
      'acme https://acme.oktapreview.com api-token p',
      'acme.okta.com https://acme.okta.com api-token t',
      'default acme.okta.com',
    ],
    // One name, one org: the place that goes before says how to log in.
    [
      {
        home: orgs('acme: {orgUrl: acme.okta.com, token: p}'),
        environment: { OKTA_CLIENT_ORGURL: 'acme.okta.com', OKTA_API_TOKEN: 't' },
      },
      'acme https://acme.okta.com api-token t',
      'default acme',
    ],
    [
      {
        work: orgs('acme: {orgUrl: acme.okta.com, token: p}'),
        home: clientYaml({ orgUrl: 'acme.okta.com', token: 't' }),
      },
      'acme https://acme.okta.com api-token p',
      'default acme',
    ],
    [
      {
        home: orgs('constructor: {orgUrl: acme.okta.com, token: p}'),
        environment: { OKTA_ORG_NAME: 'tostring', OKTA_API_TOKEN: 't' },
      },
      'constructor https://acme.okta.com api-token p',
      'tostring https://tostring.okta.com api-token t',
      'default tostring',
    ],
  ])('%j', (given, ...expected) => {
    expect(goals(load(given))).toEqual(expected);
  });

  it.each<[given: Given, expected: string[], notice: string]>([
    // An origin has one login, whatever names it goes by.
    [
      {
        home: orgs('prod: {orgUrl: acme.okta.com, token: p}'),
        environment: { OKTA_CLIENT_ORGURL: 'acme.okta.com', OKTA_API_TOKEN: 't' },
      },
      ['prod https://acme.okta.com api-token t', 'acme https://acme.okta.com api-token t', 'default acme'],
      'okta.orgs.prod.token of ~/.okta/okta.yaml: not used, since OKTA_API_TOKEN goes before.',
    ],
    [
      {
        home: orgs('mine: {orgUrl: acme.okta.com, token: p}'),
        work: orgs('prod: {orgUrl: acme.okta.com, token: q}'),
      },
      ['prod https://acme.okta.com api-token q', 'mine https://acme.okta.com api-token q', 'default -'],
      'okta.orgs.mine.token of ~/.okta/okta.yaml: not used, since okta.orgs.prod.token of ./okta.yaml goes before.',
    ],
    [
      {
        home: orgs('acme: {orgUrl: acme.oktapreview.com, token: p}'),
        environment: { OKTA_CLIENT_ORGURL: 'acme.okta.com', OKTA_API_TOKEN: 't' },
      },
      [
        'acme https://acme.oktapreview.com api-token p',
        'acme.okta.com https://acme.okta.com api-token t',
        'default acme.okta.com',
      ],
      'okta.orgs.acme of ~/.okta/okta.yaml is another org than that of OKTA_CLIENT_ORGURL, whose name is acme.okta.com.',
    ],
  ])('%j: %j, and a notice', (given, expected, notice) => {
    const configuration = load(given);
    expect(goals(configuration)).toEqual(expected);
    expect(configuration.notices).toEqual([notice]);
  });

  it('may be two names for one org and one login', () => {
    const home = orgs('prod: {orgUrl: acme.okta.com, token: p}', 'live: {orgUrl: acme.okta.com, token: p}');
    expect(load({ home }).notices).toEqual([]);
  });

  it('take the login of the same org from the environment', () => {
    const environment = { OKTA_CLIENT_ORGURL: 'acme.okta.com', OKTA_API_TOKEN: 't' };
    const work = orgs('prod: {orgUrl: acme.okta.com}', 'acme: {orgUrl: acme.okta.com}');
    expect(goals(load({ work, environment }))).toEqual([
      'prod https://acme.okta.com api-token t',
      'acme https://acme.okta.com api-token t',
      'default acme',
    ]);
  });

  it('say when one of a name hides another', () => {
    const work = orgs('prod: {orgUrl: a.okta.com, token: p}');
    expect(load({ work, home: work }).notices).toEqual([
      'okta.orgs.prod of ~/.okta/okta.yaml is not used: that of the working folder goes before it.',
    ]);
  });
});

describe('without the files', () => {
  it.each<[reason: string, given: Given]>([
    ['no folders', { workingFolder: undefined, homeFolder: undefined }],
    ['an empty home', { homeFolder: '' }],
    ['nothing in them', {}],
  ])('%s', (_reason, given) => {
    const configuration = load({ ...given, environment: { OKTA_API_TOKEN: 't' } });
    expect(goals(configuration)).toEqual(['any api-token t', 'default -']);
    expect(configuration.notices).toEqual([]);
  });

  it('a folder that is both is read once', () => {
    const home = { text: clientYaml({ token: 't' }), mode: 0o644 };
    expect(load({ home, workingFolder: `${HOME}/.okta` }).notices).toHaveLength(1);
  });
});
