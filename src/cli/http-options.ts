/**
 * What the flags about requests mean for a session.
 *
 * @module
 */

import { InvalidArgumentError } from 'commander';
import type { ProxySettings, TlsSettings } from '../http/transport/undici.ts';
import type { ProviderOptions } from '../session/provider/options.ts';
import { readCertificates } from './certificates.ts';
import { noProxyIn, proxyUrl } from './configuration/proxy.ts';
import type { HttpSettings } from './http-flags.ts';

type LookUp = (name: string) => string | undefined;

/**
 * The options that flags say.
 *
 * @param lookUp variables of the environment
 * @throws InvalidArgumentError for a file that cannot be read, and for a proxy that is named by halves
 */
export function httpOptions(settings: HttpSettings, lookUp: LookUp): ProviderOptions {
  const { apirequesttimeout, rateLimitShare, concurrency, cacheTtl } = settings;
  const proxy = proxyFromFlags(settings, lookUp);
  const tls = tlsOptions(settings);
  return {
    ...(apirequesttimeout !== undefined && { timeoutMs: apirequesttimeout * 1000 }),
    ...(rateLimitShare !== undefined && { rateLimitShare }),
    ...(concurrency !== undefined && { concurrency }),
    ...(cacheTtl !== undefined && { cacheTtlMs: cacheTtl * 1000 }),
    ...(proxy !== undefined && { proxy }),
    ...(tls !== undefined && { tls }),
  };
}

/** As in StackQL, where a host makes the proxy. Exceptions are the environment's, which StackQL does not read. */
function proxyFromFlags(settings: HttpSettings, lookUp: LookUp): ProxySettings | undefined {
  const {
    'http.proxy.host': host,
    'http.proxy.port': port,
    'http.proxy.scheme': scheme = 'http',
    'http.proxy.user': user,
    'http.proxy.password': password,
  } = settings;
  if (host === undefined) {
    if (port === undefined && user === undefined && password === undefined) return undefined;
    throw new InvalidArgumentError('The proxy needs --http.proxy.host.');
  }
  if (!/^https?$/.test(scheme)) throw new InvalidArgumentError('--http.proxy.scheme is http or https.');
  const url = proxyUrl('--http.proxy.host', { scheme, host, port: port?.toString(), user, password });
  return { url, noProxy: noProxyIn(lookUp) };
}

function tlsOptions(settings: HttpSettings): TlsSettings | undefined {
  const file = settings['tls.CABundle'];
  const isEverywhere = settings['tls.forceInsecure'] === true;
  if (file === undefined && !isEverywhere && settings['tls.allowInsecure'] !== true) return undefined;
  return {
    ...(file !== undefined && { ca: readCertificates(file) }),
    ...(isEverywhere && { insecure: 'everywhere' }),
    ...(!isEverywhere && settings['tls.allowInsecure'] === true && { insecure: 'loopback' }),
  };
}
