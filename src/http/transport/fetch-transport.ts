/**
 * The way for everybody's `fetch`.
 *
 * @module
 */

import type { Fetch, Transport } from '../contract.ts';
import { readBytes } from './body.ts';

export function overFetch(fetch: Fetch): Transport {
  return async ({ url, method, headers, body, signal, maxBytes, onSent, onHeaders }) => {
    // As pairs: an object with a member called __proto__ would lose it on the way.
    const pairs = Object.entries(headers);
    const init = { method, headers: pairs, redirect: 'manual' as const, signal, ...(body !== undefined && { body }) };
    const answering = fetch(new Request(url, init));
    onSent?.();
    const response = checked(await answering);
    if (signal.aborted) {
      // Nobody waits for it any more: its connection is given back.
      void response.body?.cancel().catch(() => undefined);
      signal.throwIfAborted();
    }
    const head = { status: response.status, headers: new Headers(response.headers) };
    onHeaders(head);
    return { ...head, bytes: await readBytes(response, { maxBytes, signal }) };
  };
}

/** What somebody's fetch answers may be anything, and what is no Response has neither status nor end. */
function checked(answer: unknown): Response {
  const { status, headers, body, bodyUsed } = (answer ?? {}) as Partial<Response>;
  const isHead = Number.isInteger(status) && (status ?? 0) >= 200 && (status ?? 0) <= 599 && isObject(headers);
  const isBody = body === null || (isObject(body) && 'getReader' in body && typeof body.getReader === 'function');
  if (!isHead || !isBody) throw new TypeError('fetch answered something that is no Response');
  if (bodyUsed === true) throw new TypeError('fetch answered a Response whose body has been read already');
  return answer as Response;
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}
