import { expect, test } from 'vitest';
import { createSession } from '../../src/index.ts';
import { quoteName } from '../../src/plan/examples.ts';
import { builtInRegistry } from '../../src/registry/registry.ts';

function namesInDocuments(): readonly string[] {
  const registry = builtInRegistry();
  const services = registry.provider('okta').services.map((service) => registry.service('okta', service));
  const resources = services.flatMap((service) => Object.values(service.resources));
  const attributes = resources.flatMap(({ methods }) => methods.flatMap(({ body }) => body?.fields ?? []));
  return [...new Set([...resources.flatMap(({ columns }) => columns), ...attributes].map(({ name }) => name))];
}

test('each name of the documents is a name in SQL, as hints and templates write it', async () => {
  const session = createSession();
  const names = namesInDocuments();
  const arms = names.map((name) => `SELECT ${quoteName(name)} FROM (SELECT 1 AS "${name}") t`);
  const broken: string[] = [];
  for (const arm of arms) {
    const rows = await session.query(arm).then((result) => result.rows.length, String);
    if (rows !== 1) broken.push(`${arm}: ${rows}`);
  }
  await session.close();
  expect(names.filter((name) => ['limit', 'default', 'create', 'update'].includes(name))).toHaveLength(4);
  expect(broken).toEqual([]);
});
