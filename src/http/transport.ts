/**
 * The way of one request to a server and of its answer back.
 *
 * @module
 */

import { readBytes } from './body.ts';
import type { Fetch } from './client.ts';

/** A request as it goes out. */
export interface WireRequest {
  readonly method: string;
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string | undefined;
  /** Ends the request, the reading of the body included. */
  readonly signal: AbortSignal;
  /** Bytes of the body that are read at most, after decompression. */
  readonly maxBytes: number;
  /** Called when the headers of the answer are there. */
  readonly onHeaders: (head: AnswerHead) => void;
}

export interface AnswerHead {
  readonly status: number;
  readonly headers: Headers;
}

/** An answer with its body, whatever it says. */
export interface WireAnswer extends AnswerHead {
  /** Undefined where there are more than fit. */
  readonly bytes: Uint8Array | undefined;
}

/** Follows no redirect. Throws what the connection throws, for a body that ends too early too, and when the signal fires. */
export type Transport = (request: WireRequest) => Promise<WireAnswer>;

/** The way for everybody's fetch. */
export function overFetch(fetch: Fetch): Transport {
  return async ({ url, method, headers, body, signal, maxBytes, onHeaders }) => {
    const init = { method, headers, redirect: 'manual' as const, signal, ...(body !== undefined && { body }) };
    const response = await fetch(new Request(url, init));
    onHeaders({ status: response.status, headers: response.headers });
    const bytes = await readBytes(response, { maxBytes, signal });
    return { status: response.status, headers: response.headers, bytes };
  };
}
