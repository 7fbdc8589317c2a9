/**
 * `oktaql srv`: the org as a PostgreSQL database.
 *
 * @module
 */

import { InvalidArgumentError } from 'commander';
import { createCatalog } from '../catalog/catalog.ts';
import type { Catalog } from '../catalog/contract.ts';
import { keepSpares } from '../engine/spare.ts';
import { type PostgresServer, type PostgresServerOptions, servePostgres } from '../server/server.ts';
import { loadRegistry } from '../session/load-registry.ts';
import type { ConnectedProvider, ProviderOptions } from '../session/provider/options.ts';
import { createProvider } from '../session/provider.ts';
import { createSession } from '../session/session.ts';
import { version } from '../session/version.ts';
import type { CommandIo } from './command-io.ts';
import { parseAuth, reportFailure } from './exec-command.ts';
import type { HttpSettings } from './http-flags.ts';
import type { Log, LogSettings } from './log.ts';
import { EXIT } from './report.ts';
import type { ConfigurationFlags } from './session-options.ts';
import { type DoorFlags, openDoor, USER } from './srv-door.ts';
import { statementLine } from './srv-log.ts';
import { SHOWN_AFTER_MS, type Traffic, waitText, watchTraffic } from './traffic.ts';

export interface SrvSettings extends HttpSettings, ConfigurationFlags, LogSettings, DoorFlags {
  readonly port: number;
  readonly allowChanges?: boolean;
  readonly maxConnections?: number;
  readonly maxChanges?: number;
  readonly maxRequests?: number;
  readonly skipDenied?: boolean;
  readonly revealSecrets?: boolean;
  /** Seconds. */
  readonly grace: number;
  /** Whether each statement has a line. */
  readonly log: boolean;
  readonly registry?: string;
  readonly trustRegistry?: boolean;
  readonly subdomain?: string;
}

export interface SrvTerms {
  readonly options: ProviderOptions;
  /** Of the environment. */
  readonly password: string | undefined;
  readonly io: CommandIo;
  readonly log: Log;
}

/** Engines that are kept for the next connection: clients open several and close them again. */
const SPARES = 4;

const CACHE_TTL_MS = 30_000;

/** Serves until interrupted; the exit code. */
export async function serve(settings: SrvSettings, terms: SrvTerms): Promise<number> {
  const { io, log } = terms;
  let traffic: Traffic | undefined;
  let provider: ConnectedProvider | undefined;
  let catalog: Catalog | undefined;
  try {
    const { door, oneTimePassword } = openDoor(settings, terms.password);
    traffic = watchTraffic(settings, log.output);
    let server: PostgresServer | undefined;
    const { onWait, onExchange } = traffic;
    provider = createProvider({
      // Clients open several connections and ask each the same.
      cacheTtlMs: CACHE_TTL_MS,
      ...terms.options,
      ...(await providerOptions(settings)),
      onWait: (wait) => {
        onWait(wait);
        const message = waitText(wait, wait.ms);
        if (wait.ms > SHOWN_AFTER_MS) server?.notify({ severity: 'NOTICE', sqlState: '00000', message });
      },
      ...(onExchange !== undefined && { onExchange }),
    });
    keepSpares(SPARES);
    catalog = createCatalog(provider.registry);
    server = await listening({ ...serverOptions(settings, terms, provider), catalog, door });
    announce(server, settings, provider, oneTimePassword, io);
    await interrupted(io.signal);
    await server.close(settings.grace * 1000);
    return EXIT.done;
  } catch (error) {
    return reportFailure(error, log);
  } finally {
    keepSpares(0);
    await catalog?.close();
    await provider?.close();
    traffic?.close();
  }
}

async function providerOptions({
  registry,
  subdomain,
  auth,
  trustRegistry,
  revealSecrets = false,
}: SrvSettings): Promise<ProviderOptions> {
  return {
    revealSecrets,
    ...(registry !== undefined && { registry: await loadRegistry(registry) }),
    ...(subdomain !== undefined && { subdomain }),
    ...(auth !== undefined && { auth: parseAuth(auth) }),
    ...(trustRegistry !== undefined && { trustRegistry }),
  };
}

function serverOptions(
  settings: SrvSettings,
  { log }: SrvTerms,
  provider: ConnectedProvider,
): Omit<PostgresServerOptions, 'door'> {
  const { listen: host, port, allowChanges = false, skipDenied = false, maxChanges, maxRequests } = settings;
  return {
    host,
    port,
    databases: databasesOf(provider),
    version: version(),
    openSession: () =>
      createSession({
        provider,
        readOnly: !allowChanges,
        skipDenied,
        ...(maxChanges !== undefined && { maxChanges }),
        ...(maxRequests !== undefined && { maxRequests }),
      }),
    ...(settings.timeout !== undefined && { timeoutMs: settings.timeout * 1000 }),
    ...(settings.maxConnections !== undefined && { maxConnections: settings.maxConnections }),
    ...(settings.log && {
      onStatement: (record) => log.output.write(statementLine(record, settings.logFormat, new Date())),
    }),
  };
}

/** A database is a provider. */
function databasesOf({ registry }: ConnectedProvider): readonly string[] {
  return registry.providers.map(({ name }) => name);
}

async function listening(options: PostgresServerOptions): Promise<PostgresServer> {
  try {
    return await servePostgres(options);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new InvalidArgumentError(`The server cannot listen: ${reason}. --port 0 takes a free port.`);
  }
}

/** One line of JSON, which a script can wait for. */
function announce(
  { host, port }: PostgresServer,
  { allowChanges = false, tlsCert, stackqlTls }: SrvSettings,
  provider: ConnectedProvider,
  password: string | undefined,
  { stdout }: CommandIo,
): void {
  const [database = 'okta'] = databasesOf(provider);
  const isTls = tlsCert !== undefined || stackqlTls !== undefined;
  const address = host.includes(':') ? `[${host}]` : host;
  const url = `postgresql://${USER}@${address}:${port}/${database}${isTls ? '?sslmode=require' : ''}`;
  const facts = { host, port, url, user: USER, database, password, tls: isTls, readOnly: !allowChanges };
  stdout.write(`${JSON.stringify(facts)}\n`);
}

function interrupted(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return Promise.resolve();
  return new Promise((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));
}
