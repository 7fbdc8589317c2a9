// One GET by bare undici: what no command that makes one can beat. Usage: node bench/get-once.mjs URL TOKEN

import { Agent, request } from 'undici';

const [url, token] = process.argv.slice(2);
const dispatcher = new Agent();
const { body } = await request(url, {
  dispatcher,
  headers: { authorization: `SSWS ${token}`, accept: 'application/json' },
});
console.log((await body.json()).length);
await dispatcher.close();
