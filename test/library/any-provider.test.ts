/** A provider that is not Okta, from documents with StackQL's keys alone: every request is checked, to the letter. */

import { inspect } from 'node:util';
import { describe, expect, it } from 'vitest';
import { createProvider, loadRegistry, type QueryError, type QueryResult, toObjects } from '../../src/index.ts';
import { DESK, deskSession, type Exchange, KEY, runOnDesk } from './desk.ts';

const TICKETS = 'https://acme.desk.example/api/v2/tickets';
const ticket = (id: string): unknown => ({ id, subj: `about ${id}`, createdAt: '2026-01-02T03:04:05Z', isOpen: true });
const page = (ids: readonly string[], next?: string): unknown => ({
  data: { items: ids.map(ticket) },
  meta: { next: next ?? null },
});

async function objects(sql: string, exchanges: readonly Exchange[]): Promise<unknown> {
  return toObjects(await runOnDesk(sql, exchanges));
}

async function failure(sql: string, exchanges: readonly Exchange[] = [], options = {}): Promise<QueryError> {
  try {
    await runOnDesk(sql, exchanges, options);
  } catch (error) {
    return error as QueryError;
  }
  throw new Error(`no error: ${sql}`);
}

describe('SELECT', () => {
  it('follows a token that the provider configures, and renames columns', async () => {
    const rows = await objects("SELECT id, title, isOpen, tenant FROM desk.tickets.tickets WHERE tenant = 'acme'", [
      { request: `GET ${TICKETS}`, answer: page(['t1', 't2'], 'a=/+ b') },
      // An empty page is not the end.
      { request: `GET ${TICKETS}?cursor=a%3D%2F%2B+b`, answer: page([], 'c2') },
      { request: `GET ${TICKETS}?cursor=c2`, answer: page(['t3']) },
    ]);
    expect(rows).toEqual(['t1', 't2', 't3'].map((id) => ({ id, title: `about ${id}`, isOpen: true, tenant: 'acme' })));
  });

  it('reads one object below its key, by a path value that is encoded', async () => {
    const rows = await objects(
      "SELECT id, title FROM desk.tickets.tickets WHERE tenant = 'acme' AND ticketId = 'a b?'",
      [{ request: `GET ${TICKETS}/a%20b%3F`, answer: { ticket: ticket('a b?') } }],
    );
    expect(rows).toEqual([{ id: 'a b?', title: 'about a b?' }]);
  });

  it('takes names in snake case for parameters and columns', async () => {
    const rows = await objects(
      "SELECT id, created_at, ticket_id FROM desk.tickets.tickets WHERE tenant = 'acme' AND ticket_id = 't1' AND is_open",
      [{ request: `GET ${TICKETS}/t1`, answer: { ticket: ticket('t1') } }],
    );
    expect(rows).toEqual([{ id: 't1', created_at: new Date('2026-01-02T03:04:05Z'), ticket_id: 't1' }]);
  });

  it('shows each column once, under its own name', async () => {
    const { columns } = await runOnDesk("SELECT * FROM desk.tickets.tickets WHERE tenant = 'acme'", [
      { request: `GET ${TICKETS}`, answer: page([]) },
    ]);
    expect(columns.map(({ name }) => name)).toEqual(['id', 'title', 'createdAt', 'isOpen', 'ticketId', 'tenant']);
  });

  it('sends a query parameter of the path item that the statement names', async () => {
    await objects(`SELECT id FROM desk.tickets.tickets WHERE tenant = 'acme' AND open_only = true`, [
      { request: `GET ${TICKETS}?openOnly=true`, answer: page(['t1']) },
    ]);
  });

  it('counts pages to the number that the API names, through a list in a list', async () => {
    const comments = (number: number, ids: readonly string[]): unknown => ({
      groups: ids.map((id) => ({ comments: [{ id, text: 'x' }] })),
      meta: { page: number, pages: 2 },
    });
    const rows = await objects(
      "SELECT id, ticketId FROM desk.tickets.comments WHERE tenant = 'acme' AND ticketId = 't1'",
      [
        { request: `GET ${TICKETS}/t1/comments`, answer: comments(1, ['c1', 'c2']) },
        { request: `GET ${TICKETS}/t1/comments?page=2`, answer: comments(2, ['c3']) },
      ],
    );
    expect(rows).toEqual(['c1', 'c2', 'c3'].map((id) => ({ id, ticketId: 't1' })));
  });

  describe('by parameters whose namesakes in the answer hold something else', () => {
    const request = 'GET https://acme.desk.example/api/v2/zones/a/owners/ada/machines';
    const answer = [{ name: 'm1', zone: 'https://desk.example/zones/a', owner: { login: 'ada' } }];
    const WHERE = "WHERE m.tenant = 'acme' AND m.zone = 'a' AND m.owner = 'ada'";

    it.each([
      ['a URL: the column holds what was given', `SELECT m.name, m.zone FROM desk.tickets.machines m ${WHERE}`],
      ['with a limit', `SELECT m.name, m.zone FROM desk.tickets.machines m ${WHERE} LIMIT 1`],
    ])('%s', async (_what, sql) => {
      expect(await objects(sql, [{ request, answer }])).toEqual([{ name: 'm1', zone: 'a' }]);
    });

    it('an object: the column stays, and what was given has a name of its own', async () => {
      const sql = `SELECT m.owner, m.given_owner FROM desk.tickets.machines m ${WHERE}`;
      expect(await objects(sql, [{ request, answer }])).toEqual([{ owner: { login: 'ada' }, given_owner: 'ada' }]);
    });

    it('an object, without a qualifier', async () => {
      const sql = "SELECT name FROM desk.tickets.machines WHERE tenant = 'acme' AND zone = 'a' AND owner = 'ada'";
      expect(await objects(sql, [{ request, answer }])).toEqual([{ name: 'm1' }]);
    });
  });

  it('counts pages to the first without rows, where the API names no number', async () => {
    const url = 'https://acme.desk.example/api/v2/labels';
    const rows = await objects("SELECT name FROM desk.tickets.labels WHERE tenant = 'acme'", [
      { request: `GET ${url}`, answer: [{ name: 'a' }] },
      { request: `GET ${url}?page=2`, answer: [{ name: 'b' }] },
      { request: `GET ${url}?page=3`, answer: [] },
    ]);
    expect(rows).toEqual([{ name: 'a' }, { name: 'b' }]);
  });

  it('puts a token into the body that it always sends', async () => {
    const request = 'POST https://acme.desk.example/api/v2/people/search';
    const rows = await objects("SELECT id, full_name FROM desk.tickets.people WHERE tenant = 'acme'", [
      { request, body: { page: { size: 2 } }, answer: { items: [{ id: 'p1', fullName: 'Ada' }], next: 7 } },
      { request, body: { page: { size: 2, token: '7' } }, answer: { items: [{ id: 'p2' }] } },
    ]);
    expect(rows).toEqual([
      { id: 'p1', full_name: 'Ada' },
      { id: 'p2', full_name: null },
    ]);
  });

  it('takes a token from one header to another', async () => {
    const request = 'GET https://acme.desk.example/api/v2/events';
    const rows = await objects("SELECT id FROM desk.tickets.events WHERE tenant = 'acme'", [
      {
        request,
        headers: { ...KEY, 'x-position': undefined },
        answer: { items: [{ id: 'e1' }] },
        answerHeaders: { 'x-next-position': '41' },
      },
      { request, headers: { ...KEY, 'x-position': '41' }, answer: { items: [{ id: 'e2' }] } },
    ]);
    expect(rows).toEqual([{ id: 'e1' }, { id: 'e2' }]);
  });

  it('reads a list of texts as a column', async () => {
    const rows = await objects("SELECT value FROM desk.tickets.queues WHERE tenant = 'acme'", [
      { request: 'GET https://acme.desk.example/api/v2/queues', answer: ['night', 'day'] },
    ]);
    expect(rows).toEqual([{ value: 'night' }, { value: 'day' }]);
  });

  it('takes the defaults of a server that names nobody, and resources from a file of their own', async () => {
    const rows = await objects('SELECT number, amount, region, stage FROM desk.billing.invoices', [
      {
        request: 'GET https://eu.billing.desk.example/live/invoices',
        answer: { rows: [{ number: '1', amount: 9.5 }] },
      },
    ]);
    expect(rows).toEqual([{ number: '1', amount: 9.5, region: 'eu', stage: 'live' }]);
  });

  it('takes a value with a dot where the document lists it', async () => {
    await objects("SELECT number FROM desk.billing.invoices WHERE region = 'ap.south'", [
      { request: 'GET https://ap.south.billing.desk.example/live/invoices', answer: { rows: [] } },
    ]);
  });
});

