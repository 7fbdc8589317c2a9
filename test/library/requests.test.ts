/**
 * What the statements of the bench send: never more than is accepted today, so that a change of the planner which costs requests
 * fails here. Where it saves some, the accepted number in `bench/statements.mjs` goes down with it.
 */

import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openWorld, type World } from '../../bench/statement-world.mjs';
import { STATEMENTS } from '../../bench/statements.mjs';
import { createSession } from '../../src/index.ts';
import { createSimulator, demoOrg } from '../../src/simulator/index.ts';

let world: World;
beforeAll(async () => {
  world = await openWorld({ createSession, createSimulator, demoOrg });
});
afterAll(() => world.close());

describe('the statements of the bench', () => {
  it('are sixty and more, each with its least and, where we send more, the reason', () => {
    expect(STATEMENTS.length).toBeGreaterThanOrEqual(60);
    expect(new Set(STATEMENTS.map(({ name }) => name)).size).toBe(STATEMENTS.length);
    const odd = STATEMENTS.filter(({ sent, least, excess }) => sent < least || sent > least !== (excess !== undefined));
    expect(odd.map(({ name }) => name)).toEqual([]);
  });

  it.each(STATEMENTS)('$name', async (statement) => {
    expect((await world.count(statement)).requests).toBe(statement.sent);
    expect(world.violations()).toEqual([]);
  });
});
