/**
 * What the settings mean for a session.
 *
 * @module
 */

import type { ProviderOptions } from '../../session/provider/options.ts';
import type { Configuration } from './configuration.ts';

export function optionsOf(configuration: Configuration): ProviderOptions {
  const { orgs, subdomain, login, endpointUrl, environment, timeoutMs, proxy } = configuration;
  return {
    ...(Object.keys(orgs).length > 0 && { orgs }),
    ...(subdomain !== undefined && { subdomain }),
    ...(login !== undefined && { login: login.login, loginSource: login.source }),
    ...(endpointUrl !== undefined && { endpointUrl }),
    environment,
    ...(timeoutMs !== undefined && { timeoutMs }),
    ...(proxy !== undefined && { proxy }),
  };
}
