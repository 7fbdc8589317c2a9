// Reads all apps of an org and the keys of each by bare undici, no SQL: what no client can beat at this concurrency. Prints
// milliseconds, without its own start-up.
//
// node bench/fetch-keys.mjs URL TOKEN CONCURRENCY

import { Agent, request } from 'undici';

const [url, token, concurrency] = process.argv.slice(2);
const dispatcher = new Agent({ connections: Number(concurrency) });
const headers = { authorization: `SSWS ${token}`, accept: 'application/json' };

async function get(path) {
  const response = await request(new URL(path, url), { dispatcher, headers });
  return { body: await response.body.json(), link: [response.headers.link ?? []].flat() };
}

const started = performance.now();
const ids = [];
for (let path = '/api/v1/apps?limit=200'; path !== undefined; ) {
  const { body, link } = await get(path);
  ids.push(...body.map(({ id }) => id));
  const next = link.find((value) => value.includes('rel="next"'));
  const target = next && new URL(next.slice(1, next.indexOf('>')));
  path = target ? target.pathname + target.search : undefined;
}
const waiting = ids.values();
const worker = async () => {
  for (const id of waiting) await get(`/api/v1/apps/${id}/credentials/jwks`);
};
await Promise.all(Array.from({ length: Number(concurrency) }, worker));
console.log(performance.now() - started);
await dispatcher.close();
