// One long statement, by one of two engines in a process of its own: `ours`, a session against the simulator, or `plain`, DuckDB
// with the same rows in tables of the same names. Prints what it took and what it answered.
//
// node bench/chains-case.mjs ours|plain CASE SIZE SOURCE SETTINGS    with settings as JSON: endpointUrl, token, users

import { CHAINS, SETUP, tableOf } from './chains-texts.mjs';
import { watchHeld } from './held.mjs';

const [how, name, size, source, settings] = process.argv.slice(2);
const { endpointUrl, token, users } = JSON.parse(settings);
const { sql } = CHAINS.find((each) => each.name === name);
const text = sql(Number(size), tableOf(source));

async function ours() {
  const { createSession } = await import('../dist/index.js');
  const session = createSession({ token, subdomain: 'my-org', endpointUrl });
  await session.query(SETUP);
  await session.query('SELECT 1');
  return {
    run: async () => (await session.query(text)).rows.map((row) => row.map(String)),
    end: () => session.close(),
  };
}

async function plain() {
  const { DuckDBInstance } = await import('@duckdb/node-api');
  const connection = await (await DuckDBInstance.create(':memory:')).connect();
  await connection.run("ATTACH ':memory:' AS okta");
  await connection.run('CREATE SCHEMA okta.users');
  const rows = users.map(({ id, status }) => `('${id}', '${status}')`).join(', ');
  await connection.run(`CREATE TABLE okta.users.users AS FROM (VALUES ${rows}) AS u(id, status)`);
  await connection.run(SETUP);
  return {
    run: async () => (await connection.runAndReadAll(text)).getRows().map((row) => row.map(String)),
    end: () => connection.closeSync(),
  };
}

const { run, end } = await (how === 'ours' ? ours() : plain());
const watch = watchHeld();
const usage = process.cpuUsage();
const started = performance.now();
const answer = await run().then(
  (rows) => JSON.stringify(rows.slice(0, 10)),
  (error) => `${error.code ?? 'error'}: ${error.message.slice(0, 100)}`,
);
const ms = performance.now() - started;
const held = watch.end();
const { user, system } = process.cpuUsage(usage);
console.log(JSON.stringify({ ms, cpu: (user + system) / 1000, held, answer }));
await end();
