/** What docs/credentials.md shows is what the loader reads. */

import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { readVariables } from '../../src/cli/configuration/variables.ts';
import { createSession } from '../../src/index.ts';
import { goals, load, WORK } from '../unit/cli/configuration/disk.ts';

const DOCUMENT = readFileSync(new URL('../../docs/credentials.md', import.meta.url), 'utf8');
const EXAMPLES = [...DOCUMENT.matchAll(/^```yaml\n([\s\S]*?)^```/gm)].map(([, text = '']) => text);
const KEY = '-----BEGIN PRIVATE KEY-----';

describe('docs/credentials.md', () => {
  it('shows files that are read without a note', () => {
    const disk = { [`${WORK}/acme.pem`]: KEY, [`${WORK}/preview.pem`]: KEY };
    const [one, several] = EXAMPLES.slice(0, 2).map((work) => load({ work, disk }));
    expect([one?.notices, several?.notices]).toEqual([[], []]);
    expect(one && goals(one)).toEqual([
      `acme https://acme.okta.com private-key 0oa1example key-2026 okta.apps.read+okta.users.read ${KEY}`,
      'default acme',
    ]);
    expect(one?.timeoutMs).toBe(30_000);
    expect(one?.proxy).toBeDefined();
    expect(several && goals(several)).toEqual([
      'prod https://acme.okta.com api-token 00a-example',
      `preview https://acme.oktapreview.com private-key 0oa2example - okta.apps.read ${KEY}`,
      'default -',
    ]);
  });

  it('shows a file without secrets', () => {
    const environment = { ACME_TOKEN: 'one', PREVIEW_TOKEN: 'two' };
    const disk = { [`${WORK}/okta.yaml`]: { text: EXAMPLES[2] ?? '', mode: 0o644 } };
    const loaded = load({ disk, configFile: 'okta.yaml', environment });
    expect([loaded.notices, goals(loaded)]).toEqual([
      [],
      ['prod https://acme.okta.com api-token one', 'preview https://acme.oktapreview.com api-token two', 'default -'],
    ]);
  });

  it('names every variable that is read, and no other', () => {
    const asked = new Set<string>();
    const environment = new Proxy<Record<string, string>>(
      {},
      {
        get: (_target, name) => {
          asked.add(String(name));
          // A host, so that the rest of the proxy is asked for, and a name, so that the base is.
          return /PROXY_HOST$|ORG_NAME$/.test(String(name)) ? 'x' : undefined;
        },
      },
    );
    readVariables({ environment, file: undefined, folder: WORK }, () => undefined);
    const followed = [...asked].filter((name) => /^OKTA_/.test(name) && !/RATE_?LIMIT|TESTING/.test(name));
    const named = new Set(DOCUMENT.match(/OKTA_\w+/g));
    for (const part of ['PORT', 'USERNAME', 'PASSWORD']) named.add(`OKTA_CLIENT_PROXY_${part}`);
    // It is asked for where there is no host.
    followed.push('OKTA_HTTP_PROXY');
    expect([...named].sort()).toEqual(followed.sort());
  });

  it('shows a statement that can be planned', async () => {
    const [, sql = ''] = /^```sql\n([\s\S]*?)^```/m.exec(DOCUMENT) ?? [];
    const session = createSession();
    const { rows } = await session.query(`EXPLAIN ${sql}`);
    await session.close();
    expect(JSON.stringify(rows)).toContain('okta.apps.jwks');
  });
});
