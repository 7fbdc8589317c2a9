/** From settings to the headers that leave: the loader, and what a provider makes of its answer. */

import { expect, it } from 'vitest';
import { optionsOf } from '../../../../src/cli/configuration/options.ts';
import { createProvider } from '../../../../src/index.ts';
import { clientYaml, type Given, load } from './disk.ts';

const ORGS = `okta:
  orgs:
    prod: {orgUrl: acme.okta.com, token: prod-token}
    preview: {orgUrl: acme.oktapreview.com, token: preview-token}
    own: {orgUrl: id.example.com, token: own-token}
`;

/** The host and the credential of each request that a list of apps takes. */
async function sentBy(given: Given, orgs: readonly string[], auth?: string): Promise<readonly string[]> {
  const sent: string[] = [];
  const provider = createProvider({
    ...optionsOf(load({ ...given, auth })),
    ...(auth !== undefined && { auth: JSON.parse(auth) }),
    fetch: async ({ url, headers }) => {
      sent.push(`${new URL(url).origin} ${headers.get('authorization')}`);
      return Response.json([]);
    },
  });
  const quals = orgs.length === 0 ? [] : [{ kind: 'in' as const, column: 'subdomain', values: orgs }];
  for await (const _rows of provider.scan('okta.apps.applications', { quals }));
  await provider.close();
  return sent.sort();
}

it.each<[given: Given, orgs: readonly string[], ...sent: string[]]>([
  [
    { home: ORGS },
    ['prod', 'preview', 'own'],
    'https://acme.okta.com SSWS prod-token',
    'https://acme.oktapreview.com SSWS preview-token',
    'https://id.example.com SSWS own-token',
  ],
  // By their hosts too.
  [
    { home: ORGS },
    ['acme', 'id.example.com'],
    'https://acme.okta.com SSWS prod-token',
    'https://id.example.com SSWS own-token',
  ],
  [
    { home: ORGS, environment: { OKTA_CLIENT_ORGURL: 'acme.okta.com', OKTA_API_TOKEN: 'mine' } },
    ['prod', 'preview'],
    'https://acme.okta.com SSWS mine',
    'https://acme.oktapreview.com SSWS preview-token',
  ],
  [
    { environment: { OKTA_CLIENT_ORGURL: 'acme.oktapreview.com', OKTA_CLIENT_TOKEN: 'mine' } },
    [],
    'https://acme.oktapreview.com SSWS mine',
  ],
  [
    { environment: { OKTA_CLIENT_ORGURL: 'id.example.com', OKTA_ACCESS_TOKEN: 'mine' } },
    [],
    'https://id.example.com Bearer mine',
  ],
  [
    { environment: { OKTA_CLIENT_ORGURL: 'http://localhost:8080', OKTA_API_TOKEN: 'mine' } },
    [],
    'http://localhost:8080 SSWS mine',
  ],
  [
    { environment: { OKTA_CLIENT_ORGURL: 'http://[::1]:8080', OKTA_API_TOKEN: 'mine' } },
    [],
    'http://[::1]:8080 SSWS mine',
  ],
  [{ environment: { OKTA_API_TOKEN: 'mine' } }, ['acme'], 'https://acme.okta.com SSWS mine'],
  [{ home: ORGS, environment: { OKTA_API_TOKEN: 'mine' } }, ['other'], 'https://other.okta.com SSWS mine'],
])('%j, %j', async (given, orgs, ...sent) => {
  expect(await sentBy(given, orgs)).toEqual(sent);
});

it.each<[reason: string, given: Given, orgs: readonly string[]]>([
  ['a login of another org at home', { home: clientYaml({ orgUrl: 'acme.okta.com', token: 't' }) }, ['other']],
  [
    'a token of --env.file, which Okta’s document would ask for',
    { environment: { OKTA_CLIENT_ORGURL: 'other.okta.com' }, envFile: '/e', disk: { '/e': 'OKTA_API_TOKEN=t' } },
    [],
  ],
  [
    'two families',
    { environment: { OKTA_CLIENT_ORGURL: 'other.okta.com', OKTA_ORG_NAME: 'acme', OKTA_API_TOKEN: 't' } },
    [],
  ],
])('nothing is sent with %s', async (_reason, given, orgs) => {
  await expect(sentBy(given, orgs)).rejects.toThrow('Nothing was sent');
});

it('the login of --auth goes to names that the user has chosen', async () => {
  const auth = '{"okta":{"type":"api_key","valuePrefix":"SSWS ","credentialsenvvar":"MINE"}}';
  const environment = { MINE: 'mine' };
  expect(await sentBy({ home: ORGS, environment }, ['own'], auth)).toEqual(['https://id.example.com SSWS mine']);
  await expect(sentBy({ work: ORGS, environment }, ['own'], auth)).rejects.toThrow('--config ./okta.yaml');
  const chosen = { configFile: '/work/project/okta.yaml', disk: { '/work/project/okta.yaml': ORGS }, environment };
  expect(await sentBy(chosen, ['own'], auth)).toEqual(['https://id.example.com SSWS mine']);
});
