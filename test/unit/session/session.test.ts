import { expect, test } from 'vitest';
import type { Provider } from '../../../src/exec/provider.ts';
import { createProvider } from '../../../src/session/provider.ts';
import { createSession } from '../../../src/session/session.ts';
import { createSimulator, uniformOrg } from '../../../src/simulator/index.ts';

test('the scans and calls of a statement share its terms, and no two statements have the same', async () => {
  const simulator = createSimulator({ org: uniformOrg({ apps: 2, keysPerApp: 2 }) });
  const inner = createProvider({ token: simulator.token, subdomain: 'my-org', fetch: simulator.handle });
  const terms: unknown[] = [];
  const provider: Provider = {
    ...inner,
    scan: (name, options) => {
      terms.push(options?.statement);
      return inner.scan(name, options);
    },
    prepare: (calls, statement) => {
      terms.push(statement);
      return inner.prepare(calls, statement);
    },
  };
  const session = createSession({ provider });
  const sql = `UPDATE okta.apps.jwks SET status = 'ACTIVE' WHERE appId IN (SELECT id FROM okta.apps.applications)`;
  await session.query(sql, { timeoutMs: 60_000 });
  const first = terms.splice(0);
  await session.query('SELECT id FROM okta.apps.applications');
  await session.close();
  await inner.close();
  expect(first.length).toBeGreaterThan(2);
  expect(new Set([...first, ...terms]).size).toBe(2);
  expect(first[0]).toEqual({ deadline: expect.any(Number), onRequest: expect.any(Function) });
  expect(terms).toEqual([{ deadline: undefined, onRequest: expect.any(Function), onSent: expect.any(Function) }]);
});
