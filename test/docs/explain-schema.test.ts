/** What EXPLAIN (FORMAT JSON) answers is what docs/explain.schema.json says, of every kind of statement. */

import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { openWorld, type World } from '../../bench/statement-world.mjs';
import { STATEMENTS } from '../../bench/statements.mjs';
import { createSession } from '../../src/index.ts';
import { createSimulator, demoOrg } from '../../src/simulator/index.ts';

const SCHEMA = z.fromJSONSchema(JSON.parse(readFileSync('docs/explain.schema.json', 'utf8')));

const simulator = createSimulator({ org: demoOrg() });
const session = createSession({
  token: simulator.token,
  subdomain: 'my-org',
  fetch: (request) => simulator.handle(request),
});
afterAll(() => session.close());

async function explained(statement: string, options = ''): Promise<unknown> {
  const { rows } = await session.query(`EXPLAIN ${options} (FORMAT JSON) ${statement}`);
  return rows[0]?.[0];
}

describe('the JSON of EXPLAIN', () => {
  it.each([
    "DELETE FROM okta.groups.groups WHERE groupId = '00g000000000000000g1'",
    "DELETE FROM okta.groups.groups WHERE profile->>'name' = 'nothing'",
    "UPDATE okta.groups.groups SET profile = '{}' WHERE groupId = '00g000000000000000g1'",
    'INSERT INTO okta.groups.groups (profile) SELECT \'{"name": "x"}\'',
    "EXEC okta.groups.rules.activate_group_rule @groupRuleId = '0pr000000000000000r1'",
    'SHOW PROVIDERS',
    'CREATE TABLE kept AS SELECT id FROM okta.groups.groups',
    'SET okta.pushdown = on',
    'SELECT 1',
    'SELECT id FROM okta.users.users WHERE 1 = 0',
    "SELECT * FROM okta.users.factors WHERE userId IN ('ada.archer@example.com', '00u000000000000000u1')",
    'SELECT u.id FROM okta.users.users u WHERE u.id IN (SELECT max(id) FROM okta.groups.users)',
  ])('of %s', async (statement) => {
    expect(SCHEMA.safeParse(await explained(statement)).error).toBeUndefined();
  });

  it.each(['ANALYZE', 'VERBOSE', 'ANALYZE VERBOSE'])('with %s', async (options) => {
    const join = 'SELECT u.status FROM okta.groups.users m JOIN okta.users.users u ON u.id = m.id';
    expect(SCHEMA.safeParse(await explained(join, options)).error).toBeUndefined();
  });

  it('has no member that the schema does not name', () => {
    expect(SCHEMA.safeParse([{ node: 'local', children: [], more: 1 }]).success).toBe(false);
    expect(SCHEMA.safeParse([{ node: 'else', children: [] }]).success).toBe(false);
  });
});

describe('that of the statements of the bench', () => {
  let world: World;
  beforeAll(async () => {
    world = await openWorld({ createSession, createSimulator, demoOrg });
  });
  afterAll(() => world.close());

  it.each(STATEMENTS)('$name', async (statement) => {
    expect(SCHEMA.safeParse((await world.explain(statement)).plan).error).toBeUndefined();
  });
});