describe('links in bodies', () => {
  const AGENTS = 'https://acme.desk.example/api/v2/agents';
  const SQL = "SELECT id FROM desk.tickets.agents WHERE tenant = 'acme'";
  const answer = (id: string, link?: string): unknown => ({
    items: [{ id }],
    ...(link !== undefined && { '@odata.nextLink': link }),
  });

  it.each([
    ['the same list', `${AGENTS}?$skip=1`],
    ['a relative target', '?$skip=1'],
    ['another host, which is not contacted', 'https://evil.example/api/v2/agents?$skip=1'],
    ['another path, which is not asked', 'https://acme.desk.example/admin?$skip=1'],
  ])('%s', async (_what, link) => {
    const rows = await objects(SQL, [
      { request: `GET ${AGENTS}`, answer: answer('a1', link) },
      { request: `GET ${AGENTS}?%24skip=1`, answer: answer('a2') },
    ]);
    expect(rows).toEqual([{ id: 'a1' }, { id: 'a2' }]);
  });

  it.each([
    ['names the page itself', AGENTS],
    ['names another path alone', 'https://acme.desk.example/api/v2/agents/2'],
    ['is no URL', 'https://['],
    ['is no text', { href: AGENTS }],
  ])('a link that %s is an error', async (_what, link) => {
    const answered = { items: [{ id: 'a1' }], '@odata.nextLink': link };
    expect(await failure(SQL, [{ request: `GET ${AGENTS}`, answer: answered }])).toMatchObject({
      code: 'UNUSABLE_RESPONSE',
    });
  });
});

