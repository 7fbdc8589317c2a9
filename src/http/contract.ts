/**
 * What crosses the door of this folder: a client, what it sends and returns, and what makes a request acceptable to an API.
 *
 * @module
 */

import type { HttpRequest } from '../request/build.ts';
import type { JsonValue } from '../values.ts';

/** An answer with a success status, its body read and decoded. */
export interface HttpResponse {
  readonly status: number;
  readonly headers: Headers;
  /** Empty for 204. */
  readonly text: string;
  /** The value of the text: see {@link bodyJson}. */
  readonly json?: (signal?: AbortSignal) => Promise<JsonValue>;
  /** As it may be shown: credentials in its URL read `***`. */
  readonly request: HttpRequest;
  /** Milliseconds that the request waited: for its turn below the limits, and between sends. */
  readonly waitedMs?: number;
}

export interface HttpClient {
  /** Throws one of the HTTP, network, timeout and cancellation errors; never returns a failure. */
  send(request: HttpRequest, signal?: AbortSignal): Promise<HttpResponse>;
  close(): Promise<void>;
}

/** What the requests of one statement have in common. Statements are told apart by the identity of this object. */
export interface StatementTerms {
  /** In milliseconds since 1970, by the client's clock: what would take longer fails, and does so before a wait. */
  readonly deadline?: number | undefined;
  /** Called before each request, not before its repetitions. What it throws, the request fails with. */
  readonly onRequest?: (() => void) | undefined;
  /** Told of each request when it has been handed to its connection: there is nothing to do now but to wait. */
  readonly onSent?: (() => void) | undefined;
}

/** A client that several statements use. */
export interface SharedHttpClient extends HttpClient {
  /** The same client for one statement: it takes turns with the others. Closing it closes nothing. */
  forStatement(terms: StatementTerms): HttpClient;
  /** What authorises a request that somebody else sends. */
  authorization(request: HttpRequest): Promise<Authorization>;
}

/** The part of WHATWG fetch that is used: undici's, the built-in one, or a simulator in process. */
export type Fetch = (request: Request) => Promise<Response>;

/** What the provider's error body means. */
export interface FailureExplanation {
  readonly kind: 'auth' | 'permission' | 'rate-limit' | 'not-found' | 'http';
  readonly message: string;
  readonly hint?: string | undefined;
  readonly providerCode?: string | undefined;
}

/** What an authoriser gets to see of an answer. */
export interface AnswerFacts {
  readonly status: number;
  readonly headers: Headers;
  /** What the answer means, where it is no success. */
  readonly failure?: FailureExplanation | undefined;
  /** By the client's clock, in milliseconds since 1970. */
  readonly sentAt: number;
  readonly receivedAt: number;
}

/** What makes a request acceptable to an API, added to it for one send. */
export interface Authorization {
  readonly headers: Readonly<Record<string, string>>;
  /** Query parameters, for APIs that want their key there. */
  readonly query?: Readonly<Record<string, string>>;
  /** Fields added to a body that is a form. */
  readonly form?: Readonly<Record<string, string>>;
  /** Texts in them that no message, log or error may show. */
  readonly secrets: readonly string[];
  /**
   * Told of every answer, so that what it brings (a nonce, the end of a token) is there for the next send. `again` asks for
   * one more send with a new authorisation. It is granted three times per request, and only for 400 and 401: they prove that
   * nothing was carried out.
   */
  readonly observe?: (request: HttpRequest, answer: AnswerFacts) => 'again' | undefined;
}

/**
 * Sends a request that a login needs, such as one for a token. It counts against its rate limit, but not among the requests
 * under way: those that wait for the login hold the places. It is repeated like a GET, since a second token does no harm.
 */
export type Ask = (request: HttpRequest, authorize: Authorize, signal: AbortSignal) => Promise<HttpResponse>;

export interface AuthorizeTerms {
  readonly signal?: AbortSignal | undefined;
  readonly ask: Ask;
}

/**
 * Asked anew for each send, since some authorisations may be used only once.
 *
 * @throws AuthError where there is no credential for the request's origin, or where it belongs to another
 */
export type Authorize = (request: HttpRequest, terms: AuthorizeTerms) => Promise<Authorization>;

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
  /** Called when the request is on its way. */
  readonly onSent?: (() => void) | undefined;
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
