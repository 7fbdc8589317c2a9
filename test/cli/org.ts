/** A simulated org behind a loopback server, and the environment that points the command line at it. */

import {
  createSimulator,
  listen,
  type RunningServer,
  type Simulator,
  type SimulatorOptions,
} from '../../src/simulator/index.ts';

export interface TestOrg {
  readonly simulator: Simulator;
  readonly env: Readonly<Record<string, string>>;
  close(): Promise<void>;
}

export async function startOrg(options: Pick<SimulatorOptions, 'org' | 'serviceApps'> = {}): Promise<TestOrg> {
  const simulator = createSimulator({ token: 'cli-test-token', readOnlyToken: 'cli-read-token', ...options });
  const server: RunningServer = await listen(simulator);
  return {
    simulator,
    env: { OKTA_API_TOKEN: 'cli-test-token', OKTAQL_ENDPOINT_URL: `http://{subdomain}.localhost:${server.port}` },
    close: () => server.close(),
  };
}

/** The requests that a piece of work caused, as `METHOD path?query`. */
export async function requestsOf(simulator: Simulator, work: () => Promise<unknown>): Promise<readonly string[]> {
  simulator.clearJournal();
  await work();
  return simulator.journal.map(({ method, path, query }) => `${method} ${path}${query}`);
}

/** An app with at least this many keys; its first active and inactive keys. */
export function appWithKeys(
  simulator: Simulator,
  status: 'ACTIVE' | 'INACTIVE',
): { readonly appId: string; readonly keyId: string } {
  for (const { id } of simulator.apps()) {
    const key = simulator.keys(id).find((candidate) => candidate.status === status && candidate.use === 'sig');
    if (key !== undefined) return { appId: id, keyId: key.id };
  }
  throw new Error(`no app with a key that is ${status}`);
}
