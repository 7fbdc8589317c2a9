/** Clients of Node's, as they are used. */
import { Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import pg from 'pg';
import { to as copyTo } from 'pg-copy-streams';
import Cursor from 'pg-cursor';
import postgres from 'postgres';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { PASSWORD, type Serving, startServing } from './serving.ts';

let serving: Serving;

beforeAll(async () => {
  serving = await startServing();
});

afterAll(() => serving.close());

describe('pg', () => {
  let client: pg.Client;

  beforeAll(async () => {
    const { port } = serving.server;
    client = new pg.Client({ host: '127.0.0.1', port, user: 'oktaql', database: 'okta', password: PASSWORD });
    await client.connect();
  });

  afterAll(() => client.end());

  test('reads types', async () => {
    const { rows, fields, command, rowCount } = await client.query(
      `SELECT label, created, settings, [1, 2] AS list, 1.50::DECIMAL(5, 2) AS price, 5::BIGINT AS n, true AS yes, NULL AS none,
         '\\xAA\\xBB'::BLOB AS bytes, ['a', NULL] AS texts
       FROM okta.apps.applications WHERE label = $1`,
      ['Payroll Sync'],
    );
    expect(rows[0]).toMatchObject({
      label: 'Payroll Sync',
      created: expect.any(Date),
      settings: expect.any(Object),
      list: [1, 2],
      price: '1.50',
      n: '5',
      yes: true,
      none: null,
      bytes: Buffer.from([0xaa, 0xbb]),
      texts: ['a', null],
    });
    expect(fields.map(({ name }) => name)).toContain('created');
    expect({ command, rowCount }).toEqual({ command: 'SELECT', rowCount: 1 });
  });

  test('binds parameters of all kinds', async () => {
    const moment = new Date('2026-11-29T12:34:56.789Z');
    const { rows } = await client.query(
      `SELECT $1::int + 1 AS a, $2::text AS b, $3::timestamptz AS c, $4::boolean AS d, $5::json AS e, $6::text[] AS f, $7::double AS g,
         $8::date AS h, $9::bytea AS i, $10::uuid AS j`,
      [
        ...[41, "it's", moment, false, { a: [1] }, ['x', null, 'y,z'], 1.5, '2026-11-29', Buffer.from([1, 2])],
        'a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11',
      ],
    );
    expect(rows[0]).toMatchObject({
      a: 42,
      b: "it's",
      c: moment,
      d: false,
      e: { a: [1] },
      f: ['x', null, 'y,z'],
      g: 1.5,
    });
    expect(rows[0]).toMatchObject({ i: Buffer.from([1, 2]), j: 'a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11' });
  });

  test('prepares by name, and goes on after an error', async () => {
    const query = { name: 'apps', text: 'SELECT count(*)::int AS n FROM okta.apps.applications WHERE status = $1' };
    const first = await client.query({ ...query, values: ['ACTIVE'] });
    await expect(client.query('SELECT nonsense')).rejects.toMatchObject({ code: '42703' });
    expect((await client.query({ ...query, values: ['ACTIVE'] })).rows).toEqual(first.rows);
  });

  test('pg-cursor reads some rows at a time', async () => {
    const cursor = client.query(new Cursor('SELECT n FROM range(10) t(n) WHERE n >= $1', [2]));
    expect((await cursor.read(3)).map(({ n }) => n)).toEqual(['2', '3', '4']);
    expect(await cursor.read(100)).toHaveLength(5);
    expect(await cursor.read(100)).toEqual([]);
    await cursor.close();
  });

  test('pg-copy-streams copies to the client', async () => {
    const stream = client.query(copyTo("COPY (SELECT n, 'x' || n FROM range(3) t(n)) TO STDOUT WITH (FORMAT csv)"));
    const chunks: Buffer[] = [];
    const sink = new Writable({
      write: (chunk, _encoding, done) => {
        chunks.push(chunk);
        done();
      },
    });
    await pipeline(stream, sink);
    expect(Buffer.concat(chunks).toString()).toBe('0,x0\n1,x1\n2,x2\n');
  });

  test('hears notices', async () => {
    const heard: unknown[] = [];
    client.on('notice', ({ code }) => heard.push(code));
    await client.query('COMMIT');
    expect(heard).toEqual(['25P01']);
  });
});

describe('postgres.js', () => {
  test('reads, binds, goes through a cursor', async () => {
    const { port } = serving.server;
    const sql = postgres({
      ...{ host: '127.0.0.1', port, user: 'oktaql', database: 'okta', password: PASSWORD, max: 1 },
      // It asks the catalog for the types of arrays otherwise.
      fetch_types: false,
    });
    try {
      const label = 'Payroll Sync';
      const rows = await sql`SELECT label, status FROM okta.apps.applications WHERE label = ${label}`;
      expect([...rows]).toEqual([{ label, status: 'ACTIVE' }]);
      const batches: number[] = [];
      await sql`SELECT n::int AS n FROM range(10) t(n)`.cursor(4, (batch) => {
        batches.push(batch.length);
      });
      expect(batches).toEqual([4, 4, 2]);
      expect(await sql.begin('READ ONLY', (block) => block`SELECT 1 AS a`)).toEqual([{ a: 1 }]);
      await expect(sql`SELECT nonsense`).rejects.toMatchObject({ code: '42703' });
    } finally {
      await sql.end();
    }
  });
});
