// Judges the provider documents by recorded answers of real orgs: npm run check:recorded -- FILE
//
// FILE holds one JSON object a line: request ("GET /path?query"), status, headers, body. Every successful GET is served to
// the engine and read through its table: each item must be a row, and ids and scalar fields must arrive unchanged. Fields
// that no column shows are reported by name.

import { existsSync, readFileSync } from 'node:fs';
import { createProvider } from '../dist/index.js';

const [file] = process.argv.slice(2);
if (file === undefined || !existsSync(file)) {
  console.log('No recordings were given: nothing is checked. npm run check:recorded -- FILE');
  process.exit(0);
}

const exchanges = readFileSync(file, 'utf8')
  .trim()
  .split('\n')
  .map((line) => JSON.parse(line));
const registry = createProvider().registry;
const resources = registry.providers.flatMap(({ name, services }) =>
  services.flatMap((service) => Object.values(registry.service(name, service).resources)),
);
const candidates = resources.flatMap((resource) =>
  resource.methods
    .filter(({ httpMethod }) => httpMethod === 'GET')
    .map((method) => ({ resource, method, pattern: patternOf(method.path) })),
);

function patternOf(path) {
  const source = path
    .split(/(\{[^}]+\})/)
    .map((part) => (part.startsWith('{') ? '([^/]+)' : part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')));
  return new RegExp(`^${source.join('')}/?$`);
}

/** The method whose path fits, the one with the fewest parameters in it first: /groups/rules is no group. */
function matchOf(path) {
  return candidates
    .filter(({ pattern }) => pattern.test(path))
    .sort((a, b) => (a.method.path.match(/\{/g) ?? []).length - (b.method.path.match(/\{/g) ?? []).length)[0];
}

const itemsOf = (method, body) => {
  if (method.response.kind !== 'list') return [body];
  const follow = (path) =>
    path
      .split('.')
      .slice(1)
      .reduce((value, key) => value?.[key], body);
  return method.response.rowsAt.map(follow).find(Array.isArray) ?? [];
};

const isScalar = (value) => value === null || typeof value !== 'object';
const shown = (value) => (value instanceof Date ? value.getTime() : typeof value === 'bigint' ? String(value) : value);
const expected = (value, type) =>
  type === 'TIMESTAMPTZ' && typeof value === 'string' ? new Date(value).getTime() : value;

async function check({ request, body }) {
  const url = new URL(request.slice(4), 'https://my-org.okta.com');
  const match = matchOf(url.pathname);
  if (match === undefined) return { request, problem: 'no method' };
  const { resource, method, pattern } = match;
  const values = pattern.exec(url.pathname).slice(1).map(decodeURIComponent);
  const names = [...method.path.matchAll(/\{([^}]+)\}/g)].map(([, name]) => name);
  const parameters = Object.fromEntries(names.map((name, index) => [name, values[index]]));
  for (const { name, location, isRequired } of method.parameters) {
    if (location === 'query' && isRequired) parameters[name] = url.searchParams.get(name) ?? 'x';
  }
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  const provider = createProvider({
    token: 'recorded',
    subdomain: 'my-org',
    revealSecrets: true,
    fetch: async () => new Response(text, { headers: { 'content-type': 'application/json' } }),
  });
  const { result } = await provider.invoke(method.key, parameters);
  const items = method.response.kind === 'text' ? [] : itemsOf(method, body);
  const names_ = result.columns.map(({ name }) => name);
  const problems = [];
  const hidden = new Set();
  let compared = 0;
  if (method.response.kind !== 'text' && result.rows.length !== items.length)
    problems.push(`${result.rows.length} rows of ${items.length} items`);
  items.forEach((item, index) => {
    if (isScalar(item) || Array.isArray(item)) return;
    for (const [name, value] of Object.entries(item)) {
      const at = names_.indexOf(name);
      if (at === -1 || !method.response.fields.some((field) => field.name === name)) hidden.add(name);
      else if (isScalar(value)) {
        compared += 1;
        const arrived = shown(result.rows[index]?.[at]);
        const { type } = result.columns[at];
        const wanted = type === 'VARCHAR' && value !== null ? String(value) : expected(value, type);
        if (arrived !== wanted)
          problems.push(`${name} ${type}: ${JSON.stringify(value)} arrived as ${JSON.stringify(arrived)}`);
      }
    }
  });
  return { request, table: resource.name, problems, hidden: [...hidden], rows: result.rows.length, compared };
}

const gets = exchanges.filter(
  ({ request, status, body }) => request.startsWith('GET ') && status === 200 && body !== null,
);
let whole = 0;
let rows = 0;
let fields = 0;
const hiddenBy = new Map();
for (const exchange of gets) {
  let outcome;
  try {
    outcome = await check(exchange);
  } catch (error) {
    outcome = { request: exchange.request, problem: error.message };
  }
  const problems = [outcome.problem, ...(outcome.problems ?? [])].filter(Boolean);
  for (const name of outcome.hidden ?? [])
    hiddenBy.set(outcome.table, (hiddenBy.get(outcome.table) ?? new Set()).add(name));
  rows += outcome.rows ?? 0;
  fields += outcome.compared ?? 0;
  if (problems.length === 0) whole += 1;
  else console.log(`${outcome.request}\n  ${problems.slice(0, 5).join('\n  ')}`);
}
console.log(
  `\n${whole} of ${gets.length} recorded answers to GET arrive whole: ${rows} rows, ${fields} scalar fields compared.`,
);
console.log('Fields of theirs that no column shows:');
for (const [table, names] of [...hiddenBy].sort()) console.log(`  ${table}: ${[...names].join(', ')}`);
if (hiddenBy.size === 0) console.log('  none');
process.exitCode = whole === gets.length ? 0 : 1;
