/**
 * undici as our fetch: one keep-alive pool per origin.
 *
 * @module
 */

import { type LookupAddress, type LookupAllOptions, lookup } from 'node:dns';
import { createRequire } from 'node:module';
import type { Fetch } from './client.ts';

const require = createRequire(import.meta.url);

/** undici's fetch with its own pools, and how to close them. */
export function createUndiciFetch(): { readonly fetch: Fetch; readonly close: () => Promise<void> } {
  // Loaded here, and by `require`: Node reads a CommonJS package twice when it is imported.
  const { Agent, fetch: undiciFetch } = require('undici') as typeof import('undici');
  const dispatcher = new Agent({
    keepAliveTimeout: 10_000,
    connect: { timeout: 15_000, lookup: lookupKeepingLocalhost },
  });
  return {
    fetch: async (request) => {
      const { url, method, headers, redirect, signal } = request;
      const body = request.body === null ? null : await request.text();
      const response = await undiciFetch(url, { method, headers: [...headers], redirect, signal, body, dispatcher });
      return response as unknown as Response;
    },
    close: () => dispatcher.close(),
  };
}

type LookupCallback = (error: NodeJS.ErrnoException | null, addresses: LookupAddress[]) => void;

const LOOPBACK: LookupAddress[] = [
  { address: '127.0.0.1', family: 4 },
  { address: '::1', family: 6 },
];

/**
 * Names below `localhost` are this machine, whatever a resolver says (RFC 6761 section 6.3): not all resolvers know,
 * and one that sent such a name elsewhere would get a token over plain HTTP.
 */
function lookupKeepingLocalhost(hostname: string, options: object, callback: unknown): void {
  const done = callback as LookupCallback & ((error: null, address: string, family: number) => void);
  if (!/(?:^|\.)localhost$/i.test(hostname)) lookup(hostname, options as LookupAllOptions, done);
  else if ('all' in options && options.all === true) done(null, LOOPBACK);
  else done(null, '127.0.0.1', 4);
}
