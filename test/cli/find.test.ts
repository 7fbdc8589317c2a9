/** `oktaql search` and `oktaql docs`: no network, no login. */

import { describe, expect, it } from 'vitest';
import { exampleOf } from '../../src/cli/find-command.ts';
import { createProvider, createSession, toObjects } from '../../src/index.ts';
import { runCli } from './run-cli.ts';

async function search(...args: readonly string[]): Promise<readonly string[]> {
  const { code, stdout } = await runCli(['search', ...args, '-o', 'jsonl']);
  expect(code).toBe(0);
  return stdout
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => (JSON.parse(line) as { name: string }).name);
}

describe('search', () => {
  it.each<[words: readonly string[], among: number, expected: readonly string[]]>([
    [['mfa'], 3, ['okta.authenticators.authenticators', 'okta.users.factors']],
    [['API token'], 1, ['okta.api_tokens.api_tokens']],
    [['api', 'tokens'], 1, ['okta.api_tokens.api_tokens']],
    [['app key'], 2, ['okta.apps.jwks']],
    [['system log'], 1, ['okta.logs.system_log_events']],
    [['factors'], 1, ['okta.users.factors']],
    // The name of a column alone.
    [['lastFactorVerification'], 1, ['okta.sessions.sessions']],
  ])('%j has what is meant among the first %i', async (words, among, expected) => {
    const found = (await search(...words)).slice(0, among);
    expect(found).toEqual(expect.arrayContaining([...expected]));
  });

  it('wants all words, and says where there are none', async () => {
    const { code, stdout, stderr } = await runCli(['search', 'factor', 'nosuchword', '-o', 'csv']);
    expect([code, stdout, stderr]).toEqual([
      0,
      'name,description,columns\n',
      'note: nothing fits; SHOW TABLES lists all that there is\n',
    ]);
  });

  it('says how many it leaves out', async () => {
    const { stderr } = await runCli(['search', 'user', '--limit', '2']);
    expect(stderr).toMatch(/^note: \d+ more fit less well; --limit \d+ shows them\n$/);
  });
});

describe('docs', () => {
  it.each(['okta.apps.jwks', 'apps.jwks', 'JWKS'])('%s: what it is, needs and has, and an example', async (name) => {
    const { code, stdout, stderr } = await runCli(['docs', name]);
    expect([code, stderr]).toEqual([0, '']);
    expect(stdout).toMatch(
      /^okta\.apps\.jwks\nThe public keys that an application signs or encrypts with\.\n\nSELECT needs subdomain\.\n/,
    );
    expect(stdout).toContain("  SELECT * FROM okta.apps.jwks WHERE subdomain = 'acme';\n");
    expect(stdout).toMatch(/\nkid +\| VARCHAR/);
    expect(stdout).toMatch(/\nadd_jwk +\| appId, subdomain +\| INSERT/);
  });

  it('of a service and of a provider lists what is in it', async () => {
    expect((await runCli(['docs', 'okta.apps', '-o', 'jsonl'])).stdout).toContain('"id":"okta.apps.jwks"');
    expect((await runCli(['docs', 'okta', '-o', 'jsonl'])).stdout).toContain('"name":"apps"');
  });

  it.each<[name: string, told: string]>([
    ['features', 'Did you mean okta.apps.features or okta.features.features?'],
    ['okta.apps.jwkz', 'Did you mean jwks'],
    ['nosuch', 'oktaql search nosuch looks for it.'],
  ])('%s is told with what could be meant', async (name, told) => {
    const { code, stderr } = await runCli(['docs', name]);
    expect([code, stderr]).toEqual([1, expect.stringContaining(told)]);
  });

  it('shows an example of each table that can be planned', async () => {
    const provider = createProvider();
    const session = createSession();
    const tables = toObjects(await session.query("show tables where type = 'resource'")).map(({ name }) =>
      String(name),
    );
    expect(tables.length).toBeGreaterThan(150);
    for (const name of tables) {
      const [needed = []] = provider.requiredParameters(name);
      const example = exampleOf(provider.describe(name), needed);
      await expect(session.check(example), example).resolves.toEqual([]);
    }
    await session.close();
    await provider.close();
  });
});
