/**
 * Looks names up in the provider documents. Only the services that a statement names are read.
 *
 * @module
 */

import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { BindError, InternalError } from '../errors.ts';
import { own } from '../values.ts';
import { faultError } from './fault.ts';
import { didYouMean, nearestNames } from './nearest.ts';
import type { Method, ProviderInfo, Resource, Service } from './resource.ts';

/**
 * All lookups ignore case, where no two names differ by it alone, and throw `UNKNOWN_…` errors that carry the nearest names. What a
 * document has wrong is thrown by the look-up of that part (`PROVIDER_DOCUMENT`).
 */
export interface Registry {
  readonly providers: readonly ProviderInfo[];
  provider(name: string): ProviderInfo;
  service(provider: string, service: string): Service;
  /**
   * @param name three parts: provider, service, resource; or a name that was one text, cut at each of its dots. The provider may be
   * left out where one alone has such a service: a database is a provider, and a schema one of its services
   */
  resource(name: readonly string[]): Resource;
  /** @param name four parts: provider, service, resource, method; or three of them, without the provider */
  method(name: readonly string[]): { readonly resource: Resource; readonly method: Method };
}

/** Where documents come from. `loadService` is called once a service, when it is first named, even where it throws. */
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
  const loaded = new Map<string, () => Service>();

  const provider = (name: string): ProviderInfo => {
    const found =
      find(source.providers, name, (candidate) => candidate.name) ??
      unknown(
        'UNKNOWN_PROVIDER',
        `There is no provider ${quote(name)}${faultsOf(source.providers)}`,
        name,
        source.providers.map((known) => known.name),
        'SHOW PROVIDERS',
      );
    if (found.fault !== undefined) throw faultError(found.fault);
    return found;
  };

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
    const known = loaded.get(key) ?? once(() => source.loadService(name, found));
    loaded.set(key, known);
    return known();
  };

  /** Of a name as one text nobody knows which of its dots are parts of names: the one that leads to a resource counts. */
  const threeParts = (parts: readonly string[]): readonly string[] => {
    if (parts.length <= 3) return parts;
    const [first = '', ...rest] = parts;
    const known = find(source.providers, first, (candidate) => candidate.name);
    if (known === undefined || known.fault !== undefined) return parts;
    const { services, name } = known;
    for (const length of rest.slice(1).keys()) {
      const in_ = find(services, rest.slice(0, length + 1).join('.'), (candidate) => candidate);
      const wanted = rest.slice(length + 1).join('.');
      if (in_ === undefined) continue;
      const { resources, faults = {} } = service(name, in_);
      if (find([...Object.keys(resources), ...Object.keys(faults)], wanted, (candidate) => candidate) !== undefined)
        return [name, in_, wanted];
    }
    return parts;
  };

  /** `apps.jwks`: with the provider in front, where one alone can be meant. */
  const withProvider = (parts: readonly string[]): readonly string[] => {
    const [serviceName = ''] = parts;
    const isProvider = find(source.providers, serviceName, (candidate) => candidate.name) !== undefined;
    if (parts.length !== 2 || isProvider) return parts;
    const having = source.providers.filter(
      ({ services, fault }) =>
        fault === undefined && find(services, serviceName, (candidate) => candidate) !== undefined,
    );
    const [only, second] = having;
    if (only === undefined) throw unknownSchema(parts, source.providers);
    if (second !== undefined) throw ambiguousSchema(parts, having);
    return [only.name, ...parts];
  };

  const resource = (given: readonly string[]): Resource => {
    const parts = withProvider(threeParts(given));
    const [providerName = '', serviceName = '', name = ''] = parts;
    if (parts.length !== 3) throw malformed('table', given, 'provider.service.resource, such as okta.apps.jwks');
    const { resources, faults = {}, name: in_ } = service(providerName, serviceName);
    const names = [...Object.keys(resources), ...Object.keys(faults)];
    const key = find(names, name, (candidate) => candidate);
    const fault = key === undefined ? undefined : own(faults, key);
    if (fault !== undefined) throw faultError(fault);
    return (
      (key === undefined ? undefined : own(resources, key)) ??
      unknown(
        'UNKNOWN_RESOURCE',
        `Service ${providerName}.${in_} has no resource ${quote(name)}`,
        name,
        names,
        `SHOW RESOURCES IN ${providerName}.${in_}`,
      )
    );
  };

  const method = (parts: readonly string[]): { resource: Resource; method: Method } => {
    const isOfProvider = find(source.providers, parts[0] ?? '', (candidate) => candidate.name) !== undefined;
    if (parts.length < (isOfProvider ? 4 : 3)) {
      throw malformed('method', parts, 'provider.service.resource.method, such as okta.apps.jwks.get_jwk');
    }
    const owner = resource(parts.slice(0, -1));
    const name = parts.at(-1) ?? '';
    const found =
      find(owner.methods, name, (candidate) => candidate.name) ??
      unknown(
        'UNKNOWN_METHOD',
        `Resource ${owner.name} has no method ${quote(name)}`,
        name,
        owner.methods.map((known) => known.name),
        `SHOW METHODS IN ${owner.name}`,
      );
    if (found.fault !== undefined) throw faultError(found.fault);
    return { resource: owner, method: found };
  };

  return { providers: source.providers, provider, service, resource, method };
}

/** It may be the one whose document could not be read, and so has its folder's name. */
function faultsOf(providers: readonly ProviderInfo[]): string {
  const faults = providers.flatMap(({ fault }) => (fault === undefined ? [] : [fault.message.replace(/\.$/, '')]));
  return faults.length === 0 ? '' : `, and of what is there cannot be used: ${faults.slice(0, MOST_FAULTS).join('; ')}`;
}

const MOST_FAULTS = 3;

/** Of documents that were read once, the failure is remembered as well: reading may take seconds. */
function once<T extends object>(work: () => T): () => T {
  let made: T | undefined;
  let failure: { readonly error: unknown } | undefined;
  return () => {
    if (failure !== undefined) throw failure.error;
    try {
      made ??= work();
      return made;
    } catch (error) {
      failure = { error };
      throw error;
    }
  };
}

/** The item of that name; of several that differ by case only, none. */
function find<T>(items: readonly T[], name: string, nameOf: (item: T) => string): T | undefined {
  const exact = items.find((item) => nameOf(item) === name);
  if (exact !== undefined) return exact;
  const [only, second] = items.filter((item) => nameOf(item).toLowerCase() === name.toLowerCase());
  return second === undefined ? only : undefined;
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

/** Where nothing resembles it, it is the form that is wrong. */
function unknownSchema(parts: readonly string[], providers: readonly ProviderInfo[]): BindError {
  const services = providers.flatMap((each) => each.services);
  const nearest = nearestNames(parts[0] ?? '', services);
  if (nearest.length === 0) return malformed('table', parts, 'provider.service.resource, such as okta.apps.jwks');
  return new BindError('UNKNOWN_SERVICE', `No provider has a service ${quote(parts[0] ?? '')}.`, {
    unknownName: parts[0] ?? '',
    nearest,
    hint: didYouMean(nearest, services),
  });
}

function ambiguousSchema(parts: readonly string[], having: readonly ProviderInfo[]): BindError {
  const names = having.map(({ name }) => [name, ...parts].join('.'));
  return new BindError('UNKNOWN_RESOURCE', `${quote(parts.join('.'))} can be ${names.join(' and ')}.`, {
    unknownName: parts.join('.'),
    nearest: names,
    hint: `Write the provider in front: ${names[0] ?? ''}.`,
  });
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
