/**
 * `registry list` and `registry pull`: what a registry has, and its documents in a folder of the user's own.
 *
 * Entry of the room, which knows archives and folders; it knows neither sessions nor SQL.
 *
 * @module
 */

import { randomUUID } from 'node:crypto';
import { mkdirSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { InvalidValueError } from '../../errors.ts';
import { didYouMean, nearestNames } from '../../registry/nearest.ts';
import { registryPlace } from '../../registry/place.ts';
import type { ResultSet } from '../../values.ts';
import type { ArchivedFile } from './archive.ts';
import { registrySource } from './source.ts';

export interface PullOptions {
  /** A folder, a `file://` URL, or StackQL's JSON, of which a server on this machine may be the `url`. */
  readonly registry: string;
  /** The folder of a registry of the user's own, unless that JSON has a `localDocRoot`. */
  readonly approot: string;
  readonly signal: AbortSignal;
}

/** StackQL's answer: each provider with its latest version, or one with all of them. */
export async function listRegistry({ registry, signal }: PullOptions, provider?: string): Promise<ResultSet> {
  const all = await registrySource(registryPlace(registry)).versions(signal);
  const column = provider === undefined ? 'version' : 'versions';
  const rows =
    provider === undefined
      ? [...all].map(([name, versions]) => [name, latest(versions) ?? null])
      : [[provider, versionsOf(provider, all).join(', ')]];
  return { columns: ['provider', column].map((name) => ({ name, type: 'VARCHAR' })), rows };
}

/**
 * Puts the documents of a provider below `src` of the user's folder, in place of other versions, and says so in StackQL's words.
 *
 * @throws InvalidValueError where there are none, and for an archive that is not to be unpacked; nothing is changed then
 */
export async function pullProvider(options: PullOptions, provider: string, version?: string): Promise<string> {
  const place = registryPlace(options.registry);
  const source = registrySource(place);
  const known = version ?? latest(versionsOf(provider, await source.versions(options.signal)));
  if (!PROVIDER.test(provider)) throw unknown('provider', provider);
  if (known === undefined || !VERSION.test(known)) throw unknown('version', known ?? '');
  const folder = await firstThatIsThere([provider, ...(ALIASES[provider] ?? [])], (name) =>
    source.documents(name, known, options.signal),
  );
  install(join(place.localDocRoot ?? options.approot, 'src', folder.name), known, folder.found);
  return `${provider} provider, version '${known}' successfully installed`;
}

const PROVIDER = /^[\w-]+(?:\.[\w-]+)*$/;
const VERSION = /^v?\d+(?:\.\d+)*(?:-\w+)?$/;

/** What StackQL keeps under another name. */
const ALIASES: Readonly<Record<string, readonly string[]>> = { google: ['googleapis.com'] };

async function firstThatIsThere<T>(
  names: readonly string[],
  find: (name: string) => Promise<T>,
): Promise<{ readonly name: string; readonly found: T }> {
  let failure: unknown;
  for (const name of names) {
    try {
      return { name, found: await find(name) };
    } catch (error) {
      failure ??= error;
    }
  }
  throw failure;
}

/** Written beside and renamed, so that there is never half a version. */
function install(folder: string, version: string, files: readonly ArchivedFile[]): void {
  mkdirSync(folder, { recursive: true });
  const fresh = join(folder, `.${version}-${randomUUID()}`);
  try {
    for (const { path, content } of files) {
      const target = join(fresh, path);
      mkdirSync(dirname(target), { recursive: true });
      writeFileSync(target, content, { flag: 'wx' });
    }
    for (const name of readdirSync(folder)) if (VERSION.test(name)) rmSync(join(folder, name), { recursive: true });
    renameSync(fresh, join(folder, version));
  } catch (cause) {
    rmSync(fresh, { recursive: true, force: true });
    throw new InvalidValueError(`The documents cannot be written to ${folder}.`, { subject: 'approot', cause });
  }
}

function versionsOf(provider: string, all: ReadonlyMap<string, readonly string[]>): readonly string[] {
  const versions = all.get(provider);
  if (versions !== undefined) return versions;
  const names = [...all.keys()];
  throw unknown('provider', provider, didYouMean(nearestNames(provider, names), names));
}

function unknown(what: string, name: string, hint = 'registry list shows what there is.'): InvalidValueError {
  return new InvalidValueError(`The registry has no ${what} ${JSON.stringify(name.slice(0, 100))}.`, {
    subject: what,
    hint,
  });
}

/** By number, part by part. */
function latest(versions: readonly string[]): string | undefined {
  const numbers = (version: string): readonly number[] => (version.match(/\d+/g) ?? []).map(Number);
  return versions.toSorted((a, b) => {
    const [left, right] = [numbers(a), numbers(b)];
    return left.map((part, index) => part - (right[index] ?? 0)).find((part) => part !== 0) ?? 0;
  })[versions.length - 1];
}
