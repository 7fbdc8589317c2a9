/**
 * The way of requests to servers: a caller's `fetch`, or undici with its pools, opened by the first request.
 *
 * @module
 */

import type { Fetch, Transport } from '../../http/contract.ts';
import { checkProxy, createUndiciFetch } from '../../http/transport/undici.ts';
import type { ProviderOptions } from './options.ts';

export interface Connection {
  readonly fetch: Fetch;
  readonly transport?: Transport;
  close(): Promise<void>;
}

/** undici is loaded by the first request: a statement that fails before needs none. */
export function connect({ fetch, proxy, tls }: ProviderOptions): Connection {
  if (proxy !== undefined) checkProxy(proxy);
  if (fetch !== undefined) return { fetch, close: async () => undefined };
  let pool: ReturnType<typeof createUndiciFetch> | undefined;
  const opened = (): ReturnType<typeof createUndiciFetch> => {
    pool ??= createUndiciFetch({ proxy, tls });
    return pool;
  };
  return {
    fetch: (request) => opened().fetch(request),
    transport: (request) => opened().transport(request),
    close: async () => pool?.close(),
  };
}
