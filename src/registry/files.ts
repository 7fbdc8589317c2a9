/**
 * Provider documents of the user's own, from a folder in StackQL's layout: `src/<provider>/<version>/provider.yaml`.
 *
 * @module
 */

import {
  closeSync,
  constants,
  existsSync,
  fstatSync,
  openSync,
  readdirSync,
  readSync,
  realpathSync,
  statSync,
} from 'node:fs';
import { basename, dirname, join, resolve, sep } from 'node:path';
import { InvalidValueError, ProviderDocumentError } from '../errors.ts';
import { own } from '../values.ts';
import { type CompiledProvider, compileProvider, compileService } from './compile.ts';
import type { DocumentFile } from './document.ts';
import { type DocumentFault, faultError } from './fault.ts';
import { registryPlace, rootFolder } from './place.ts';
import { createRegistry, type Registry } from './registry.ts';
import type { ProviderInfo } from './resource.ts';
import { attempt } from './tolerance.ts';
import { MOST } from './yaml.ts';

/**
 * The registry in a folder. Each provider's document is read now, a service's when it is first named. What is wrong with either, or
 * with a part of it, is told when that is used.
 *
 * @param where a path, a `file://` URL, or StackQL's JSON with such a `url`
 * @throws InvalidValueError where there is no such folder, or for a registry on the network
 */
export function registryFromFiles(where: string): Registry {
  const source = sourceFolder(where);
  const providers = readdirSync(source)
    .filter((name) => isFolderBelow(source, join(source, name)))
    .sort()
    .map((name) => readProvider(source, name));
  return createRegistry({
    providers: distinct(providers),
    loadService: (provider, service) => {
      const { sources = {}, faults = {} } = providers.find(({ info }) => info.name === provider) ?? {};
      const fault = own(faults, service);
      if (fault !== undefined) throw faultError(fault);
      const { file = '', resourcesFile, ...context } = own(sources, service) ?? {};
      const open = (name: string): DocumentFile => ({ file: name, text: readInside(source, name) });
      const resources = resourcesFile === undefined ? {} : { resources: open(resourcesFile) };
      return compileService(provider, service, open(file), { ...context, ...resources, open, reading: 'lenient' });
    },
  });
}

function sourceFolder(where: string): string {
  const { url, srcPrefix, localDocRoot } = registryPlace(where);
  // StackQL keeps there what it has pulled from a registry on the network.
  const isRemote = /^https?:/i.test(url);
  if (isRemote && localDocRoot === undefined) {
    throw new InvalidValueError('Only registries on this machine are read, not from the network.', {
      subject: 'registry',
      hint: 'Give a folder, a file:// URL, or the localDocRoot into which StackQL has pulled the documents.',
    });
  }
  const place = isRemote ? (localDocRoot ?? '') : url;
  const root = rootFolder(place);
  const source = join(root, srcPrefix);
  if (existsSync(source) && statSync(source).isDirectory()) return source;
  throw new InvalidValueError(`There is no registry at ${root}: it has no folder ${srcPrefix}.`, {
    subject: 'registry',
    hint: 'A registry holds src/<provider>/<version>/provider.yaml.',
  });
}

/** A provider whose document is wrong is called like its folder. */
function readProvider(source: string, name: string): CompiledProvider {
  const version = latest(entriesOf(join(source, name)));
  const file = join(name, version, 'provider.yaml');
  return attempt(
    'lenient',
    () => compileProvider({ file, text: readInside(source, file) }, version),
    (fault) => ({
      file,
      // Under another name than its folder's nobody would find out what is wrong with it.
      info: { name, version, title: name, description: '', services: [], summaries: {}, fault },
      sources: {},
      faults: {},
    }),
  );
}

/**
 * The providers, each name once. Where two documents have one name, neither can be used: nobody would know which of them that is.
 * A folder whose document is wrong takes no name from one that is right.
 */
function distinct(providers: readonly CompiledProvider[]): readonly ProviderInfo[] {
  const known = new Map<string, CompiledProvider>();
  const rightFirst = providers.toSorted((a, b) => Number('fault' in a.info) - Number('fault' in b.info));
  for (const provider of rightFirst) {
    const name = provider.info.name.toLowerCase();
    const first = known.get(name);
    if (first === undefined) known.set(name, provider);
    else if (!('fault' in provider.info))
      known.set(name, { ...first, info: { ...first.info, fault: twice(provider) } });
  }
  return [...known.values()].map(({ info }) => info);
}

function twice({ file, info: { name } }: CompiledProvider): DocumentFault {
  return { message: `${file}#/name: another document of the registry is called ${name} too.`, file, pointer: '/name' };
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
  const found = isBelow(resolve(source), path) && !file.includes('\0') ? inAnyCase(path) : undefined;
  if (found === undefined) throw unreadable(file, 'there is no such file in the registry');
  return readRegular(source, found, file);
}

/**
 * What a link leads to counts, not where it stands. Opened without waiting for a writer, looked at, and only then read: a pipe
 * would never end, and a device neither.
 */
function readRegular(source: string, path: string, file: string): string {
  const attempt = <T>(work: () => T): T => {
    try {
      return work();
    } catch (error) {
      throw unreadable(file, `it cannot be read (${codeOf(error)})`);
    }
  };
  const real = attempt(() => realpathSync(path));
  if (!isBelow(realpathSync(source), real)) throw unreadable(file, 'it is a link that leads out of the registry');
  const handle = attempt(() => openSync(real, constants.O_RDONLY | constants.O_NONBLOCK | constants.O_NOFOLLOW));
  try {
    const facts = fstatSync(handle);
    if (!facts.isFile()) throw unreadable(file, 'it is no file');
    if (facts.size > MOST.bytes)
      throw unreadable(file, `it has more than ${MOST.bytes} bytes, which is more than is read`);
    // Not to its end, which may have moved since: a file that grows is another than the one that was looked at.
    const bytes = Buffer.alloc(facts.size);
    return bytes.toString(
      'utf8',
      0,
      attempt(() => readSync(handle, bytes)),
    );
  } finally {
    closeSync(handle);
  }
}

function isBelow(folder: string, path: string): boolean {
  return path.startsWith(folder.endsWith(sep) ? folder : folder + sep);
}

/** The system's word, such as `EACCES`. */
function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : 'unknown reason';
}

function unreadable(file: string, problem: string): ProviderDocumentError {
  return new ProviderDocumentError(`${file}#: ${problem}.`, { file, pointer: '' });
}

/** StackQL's Okta documents name org.yaml and hold Org.yaml, which file systems that ignore case forgive. */
function inAnyCase(path: string): string | undefined {
  if (existsSync(path)) return path;
  const wanted = basename(path).toLowerCase();
  const name = entriesOf(dirname(path)).find((entry) => entry.toLowerCase() === wanted);
  return name === undefined ? undefined : join(dirname(path), name);
}

/** None where there is no such folder, or none that may be looked into. */
function entriesOf(folder: string): readonly string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

/** Whether there is a folder, and not a link to one elsewhere. */
function isFolderBelow(source: string, path: string): boolean {
  try {
    const real = realpathSync(path);
    return statSync(real).isDirectory() && isBelow(realpathSync(source), real);
  } catch {
    return false;
  }
}
