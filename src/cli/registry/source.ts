/**
 * Where documents are pulled from: a folder, or a server on this machine, in the layout of StackQL's registries.
 *
 * @module
 */

import { existsSync, readdirSync, readFileSync, realpathSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { InvalidValueError } from '../../errors.ts';
import { isLoopback } from '../../okta/host.ts';
import { type RegistryPlace, rootFolder } from '../../registry/place.ts';
import { MOST, yamlValue } from '../../registry/yaml.ts';
import { type ArchivedFile, archivedFiles } from './archive.ts';

export interface RegistrySource {
  /** Each provider with its versions, the oldest first. */
  versions(signal: AbortSignal): Promise<ReadonlyMap<string, readonly string[]>>;
  /** The documents of one version. */
  documents(provider: string, version: string, signal: AbortSignal): Promise<readonly ArchivedFile[]>;
}

/** @throws InvalidValueError for a place that is on the network */
export function registrySource(place: RegistryPlace): RegistrySource {
  return /^https?:/i.test(place.url) ? serverSource(place) : folderSource(place);
}

function folderSource(place: RegistryPlace): RegistrySource {
  const root = rootFolder(place.url);
  const file = (...path: readonly string[]): string => join(root, ...path);
  const index = file(place.distPrefix, 'providers.yaml');
  return {
    versions: async () => {
      if (existsSync(index)) return versionsIn(readBounded(index));
      const source = file(place.srcPrefix);
      return new Map(foldersIn(source).map((provider) => [provider, foldersIn(join(source, provider))]));
    },
    documents: async (provider, version) => {
      const archive = file(place.distPrefix, provider, `${version}.tgz`);
      if (existsSync(archive)) return archivedFiles(readFileSync(archive), version);
      return filesBelow(file(place.srcPrefix, provider, version), '');
    },
  };
}

function readBounded(path: string): string {
  if (statSync(path).size > MOST.bytes) throw unusable(`${path} has more than ${MOST.bytes} bytes`);
  return readFileSync(path, 'utf8');
}

function foldersIn(path: string): readonly string[] {
  if (!existsSync(path)) return [];
  return readdirSync(path, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => name)
    .sort();
}

/** Links are not followed, wherever they lead. */
function filesBelow(folder: string, prefix: string): readonly ArchivedFile[] {
  if (!existsSync(folder)) throw unusable(`there is nothing at ${folder}`);
  return readdirSync(realpathSync(folder), { withFileTypes: true }).flatMap((entry): readonly ArchivedFile[] => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return filesBelow(path, `${prefix}${entry.name}/`);
    const isDocument = entry.isFile() && /\.ya?ml$/.test(entry.name);
    return isDocument ? [{ path: prefix + entry.name, content: readFileSync(path) }] : [];
  });
}

function serverSource({ url, distPrefix }: RegistryPlace): RegistrySource {
  const base = loopbackUrl(url);
  const get = (path: string, signal: AbortSignal): Promise<Buffer> =>
    download(new URL(`${base.pathname.replace(/\/$/, '')}/${distPrefix}/${path}`, base), signal);
  return {
    versions: async (signal) => versionsIn((await get('providers.yaml', signal)).toString('utf8')),
    documents: async (provider, version, signal) =>
      archivedFiles(await get(`${provider}/${version}.tgz`, signal), version),
  };
}

/** What is not encrypted could be anybody's documents, and what they say is where credentials go. */
function loopbackUrl(text: string): URL {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url !== undefined && isLoopback(url.hostname) && url.username === '' && url.password === '') return url;
  throw new InvalidValueError(
    'Documents are pulled from a folder or from a server on this machine, not from the network.',
    {
      subject: 'registry',
      hint: 'Give a folder, a file:// URL, or http://localhost:port; other tools download registries.',
    },
  );
}

const LARGEST_DOWNLOAD = 64 * 2 ** 20;

async function download(url: URL, signal: AbortSignal): Promise<Buffer> {
  let response: Response;
  try {
    response = await fetch(url, { signal, redirect: 'error' });
  } catch (cause) {
    if (signal.aborted) throw cause;
    throw unusable(`${url.origin} does not answer`, cause);
  }
  if (!response.ok || response.body === null) {
    await response.body?.cancel();
    throw unusable(`${url.pathname} was answered ${response.status}`);
  }
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of response.body) {
    size += chunk.length;
    if (size > LARGEST_DOWNLOAD) throw unusable(`${url.pathname} has more than ${LARGEST_DOWNLOAD} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

/** `providers: { name: { versions: [v1, v2] } }`. */
function versionsIn(text: string): ReadonlyMap<string, readonly string[]> {
  const document = yamlValue(text, (problem) => {
    throw unusable(`its list of providers is ${problem}`);
  });
  const { providers } = (document ?? {}) as { readonly providers?: unknown };
  if (typeof providers !== 'object' || providers === null) throw unusable('its list of providers has none');
  return new Map(
    Object.entries(providers as Readonly<Record<string, unknown>>).map(([name, entry]) => {
      const { versions } = (entry ?? {}) as { readonly versions?: unknown };
      return [name, Array.isArray(versions) ? versions.map(String) : []];
    }),
  );
}

function unusable(problem: string, cause?: unknown): InvalidValueError {
  return new InvalidValueError(`The registry cannot be used: ${problem}.`, {
    subject: 'registry',
    ...(cause !== undefined && { cause }),
  });
}
