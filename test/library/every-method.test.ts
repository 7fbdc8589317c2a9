/** Every method of the provider, once, as SQL against the simulator. */

import { expect, test } from 'vitest';
import { createSession } from '../../src/index.ts';
import { builtInRegistry } from '../../src/registry/registry.ts';
import { createSimulator } from '../../src/simulator/index.ts';
import { parametersOf, type Step, steps } from '../unit/simulator/walk.ts';

const quoted = (text: string): string => `'${text.replaceAll("'", "''")}'`;

/** SELECT and DELETE for methods that serve them, EXEC for all others. */
function statementOf(step: Step, verb: string, resource: string): string {
  const given = Object.entries({ subdomain: 'my-org', ...parametersOf(step) });
  const where = given.map(([name, value]) => `"${name}" = ${quoted(value)}`).join(' AND ');
  if (verb === 'select') return `SELECT * FROM ${resource} WHERE ${where}`;
  if (verb === 'delete') return `DELETE FROM ${resource} WHERE ${where}`;
  const parameters = given.map(([name, value]) => `@${name} = ${quoted(value)}`).join(', ');
  const { body } = step.options;
  const json = step.method.body === undefined ? '' : ` @@json = ${quoted(JSON.stringify(body ?? {}))}`;
  return `EXEC /*+ SHOWRESULTS */ ${resource}.${step.method.name} ${parameters}${json}`;
}

test('731 methods: each is called, or says why it cannot be', async () => {
  const simulator = createSimulator();
  const session = createSession({
    token: simulator.token,
    revealSecrets: true,
    fetch: (request) => simulator.handle(request),
  });
  const registry = builtInRegistry();
  const failures: string[] = [];
  const refused: string[] = [];
  let count = 0;
  for await (const step of steps(simulator)) {
    count += 1;
    const resource = step.resource.startsWith('okta.') ? step.resource : `okta.${step.resource}`;
    const { method } = registry.method([...resource.split('.'), step.method.name]);
    const sql = statementOf(step, method.verb, resource);
    simulator.clearJournal();
    try {
      await session.query(sql);
      const called = simulator.journal.map((entry) => `${entry.method} ${entry.path}`);
      if (called[0] !== `${step.method.httpMethod} ${step.path}`) failures.push(`${sql}: called ${called.join(', ')}`);
      if (simulator.journal.some(({ status }) => status >= 300))
        failures.push(`${sql}: ${simulator.journal[0]?.status}`);
    } catch (error) {
      if (method.unsupported === undefined) failures.push(`${sql}: ${String(error)}`);
      else refused.push(method.key);
    }
  }
  await session.close();
  expect(failures).toEqual([]);
  expect({ count, refused: refused.length }).toEqual({ count: 731, refused: 7 });
  expect(simulator.violations).toEqual([]);
});
