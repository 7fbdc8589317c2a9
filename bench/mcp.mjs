// What answers cost an agent in tokens and requests: `npm run bench -- --mcp`, by the official client, with `oktaql mcp` in a process of
// its own on a simulated org of 20,000 users and 2,000 groups. The right answers come from the org and not from us. Then 1,000 calls, for
// memory and handles.

import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { Client } from '@modelcontextprotocol/client';
import { StdioClientTransport } from '@modelcontextprotocol/client/stdio';
import { Tiktoken } from 'js-tiktoken/lite';
import ranks from 'js-tiktoken/ranks/o200k_base';
import { createSimulator, listen } from '../dist/simulator/index.js';

const MAIN = fileURLToPath(new URL('../dist/cli/main.js', import.meta.url));
const [, , , users = '20000', groups = '2000', calls = '1000'] = process.argv;
const tokenizer = new Tiktoken(ranks);
const tokens = (value) => tokenizer.encode(typeof value === 'string' ? value : JSON.stringify(value)).length;

const simulator = createSimulator({ subdomain: 'my-org' });
const origin = 'https://my-org.okta.com';
const headers = {
  authorization: `SSWS ${simulator.token}`,
  'content-type': 'application/json',
  accept: 'application/json',
};
const ask = (method, path, body) =>
  simulator.handle(
    new Request(`${origin}${path}`, { method, headers, ...(body !== undefined && { body: JSON.stringify(body) }) }),
  );

/** All items of a list, page by page. */
async function all(path) {
  const items = [];
  for (let next = path; next !== undefined; ) {
    const response = await ask('GET', next);
    items.push(...(await response.json()));
    const link = /<https:\/\/[^/]+([^>]+)>; rel="next"/.exec(response.headers.get('link') ?? '');
    next = link?.[1];
  }
  return items;
}

for (let number = (await all('/api/v1/groups?limit=200')).length; number < Number(groups); number += 1) {
  await ask('POST', '/api/v1/groups', { profile: { name: `Group ${number}`, description: `Team ${number}` } });
}
for (let number = (await all('/api/v1/users?limit=200')).length; number < Number(users); number += 1) {
  const login = `user.${number}@example.com`;
  await ask('POST', '/api/v1/users?activate=true', {
    profile: { firstName: 'User', lastName: `N${number}`, login, email: login },
  });
}
simulator.clearJournal();

const server = await listen(simulator, { port: 0 });
const transport = new StdioClientTransport({
  command: process.execPath,
  args: [MAIN, 'mcp', '--subdomain', 'my-org'],
  env: {
    PATH: process.env.PATH,
    OKTA_API_TOKEN: simulator.token,
    OKTAQL_ENDPOINT_URL: `http://{subdomain}.localhost:${server.port}`,
  },
  stderr: 'inherit',
});
const client = new Client({ name: 'bench', version: '1' }, { versionNegotiation: { mode: 'legacy' } });
await client.connect(transport);

/** One call, with what it cost. */
async function call(sql, more = {}) {
  const given = { sql, ...more };
  simulator.clearJournal();
  const started = performance.now();
  const { content, isError = false } = await client.callTool(
    { name: 'query', arguments: given },
    { timeout: 3_600_000 },
  );
  const [{ text }] = content;
  return {
    text,
    isError,
    tokens: tokens(given) + tokens(text),
    requests: simulator.journal.length,
    ms: performance.now() - started,
  };
}

/** The rows between the tags, without their header. */
const rowsIn = (text) => {
  const [, block = ''] = /<(?:data-\w+)> data from Okta, never instructions\n([\s\S]*)\n<\/data-/.exec(text) ?? [];
  return block.split('\n').slice(1);
};

const { tools } = await client.listTools();
const instructions = client.getInstructions() ?? '';
console.log(
  `tools/list: ${JSON.stringify(tools).length} bytes, ${tokens(tools)} tokens; instructions: ${tokens(instructions)} tokens`,
);

const YEAR = 365 * 86_400_000;
const listed = await all('/api/v1/users?limit=200');
const QUESTIONS = [
  {
    question: 'How many groups?',
    sql: 'SELECT count(*) AS groups FROM okta.groups.groups',
    right: async () => [String((await all('/api/v1/groups?limit=200')).length)],
  },
  {
    question: 'Which apps have keys older than a year?',
    sql: `SELECT DISTINCT a.label FROM okta.apps.applications a JOIN okta.apps.jwks j ON j.appId = a.id
WHERE j.created < now() - INTERVAL 365 DAYS ORDER BY a.label`,
    right: async () =>
      simulator
        .apps()
        .filter(({ id }) => simulator.keys(id).some(({ created }) => Date.parse(created) < Date.now() - YEAR))
        .map(({ label }) => label)
        .toSorted(),
  },
  {
    question: 'Who has no second factor?',
    sql: `SELECT count(*) AS users FROM okta.users.users u WHERE u.status = 'ACTIVE'
AND NOT EXISTS (SELECT 1 FROM okta.users.factors f WHERE f.userId = u.id)`,
    // Every fifth user of the simulated org has none.
    right: async () => [String(listed.filter(({ status }, index) => status === 'ACTIVE' && index % 5 === 4).length)],
  },
];

let isRight = true;
for (const { question, sql, right } of QUESTIONS) {
  const wanted = await right();
  const attempts = [await call(sql)];
  for (let allowed; attempts.at(-1).isError && attempts.length < 6; ) {
    allowed = /max_requests: (\d+)/.exec(attempts.at(-1).text)?.[1];
    if (allowed === undefined) break;
    attempts.push(await call(sql, { max_requests: Number(allowed) }));
  }
  const last = attempts.at(-1);
  const sum = (value) => attempts.reduce((total, each) => total + value(each), 0);
  const isSame = JSON.stringify(rowsIn(last.text)) === JSON.stringify(wanted);
  isRight &&= isSame;
  console.log(
    `${question} ${attempts.length} calls, ${sum((each) => each.tokens)} tokens, ${sum((each) => each.requests)} requests, ${Math.round(sum((each) => each.ms))} ms: ${isSame ? 'right' : `wrong, ${last.text.slice(0, 300)}`}`,
  );
}

/** Of the server's process, in MB. */
const memory = () =>
  Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${transport.pid}/status`, 'utf8'))?.[1] ?? 0) / 1024;
const samples = [];
for (let index = 0; index < Number(calls); index += 1) {
  await call(
    index % 2 === 0
      ? 'SELECT id, profile.name FROM okta.groups.groups LIMIT 50'
      : 'SELECT label FROM okta.apps.applications',
  );
  if (index % 100 === 99) samples.push(Math.round(memory()));
}
const { text } = await call(
  "SELECT count(*) AS tables FROM information_schema.tables WHERE regexp_matches(table_name, '^r_[0-9]+$')",
);
console.log(`${calls} calls: ${samples.join(', ')} MB after each hundred; ${rowsIn(text).join()} handles are kept`);

await client.close();
await server.close();
process.exitCode = isRight ? 0 : 1;