describe('answers that would lose rows are errors', () => {
  const SQL = "SELECT id FROM desk.tickets.tickets WHERE tenant = 'acme'";

  it.each<[what: string, exchanges: readonly Exchange[]]>([
    [
      'a token that repeats',
      [
        { request: `GET ${TICKETS}`, answer: page(['t1'], 'c1') },
        { request: `GET ${TICKETS}?cursor=c1`, answer: page(['t2'], 'c1') },
      ],
    ],
    ['a list that is not where the key says', [{ request: `GET ${TICKETS}`, answer: { data: { rows: [] } } }]],
    [
      'a token that is an object',
      [{ request: `GET ${TICKETS}`, answer: { ...Object(page(['t1'])), meta: { next: { a: 1 } } } }],
    ],
  ])('%s', async (_what, exchanges) => {
    expect(await failure(SQL, exchanges)).toMatchObject({ code: 'UNUSABLE_RESPONSE' });
  });

  it('an object that is not where the key says', async () => {
    const sql = "SELECT id FROM desk.tickets.tickets WHERE tenant = 'acme' AND ticketId = 't1'";
    const error = await failure(sql, [{ request: `GET ${TICKETS}/t1`, answer: ticket('t1') }]);
    expect(error).toMatchObject({ code: 'UNUSABLE_RESPONSE' });
    expect(error.message).toContain('holds nothing at $.ticket');
  });

  it('a last page that is repeated for every number beyond it', async () => {
    const url = 'https://acme.desk.example/api/v2/labels';
    const error = await failure("SELECT name FROM desk.tickets.labels WHERE tenant = 'acme'", [
      { request: `GET ${url}`, answer: [{ name: 'a' }] },
      { request: `GET ${url}?page=2`, answer: [{ name: 'a' }] },
    ]);
    expect(error).toMatchObject({ code: 'UNUSABLE_RESPONSE' });
  });

  it('a failure in the middle of a list', async () => {
    const error = await failure(SQL, [
      { request: `GET ${TICKETS}`, answer: page(['t1'], 'c1') },
      { request: `GET ${TICKETS}?cursor=c1`, status: 500, answer: { message: 'out of order' } },
    ]);
    expect(error).toMatchObject({ code: 'HTTP', status: 500 });
    expect(error.message).toContain('out of order');
  });
});

