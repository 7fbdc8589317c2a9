/**
 * The way for everybody's `fetch`.
 *
 * @module
 */

import type { Fetch, Transport } from '../contract.ts';
import { readBytes } from './body.ts';

export function overFetch(fetch: Fetch): Transport {
  return async ({ url, method, headers, body, signal, maxBytes, onHeaders }) => {
    const init = { method, headers, redirect: 'manual' as const, signal, ...(body !== undefined && { body }) };
    const response = await fetch(new Request(url, init));
    onHeaders({ status: response.status, headers: response.headers });
    const bytes = await readBytes(response, { maxBytes, signal });
    return { status: response.status, headers: response.headers, bytes };
  };
}
