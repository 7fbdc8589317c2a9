/**
 * `check:recorded -- FILE`: judges the product and the simulator by recorded answers of real orgs.
 *
 * FILE holds one JSON object a line: request ("GET /path?query"), requestBody where there was one, status, headers, body.
 * Every successful GET is served to the product and read through its table. Every call is made to the simulator, whose
 * answers may differ from the recorded ones only as `tools/recorded-differences.tsv` says.
 *
 * @module
 */

import { existsSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { readAccepted } from './accepted.ts';
import { readExchanges } from './exchanges.ts';
import { operationsOf, type Registry } from './operations.ts';
import type { Simulator } from './replay.ts';
import { judgeRows, judgeSimulator } from './report.ts';
import type { Provider } from './rows.ts';

/** Relative to the package, where npm starts its scripts. */
const ACCEPTED = 'tools/recorded-differences.tsv';

const SETTINGS = { token: 'recorded', subdomain: 'my-org', revealSecrets: true };

interface Library {
  createProvider(options?: object): Provider & { readonly registry: Registry };
}

interface SimulatorModule {
  createSimulator(options: object): Simulator;
  demoOrg(options: object): object;
}

const [file] = process.argv.slice(2);
if (file === undefined || !existsSync(file)) {
  console.log('No recordings were given: nothing is checked. npm run check:recorded -- FILE');
} else {
  process.exitCode = (await check(file)) ? 0 : 1;
}

async function check(recordings: string): Promise<boolean> {
  const { createProvider } = (await built('index.js')) as Library;
  const { createSimulator, demoOrg } = (await built('simulator/index.js')) as SimulatorModule;
  const exchanges = readExchanges(readFileSync(recordings, 'utf8'));
  const operations = operationsOf(createProvider().registry);
  const providerFor = (text: string): Provider => createProvider({ ...SETTINGS, fetch: async () => answer(text) });
  const now = new Date();
  const org = demoOrg({ now });
  const start = (): Simulator => createSimulator({ org, now: () => now });
  const reports = [
    await judgeRows(exchanges, operations, providerFor),
    await judgeSimulator(exchanges, operations, readAccepted(readFileSync(ACCEPTED, 'utf8')), start),
  ];
  for (const { lines } of reports) console.log(`${lines.join('\n')}\n`);
  return reports.every(({ isGood }) => isGood);
}

function answer(text: string): Response {
  return new Response(text, { headers: { 'content-type': 'application/json' } });
}

/** The built package, as its users have it. */
async function built(path: string): Promise<unknown> {
  return import(pathToFileURL(resolve('dist', path)).href);
}
