/** A server of the demo's org on a free port of this machine. */

import { createCatalog } from '../../src/catalog/catalog.ts';
import type { Fetch } from '../../src/http/contract.ts';
import { type PostgresServer, type PostgresServerOptions, servePostgres } from '../../src/server/server.ts';
import type { SessionOptions } from '../../src/session/options.ts';
import { createProvider } from '../../src/session/provider.ts';
import { createSession } from '../../src/session/session.ts';
import { createSimulator, type Simulator, type SimulatorOptions } from '../../src/simulator/index.ts';
import { scramSecret } from '../../src/wire/scram.ts';
import { type LogInOptions, logInWire, type WireClient } from './wire-client.ts';

export const PASSWORD = 'a secret of tests';

/** Fewer rounds than in earnest: each login of a test takes them. */
const SECRET = scramSecret(PASSWORD, Buffer.alloc(16), 4096);

export interface Serving {
  readonly where: { readonly host: string; readonly port: number };
  readonly server: PostgresServer;
  readonly simulator: Simulator;
  /** Logs in as the user that there is, to the database that there is. */
  connect(options?: Partial<LogInOptions>): Promise<WireClient>;
  close(): Promise<void>;
}

export interface ServingOptions {
  readonly simulator?: SimulatorOptions;
  readonly session?: SessionOptions;
  /** Takes the place of the simulator's answers. */
  readonly fetch?: Fetch;
  readonly server?: Partial<PostgresServerOptions>;
}

export async function startServing(options: ServingOptions = {}): Promise<Serving> {
  const simulator = createSimulator({ subdomain: 'my-org', ...options.simulator });
  const provider = createProvider({
    token: simulator.token,
    subdomain: 'my-org',
    fetch: options.fetch ?? ((request) => simulator.handle(request)),
  });
  const catalog = createCatalog(provider.registry);
  const server = await servePostgres({
    catalog,
    host: '127.0.0.1',
    port: 0,
    door: { user: 'oktaql', password: SECRET, tls: undefined },
    openSession: () => createSession({ provider, readOnly: true, ...options.session }),
    databases: ['okta'],
    version: '0.0.0',
    ...options.server,
  });
  const where = { host: '127.0.0.1', port: server.port };
  return {
    server,
    where,
    simulator,
    connect: async (given = {}) => {
      const login = { user: 'oktaql', database: 'okta', password: PASSWORD, ...given };
      return (await logInWire(where, login)).client;
    },
    close: async () => {
      await server.close(0);
      await catalog.close();
      await provider.close();
    },
  };
}
