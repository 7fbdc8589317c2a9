/** What serves: HTTP, cancelling, bounds, bad input, and what becomes of a server whose call ends badly. */

import { request } from 'node:http';
import { Client, StreamableHTTPClientTransport } from '@modelcontextprotocol/client';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type HttpServer, serveOverHttp } from '../../src/mcp/http.ts';
import { oktaError } from '../../src/simulator/faults.ts';
import { type Agent, ERAS, openAgent } from './agent.ts';

describe('over HTTP', () => {
  const TOKEN = 'a-token-that-nobody-knows';
  let agent: Agent;
  let server: HttpServer;
  const errors: Error[] = [];
  beforeAll(async () => {
    agent = await openAgent();
    server = await serveOverHttp(agent.workspace, { port: 0, token: TOKEN, onError: (error) => errors.push(error) });
  });
  afterAll(async () => {
    await server.close();
    await agent.close();
  });

  test.each(ERAS)('a client of %s that shows the token asks', async (era) => {
    const client = new Client(
      { name: 'far', version: '1' },
      { versionNegotiation: { mode: era === '2026-07-28' ? { pin: era } : 'legacy' } },
    );
    await client.connect(
      new StreamableHTTPClientTransport(new URL(server.url), {
        requestInit: { headers: { authorization: `Bearer ${TOKEN}` } },
      }),
    );
    expect((await client.listTools()).tools).toHaveLength(5);
    const first = await client.callTool({ name: 'query', arguments: { sql: 'SELECT id FROM okta.groups.groups' } });
    const [, handle] = /Kept as (r_\d+)/.exec(JSON.stringify(first.content)) ?? [];
    const more = await client.callTool({ name: 'fetch', arguments: { handle } });
    expect(more.isError ?? false).toBe(false);
    await client.close();
  });

  /** By Node's own client, which takes any host. */
  function status(headers: Record<string, string>, path = '/mcp'): Promise<number> {
    return new Promise((resolve, reject) => {
      const { port } = new URL(server.url);
      const sent = request({ host: '127.0.0.1', port, path, method: 'POST', headers }, (response) => {
        response.resume();
        resolve(response.statusCode ?? 0);
      });
      sent.on('error', reject);
      sent.end('{}');
    });
  }

  const good = { authorization: `Bearer ${TOKEN}`, 'content-type': 'application/json', host: 'localhost' };
  test.each([
    [401, 'no token', { ...good, authorization: '' }, '/mcp'],
    [401, 'another token', { ...good, authorization: `Bearer ${TOKEN}x` }, '/mcp'],
    [401, 'another scheme', { ...good, authorization: `Basic ${TOKEN}` }, '/mcp'],
    [403, 'a name that leads here', { ...good, host: 'rebound.example.com' }, '/mcp'],
    [403, 'a page elsewhere', { ...good, origin: 'https://evil.example.com' }, '/mcp'],
    [403, 'a page without an origin', { ...good, origin: 'null' }, '/mcp'],
    [404, 'another path', good, '/'],
  ])('%d for %s', async (wanted, _what, headers, path) => {
    expect(await status(headers, path)).toBe(wanted);
  });
});

/** Something that one part tells another. */
function signalled(): { readonly told: Promise<void>; readonly tell: () => void } {
  let tell = (): void => undefined;
  const told = new Promise<void>((resolve) => {
    tell = resolve;
  });
  return { told, tell: () => tell() };
}

describe.each(ERAS)('with a client of %s', (era) => {
  test('cancelling reaches the requests', async () => {
    const reached = signalled();
    const ended = signalled();
    const agent = await openAgent({
      era,
      session: {
        fetch: ({ signal }) =>
          new Promise((_resolve, reject) => {
            reached.tell();
            signal.addEventListener('abort', () => {
              ended.tell();
              reject(signal.reason);
            });
          }),
      },
    });
    const stop = new AbortController();
    const call = agent.client.callTool(
      { name: 'query', arguments: { sql: 'SELECT id FROM okta.groups.groups' } },
      { signal: stop.signal },
    );
    await reached.told;
    stop.abort(new Error('enough'));
    await expect(call).rejects.toThrow('enough');
    await ended.told;
    await agent.close();
  });

  test('a long scan tells how far it is', async () => {
    const agent = await openAgent({ era });
    const told: (string | undefined)[] = [];
    await agent.client.callTool(
      { name: 'query', arguments: { sql: 'SELECT max(created) FROM okta.apps.jwks', max_requests: 5000 } },
      { onprogress: ({ progress, message }) => told.push(`${progress} ${message}`) },
    );
    expect(told.length).toBeGreaterThan(0);
    expect(told.at(-1)).toMatch(/^\d+ \d+ requests: \d+ rows of okta\.apps\.jwks/);
    await agent.close();
  });
});