describe('mutations', () => {
  it('INSERT nests attributes, and lays them over what is always sent', async () => {
    const { rows } = await runOnDesk(
      `INSERT INTO desk.tickets.tickets (tenant, title, data__due_in_days, custom)
       VALUES ('acme', 'broken', '3', '{"a":1}') RETURNING id`,
      [
        {
          request: `POST ${TICKETS}`,
          headers: { ...KEY, 'content-type': 'application/json' },
          body: { source: 'sql', ticket: { subj: 'broken', dueInDays: 3, custom: { a: 1 } } },
          status: 201,
          answer: { ticket: ticket('t9') },
        },
      ],
    );
    expect(rows).toEqual([['t9']]);
  });

  it('a star behind RETURNING shows what SELECT * does: no parameter that only asks for something', async () => {
    const insert = (returning: string): Promise<QueryResult> =>
      runOnDesk(`INSERT INTO desk.tickets.tickets (tenant, title) VALUES ('acme', 'x') RETURNING ${returning}`, [
        {
          request: `POST ${TICKETS}`,
          body: { source: 'sql', ticket: { subj: 'x', dueInDays: 7 } },
          status: 201,
          answer: { ticket: ticket('t9') },
        },
      ]);
    const { columns } = await insert('*');
    expect(columns.map(({ name }) => name)).toEqual(['id', 'title', 'createdAt', 'isOpen', 'tenant']);
    expect((await insert('openOnly, id')).rows).toEqual([[null, 't9']]);
  });

  it.each([
    [`UPDATE /*+ AWAIT */ desk.tickets.tickets SET subj = 'x' WHERE tenant = 'acme' AND ticket_id = 't1'`, 1],
    [`UPDATE desk.tickets.tickets SET subj = 'x' WHERE tenant = 'acme' AND ticket_id = 't1'`, 0],
  ])('%s: what is not waited for is said', async (sql, notes) => {
    const { notices } = await runOnDesk(sql, [
      { request: `PATCH ${TICKETS}/t1`, body: { ticket: { subj: 'x' } }, answer: { ticket: ticket('t1') } },
    ]);
    expect(notices.filter((notice) => notice.startsWith('AWAIT: '))).toHaveLength(notes);
  });

  it('INSERT takes JSON from an expression', async () => {
    await runOnDesk(`INSERT INTO desk.tickets.tickets (tenant, title, custom) SELECT 'acme', 'x', json('{"a":[1]}')`, [
      {
        request: `POST ${TICKETS}`,
        body: { source: 'sql', ticket: { subj: 'x', dueInDays: 7, custom: { a: [1] } } },
        status: 201,
        answer: { ticket: ticket('t9') },
      },
    ]);
  });

  it('INSERT without an attribute that is required sends nothing', async () => {
    expect(await failure("INSERT INTO desk.tickets.tickets (tenant, custom) VALUES ('acme', '{}')")).toMatchObject({
      code: 'NO_METHOD',
      missing: { create_ticket: ['title'] },
    });
  });

  it('UPDATE and DELETE', async () => {
    const { session, done } = await deskSession([
      { request: `PATCH ${TICKETS}/t1`, body: { ticket: { subj: 'x' } }, answer: { ticket: ticket('t1') } },
      { request: `DELETE ${TICKETS}/t1`, status: 204 },
      { request: `DELETE ${TICKETS}/t2`, status: 204 },
    ]);
    await session.query("UPDATE desk.tickets.tickets SET subj = 'x' WHERE tenant = 'acme' AND ticket_id = 't1'");
    await session.query("DELETE FROM desk.tickets.tickets WHERE tenant = 'acme' AND ticketId IN ('t1', 't2')");
    await done();
  });

  it('EXEC sends the default body', async () => {
    const { rows } = await runOnDesk(
      "EXEC /*+ SHOWRESULTS */ desk.tickets.tickets.close_ticket @tenant = 'acme', @ticket_id = 't1'",
      [{ request: `POST ${TICKETS}/t1/close`, body: { reason: 'done' }, answer: { ticket: ticket('t1') } }],
    );
    expect(rows[0]?.[0]).toBe('t1');
  });

  it('the usual names serve the verbs of a resource that lists none', async () => {
    const url = 'https://acme.desk.example/api/v2/labels';
    const { session, done } = await deskSession([
      { request: `POST ${url}`, body: { name: 'a', colour: 'red' }, status: 201, answer: { name: 'a' } },
      { request: `DELETE ${url}/a`, status: 204 },
    ]);
    await session.query("INSERT INTO desk.tickets.labels (tenant, name, colour) VALUES ('acme', 'a', 'red')");
    await session.query("DELETE FROM desk.tickets.labels WHERE tenant = 'acme' AND name = 'a'");
    await done();
  });
});

