/**
 * A process of its own, whose only handles are those of the library. It begins some work, cancels it when a line comes on
 * standard input, and tells on standard output what is left. It has to end by itself.
 */

import { createHook } from 'node:async_hooks';
import { subscribe } from 'node:diagnostics_channel';

/** Whether it counts what is waited for. */
let isCancelled = false;
const waits = [];

/** What is there although nothing is asked to keep the process alive: `getActiveResourcesInfo` leaves out what is unref'd. */
const handles = new Map();
createHook({
  init: (id, type) => {
    if (/^(?:Timeout|TCP|TLS|GETADDRINFO)/.test(type)) handles.set(id, `${type} ${new Error().stack}`);
  },
  before: (id) => {
    const handle = handles.get(id);
    if (isCancelled && handle?.startsWith('Timeout') && !isOfUndici(handle) && !isInterrupt(handle)) waits.push(handle);
  },
  destroy: (id) => handles.delete(id),
}).enable();

/** undici has one timer for all its connections, which runs out within a second and keeps nothing alive. */
function isOfUndici(handle) {
  return /undici.lib.util.timers/.test(handle);
}

/** On a busy machine DuckDB may still be binding names, and is interrupted until it heeds that. */
function isInterrupt(handle) {
  return /EventTarget\.interrupt /.test(handle);
}

/** Requests that were sent and have not ended: https://undici.nodejs.org/#/docs/api/DiagnosticsChannel. */
const requests = new Set();
subscribe('undici:client:sendHeaders', ({ request }) => requests.add(request));
for (const end of ['trailers', 'error']) {
  subscribe(`undici:request:${end}`, ({ request }) => requests.delete(request));
}

const { createProvider, createSession } = await import('oktaql');
const { TOKEN: token, ENDPOINT: endpointUrl, SQL: sql, WORK } = process.env;
// No answer is given up before it is time to cancel, however long a busy machine takes until then.
const options = { token, subdomain: 'my-org', endpointUrl, timeoutMs: 2 ** 30 };
const stop = new AbortController();
const ready = new Promise((resolve) => process.stdin.once('data', resolve));

async function query() {
  const session = createSession(options);
  const running = session.query(sql, { signal: stop.signal });
  return cancel(running, session);
}

/** Rows that are there are not handed out any more. */
async function stream() {
  const session = createSession(options);
  const [statement] = session.script(sql, { signal: stop.signal });
  const outcome = await statement.run();
  const batches = outcome.result.batches();
  await batches.next();
  return cancel(ready.then(() => batches.next()).finally(outcome.close), session);
}

async function cancel(running, owner) {
  const ended = running.then(
    () => 'DONE',
    ({ code }) => code,
  );
  await ready;
  const before = requests.size;
  isCancelled = true;
  stop.abort();
  // In the same turn of the event loop: nothing has had the time to end by itself.
  const after = requests.size;
  const code = await ended;
  isCancelled = false;
  await owner.close();
  return { code, before, after, waits };
}

/** A consumer that has seen enough. */
async function stopReading() {
  const provider = createProvider(options);
  const report = { code: 'NOTHING' };
  for await (const rows of provider.scan('okta.apps.jwks', { columns: ['id', 'created'] })) {
    await ready;
    Object.assign(report, { code: `${rows.length} ROWS`, before: requests.size });
    isCancelled = true;
    break;
  }
  Object.assign(report, { after: requests.size, waits });
  isCancelled = false;
  await provider.close();
  return report;
}

const report = await { query, stream, stopReading }[WORK]();
process.stdin.destroy();
// What is closed is told in a later turn.
for (let turn = 0; turn < 5; turn += 1) await new Promise(setImmediate);
const left = [...handles.values()].filter((handle) => !isOfUndici(handle));
// Its own standard streams are pipes.
const active = process.getActiveResourcesInfo().filter((name) => name !== 'PipeWrap');
process.stdout.write(JSON.stringify({ ...report, left, active }));
