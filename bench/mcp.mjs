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
let requests = 0;

// Twenty thousand users take the simulator's rules minutes to make, so users, groups and factors are prepared; apps and their keys are its own.
const STATUSES = ['ACTIVE', 'ACTIVE', 'ACTIVE', 'ACTIVE', 'SUSPENDED'];
const times = { created: '2024-01-02T03:04:05.000Z', lastUpdated: '2025-01-02T03:04:05.000Z' };
const idOf = (prefix, number) => `${prefix}${String(number).padStart(17, '0')}`;
const everybody = Array.from({ length: Number(users) }, (_, number) => {
  const login = `user.${number}@example.com`;
  const profile = { firstName: 'User', lastName: `N${number}`, login, email: login };
  return { id: idOf('00u', number), status: STATUSES[number % STATUSES.length], ...times, profile };
});
const allGroups = Array.from({ length: Number(groups) }, (_, number) => {
  const profile = { name: `Group ${number}`, description: `Team ${number}` };
  return { id: idOf('00g', number), type: 'OKTA_GROUP', ...times, profile };
});
const numbers = new Map(everybody.map(({ id }, number) => [id, number]));
/** Every seventh user has none. */
const hasFactor = (number) => number % 7 !== 3;

function page(items, url) {
  const limit = Number(url.searchParams.get('limit') ?? 200);
  const start = Number(url.searchParams.get('after') ?? 0);
  const headers = new Headers({ 'x-rate-limit-limit': '100000', 'x-rate-limit-remaining': '99999' });
  headers.set('x-rate-limit-reset', String(Math.floor(Date.now() / 1000) + 60));
  if (start + limit < items.length) {
    const next = new URL(url);
    next.searchParams.set('after', String(start + limit));
    headers.append('link', `<${next}>; rel="next"`);
  }
  return Response.json(items.slice(start, start + limit), { headers });
}

function prepared(request) {
  const url = new URL(request.url);
  if (request.method !== 'GET') return undefined;
  if (url.pathname === '/api/v1/groups') return page(allGroups, url);
  const asked = url.searchParams.get('filter') ?? url.searchParams.get('search');
  if (url.pathname === '/api/v1/users') {
    const [, status] = /^status eq "([A-Z_]+)"$/.exec(asked ?? '') ?? [];
    if (asked !== null && status === undefined) throw new Error(`no filter ${asked} is prepared`);
    return page(status === undefined ? everybody : everybody.filter((user) => user.status === status), url);
  }
  const [, id] = /^\/api\/v1\/users\/(00u\d{17})\/factors$/.exec(url.pathname) ?? [];
  if (id === undefined) return undefined;
  const factor = { id: `opf${id.slice(3)}`, factorType: 'push', provider: 'OKTA', status: 'ACTIVE', ...times };
  return page(hasFactor(numbers.get(id)) ? [factor] : [], url);
}

const server = await listen(
  {
    ...simulator,
    handle: async (request, target) => {
      requests += 1;
      return prepared(request) ?? simulator.handle(request, target);
    },
  },
  { port: 0 },
);
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
  requests = 0;
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
    requests,
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
const QUESTIONS = [
  {
    question: 'How many groups?',
    sql: 'SELECT count(*) AS groups FROM okta.groups.groups',
    right: () => [groups],
  },
  {
    question: 'Which apps have keys older than a year?',
    sql: `SELECT DISTINCT a.label FROM okta.apps.applications a JOIN okta.apps.jwks j ON j.appId = a.id
WHERE j.created < now() - INTERVAL 365 DAYS ORDER BY a.label`,
    right: () =>
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
    right: () => [String(everybody.filter(({ status }, number) => status === 'ACTIVE' && !hasFactor(number)).length)],
  },
];

let isRight = true;
for (const { question, sql, right } of QUESTIONS) {
  const wanted = right();
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