describe('what is not supported is an error when it is used', () => {
  it.each([
    ["EXEC desk.tickets.odd.as_xml @tenant = 'acme'", 'schema_driven_xml_v0.1.0'],
    ["EXEC desk.tickets.odd.by_template @tenant = 'acme'", 'golang_template_json_v0.3.0'],
    ["EXEC desk.tickets.odd.at_an_xpath @tenant = 'acme'", '/a/b'],
    ["EXEC desk.tickets.odd.as_graph @tenant = 'acme'", 'GraphQL'],
    ["EXEC desk.tickets.odd.as_form @tenant = 'acme'", 'multipart/form-data'],
    ["EXEC desk.tickets.odd.as_query @tenant = 'acme'", 'get_query_to_post_form_utf_8'],
    ["SELECT id FROM desk.tickets.zigzag WHERE tenant = 'acme'", 'zigzag'],
    ['EXEC desk.scripts.keys.make_pair', 'local_templated'],
    ['SELECT * FROM desk.tickets.elsewhere', 'postgres'],
  ])('%s', async (sql, says) => {
    const error = await failure(sql);
    expect(error).toMatchObject({ code: 'NOT_SUPPORTED' });
    expect(error.message).toContain(says);
  });
});

describe('a view of a document', () => {
  const first = [{ request: `GET ${TICKETS}`, answer: page(['t1', 't2']) }];
  const oldest = new Date('2026-01-02T03:04:05Z');

  it.each([
    ["SELECT * FROM desk.tickets.oldest WHERE tenant = 'acme'", [{ since: oldest, tenant: 'acme' }]],
    ["SELECT o.since FROM desk.tickets.oldest AS o WHERE o.tenant = 'acme'", [{ since: oldest }]],
    ["select DESK.tickets.OLDEST.since from DESK.tickets.OLDEST where oldest.tenant = 'acme'", [{ since: oldest }]],
    ["SELECT (SELECT since FROM desk.tickets.oldest WHERE tenant = 'acme') AS since", [{ since: oldest }]],
    [
      "WITH oldest AS (SELECT since FROM desk.tickets.oldest WHERE tenant IN ('acme')) SELECT * FROM oldest",
      [{ since: oldest }],
    ],
    ["SELECT count(*) AS n FROM desk.tickets.oldest WHERE tenant = 'acme' AND since IS NULL", [{ n: 0 }]],
  ])('is its query, restricted by its parameters: %s', async (sql, rows) => {
    expect(await objects(sql, first)).toEqual(rows);
  });

  it('reads other views, and keeps the columns of its query', async () => {
    const rows = await objects(
      "SELECT title, since, tenant FROM desk.tickets.open_titles WHERE tenant = 'acme' LIMIT 1",
      first,
    );
    expect(rows).toEqual([{ title: 'about t1', since: oldest, tenant: 'acme' }]);
  });

  it('is restricted by each of its references by itself', async () => {
    const { rows } = await runOnDesk(
      `EXPLAIN SELECT a.tenant AS a, b.tenant AS b FROM (SELECT * FROM desk.tickets.oldest WHERE tenant = 'acme') a,
         (SELECT * FROM desk.tickets.oldest WHERE tenant = 'it''s') b`,
      [],
    );
    expect(rows.map(([line]) => String(line)).filter((line) => line.startsWith('Scan'))).toEqual([
      "Scan desk.tickets.tickets via list_tickets (tenant = 'acme' exact)",
      "Scan desk.tickets.tickets via list_tickets (tenant = 'it''s' exact)",
    ]);
  });

  it('falls back to the query that needs less', async () => {
    expect(await objects('SELECT * FROM desk.tickets.open_titles', [])).toEqual([{ tenant: 'nobody' }]);
  });

  it.each([
    ['SELECT * FROM desk.tickets.oldest', 'NO_METHOD', 'The view desk.tickets.oldest needs tenant.'],
    ["SELECT * FROM desk.tickets.oldest WHERE tenant LIKE 'a%'", 'NO_METHOD', 'needs tenant'],
    ["SELECT * FROM desk.tickets.oldest WHERE tenant = 'a' OR since IS NULL", 'NO_METHOD', 'needs tenant'],
    ["SELECT * FROM desk.tickets.oldest WHERE tenant IN ('a', 'b')", 'NOT_SUPPORTED', 'one tenant at a time'],
    ['SELECT * FROM desk.tickets.broken', 'NOT_SUPPORTED', 'The query of the view desk.tickets.broken cannot be read'],
    ["SELECT * FROM desk.tickets.chains WHERE tenant = 'a'", 'NOT_SUPPORTED', 'reads itself'],
  ])('%s is %s', async (sql, code, says) => {
    const error = await failure(sql);
    expect(error).toMatchObject({ code });
    expect(error.message).toContain(says);
  });

  it('is among the methods', async () => {
    const { rows } = await runOnDesk('SHOW METHODS IN desk.tickets.oldest', []);
    expect(rows).toEqual([
      ['__view__', 'tenant', 'SELECT'],
      ['__view__', '', 'SELECT'],
    ]);
  });
});

