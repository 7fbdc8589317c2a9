// Counts users by status with the library, in a process of its own; prints milliseconds, peak memory in bytes and rows.
//
// node bench/count-users.mjs PORT        through SQL, with the engine in this process
// node bench/count-users.mjs PORT process through SQL, with the engine in a process of its own
// node bench/count-users.mjs PORT floor  the same pages by bare undici, parsed and counted by hand

const [port, how] = process.argv.slice(2);
const url = `http://127.0.0.1:${port}`;

async function throughSql(isolation) {
  const { createSession } = await import('../dist/index.js');
  const session = createSession({ token: 'bench', subdomain: 'my-org', endpointUrl: url, isolation });
  const { rows } = await session.query('SELECT status, count(*) FROM okta.users.users GROUP BY status');
  await session.close();
  return rows.reduce((sum, [, count]) => sum + Number(count), 0);
}

async function byHand() {
  const { Agent, request } = await import('undici');
  const dispatcher = new Agent({ connections: 1 });
  const counts = new Map();
  for (let path = '/api/v1/users?limit=200'; path !== undefined; ) {
    const response = await request(url + path, { dispatcher });
    for (const { status } of await response.body.json()) counts.set(status, (counts.get(status) ?? 0) + 1);
    const next = /<([^>]+)>; rel="next"/.exec(String(response.headers.link ?? ''));
    path = next === null ? undefined : new URL(next[1]).pathname + new URL(next[1]).search;
  }
  await dispatcher.close();
  return [...counts.values()].reduce((sum, count) => sum + count, 0);
}

const started = performance.now();
const rows = await (how === 'floor' ? byHand() : throughSql(how === 'process' ? 'process' : 'none'));
const ms = performance.now() - started;
console.log(JSON.stringify({ ms, rows, peakBytes: process.resourceUsage().maxRSS * 1024 }));
