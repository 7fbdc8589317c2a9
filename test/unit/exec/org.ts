import type { Provider, ScanOptions } from '../../../src/exec/provider.ts';
import { createProvider, type ProviderOptions } from '../../../src/session/provider.ts';
import {
  createSimulator,
  demoOrg,
  type Org,
  type Simulator,
  type SimulatorOptions,
  uniformOrg,
} from '../../../src/simulator/index.ts';
import type { Row } from '../../../src/values.ts';

const NOW = new Date('2026-11-23T08:00:00.000Z');
const TOKEN = 'sim-token';

export interface SimulatedOrg {
  readonly simulator: Simulator;
  readonly provider: Provider;
}

export function openOrg(options: SimulatorOptions = {}, providerOptions: ProviderOptions = {}): SimulatedOrg {
  const simulator = createSimulator({ now: () => NOW, org: demoOrg({ now: NOW }), token: TOKEN, ...options });
  const provider = createProvider({
    token: TOKEN,
    subdomain: 'my-org',
    fetch: (request) => simulator.handle(request),
    ...providerOptions,
  });
  return { simulator, provider };
}

export function uniform(apps: number, keysPerApp = 1): Org {
  return uniformOrg({ apps, keysPerApp, now: NOW });
}

export async function rowsOf(provider: Provider, resource: string, options: ScanOptions = {}): Promise<Row[]> {
  const rows: Row[] = [];
  for await (const batch of provider.scan(resource, options)) rows.push(...batch);
  return rows;
}

/** Apps that can have keys, in list order. */
export function clientsOf(simulator: Simulator): readonly string[] {
  return simulator
    .apps()
    .filter(({ signOnMode }) => signOnMode === 'OPENID_CONNECT')
    .map(({ id }) => id);
}

export function requestsTo(simulator: Simulator, path: RegExp): readonly string[] {
  return simulator.journal.filter((entry) => path.test(entry.path)).map(({ path: at, query }) => at + query);
}
