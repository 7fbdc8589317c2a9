/// <reference lib="esnext.disposable" preserve="true" />

/**
 * The org as a PostgreSQL database: a server whose tables are the provider's resources.
 *
 * The folder `server/` knows sockets and the protocol's order; bytes are `wire/`'s, statements the session's. Nothing in it plans.
 *
 * @module
 */

import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import type { Catalog } from '../catalog/contract.ts';
import type { Session } from '../session/session.ts';
import { Connection, type ServerParts } from './connection.ts';
import type { Notice } from './failures.ts';
import type { Door } from './handshake.ts';
import type { StatementRecord } from './statement-log.ts';

export interface PostgresServerOptions {
  readonly host: string;
  /** 0 takes a free one. */
  readonly port: number;
  readonly door: Door;
  /** Opens the session of a connection, which closes it. */
  readonly openSession: () => Session;
  readonly databases: readonly string[];
  readonly version: string;
  readonly catalog?: Catalog;
  /** What a statement may take where a client does not say. Default is no limit. */
  readonly timeoutMs?: number;
  /** Connections at once; more are turned away. Default is 200. */
  readonly maxConnections?: number;
  /** Told of each statement that has ended. */
  readonly onStatement?: (record: StatementRecord) => void;
  /** Default is a minute. */
  readonly loginMs?: number;
}

export interface PostgresServer {
  readonly host: string;
  readonly port: number;
  /** Tells all that wait for a statement. */
  notify(notice: Notice): void;
  /** How many clients there are. */
  connections(): number;
  /** Takes no more clients and no more statements, and waits for those that run, but no longer than so many milliseconds. */
  close(graceMs?: number): Promise<void>;
}

const MOST_CONNECTIONS = 200;
const LOGIN_MS = 60_000;
const GRACE_MS = 5000;

export async function servePostgres(options: PostgresServerOptions): Promise<PostgresServer> {
  const { maxConnections = MOST_CONNECTIONS, loginMs = LOGIN_MS, catalog, onStatement } = options;
  const connections = new Map<Connection, Promise<void>>();
  let last = 0;
  const parts: ServerParts = {
    door: options.door,
    openSession: options.openSession,
    databases: options.databases,
    version: options.version,
    catalog,
    timeoutMs: options.timeoutMs ?? 0,
    onStatement,
    now: () => performance.now(),
    loginMs,
    cancel: (request) => {
      for (const connection of connections.keys()) if (connection.holds(request)) connection.cancel();
    },
  };
  const accept = (socket: Socket): void => {
    last += 1;
    const connection = new Connection(last, socket, parts);
    const running = connection.run().finally(() => connections.delete(connection));
    connections.set(connection, running);
  };
  const server = createServer({ noDelay: true, keepAlive: true }, accept);
  // One more than may log in, so that a statement can be cancelled when all are taken.
  server.maxConnections = maxConnections + SPARE_CONNECTIONS;
  await listen(server, options);
  const { port } = server.address() as AddressInfo;
  let closing: Promise<void> | undefined;
  return {
    host: options.host,
    port,
    notify: (notice) => {
      for (const connection of connections.keys()) connection.notify(notice);
    },
    connections: () => connections.size,
    close: (graceMs = GRACE_MS) => {
      closing ??= close(server, connections, graceMs);
      return closing;
    },
  };
}

const SPARE_CONNECTIONS = 10;

function listen(server: Server, { host, port }: PostgresServerOptions): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, () => {
      server.off('error', reject);
      resolve();
    });
  });
}

async function close(
  server: Server,
  connections: ReadonlyMap<Connection, Promise<void>>,
  graceMs: number,
): Promise<void> {
  const closed = new Promise<void>((resolve) => server.close(() => resolve()));
  for (const connection of connections.keys()) connection.shutDown();
  const timer = setTimeout(() => {
    for (const connection of connections.keys()) connection.stop();
  }, graceMs);
  await Promise.all(connections.values());
  clearTimeout(timer);
  await closed;
}
