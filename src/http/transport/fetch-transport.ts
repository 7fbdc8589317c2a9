/**
 * The way for everybody's `fetch`.
 *
 * @module
 */

import type { Fetch, Transport } from '../contract.ts';
import { readBytes } from './body.ts';

export function overFetch(fetch: Fetch): Transport {
  return async ({ url, method, headers, body, signal, maxBytes, onSent, onHeaders }) => {
    const init = { method, headers, redirect: 'manual' as const, signal, ...(body !== undefined && { body }) };
    const answering = fetch(new Request(url, init));
    onSent?.();
    const response = await answering;
    onHeaders({ status: response.status, headers: response.headers });
    const bytes = await readBytes(response, { maxBytes, signal });
    return { status: response.status, headers: response.headers, bytes };
  };
}
