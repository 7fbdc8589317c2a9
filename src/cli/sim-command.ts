/**
 * `oktaql sim`: the simulator as a server on this machine.
 *
 * @module
 */

import { appendFile } from 'node:fs/promises';
import { createSimulator, demoOrg, listen, type Simulator, uniformOrg } from '../simulator/index.ts';
import type { CommandIo } from './exec-command.ts';
import { EXIT } from './report.ts';

export interface SimSettings {
  readonly port: number;
  /** Number of OIDC apps; without it the demo's org is served. */
  readonly apps?: number;
  readonly keys: number;
  /** Milliseconds. */
  readonly latency: number;
  /** Calls per window and bucket; 0 is no limit. */
  readonly rateLimit: number;
  /** Seconds. */
  readonly rateWindow: number;
  /** A file that gets one JSON line per answered request. */
  readonly journal?: string;
}

/** Serves until interrupted. Prints one JSON line when ready, so that a script can wait for it. */
export async function simulate(settings: SimSettings, { stdout, signal }: CommandIo): Promise<number> {
  const { apps, keys, latency, rateLimit, rateWindow, journal } = settings;
  const org = apps === undefined ? demoOrg() : uniformOrg({ apps, keysPerApp: keys });
  const simulator = createSimulator({ org, latencyMs: latency, rateLimit, rateWindowMs: rateWindow * 1000 });
  const server = await listen(journal === undefined ? simulator : journalled(simulator, journal), {
    port: settings.port,
  });
  const endpoint = `http://{subdomain}.localhost:${server.port}`;
  stdout.write(
    `${JSON.stringify({ port: server.port, url: server.url, endpoint, subdomain: 'my-org', token: simulator.token })}\n`,
  );
  await new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));
  await server.close();
  return EXIT.done;
}

function journalled(simulator: Simulator, file: string): Simulator {
  let written = Promise.resolve();
  return {
    ...simulator,
    handle: async (request, target) => {
      try {
        return await simulator.handle(request, target);
      } finally {
        const entries = simulator.journal.map((entry) => `${JSON.stringify(entry)}\n`).join('');
        simulator.clearJournal();
        written = written.then(() => appendFile(file, entries));
        await written;
      }
    },
  };
}
