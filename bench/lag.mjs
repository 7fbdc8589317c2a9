// How long one hostile answer or statement holds the event loop, and how much memory it takes: each in a process of its own, over
// loopback.
// `npm run bench -- --lag`

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';

const CASE = fileURLToPath(new URL('lag-case.mjs', import.meta.url));
const MB = 2 ** 20;
const user = (id) =>
  `{"id":"00u${id}","status":"ACTIVE","created":"2026-01-02T03:04:05.000Z","profile":{"login":"u${id}@example.com","firstName":"A","lastName":"B","text":"${'x'.repeat(200)}"}}`;

/** So many bytes of one text again and again, between a beginning and an end. */
const filled = (start, unit, end, bytes) => start + unit.repeat(Math.floor(bytes / unit.length)) + end;
const listed = (count, item) => `[${Array.from({ length: count }, (_, index) => item(index)).join(',')}]`;

const ANSWERS = {
  'one honest page of 200 users': () => listed(200, user),
  '60 MB of honest users in one page': () => listed(170_000, user),
  '60 MB of {}': () => filled('[', '{},', '{}]', 60 * MB),
  '3 MB of {}': () => filled('[', '{},', '{}]', 2.9 * MB),
  '0.9 MB of {}': () => filled('[', '{},', '{}]', 0.9 * MB),
  '60 MB of [': () => '['.repeat(60 * MB),
  '0.9 MB of levels': () => `[{"id":"a","profile":${'['.repeat(450_000)}${']'.repeat(450_000)}}]`,
  'a text of 60 MB': () => filled('[{"id":"', 'x', '"}]', 60 * MB),
  'a text of 3 MB of escapes': () => filled('[{"id":"', '\\u0041', '"}]', 3 * MB),
  'a million members': () =>
    `[{"id":"a","profile":{${Array.from({ length: 1_000_000 }, (_, index) => `"k${index}":1`).join(',')}}}]`,
  '200,000 members in 3 MB': () =>
    `[{"id":"a","profile":{${Array.from({ length: 200_000 }, (_, index) => `"k${index}":1`).join(',')}}}]`,
  'a number of 60 million digits': () => filled('[{"id":', '9', '}]', 60 * MB),
  'a number of 100,000 digits': () => filled('[{"id":', '9', '}]', 100_000),
  '30 MB of long integers': () => filled('[{"id":"a","profile":[', '9007199254740993,', '1]}]', 30 * MB),
  '60 MB of blanks': () => filled('[', ' ', ']', 60 * MB),
  '60 MB of two-byte letters': () => filled('[{"id":"', 'é', '"}]', 30 * MB),
  '60 MB of quotes': () => filled('[', '"",', '""]', 60 * MB),
  'a gzip bomb of 1 GB': () => ({ gzip: gzipSync(Buffer.alloc(1024 * MB, 0x20)) }),
  'a gzip bomb of 60 MB of {}': () => ({ gzip: gzipSync(filled('[', '{},', '{}]', 60 * MB)) }),
  '60 MB of an error page': () => ({ status: 400, text: filled('{"errorSummary":"', 'x ', '"}', 60 * MB) }),
};

/** As long as a statement may be. */
const WORDS = 9_900;
const joined = (count, item, separator = ',') =>
  Array.from({ length: count }, (_, index) => item(index)).join(separator);
const USERS = 'SELECT id FROM okta.users.users WHERE';

const STATEMENTS = {
  'a list of numbers': `SELECT 1 WHERE 1 IN (${joined(WORDS / 2 - 10, String)})`,
  'a list of ids': `${USERS} id IN (${joined(WORDS / 2 - 10, (index) => `'00u${index}'`)})`,
  'conditions of one column': `${USERS} ${joined(WORDS / 4 - 10, (index) => `id='${index}'`, ' OR ')}`,
  'conditions of members': `${USERS} ${joined(Math.floor(WORDS / 6) - 10, () => "profile->>'a'='b'", ' OR ')}`,
  columns: `SELECT ${joined(WORDS / 2 - 10, () => 'id')} FROM okta.users.users`,
  'constant columns': `SELECT ${joined(WORDS / 2 - 10, () => '1')}`,
  'cases of one CASE': `SELECT CASE ${joined(WORDS / 4 - 10, () => 'WHEN 1 THEN 2', ' ')} END`,
  rows: `SELECT * FROM (VALUES ${joined(WORDS / 4 - 10, () => '(1)')}) t(a)`,
  'arms of a UNION': joined(Math.floor(WORDS / 4) - 10, () => 'SELECT 1', ' UNION ALL '),
  'rows to insert': `INSERT INTO okta.groups.groups (data__profile) VALUES ${joined(WORDS / 4 - 10, () => "('{}')")}`,
  'parameters of an EXEC': `EXEC okta.apps.jwks.add_jwk ${joined(WORDS / 5 - 10, (index) => `@a${index}='b'`, ', ')}`,
  brackets: '('.repeat(WORDS),
};

let answer = '[]';
const server = createServer((_request, response) => {
  const { gzip, text = answer, status = 200 } = typeof answer === 'string' ? {} : answer;
  response.writeHead(status, { 'content-type': 'application/json', ...(gzip && { 'content-encoding': 'gzip' }) });
  response.end(gzip ?? text);
});
server.listen(0, '127.0.0.1');
await once(server, 'listening');

const only = process.argv[process.argv.indexOf('--lag') + 1];
console.log(
  '| answer or statement | held, ms of processor | worst lag, ms | p99, ms | whole, ms | memory, MB | ended |',
);
console.log('|---|---:|---:|---:|---:|---:|---|');
for (const [name, make] of Object.entries(ANSWERS)) {
  answer = make();
  await show(name, 'SELECT count(*), count(profile) FROM okta.users.users');
}
answer = '[]';
for (const [name, statement] of Object.entries(STATEMENTS)) await show(`a statement of ${name}`, statement);
server.close();

async function show(name, statement) {
  if (only !== undefined && !name.includes(only)) return;
  const child = spawn(process.execPath, [CASE, `http://{subdomain}.localhost:${server.address().port}`], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  child.stdin.end(statement);
  const [line] = await once(createInterface({ input: child.stdout }), 'line');
  const { held, worst, p99, ms, memory, ended } = JSON.parse(line);
  console.log(`| ${name} | ${held} | ${worst} | ${p99} | ${ms} | ${memory} | ${ended} |`);
}
