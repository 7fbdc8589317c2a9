/**
 * `oktaql sim`: the simulator as a server on this machine.
 *
 * @module
 */

import { appendFile, closeSync } from 'node:fs';
import { promisify } from 'node:util';
import { appendToOwnFile } from '../own-file.ts';
import {
  createSimulator,
  demoOrg,
  type Edition,
  listen,
  OKTA_SCOPES,
  type ServiceApp,
  type Simulator,
  uniformOrg,
} from '../simulator/index.ts';
import type { CommandIo } from './command-io.ts';
import { EXIT } from './report.ts';

export interface SimSettings {
  readonly port: number;
  /** Number of OIDC apps; without it the demo's org is served. */
  readonly apps?: number;
  readonly keys: number;
  readonly edition?: Edition;
  /** Milliseconds. */
  readonly latency: number;
  /** Calls per window and bucket; 0 is no limit. */
  readonly rateLimit: number;
  /** Seconds. */
  readonly rateWindow: number;
  /** A file that gets one JSON line per answered request. */
  readonly journal?: string;
  /** Public JWKs of a service app that may do everything. */
  readonly serviceApp?: readonly object[];
  /** Whether its tokens are bound to keys. */
  readonly dpop?: boolean;
}

const CLIENT_ID = '0oaSimServiceApp0001';

/** Serves until interrupted. Prints one JSON line when ready, so that a script can wait for it. */
export async function simulate(settings: SimSettings, { stdout, stderr, signal }: CommandIo): Promise<number> {
  const simulator = create(settings);
  if (typeof simulator === 'string') {
    stderr.write(`error: ${simulator}\n`);
    return EXIT.usage;
  }
  const journal = openJournal(settings.journal);
  if (typeof journal === 'string') {
    stderr.write(`error: ${journal}\n`);
    return EXIT.usage;
  }
  const server = await listen(journal === undefined ? simulator : journalled(simulator, journal), {
    port: settings.port,
  });
  const endpoint = `http://{subdomain}.localhost:${server.port}`;
  const { port, url } = server;
  const clientId = settings.serviceApp && CLIENT_ID;
  stdout.write(`${JSON.stringify({ port, url, endpoint, subdomain: 'my-org', token: simulator.token, clientId })}\n`);
  await new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));
  await server.close();
  if (journal !== undefined) closeSync(journal);
  return EXIT.done;
}

/** The journal's descriptor, or why it cannot be written: it is opened once, so that nobody puts a link in its place later. */
function openJournal(path: string | undefined): number | string | undefined {
  try {
    return path === undefined ? undefined : appendToOwnFile(path);
  } catch (error) {
    return `${path} cannot be written: ${error instanceof Error ? error.message : String(error)}`;
  }
}

const append: (file: number, text: string) => Promise<void> = promisify(appendFile);

/** The simulator, or what is wrong with the keys that it was to take. */
function create(settings: SimSettings): Simulator | string {
  const { apps, keys, latency, rateLimit, rateWindow } = settings;
  const org = apps === undefined ? demoOrg() : uniformOrg({ apps, keysPerApp: keys });
  const serviceApps = serviceAppsOf(settings);
  const limits = { latencyMs: latency, rateLimit, rateWindowMs: rateWindow * 1000 };
  const { edition = 'identity-engine' } = settings;
  try {
    return createSimulator({ org, edition, serviceApps, ...limits });
  } catch (error) {
    if (error instanceof TypeError && serviceApps.length > 0) return error.message;
    throw error;
  }
}

function serviceAppsOf({ serviceApp, dpop = false }: SimSettings): readonly ServiceApp[] {
  if (serviceApp === undefined) return [];
  return [{ clientId: CLIENT_ID, label: 'oktaql sim', publicKeys: serviceApp, scopes: OKTA_SCOPES, dpopBound: dpop }];
}

/** Requests that run at the same time are written together: while one runs, nobody knows what it will be answered with. */
function journalled(simulator: Simulator, file: number): Simulator {
  let written = Promise.resolve();
  let running = 0;
  const write = (): Promise<void> => {
    const entries = simulator.journal.map((entry) => `${JSON.stringify(entry)}\n`).join('');
    simulator.clearJournal();
    written = written.then(() => append(file, entries));
    return written;
  };
  return {
    ...simulator,
    handle: async (request, target) => {
      running += 1;
      try {
        return await simulator.handle(request, target);
      } finally {
        running -= 1;
        if (running === 0) await write();
      }
    },
  };
}
