// An org with a rate limit, in a process of its own. Prints where it is, and when its standard input ends, what it counted.

import { createSimulator, listen, uniformOrg } from '../dist/simulator/index.js';

const { apps, limit, windowMs, latencyMs, switches } = JSON.parse(process.argv[2]);
const org = uniformOrg({ apps, keysPerApp: 1 });
const simulator = createSimulator({ org, latencyMs, rateLimit: limit, rateWindowMs: windowMs });
Object.assign(simulator.switches, switches);
const server = await listen(simulator);
console.log(JSON.stringify({ endpoint: `http://{subdomain}.localhost:${server.port}`, token: simulator.token }));

process.stdin.resume().once('end', async () => {
  const { journal } = simulator;
  const refused = journal.filter(({ status }) => status === 429).length;
  console.log(JSON.stringify({ requests: journal.length, refused, firstAt: journal[0].startedAt.getTime() }));
  await server.close();
});
