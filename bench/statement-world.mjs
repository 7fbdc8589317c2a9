// The orgs that the statements of the bench are asked of: two simulated ones behind one session whose fetch counts.

import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const AUDITS = new URL('../docs/audit/', import.meta.url);
const ORGS = ['my-org', 'eu-org'];
/** What the questions of docs/audit take as `days`. */
const DAYS = '30';

/** @param {import('./statement-world.d.mts').Product} product */
export async function openWorld({ createSession, createSimulator, demoOrg }) {
  // The engine's clock is the machine's, so the orgs' stand still at this moment.
  const now = new Date();
  const simulators = new Map(
    ORGS.map((subdomain, index) => {
      const seed = index + 1;
      const org = demoOrg({ now, seed });
      return [`${subdomain}.okta.com`, createSimulator({ subdomain, org, seed, now: () => now })];
    }),
  );
  const folder = mkdtempSync(join(tmpdir(), 'oktaql-statements-'));
  const csv = join(folder, 'leavers.csv');
  let requests = 0;
  const login = { kind: 'api-token', token: 'sim-token' };
  const session = createSession({
    orgs: Object.fromEntries(ORGS.map((name) => [name, { url: `https://${name}.okta.com`, login }])),
    subdomain: 'my-org',
    allowFiles: [csv],
    now: () => now,
    fetch: (request) => {
      requests += 1;
      return simulators.get(new URL(request.url).host).handle(request);
    },
  });
  const ids = async (sql) => (await session.query(sql)).rows.map(([id]) => String(id));
  const facts = {
    users: await ids('SELECT id FROM okta.users.users'),
    apps: await ids('SELECT id FROM okta.apps.applications'),
    csv,
  };
  const reasons = ['moved on', 'retired', 'contract ended'];
  writeFileSync(csv, ['id,why', ...reasons.map((why, index) => `${facts.users[index]},${why}`)].join('\n'));
  await session.query(
    `CREATE TABLE watched AS SELECT * FROM (VALUES ('${facts.users[4]}'), ('${facts.users[5]}')) AS t(id)`,
  );
  await session.query(
    "CREATE MATERIALIZED VIEW suspended AS SELECT id FROM okta.users.users WHERE status = 'SUSPENDED'",
  );
  const textOf = ({ sql, audit }) => {
    if (audit !== undefined) return readFileSync(new URL(audit, AUDITS), 'utf8');
    return typeof sql === 'function' ? sql(facts) : sql;
  };
  const variables = { subdomain: 'my-org', days: DAYS };
  return {
    /** Runs it, for the requests that it sends. */
    count: async (statement) => {
      requests = 0;
      const { rows } = await session.query(textOf(statement), { variables });
      return { requests, rows: rows.length };
    },
    explain: async (statement) => {
      const started = performance.now();
      const { rows } = await session.query(`EXPLAIN (FORMAT JSON) ${withoutComments(textOf(statement))}`, {
        variables,
      });
      return { plan: rows[0]?.[0], ms: performance.now() - started };
    },
    /** What no client should have sent. */
    violations: () => [...simulators.values()].flatMap((simulator) => simulator.violations),
    close: async () => {
      await session.close();
      rmSync(folder, { recursive: true });
    },
  };
}

/** EXPLAIN stands before the statement, and not before what is said about it. */
function withoutComments(sql) {
  return sql.replace(/^--.*\n/gm, '');
}