describe('results', () => {
  test('are bounded in number, size and age', async () => {
    let now = 0;
    const agent = await openAgent({
      terms: { now: () => now },
      bounds: { most: 3, mostBytes: 20_000, ageMs: 1000 },
    });
    const kept = async (sql: string): Promise<string | undefined> =>
      / (?:Kept as )?(r_\d+)[ .]/.exec((await agent.call('query', { sql })).text.split('\n')[0] ?? '')?.[1];
    const tables = async (): Promise<number> => {
      const sql = "SELECT count(*) FROM information_schema.tables WHERE regexp_matches(table_name, '^r_[0-9]+$')";
      return Number((await agent.workspace.session.query(sql)).rows[0]?.[0]);
    };
    const names: (string | undefined)[] = [];
    for (let index = 0; index < 30; index += 1) names.push(await kept('SELECT id FROM okta.groups.groups LIMIT 2'));
    expect(new Set(names).size).toBe(30);
    expect(agent.workspace.handles.count).toBe(3);
    expect(await tables()).toBe(3);
    const oldest = await agent.call('query', { sql: `SELECT * FROM ${names[0]}` });
    expect(oldest).toMatchObject({ isError: true, text: expect.stringContaining('run its query again') });
    expect(await agent.call('fetch', { handle: names.at(-1) })).toMatchObject({ isError: false });
    now += 1000;
    expect(await agent.call('fetch', { handle: names.at(-1) })).toMatchObject({ isError: true });
    expect(await tables()).toBe(0);
    const large = await agent.call('query', { sql: "SELECT range AS n, repeat('x', 100) AS x FROM range(2000)" });
    expect(large.text).toMatch(/^2000 rows, 1 to \d+ shown\. They are too many to be kept/);
    expect(await tables()).toBe(0);
    await agent.close();
  });

  test('show ids whole, and where what is cut is', async () => {
    const agent = await openAgent();
    const long = 'lorem ipsum '.repeat(200).trim();
    const { text } = await agent.call('query', {
      sql: `SELECT json_object('id', '00u873erbjlotRMtAn2I', 'a', json_object('text', '${long}'), 'list', range(500)) AS j, '${'k'.repeat(200)}' AS kid, NULL AS nothing`,
    });
    expect(text).toContain('00u873erbjlotRMtAn2I');
    expect(text).toContain('k'.repeat(200));
    expect(text).toMatch(/characters: j\.a/);
    expect(text).toMatch(/characters: j\.list|more of 500: j\.list/);
    expect(Buffer.byteLength(text)).toBeLessThan(1_500);
    const rows =
      "SELECT range AS n, 9007199254740993 AS big, repeat('ab c', 2000) AS text, 'x' || chr(8238) AS turned FROM range(90)";
    const { structured } = await agent.call('query', { sql: rows, structured: true });
    expect(Buffer.byteLength(JSON.stringify(structured))).toBeLessThan(9_000);
    const [first] = (structured as { readonly rows: readonly (readonly unknown[])[] }).rows;
    expect(first).toEqual([0, '9007199254740993', expect.stringContaining('8000 characters: text'), 'x\\u202e']);
    await agent.close();
  });
});

test('several orgs are asked by name, each with its own login', async () => {
  const hosts: string[] = [];
  const agent = await openAgent({
    terms: { subdomain: undefined, orgs: ['acme', 'globex'] },
    session: {
      subdomain: undefined as never,
      token: undefined as never,
      orgs: {
        acme: { url: 'https://acme.okta.com', login: { kind: 'api-token', token: 'one' } },
        globex: { url: 'https://globex.okta.com', login: { kind: 'api-token', token: 'two' } },
      },
      fetch: async ({ url, headers }) => {
        hosts.push(`${new URL(url).host} ${headers.get('authorization')}`);
        return Response.json([]);
      },
    },
  });
  expect(agent.client.getInstructions()).toContain('Orgs: acme, globex');
  const sql = "SELECT id FROM okta.groups.groups WHERE subdomain IN ('acme', 'globex')";
  expect(await agent.call('query', { sql })).toMatchObject({ isError: false });
  expect(hosts.toSorted()).toEqual(['acme.okta.com SSWS one', 'globex.okta.com SSWS two']);
  const unnamed = await agent.call('query', { sql: 'SELECT id FROM okta.groups.groups' });
  expect(unnamed).toMatchObject({ isError: true, text: expect.stringContaining('subdomain') });
  await agent.close();
});

test('search leads from a question to the table', async () => {
  const agent = await openAgent();
  const found = async (about: string): Promise<string> => (await agent.call('search', { about })).text;
  expect(await found('who has no second factor?')).toMatch(/^okta\.users\.factors: /);
  expect(await found('keys of apps older than a year')).toContain('okta.apps.jwks: ');
  expect(await found('')).toMatch(/\nokta\.groups: .*groups/);
  expect(await found('okta.groups')).toContain('\nokta.groups.groups: ');
  const table = await found('okta.users.factors');
  expect(table).toMatch(/SELECT needs nothing|SELECT needs userId/);
  expect(table).toMatch(/\nfactorType VARCHAR/);
  await agent.close();
});

