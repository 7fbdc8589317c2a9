/**
 * Settings from environment variables. An empty variable counts as not set.
 *
 * @module
 */

import type { ProviderOptions } from '../session/provider.ts';

export type Environment = Readonly<Record<string, string | undefined>>;

/**
 * `OKTA_API_TOKEN` is StackQL's name; `OKTAQL_ENDPOINT_URL` points at a simulator or proxy instead of Okta. Other
 * variables are looked up when `--auth` or a provider document names them.
 */
export function optionsFromEnvironment(environment: Environment): ProviderOptions {
  const token = environment['OKTA_API_TOKEN'];
  const endpointUrl = environment['OKTAQL_ENDPOINT_URL'];
  return {
    ...(token && { token }),
    ...(endpointUrl && { endpointUrl }),
    environment: (name) => environment[name] || undefined,
  };
}
