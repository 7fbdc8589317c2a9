/**
 * A PostgreSQL of our own on a socket in a folder of its own, which nobody reaches over the network.
 *
 * @module
 */

import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { chmodSync, existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Debian's place, which is not in the PATH. */
const VERSIONS = '/usr/lib/postgresql';

/** The version whose facts the catalog has. */
const VERSION = '15';

/** The first superuser, who owns what there is from the beginning. */
export const OWNER = 'oktaql';

export interface PostgresServer {
  /** What psql prints for a script: rows unaligned and without their headers. Errors go where answers go. */
  run(script: string, options?: readonly string[]): string;
  close(): void;
}

/** Where the programs are, or why there are none. */
export function findPostgres(): { readonly bin: string } | { readonly reason: string } {
  const bin = join(VERSIONS, VERSION, 'bin');
  if (existsSync(join(bin, 'initdb'))) return { bin };
  const others = existsSync(VERSIONS) ? readdirSync(VERSIONS) : [];
  return { reason: `no PostgreSQL ${VERSION} in ${VERSIONS}${others.length > 0 ? `, but ${others.join(', ')}` : ''}` };
}

/** @param settings of the server, such as `allow_system_table_mods=on` */
export async function startPostgres(bin: string, settings: readonly string[] = []): Promise<PostgresServer> {
  const folder = mkdtempSync(join(tmpdir(), 'oktaql-catalog-'));
  chmodSync(folder, 0o777);
  const data = join(folder, 'data');
  quietly(join(bin, 'initdb'), ['-D', data, '-U', OWNER, '-A', 'trust', '--locale=C', '-E', 'UTF8', '-N']);
  const plain = ['listen_addresses=', 'fsync=off', 'autovacuum=off', ...settings];
  const options = ['-D', data, '-k', folder, ...plain.flatMap((setting) => ['-c', setting])];
  const [command, args] = asServer(join(bin, 'postgres'), options);
  await started(spawn(command, args, { stdio: ['ignore', 'ignore', 'pipe'] }));
  const psql = (database: string, script: string, more: readonly string[] = []): string =>
    execFileSync(
      'sh',
      ['-c', '"$0" "$@" 2>&1', join(bin, 'psql'), '-AtqX', '-h', folder, '-U', OWNER, ...more, database],
      { input: script, encoding: 'utf8', maxBuffer: 1 << 29 },
    );
  // What the catalog describes is one database.
  psql('postgres', 'CREATE DATABASE okta;');
  return {
    run: (script, more) => psql('okta', script, more),
    close: () => {
      // The postmaster's own file names it: the process that was spawned may be the one that changed the user.
      quietly(join(bin, 'pg_ctl'), ['stop', '-D', data, '-m', 'immediate']);
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** It refuses to run as root, so root hands it to the package's own user. */
function asServer(command: string, args: readonly string[]): readonly [string, readonly string[]] {
  return process.getuid?.() === 0 ? ['runuser', ['-u', 'postgres', '--', command, ...args]] : [command, args];
}

function quietly(program: string, args: readonly string[]): void {
  const [command, rest] = asServer(program, args);
  execFileSync(command, rest, { stdio: 'ignore' });
}

async function started({ stderr }: ChildProcess): Promise<void> {
  let log = '';
  for await (const chunk of stderr ?? []) {
    log += String(chunk);
    if (log.includes('ready to accept connections')) {
      stderr?.resume();
      return;
    }
  }
  throw new Error(`PostgreSQL did not start: ${log}`);
}