describe('bad input', () => {
  let agent: Agent;
  beforeAll(async () => {
    agent = await openAgent();
  });
  afterAll(() => agent.close());

  test.each([
    ['nothing', {}, /There is no tool "nothing"/],
    ['querry', { sql: 'SELECT 1' }, /Did you mean query\?/],
    ['query', {}, /query needs sql/],
    ['query', { sq: 'SELECT 1' }, /Did you mean sql\?/],
    ['query', { sql: 1 }, /sql of query has to be a text/],
    ['query', { sql: 'SELECT 1', max_requests: -1 }, /has to be a whole number/],
    ['query', { sql: 'SELECT 1', max_requests: 1.5 }, /has to be a whole number/],
    ['query', { sql: 'SELECT 1', structured: 'yes' }, /has to be true or false/],
    ['query', { sql: '' }, /There is no statement/],
    ['query', { sql: 'SELECT id FROM' }, /SYNTAX[\s\S]*\^/],
    ['query', { sql: 'SELECT nme FROM okta.groups.groups' }, /UNKNOWN_COLUMN/],
    ['query', { sql: 'SELECT * FROM okta.groups.gropus' }, /UNKNOWN_RESOURCE[\s\S]*groups/],
    ['query', { sql: "SELECT * FROM okta.groups.groups WHERE subdomain = 'evil.example.com'" }, /Next: /],
    ['query', { sql: 'SELECT 1; SELECT 2' }, /runs one/],
    ['query', { sql: 'SELECT * FROM r_999' }, /run its query again/],
    ['query', { sql: "SELECT 1 FROM range(9) WHERE CAST('x' AS INTEGER) = range" }, /Next: /],
    ['fetch', { handle: 'r_999' }, /run its query again/],
    ['fetch', { handle: 'groups' }, /run its query again/],
    ['search', { about: 'xyzzyplugh' }, /Nothing has to do with/],
    ['search', { about: 'okta.nothing' }, /Next: /],
    ['explain', { sql: 'SELECT' }, /SYNTAX/],
  ])('%s %j', async (tool, given, expected) => {
    const { isError, text } = await agent.call(tool, given);
    expect({ isError, text }).toMatchObject({ isError: true });
    expect(text).toMatch(expected);
    expect(text).toMatch(/\nNext: \S/);
    expect(text).not.toMatch(/XX000|\n {4}at /);
  });

  test('a login that is gone', async () => {
    const lost = await openAgent({ session: { token: 'gone' } });
    const { text, isError } = await lost.call('query', { sql: 'SELECT id FROM okta.groups.groups' });
    expect({ text, isError }).toMatchObject({ isError: true, text: expect.stringContaining('AUTH (28000)') });
    expect(text).toMatch(/\nNext: /);
    await lost.close();
  });

  test('an answer of Okta’s that fails leaves no row', async () => {
    const fault = oktaError(
      { status: 403, code: 'E0000006', summary: 'You do not have permission' },
      { match: { path: /groups/ } },
    );
    const denied = await openAgent();
    denied.simulator.switches.faults = [fault];
    const { text, isError } = await denied.call('query', { sql: 'SELECT id FROM okta.groups.groups' });
    expect({ text, isError }).toMatchObject({ isError: true, text: expect.stringContaining('PERMISSION') });
    expect(denied.workspace.handles.count).toBe(0);
    await denied.close();
  });
});

test('what ends the engine is the answer of one call', async () => {
  const agent = await openAgent({ session: { isolation: 'process', cpuLimitMs: 500 } });
  const kept = await agent.call('query', { sql: 'SELECT id FROM okta.groups.groups' });
  const [, handle = ''] = /(r_\d+)/.exec(kept.text) ?? [];
  const { text, isError } = await agent.call('query', {
    sql: 'SELECT count(*) FROM range(1000000000000) t(i) WHERE i % 3 = 1',
  });
  expect({ text, isError }).toMatchObject({ isError: true, text: expect.stringContaining('RESOURCE_LIMIT') });
  expect(await agent.call('query', { sql: 'SELECT count(*) FROM okta.groups.groups' })).toMatchObject({
    isError: false,
  });
  expect(await agent.call('fetch', { handle })).toMatchObject({
    isError: true,
    text: expect.stringContaining('run its query again'),
  });
  await agent.close();
});

test('a defect of ours is an answer without what it says', async () => {
  const agent = await openAgent();
  const explain = agent.workspace.session.explain;
  Object.assign(agent.workspace.session, {
    explain: () => {
      throw new TypeError('secret of the inside');
    },
  });
  const { text, isError } = await agent.call('query', { sql: 'SELECT 1' });
  expect({ text, isError }).toMatchObject({ isError: true, text: expect.stringContaining('defect') });
  expect(text).not.toContain('secret');
  Object.assign(agent.workspace.session, { explain });
  expect(await agent.call('query', { sql: 'SELECT 1' })).toMatchObject({ isError: false });
  await agent.close();
});