describe('logins', () => {
  const SQL = "SELECT name FROM desk.tickets.labels WHERE tenant = 'acme'";
  const LABELS = 'https://acme.desk.example/api/v2/labels';
  const TOKEN_URL = 'https://login.desk.example/token';
  const basic = `Basic ${Buffer.from('ada:pw').toString('base64')}`;

  it.each([
    ['basic', { type: 'basic', username: 'ada', password: 'pw' }, { authorization: basic }, ''],
    // There are APIs that want user and password behind another word, and StackQL sends them so.
    [
      'bearer by user and password',
      { type: 'bearer', username: 'ada', password: 'pw' },
      { authorization: basic.replace('Basic', 'Bearer') },
      '',
    ],
    [
      'a key by user and password of variables',
      { type: 'api_key', valuePrefix: 'Key ', username_var: 'DESK_KEY', password_var: 'DESK_KEY' },
      { authorization: `Key ${Buffer.from('k-123:k-123').toString('base64')}` },
      '',
    ],
    [
      'a header, and a query parameter besides',
      {
        type: 'custom',
        name: 'X-Api-Key',
        location: 'header',
        api_key: 'k1',
        successor: { type: 'custom', name: 'app', location: 'query', api_key: 'k2' },
      },
      { 'x-api-key': 'k1', authorization: undefined },
      '?app=k2',
    ],
    ['null_auth', { type: 'null_auth' }, { authorization: undefined }, ''],
  ] as const)('%s', async (_what, desk, headers, query) => {
    await runOnDesk(SQL, [{ request: `GET ${LABELS}${query}`, headers, answer: [] }], { auth: { desk } });
  });

  it('oauth2: one token for all requests of a session', async () => {
    const asked: string[] = [];
    const { session, done } = await deskSession([], {
      auth: { desk: { type: 'oauth2', token_url: TOKEN_URL, client_id: 'c', client_secret: 's', scopes: ['read'] } },
      fetch: async (request) => {
        asked.push(`${request.method} ${request.url} ${request.headers.get('authorization')} ${await request.text()}`);
        const token = { access_token: 'a1', token_type: 'bearer', expires_in: 600 };
        return Response.json(request.url === TOKEN_URL ? token : []);
      },
    });
    await session.query(SQL);
    await session.query(SQL);
    await done();
    expect(asked).toEqual([
      `POST ${TOKEN_URL} Basic ${Buffer.from('c:s').toString('base64')} grant_type=client_credentials&scope=read`,
      `GET ${LABELS} Bearer a1 `,
      `GET ${LABELS} Bearer a1 `,
    ]);
  });

  it('a Request of its own has what the login sends', async () => {
    const key = { type: 'custom', location: 'query', name: 'key', api_key: 'k1' };
    const provider = createProvider({ registry: await loadRegistry(DESK), auth: { desk: key } });
    const request = await provider.request('desk.tickets.labels.list', { tenant: 'acme' }, { withCredential: true });
    expect(request.url).toBe(`${LABELS}?key=k1`);
    await provider.close();
  });

  it('a type that is not supported sends nothing', async () => {
    const error = await failure(SQL, [], { auth: { desk: { type: 'aws_signing_v4' } } });
    expect(error).toMatchObject({ code: 'NOT_SUPPORTED' });
  });

  it('a key that a next page repeats is in no error', async () => {
    const desk = { type: 'custom', name: 'key', location: 'query', api_key: 's3cret' };
    const agents = 'https://acme.desk.example/api/v2/agents';
    const next = { items: [], '@odata.nextLink': `${agents}?page=2&key=s3cret` };
    const error = await failure(
      "SELECT id FROM desk.tickets.agents WHERE tenant = 'acme'",
      [
        { request: `GET ${agents}?key=s3cret`, headers: {}, answer: next },
        { request: `GET ${agents}?page=2&key=s3cret`, headers: {}, status: 500, answer: {} },
      ],
      { auth: { desk } },
    );
    expect(error).toMatchObject({ code: 'HTTP', url: `${agents}?page=2` });
    expect(inspect(error)).not.toContain('s3cret');
  });

  it('a key in the query is in no error', async () => {
    const desk = { type: 'custom', name: 'key', location: 'query', api_key: 's3cret-key' };
    const exchange = {
      request: `GET ${LABELS}?key=s3cret-key`,
      headers: {},
      status: 500,
      answer: 'key s3cret-key is bad',
    };
    const error = await failure(SQL, [exchange], { auth: { desk } });
    expect(error).toMatchObject({ code: 'HTTP', status: 500 });
    expect(inspect(error)).not.toContain('s3cret');
  });
});

