/**
 * Statements that would never end, in a process of their own: some hold a thread of the engine for minutes, whatever becomes of
 * them. Tells, line by line, how each ended: by `close()` of its session, or by its time.
 */

import { generateKeyPairSync } from 'node:crypto';

const { createProvider, createSession } = await import('oktaql');
const { WORK, ISOLATION: isolation } = process.env;

const never = () => new Promise(() => undefined);
const json = (text, headers = {}) =>
  new Response(text, { headers: { 'content-type': 'application/json', ...headers } });
const unending = async () => json(new ReadableStream({ start: (answer) => answer.enqueue(Buffer.from('[')) }));
const firstPage = async ({ url }) =>
  url.includes('after=') ? never() : json('[{"id":"0oa1"}]', { link: `<${url}&after=x>; rel="next"` });
const oneApp = async () => json('[{"id":"0oa1"}]');

// DuckDB heeds no interrupt within it. The first is computed when a plan is made, the second when it runs.
const CONSTANT = "levenshtein(repeat('a', 200000), repeat('b', 200000))";
const COMPUTED = "levenshtein(repeat('a', 200000), repeat('b', 200000 + round(random())::INT))";
const APPS = "SELECT id FROM okta.apps.applications WHERE subdomain = 'acme'";
const ENDLESS_JOIN = 'SELECT count(*) FROM range(10000000) a, range(10000000) b WHERE a.range * b.range % 7 = 3';
const KEY = `(subdomain, appId, kty, kid, crv, x, y) VALUES ('acme', 'a', 'EC', 'k', 'P-256',
  'f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU', 'x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0')`;
const privateKey = () =>
  generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey.export({ type: 'pkcs8', format: 'pem' });

const CASES = {
  'a fetch never settles': { fetch: never, sql: APPS },
  'a body never ends': { fetch: unending, sql: APPS },
  'the next page never comes': { fetch: firstPage, sql: APPS },
  'a change is never answered': { fetch: never, sql: `INSERT INTO okta.apps.jwks ${KEY}` },
  'what it changes is never found': {
    fetch: never,
    sql: "DELETE FROM okta.groups.groups WHERE subdomain = 'acme' AND id LIKE '00g%'",
  },
  'a login is never answered': {
    fetch: never,
    sql: APPS,
    login: () => ({ kind: 'private-key', clientId: 'c', privateKey: privateKey(), scopes: ['okta.apps.read'] }),
  },
  'it has a provider of its own': { fetch: never, sql: APPS, hasProvider: true },
  'an engine joins': { sql: ENDLESS_JOIN },
  'an engine is within one call': { sql: `SELECT ${COMPUTED}` },
  'a constant is within one call': { fetch: oneApp, sql: `${APPS} AND label = ${CONSTANT}::VARCHAR` },
  'a condition is within one call': { fetch: oneApp, sql: `${APPS} AND length(id) < ${COMPUTED}` },
  'a table is made of one call': { sql: `CREATE TABLE t AS SELECT ${COMPUTED} AS a` },
};

function open({ fetch, login, hasProvider = false }) {
  const options = { ...(fetch && { fetch }), ...(login === undefined ? { token: '00a' } : { login: login() }) };
  return createSession(hasProvider ? { provider: createProvider(options), isolation } : { ...options, isolation });
}

const codeOf = (work) =>
  work.then(
    () => 'DONE',
    ({ code, message }) => (code === 'INTERNAL' ? message : code),
  );
const tell = (what, result) => process.stdout.write(`${JSON.stringify([what, result])}\n`);

/** At one moment or another: nothing is said of what a statement is doing then. */
async function byClosing() {
  for (const [what, each] of Object.entries(CASES)) {
    for (const delay of [0, 200]) {
      const session = open(each);
      const ending = codeOf(session.query(each.sql));
      await new Promise((resolve) => setTimeout(resolve, delay));
      await Promise.all([session.close(), session.close()]);
      await session[Symbol.asyncDispose]();
      tell(what, [await ending, await codeOf(session.query('SHOW SERVICES IN okta'))]);
    }
  }
}

async function byTime() {
  for (const [what, each] of Object.entries(CASES)) {
    const session = open(each);
    tell(what, await codeOf(session.query(each.sql, { timeoutMs: 300 })));
    await session.close();
  }
}

/** All threads that the engine asks in are taken: nothing begins any more, and nobody waits for it. */
async function withoutThreads() {
  const [busy, other] = [open({}), open({})];
  for (const session of [busy, other]) await session.query('SELECT 1');
  const endings = Array.from({ length: 6 }, () => codeOf(busy.query(`SELECT ${COMPUTED}`)));
  // With an engine in a process of its own they are not the threads of the other session; else nobody tells when they are taken.
  let code = 'DONE';
  if (isolation === 'process') code = await codeOf(other.query('SELECT 1'));
  else while (code === 'DONE') code = await codeOf(other.query("SELECT 'x' || 'y'", { timeoutMs: 300 }));
  tell('a statement of another session', code);
  const beginning = codeOf(other.query('SELECT 1'));
  await other.close();
  tell('one that begins when its session is closed', await beginning);
  await busy.close();
  tell('those that have them', [...new Set(await Promise.all(endings))]);
}

await { byClosing, byTime, withoutThreads }[WORK]();
// Its threads compute on. What was written to a pipe has been taken: https://nodejs.org/api/process.html#a-note-on-process-io
process.kill(process.pid, 'SIGKILL');
