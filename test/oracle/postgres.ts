import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { chmodSync, existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A PostgreSQL of our own, which nobody reaches over the network. */
export interface Postgres {
  /** For each query the text of its only value, or the message of its error. */
  readonly ask: (queries: readonly string[]) => readonly string[];
  /** What a client connects to: the folder of its socket, and a user without a password. */
  readonly client: { readonly host: string; readonly user: string; readonly database: string };
  readonly close: () => void;
}

/** Debian's place, which is not in the PATH. */
const VERSIONS = '/usr/lib/postgresql';

/** Where the programs are, or why there are none. */
export function findPostgres(): { readonly bin: string } | { readonly reason: string } {
  const versions = existsSync(VERSIONS) ? readdirSync(VERSIONS).toSorted((a, b) => Number(b) - Number(a)) : [];
  const bin = versions
    .map((version) => join(VERSIONS, version, 'bin'))
    .find((path) => existsSync(join(path, 'initdb')));
  return bin === undefined ? { reason: `no PostgreSQL in ${VERSIONS}` } : { bin };
}

/** It refuses to run as root, so root hands it to the package's own user. */
function asServer(command: string, args: readonly string[]): readonly [string, readonly string[]] {
  return process.getuid?.() === 0 ? ['runuser', ['-u', 'postgres', '--', command, ...args]] : [command, args];
}

export async function startPostgres(bin: string): Promise<Postgres> {
  const folder = mkdtempSync(join(tmpdir(), 'oktaql-pg-'));
  chmodSync(folder, 0o777);
  const data = join(folder, 'data');
  execFileSync(
    ...run(join(bin, 'initdb'), ['-D', data, '-U', 'judge', '-A', 'trust', '--locale=C', '-E', 'UTF8', '-N']),
  );
  const options = ['-D', data, '-k', folder, '-c', 'listen_addresses=', '-c', 'fsync=off'];
  const [command, args] = asServer(join(bin, 'postgres'), options);
  const server = spawn(command, args, { stdio: ['ignore', 'ignore', 'pipe'] });
  await started(server);
  return {
    ask: (queries) => ask(bin, folder, queries),
    client: { host: folder, user: 'judge', database: 'postgres' },
    close: () => {
      // The postmaster's own file names it: the process that was spawned may be the one that changed the user.
      execFileSync(...run(join(bin, 'pg_ctl'), ['stop', '-D', data, '-m', 'immediate']));
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

function run(command: string, args: readonly string[]): [string, readonly string[], { readonly stdio: 'ignore' }] {
  const [program, rest] = asServer(command, args);
  return [program, rest, { stdio: 'ignore' }];
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

const MARK = '-- answer --';

function ask(bin: string, folder: string, queries: readonly string[]): readonly string[] {
  const script = queries.map((query) => `\\echo '${MARK}'\n${query};\n`).join('');
  // Errors go where answers go, so that each stands behind its mark.
  const output = execFileSync(
    'sh',
    ['-c', '"$0" "$@" 2>&1', join(bin, 'psql'), '-AtqX', '-h', folder, '-U', 'judge', 'postgres'],
    {
      input: script,
      encoding: 'utf8',
      maxBuffer: 1 << 28,
    },
  );
  return output
    .split(`${MARK}\n`)
    .slice(1)
    .map((answer) => answer.trimEnd());
}