describe('the host', () => {
  it.each([
    'evil.example',
    'evil.example/',
    'evil.example#',
    'user@evil',
    'acme:8080',
    'a%2eb',
    '',
    '-acme',
    'acme.',
    '127.0.0.1',
    'ac me',
  ])('is not made of %j', async (tenant) => {
    const error = await failure(`SELECT id FROM desk.tickets.tickets WHERE tenant = '${tenant}'`);
    expect(error).toMatchObject({ code: 'INVALID_VALUE', subject: 'tenant' });
  });

  it('has to be given where its default is somebody’s name', async () => {
    expect(await failure('SELECT id FROM desk.tickets.tickets')).toMatchObject({ code: 'NO_METHOD' });
  });

  it('does not get the credential of another', async () => {
    const { session, done } = await deskSession([{ request: `GET ${TICKETS}`, answer: page(['t1']) }]);
    await session.query("SELECT id FROM desk.tickets.tickets WHERE tenant = 'acme'");
    const second = session.query("SELECT id FROM desk.tickets.tickets WHERE tenant = 'other'");
    await expect(second).rejects.toMatchObject({ code: 'AUTH', status: 0 });
    await expect(session.query('SELECT number FROM desk.billing.invoices')).rejects.toMatchObject({ code: 'AUTH' });
    await done();
  });

  it('does not follow OKTAQL_ENDPOINT_URL, which is Okta’s', async () => {
    await runOnDesk(
      "SELECT id FROM desk.tickets.tickets WHERE tenant = 'acme'",
      [{ request: `GET ${TICKETS}`, answer: page([]) }],
      { endpointUrl: 'http://localhost:1' },
    );
  });

  it('gets no token of Okta’s', async () => {
    const provider = createProvider({ registry: await loadRegistry(DESK), trustRegistry: true, token: '00a-okta' });
    const request = provider.request('desk.tickets.labels.list', { tenant: 'acme' }, { withCredential: true });
    await expect(request).rejects.toMatchObject({ code: 'AUTH', hint: 'Set the environment variable DESK_KEY.' });
    await provider.close();
  });
});
