/**
 * The URL of a proxy that is named in parts.
 *
 * @module
 */

import { Secret } from '../../http/login/secret.ts';
import { unusable } from './place.ts';

export interface ProxyParts {
  readonly scheme?: string | undefined;
  readonly host: string;
  readonly port?: string | undefined;
  readonly user?: string | undefined;
  readonly password?: string | undefined;
}

/**
 * @param name what the user calls the host, for messages
 * @throws InvalidArgumentError for a host or port that is none
 */
export function proxyUrl(name: string, { scheme = 'http', host, port, user, password }: ProxyParts): Secret {
  if (!/^(?:[\w.-]+|\[[\da-f:.]+\])$/i.test(host)) throw unusable(name, 'is no host name');
  if (port !== undefined && !/^[1-9]\d{0,4}$/.test(port)) throw unusable(name, 'stands beside a port that is none');
  const login = user === undefined ? '' : `${encodeURIComponent(user)}:${encodeURIComponent(password ?? '')}@`;
  return new Secret(`${scheme}://${login}${host}${port === undefined ? '' : `:${port}`}`);
}

/** Many write only the host where a URL is meant. */
export function completeProxyUrl(url: string): Secret {
  return new Secret(url.includes('://') ? url : `http://${url}`);
}

/** `NO_PROXY` of the environment, whose small letters go before as with those of the proxies. */
export function noProxyIn(lookUp: (name: string) => string | undefined): string | undefined {
  return lookUp('no_proxy') ?? lookUp('NO_PROXY');
}
