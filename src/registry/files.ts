/**
 * Provider documents of the user's own, from a folder in StackQL's layout: `src/<provider>/<version>/provider.yaml`.
 *
 * @module
 */

import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { basename, dirname, join, resolve, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { InvalidValueError, ProviderDocumentError } from '../errors.ts';
import { type CompiledProvider, compileProvider, compileService } from './compile.ts';
import type { DocumentFile } from './document.ts';
import { createRegistry, type Registry } from './registry.ts';

/**
 * The registry in a folder. Each provider's document is read now, a service's when it is first named.
 *
 * @param where a path, a `file://` URL, or StackQL's JSON with such a `url`
 * @throws InvalidValueError where there is no such folder, or for a registry on the network
 * @throws ProviderDocumentError with file and JSON pointer
 */
export function registryFromFiles(where: string): Registry {
  const source = sourceFolder(where);
  const providers = readdirSync(source)
    .filter((name) => statSync(join(source, name)).isDirectory())
    .sort()
    .map((name) => readProvider(source, name));
  return createRegistry({
    providers: providers.map(({ info }) => info),
    loadService: (provider, service) => {
      const found = providers.find(({ info }) => info.name === provider)?.sources[service];
      const { file = '', resourcesFile, ...context } = found ?? {};
      const open = (name: string): DocumentFile => ({ file: name, text: readInside(source, name) });
      const resources = resourcesFile === undefined ? {} : { resources: open(resourcesFile) };
      return compileService(provider, service, open(file), { ...context, ...resources, open });
    },
  });
}

function sourceFolder(where: string): string {
  const { url, srcPrefix, localDocRoot } = settings(where);
  // StackQL keeps there what it has pulled from a registry on the network.
  const isRemote = /^https?:/i.test(url);
  if (isRemote && localDocRoot === undefined) {
    throw new InvalidValueError('Only registries on this machine are read, not from the network.', {
      subject: 'registry',
      hint: 'Give a folder, a file:// URL, or the localDocRoot into which StackQL has pulled the documents.',
    });
  }
  const place = isRemote ? (localDocRoot ?? '') : url;
  const root = folderOf(place);
  const source = join(root, srcPrefix);
  if (existsSync(source) && statSync(source).isDirectory()) return source;
  throw new InvalidValueError(`There is no registry at ${root}: it has no folder ${srcPrefix}.`, {
    subject: 'registry',
    hint: 'A registry holds src/<provider>/<version>/provider.yaml.',
  });
}

function folderOf(place: string): string {
  if (!place.startsWith('file:')) return resolve(place);
  try {
    return fileURLToPath(place);
  } catch {
    // The error of Node holds the URL, in which a password may stand.
    throw new InvalidValueError('The registry is no file:// URL of this machine.', {
      subject: 'registry',
      hint: 'Write it with three slashes, as in file:///home/me/registry.',
    });
  }
}

interface RegistrySettings {
  readonly url: string;
  readonly srcPrefix: string;
  readonly localDocRoot?: string;
}

/** StackQL's `--registry` is JSON; a bare path is ours. */
function settings(where: string): RegistrySettings {
  if (!where.trimStart().startsWith('{')) return { url: where, srcPrefix: 'src' };
  let value: unknown;
  try {
    value = JSON.parse(where);
  } catch {
    throw new InvalidValueError('--registry is neither a path nor JSON.', { subject: 'registry' });
  }
  const { url, srcPrefix = 'src', localDocRoot } = value as Partial<Record<keyof RegistrySettings, unknown>>;
  const place = url ?? localDocRoot;
  if (typeof place !== 'string' || typeof srcPrefix !== 'string') {
    throw new InvalidValueError('--registry has no url.', { subject: 'registry', hint: '{"url":"file:///path"}' });
  }
  return { url: place, srcPrefix, ...(typeof localDocRoot === 'string' && { localDocRoot }) };
}

function readProvider(source: string, name: string): CompiledProvider {
  const version = latest(readdirSync(join(source, name)));
  const file = join(name, version, 'provider.yaml');
  return compileProvider({ file, text: readInside(source, file) });
}

/** By number, part by part: v00.10 comes after v00.9. */
function latest(versions: readonly string[]): string {
  const parts = (version: string): readonly number[] => version.replace(/^v/, '').split('.').map(Number);
  const compare = (a: string, b: string): number => {
    const difference = parts(a).map((part, index) => part - (parts(b)[index] ?? 0));
    return difference.find((part) => part !== 0) ?? 0;
  };
  return (
    versions
      .filter((version) => /^v?\d+(\.\d+)*$/.test(version))
      .toSorted(compare)
      .at(-1) ?? ''
  );
}

/** A `$ref` of a document names a file of its registry, and no other of the user's. */
function readInside(source: string, file: string): string {
  const path = resolve(source, file);
  const isInside = path.startsWith(resolve(source) + sep);
  const found = isInside ? inAnyCase(path) : undefined;
  if (found !== undefined) return readFileSync(found, 'utf8');
  throw new ProviderDocumentError(`${file}#: there is no such file in the registry.`, { file, pointer: '' });
}

/** StackQL's Okta documents name org.yaml and hold Org.yaml, which file systems that ignore case forgive. */
function inAnyCase(path: string): string | undefined {
  if (existsSync(path)) return path;
  const folder = dirname(path);
  const wanted = basename(path).toLowerCase();
  const name = existsSync(folder) ? readdirSync(folder).find((entry) => entry.toLowerCase() === wanted) : undefined;
  return name === undefined ? undefined : join(folder, name);
}
