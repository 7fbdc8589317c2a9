import { Tiktoken } from 'js-tiktoken/lite';
import ranks from 'js-tiktoken/ranks/o200k_base';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { listedTools } from '../../src/mcp/tools.ts';
import { type Agent, ERAS, openAgent } from './agent.ts';

/** By a tokenizer that nobody here wrote. */
const tokenizer = new Tiktoken(ranks);

function tokens(value: unknown): number {
  return tokenizer.encode(typeof value === 'string' ? value : JSON.stringify(value)).length;
}

describe.each(ERAS)('with a client of %s', (era) => {
  let agent: Agent;
  beforeAll(async () => {
    agent = await openAgent({ era });
  });
  afterAll(() => agent.close());

  test('lists five tools in the same order, within 1,500 tokens', async () => {
    const { tools } = await agent.client.listTools();
    expect(tools.map(({ name }) => name)).toEqual(['search', 'explain', 'query', 'fetch', 'change']);
    expect(tokens(tools)).toBeLessThanOrEqual(1_500);
    expect(tools).toEqual(listedTools());
    const hints = tools.map(({ annotations }) => [annotations?.readOnlyHint, annotations?.destructiveHint]);
    expect(hints).toEqual([...Array.from({ length: 4 }, () => [true, undefined]), [false, true]]);
  });

  test('the instructions have fewer than 200 words, and their statements run', async () => {
    const text = agent.client.getInstructions() ?? '';
    expect(text.split(/\s+/).length).toBeLessThan(200);
    const statements = text.split('\n').filter((line) => line.startsWith('SELECT'));
    expect(statements).toHaveLength(3);
    for (const sql of statements) expect(await agent.call('query', { sql })).toMatchObject({ isError: false });
  });

  test('answers how many groups there are in a few dozen tokens and one request', async () => {
    agent.simulator.clearJournal();
    const { text } = await agent.call('query', { sql: 'SELECT count(*) AS groups FROM okta.groups.groups' });
    expect(text).toMatch(/^1 row, all shown/);
    expect(text).toContain('\ngroups\n12\n');
    expect(agent.simulator.journal).toHaveLength(1);
    expect(tokens(text)).toBeLessThan(90);
  });

  test('keeps all rows under a handle that answers without a request', async () => {
    const { text } = await agent.call('query', { sql: 'SELECT * FROM okta.users.users' });
    const [, handle = '', next = ''] = /^60 rows, 1 to \d+ shown\. (r_\d+) holds all.*offset (\d+)/.exec(text) ?? [];
    expect(Buffer.byteLength(text)).toBeLessThan(9_000);
    agent.simulator.clearJournal();
    const counted = await agent.call('query', { sql: `SELECT count(*) AS n FROM ${handle}` });
    expect(counted.text).toContain('\nn\n60\n');
    const ids = new Set(text.match(/"id":"00u\w+"/g));
    for (let offset = Number(next); offset < 60; ) {
      const more = await agent.call('fetch', { handle, offset });
      const [, first, last] = /^60 rows, (\d+) to (\d+) shown/.exec(more.text) ?? [];
      expect(Number(first)).toBe(offset + 1);
      for (const id of more.text.match(/"id":"00u\w+"/g) ?? []) ids.add(id);
      offset = Number(last);
    }
    expect(ids.size).toBe(60);
    expect(agent.simulator.journal).toEqual([]);
  });

  test('gives typed rows where they are asked for', async () => {
    const sql = "SELECT 1 AS n, true AS b, NULL AS nothing, TIMESTAMPTZ '2026-01-02 03:04:05Z' AS t, 'x' AS s";
    const { structured } = await agent.call('query', { sql, structured: true });
    expect(structured).toMatchObject({
      columns: [
        { name: 'n', type: 'INTEGER' },
        { name: 'b', type: 'BOOLEAN' },
        { name: 'nothing' },
        { name: 't', type: 'TIMESTAMPTZ' },
        { name: 's', type: 'VARCHAR' },
      ],
      rows: [[1, true, null, '2026-01-02T03:04:05.000Z', 'x']],
    });
  });

  test('tells the price before it is paid', async () => {
    agent.simulator.clearJournal();
    const sql = 'SELECT kid, created FROM okta.apps.jwks';
    const refusal = await agent.call('query', { sql, max_requests: 3 });
    expect(refusal).toMatchObject({ isError: true });
    expect(refusal.text).toMatch(/^Not run: it would take about \d+ requests/);
    const [, allowed] = /max_requests: (\d+)/.exec(refusal.text) ?? [];
    expect(agent.simulator.journal).toEqual([]);
    const answer = await agent.call('query', { sql, max_requests: Number(allowed) });
    expect(answer.isError).toBe(false);
    expect(answer.text).toMatch(
      new RegExp(
        `Spent ${agent.simulator.journal.length} requests\\. Left of the rate limit: \\d+ of \\d+ on /api/v1/apps`,
      ),
    );
  });

  test('never spends more than was allowed, and never returns a part', async () => {
    agent.simulator.clearJournal();
    // Nobody knows before the first answer how many users there are.
    const sql = 'SELECT id FROM okta.users.users WHERE "limit" = 10';
    const stopped = await agent.call('query', { sql, max_requests: 5 });
    expect(stopped).toMatchObject({ isError: true });
    expect(stopped.text).toContain('RESOURCE_LIMIT');
    expect(stopped.text).toMatch(/max_requests: \d+/);
    expect(stopped.text).not.toMatch(/00u\w{17}/);
    expect(agent.simulator.journal.length).toBeLessThanOrEqual(5);
    // What it says next is enough.
    const [, allowed] = /max_requests: (\d+)/.exec(stopped.text) ?? [];
    expect(await agent.call('query', { sql, max_requests: Number(allowed) })).toMatchObject({ isError: false });
  });
});
