/**
 * Looks names up in the provider documents. Only the services that a statement names are read.
 *
 * @module
 */

import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { BindError, InternalError } from '../errors.ts';
import { didYouMean, nearestNames } from './nearest.ts';
import type { Method, ProviderInfo, Resource, Service } from './resource.ts';

/** All lookups ignore case and throw `UNKNOWN_…` errors that carry the nearest names. */
export interface Registry {
  readonly providers: readonly ProviderInfo[];
  provider(name: string): ProviderInfo;
  service(provider: string, service: string): Service;
  /** @param name three parts: provider, service, resource */
  resource(name: readonly string[]): Resource;
  /** @param name four parts: provider, service, resource, method */
  method(name: readonly string[]): { readonly resource: Resource; readonly method: Method };
}

/** Where documents come from. `loadService` is called once a service, when it is first named. */
export interface RegistrySource {
  readonly providers: readonly ProviderInfo[];
  loadService(provider: string, service: string): Service;
}

let builtIn: Registry | undefined;

/**
 * The provider documents that come with oktaql, from the JSON that the build made of them: no YAML is read. They are frozen,
 * and a server with a hundred sessions needs them once.
 */
export function builtInRegistry(): Registry {
  builtIn ??= compiledRegistry(indexFolder());
  return builtIn;
}

/** @param folder where the build wrote that JSON, for code outside the package */
export function compiledRegistry(folder: URL): Registry {
  return createRegistry({
    providers: readIndex<readonly ProviderInfo[]>('providers.json', folder),
    loadService: (provider, service) => readIndex<Service>(`${provider}/${service}.json`, folder),
  });
}

const require = createRequire(import.meta.url);

/** Where the build writes. Found by the package's name: this code runs from `src` and from whatever chunk a bundler puts it in. */
export function indexFolder(): URL {
  return new URL('dist/providers/', pathToFileURL(require.resolve('oktaql/package.json')));
}

function readIndex<T>(file: string, folder: URL): T {
  const path = fileURLToPath(new URL(file, folder));
  try {
    return deepFreeze(JSON.parse(readFileSync(path, 'utf8')) as T);
  } catch (cause) {
    throw new InternalError(`The compiled provider document ${path} cannot be read.`, {
      cause,
      hint: 'In a checkout, run npm run build.',
    });
  }
}

export function createRegistry(source: RegistrySource): Registry {
  const loaded = new Map<string, Service>();

  const provider = (name: string): ProviderInfo =>
    find(source.providers, name, (candidate) => candidate.name) ??
    unknown(
      'UNKNOWN_PROVIDER',
      `There is no provider ${quote(name)}`,
      name,
      source.providers.map((known) => known.name),
      'SHOW PROVIDERS',
    );

  const service = (providerName: string, serviceName: string): Service => {
    const { name, services } = provider(providerName);
    const found =
      find(services, serviceName, (candidate) => candidate) ??
      unknown(
        'UNKNOWN_SERVICE',
        `Provider ${name} has no service ${quote(serviceName)}`,
        serviceName,
        services,
        `SHOW SERVICES IN ${name}`,
      );
    const key = `${name}.${found}`;
    const known = loaded.get(key) ?? source.loadService(name, found);
    loaded.set(key, known);
    return known;
  };

  const resource = (parts: readonly string[]): Resource => {
    const [providerName = '', serviceName = '', name = ''] = parts;
    if (parts.length !== 3) throw malformed('table', parts, 'provider.service.resource, such as okta.apps.jwks');
    const { resources, name: in_ } = service(providerName, serviceName);
    const key = find(Object.keys(resources), name, (candidate) => candidate);
    return (
      (key === undefined ? undefined : resources[key]) ??
      unknown(
        'UNKNOWN_RESOURCE',
        `Service ${providerName}.${in_} has no resource ${quote(name)}`,
        name,
        Object.keys(resources),
        `SHOW RESOURCES IN ${providerName}.${in_}`,
      )
    );
  };

  const method = (parts: readonly string[]): { resource: Resource; method: Method } => {
    if (parts.length !== 4) {
      throw malformed('method', parts, 'provider.service.resource.method, such as okta.apps.jwks.get_jwk');
    }
    const owner = resource(parts.slice(0, 3));
    const name = parts[3] ?? '';
    const found =
      find(owner.methods, name, (candidate) => candidate.name) ??
      unknown(
        'UNKNOWN_METHOD',
        `Resource ${owner.name} has no method ${quote(name)}`,
        name,
        owner.methods.map((known) => known.name),
        `SHOW METHODS IN ${owner.name}`,
      );
    return { resource: owner, method: found };
  };

  return { providers: source.providers, provider, service, resource, method };
}

function find<T>(items: readonly T[], name: string, nameOf: (item: T) => string): T | undefined {
  return (
    items.find((item) => nameOf(item) === name) ??
    items.find((item) => nameOf(item).toLowerCase() === name.toLowerCase())
  );
}

function unknown(
  code: ConstructorParameters<typeof BindError>[0],
  message: string,
  name: string,
  known: readonly string[],
  listing: string,
): never {
  const nearest = nearestNames(name, known);
  const hint = didYouMean(nearest, known) ?? `${listing} lists them.`;
  throw new BindError(code, `${message}.`, { unknownName: name, nearest, hint });
}

function malformed(what: string, parts: readonly string[], form: string): BindError {
  const name = parts.join('.');
  return new BindError(what === 'table' ? 'UNKNOWN_RESOURCE' : 'UNKNOWN_METHOD', `${quote(name)} is no ${what} here.`, {
    unknownName: name,
    hint: `Names have the form ${form}.`,
  });
}

function quote(name: string): string {
  return JSON.stringify(name);
}

function deepFreeze<T>(value: T): T {
  if (typeof value === 'object' && value !== null) {
    for (const child of Object.values(value)) deepFreeze(child);
    Object.freeze(value);
  }
  return value;
}
