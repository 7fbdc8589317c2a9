/** `${VARIABLE}` in okta.yaml. */

import { describe, expect, it } from 'vitest';
import { fillFrom } from '../../../../src/cli/configuration/filled-text.ts';
import { goals, HOME, load, type TestFile, WORK } from './disk.ts';

const ref = (name: string): string => `$\{${name}}`;

const ODD = `okta.orgs.prod.token of ci.yaml holds ${ref('…')} with something that is no name of a variable.`;

const TWO_ORGS = `okta:
  orgs:
    prod: { orgUrl: 'https://${ref('ORG')}.okta.com', token: '${ref('PROD_TOKEN')}' }
    preview: { orgUrl: https://acme.oktapreview.com, token: '00a${ref('REST')}' }
`;
const ENVIRONMENT = { ORG: 'acme', PROD_TOKEN: 'secret-1', REST: 'secret-2' };
const FILE = `${WORK}/ci.yaml`;

const named = (
  text: string | TestFile,
  environment: Readonly<Record<string, string>> = ENVIRONMENT,
): ReturnType<typeof load> => load({ disk: { [FILE]: text }, configFile: 'ci.yaml', environment });

/** What is complained of. */
function complaint(work: () => unknown): string {
  try {
    work();
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
  return '';
}

describe('a variable', () => {
  it('is taken from the environment, within a text too', () => {
    expect(goals(named(TWO_ORGS))).toEqual([
      'prod https://acme.okta.com api-token secret-1',
      'preview https://acme.oktapreview.com api-token 00asecret-2',
      'default -',
    ]);
  });

  it('is taken from --env.file, and in the file at home', () => {
    const disk = { [`${WORK}/vars`]: 'ORG=acme\nPROD_TOKEN=from-file\nREST=x\n' };
    const { orgs } = load({ disk, envFile: 'vars', home: TWO_ORGS, environment: { PROD_TOKEN: 'own' } });
    expect(goals({ ...load({}), orgs })[0]).toBe('prod https://acme.okta.com api-token own');
  });

  it('stands in lists and in the members of a key', () => {
    const yaml = `okta:
  client: { orgUrl: https://acme.okta.com, clientId: 0oa1, scopes: ['${ref('A')}', okta.apps.read], privateKey: { kty: RSA, d: '${ref('D')}' } }`;
    expect(goals(named(yaml, { A: 'okta.users.read', D: 'x' }))[0]).toBe(
      'acme https://acme.okta.com private-key 0oa1 - okta.users.read+okta.apps.read {"kty":"RSA","d":"x"}',
    );
  });

  it('in a comment is none, and with two $ means itself', () => {
    const yaml = `okta:\n  # ${ref('NOTHING')}\n  client: { orgUrl: https://acme.okta.com, token: '${ref('ORG')}' }`;
    expect(goals(named(yaml))[0]).toBe('acme https://acme.okta.com api-token acme');
    expect(fillFrom(() => 'x')(`a$${ref('B')}${ref('C')}`, '')).toBe(`a${ref('B')}x`);
  });

  it('keeps a file free of secrets, which others may read then', () => {
    const open = (text: string): readonly string[] => named({ text, mode: 0o644 }).notices;
    expect(open(TWO_ORGS.replace('00a', ''))).toEqual([]);
    expect(open(TWO_ORGS)).toEqual([expect.stringContaining('ci.yaml holds a secret')]);
  });

  it.each<[value: string, complaint: string]>([
    [ref('NOT_SET'), 'okta.orgs.prod.token of ci.yaml takes NOT_SET from the environment, where it is not set.'],
    [ref('EMPTY'), 'okta.orgs.prod.token of ci.yaml takes EMPTY from the environment, where it is not set.'],
    [`x${ref('A:-hidden')}`, ODD],
    [ref(''), ODD],
  ])('%s is an error with its place', (value, message) => {
    const told = complaint(() => named(TWO_ORGS.replace(ref('PROD_TOKEN'), value), { ...ENVIRONMENT, EMPTY: '' }));
    expect(told).toContain(message);
    expect(told).not.toContain('hidden');
    expect(told).not.toContain('secret');
  });

  it('is not taken by a file that nobody has named', () => {
    const told = complaint(() => load({ work: TWO_ORGS, environment: ENVIRONMENT }));
    expect(told).toBe(
      'okta.orgs.prod.orgUrl of ./okta.yaml would take a variable from the environment. --config ./okta.yaml says that the file is meant.',
    );
    const evil = `okta: { client: { orgUrl: https://evil.example, token: '${ref('OKTA_API_TOKEN')}' } }`;
    const environment = { OKTA_API_TOKEN: 'secret' };
    expect(() => load({ work: evil, environment })).toThrow('would take a variable');
    expect(goals(load({ home: evil, homeFolder: HOME, environment })).join()).not.toContain('evil');
  });
});
