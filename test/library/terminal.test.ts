/** The same five results on terminals of three widths, as stored: what people look at, looked at. */

import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createSession, type Session } from '../../src/index.ts';
import { displayWidth } from '../../src/output/display-width.ts';
import { createSimulator } from '../../src/simulator/index.ts';
import { columnsOf, renderWith } from '../unit/output/render.ts';

const STATEMENTS = [
  'SELECT * FROM okta.apps.jwks',
  'SELECT id, status, profile, created, lastLogin FROM okta.users.users ORDER BY id LIMIT 5',
  "SELECT a.label, j.kid, j.status, date_diff('day', j.created, TIMESTAMPTZ '2026-11-01') AS age FROM okta.apps.applications a JOIN okta.apps.jwks j ON j.appId = a.id ORDER BY j.id LIMIT 6",
  "SELECT '東京タワーから見える夜景はとても美しいです' AS place, NULL AS nothing, 12345678901234567890 AS number, 'שלום עולם, מה שלומך היום?' AS greeting, repeat('👩‍👩‍👧', 20) AS family",
  'SELECT count(*) AS keys FROM okta.apps.jwks',
];

let session: Session;
beforeAll(() => {
  const simulator = createSimulator({ subdomain: 'acme', now: () => new Date('2026-11-01T12:00:00Z') });
  session = createSession({ token: simulator.token, subdomain: 'acme', fetch: (request) => simulator.handle(request) });
});
afterAll(() => session.close());

const STORED = new URL('../fixtures/terminal/', import.meta.url);

test.each([80, 120, 200])('%i columns', async (width) => {
  const shown = await Promise.all(
    STATEMENTS.map(async (sql) => {
      const { columns, rows } = await session.query(sql);
      return `${sql}\n${(await renderWith({ width }, 'table', columns, rows)).toString()}`;
    }),
  );
  const text = shown.join('\n');
  await expect(text).toMatchFileSnapshot(new URL(`${width}.txt`, STORED).pathname);
  const tables = text.split('\n').filter((line) => !line.startsWith('SELECT '));
  expect(Math.max(...tables.map(displayWidth))).toBeLessThanOrEqual(width);
});

test('28 keys of 17 columns take no more lines than the 34 of DuckDB’s shell', () => {
  const [keys = ''] = readFileSync(new URL('80.txt', STORED), 'utf8').split('\n\n');
  expect(keys.split('\n').slice(1).length).toBeLessThanOrEqual(34);
});

test('columns without a width are whole', async () => {
  const text = await renderWith({}, 'table', columnsOf('a'), [['x'.repeat(300)]]);
  expect(text.toString()).toContain('x'.repeat(300));
});
