/**
 * undici as our fetch: one keep-alive pool per origin.
 *
 * @module
 */

import { Agent, fetch as undiciFetch } from 'undici';
import type { Fetch } from './client.ts';

/** undici's fetch with its own pools, and how to close them. */
export function createUndiciFetch(): { readonly fetch: Fetch; readonly close: () => Promise<void> } {
  const dispatcher = new Agent({ keepAliveTimeout: 10_000, connect: { timeout: 15_000 } });
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
