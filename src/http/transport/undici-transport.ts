/**
 * The short way through undici: its fetch makes, for every answer, a Request, a Response, a stream and four signals, which
 * take longer than the rest of our work on a request together.
 *
 * @module
 */

import type { IncomingHttpHeaders } from 'node:http';
import type { Dispatcher } from 'undici';
import type { AnswerHead, Transport, WireAnswer, WireRequest } from '../contract.ts';
import { joined } from './body.ts';
import { unpack } from './unpack.ts';

/** @param dispatcherFor whoever holds the connections to a URL's host; throws where nothing may go there */
export function overDispatcher(dispatcherFor: (url: URL) => Dispatcher): Transport {
  return async (request) => {
    const url = new URL(request.url);
    const dispatcher = dispatcherFor(url);
    const answer = await new Promise<WireAnswer>((resolve, reject) => {
      new Exchange(request, resolve, reject).start(dispatcher, url);
    });
    const coding = answer.headers.get('content-encoding');
    if (coding === null || answer.bytes === undefined || answer.bytes.byteLength === 0) return answer;
    const bytes = await unpack(answer.bytes, coding, request.maxBytes);
    request.signal.throwIfAborted();
    return { ...answer, bytes };
  };
}

/** RFC 9110 section 15: such an answer has no content, whatever the server sends behind it. */
const HAS_NO_BODY = new Set([204, 205, 304]);

/** What undici tells of one request. */
class Exchange implements Dispatcher.DispatchHandler {
  readonly #request: WireRequest;
  readonly #resolve: (answer: WireAnswer) => void;
  readonly #reject: (error: unknown) => void;
  readonly #chunks: Uint8Array[] = [];
  #missing: number;
  #controller: Dispatcher.DispatchController | undefined;
  #head: AnswerHead | undefined;

  constructor(request: WireRequest, resolve: (answer: WireAnswer) => void, reject: (error: unknown) => void) {
    this.#request = request;
    this.#resolve = resolve;
    this.#reject = reject;
    this.#missing = request.maxBytes;
  }

  start(dispatcher: Dispatcher, { origin, pathname, search }: URL): void {
    const { method, headers, body = null, signal } = this.#request;
    if (signal.aborted) {
      this.#reject(signal.reason);
      return;
    }
    signal.addEventListener('abort', this.#stop, { once: true });
    // The signal limits the time; undici's own limit of five minutes would look like a broken connection.
    const limits = { headersTimeout: 0, bodyTimeout: 0 };
    const options = { origin, path: pathname + search, method: method as Dispatcher.HttpMethod, body, ...limits };
    dispatcher.dispatch({ ...options, headers: { 'accept-encoding': 'gzip, deflate, br', ...headers } }, this);
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    this.#controller = controller;
    if (this.#request.signal.aborted) this.#stop();
    else this.#request.onSent?.();
  }

  onResponseStart(_controller: Dispatcher.DispatchController, status: number, headers: IncomingHttpHeaders): void {
    // 100 to 199 announce an answer.
    if (status < 200) return;
    this.#head = { status, headers: headersOf(headers) };
    this.#request.onHeaders(this.#head);
    if (HAS_NO_BODY.has(status)) this.#answer(new Uint8Array());
  }

  onResponseData(controller: Dispatcher.DispatchController, chunk: Uint8Array): void {
    this.#missing -= chunk.byteLength;
    if (this.#missing >= 0) this.#chunks.push(chunk);
    else {
      this.#answer(undefined);
      controller.abort(new Error('The answer is too large.'));
    }
  }

  onResponseEnd(): void {
    this.#answer(joined(this.#chunks));
  }

  onResponseError(_controller: Dispatcher.DispatchController, error: Error): void {
    this.#end();
    this.#reject(error);
  }

  #answer(bytes: Uint8Array | undefined): void {
    this.#end();
    if (this.#head !== undefined) this.#resolve({ ...this.#head, bytes });
  }

  /** Does not wait for undici, which keeps a request until it has a connection. */
  readonly #stop = (): void => {
    const { reason } = this.#request.signal;
    this.#end();
    this.#reject(reason);
    this.#controller?.abort(reason instanceof Error ? reason : new Error('The request was given up.'));
  };

  #end(): void {
    this.#request.signal.removeEventListener('abort', this.#stop);
  }
}

function headersOf(headers: IncomingHttpHeaders): Headers {
  const all = new Headers();
  for (const [name, value = ''] of Object.entries(headers)) {
    for (const one of typeof value === 'string' ? [value] : value) all.append(name, one);
  }
  return all;
}
