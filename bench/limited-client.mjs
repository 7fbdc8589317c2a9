// Reads all keys of an org, by so many statements at once, and prints how long that took.

import { createSession } from '../dist/index.js';

const { endpoint, token, statements } = JSON.parse(process.argv[2]);
const session = createSession({ token, endpointUrl: endpoint });
const read = () => session.query("SELECT * FROM okta.apps.jwks WHERE subdomain = 'my-org'");
const started = performance.now();
const results = await Promise.all(Array.from({ length: statements }, read));
const ms = performance.now() - started;
console.log(JSON.stringify({ ms, rows: results.reduce((sum, { rows }) => sum + rows.length, 0) }));
await session.close();
