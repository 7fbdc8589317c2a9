/**
 * One request → one answer: who asks, whether they may, and which room answers.
 *
 * @module
 */

import type { Answer, ErrorAnswer } from './answer.ts';
import { answerCall } from './api/api.ts';
import { matchPath } from './api/api-tree.ts';
import type { ApiMethod } from './api/documents.ts';
import type { Call } from './apps/operation.ts';
import { bucketOf, findRoute } from './apps/router.ts';
import { type Caller, identify, refuseCaller } from './callers.ts';
import { type Desk, type Incoming, orgTimeMs, violate } from './desk.ts';
import {
  badRequest,
  forbidden,
  invalidParameters,
  lengthRequired,
  malformedBody,
  missingParameter,
  missingPrincipalType,
  notAcceptable,
  notFound,
  rateLimited,
  unknownPath,
  unsupportedMediaType,
  unsupportedMethod,
} from './errors.ts';
import { peek, type RateLimitState, type RateRule, spend } from './rate-limit.ts';
import { type Envelope, respond } from './respond.ts';
import { acceptsJson, isMediaType, isOrgUrl, unexpectedParameters, wireViolations } from './strict.ts';
import { answerTokenRequest, TOKEN_PATH } from './token-endpoint.ts';

/**
 * Refuses, and records as violations, what no client should send and what Okta would not take to be an API call: a
 * request to another host, a path that is not normal, a body where there is none, a private key.
 */
export function refuseUnfit(desk: Desk, incoming: Incoming): Response | undefined {
  const refusal = refuseStray(desk, incoming) ?? refuseViolations(desk, incoming);
  return refusal && respond(refusal, uncountedEnvelope(desk, incoming));
}

/** Answers a fit request as Okta would, faults aside. */
export async function serve(desk: Desk, incoming: Incoming): Promise<Response> {
  const isTokenRequest = incoming.url.pathname === TOKEN_PATH;
  const { rate, answer } = isTokenRequest ? await answerToken(desk, incoming) : await answerApi(desk, incoming);
  return respond(answer, envelope(desk, rate));
}

/** What an answer outside the ordinary way, such as a fault's, needs for its headers. Nothing is counted. */
export function uncountedEnvelope(desk: Desk, incoming: Incoming): Envelope {
  return envelope(desk, seenRate(desk, incoming));
}

interface CountedAnswer {
  readonly rate: RateLimitState;
  readonly answer: Answer;
}

/** UNVERIFIED: that a request over the limit does not use up its assertion. */
async function answerToken(desk: Desk, incoming: Incoming): Promise<CountedAnswer> {
  const { rate, refusal } = count(desk, incoming);
  return { rate, answer: refusal ?? (await answerTokenRequest(desk, incoming)) };
}

// UNVERIFIED: that a call with a wrong token does not count against the bucket.
async function answerApi(desk: Desk, incoming: Incoming): Promise<CountedAnswer> {
  const caller = await identify(desk, incoming);
  if (caller.kind === 'error' || caller.kind === 'challenge') return { rate: seenRate(desk, incoming), answer: caller };
  const { rate, refusal } = count(desk, incoming);
  const answer = refusal ?? refuseCaller(incoming, caller) ?? dispatch(desk, incoming, caller);
  return { rate, answer: withNonce(answer, caller) };
}

function withNonce(answer: Answer, caller: Caller): Answer {
  if (caller.kind !== 'client' || caller.newNonce === undefined) return answer;
  return { ...answer, headers: { ...answer.headers, 'dpop-nonce': caller.newNonce } };
}

interface Count {
  readonly rate: RateLimitState;
  readonly refusal?: ErrorAnswer;
}

/** Counts a request against its bucket, and refuses it where there are too many. */
function count(desk: Desk, { method, url, inFlight }: Incoming): Count {
  const { switches, windows } = desk;
  const nowMs = desk.now().getTime();
  if (switches.concurrencyLimit > 0 && inFlight > switches.concurrencyLimit) {
    return { rate: concurrencyExceeded(nowMs), refusal: rateLimited() };
  }
  const rate = spend(windows, bucketOf(method, url.pathname), rateRule(desk), nowMs);
  return rate.isExceeded ? { rate, refusal: rateLimited() } : { rate };
}

function seenRate(desk: Desk, { method, url }: Incoming): RateLimitState {
  return peek(desk.windows, bucketOf(method, url.pathname), rateRule(desk), desk.now().getTime());
}

// With too many requests at once Okta shows a limit and a rest of 0, and a reset that is only a guess.
function concurrencyExceeded(nowMs: number): RateLimitState {
  return { limit: 0, remaining: 0, resetSeconds: Math.ceil(nowMs / 1000) + 60, isExceeded: true };
}

function rateRule({ switches }: Desk): RateRule {
  return { limit: switches.rateLimit, windowMs: switches.rateWindowMs, othersPerCall: switches.othersPerCall };
}

/** Both times in the headers are read off the same clock. */
function envelope(desk: Desk, rate: RateLimitState): Envelope {
  const { dateSkewMs, rateHeaders } = desk.switches;
  const date = new Date(orgTimeMs(desk));
  const resetSeconds = rate.resetSeconds + Math.ceil(dateSkewMs / 1000);
  return { random: desk.random, rate: { ...rate, resetSeconds }, rateHeaders, date };
}

function refuseStray(desk: Desk, incoming: Incoming): ErrorAnswer | undefined {
  const { url, headers } = incoming;
  if (isOrgUrl(url, desk.subdomain)) return undefined;
  const credential = headers.has('authorization') ? 'and carries a credential' : 'without a credential';
  violate(desk, incoming, `the request leaves the org for ${url.origin} ${credential}`);
  return unknownPath();
}

function refuseViolations(desk: Desk, incoming: Incoming): ErrorAnswer | undefined {
  const violations = wireViolations(incoming);
  for (const violation of violations) violate(desk, incoming, violation);
  return violations.length > 0 ? badRequest() : undefined;
}

function dispatch(desk: Desk, incoming: Incoming, caller: Caller): Answer {
  const { method, url, body } = incoming;
  const route = findRoute(url.pathname);
  const operation = route && Object.hasOwn(route.operations, method) ? route.operations[method] : undefined;
  if (route === undefined || operation === undefined) return dispatchByDocument(desk, incoming, caller);
  const report = (what: string): void => violate(desk, incoming, what);
  const refusal = refuseCall(incoming, caller, operation, report);
  if (refusal !== undefined) return refusal;
  const call: Call = { url, appId: route.appId, keyId: route.keyId, body, violate: report };
  return operation.handler(desk, call);
}

function dispatchByDocument(desk: Desk, incoming: Incoming, caller: Caller): Answer {
  const org = desk.api();
  const matches = matchPath(org.root, incoming.url.pathname);
  if (matches.length === 0) return unknownPath();
  const match = matches.find(({ node }) => node.operations.has(incoming.method));
  const operation = match?.node.operations.get(incoming.method);
  if (match === undefined || operation === undefined) return unsupportedMethod();
  const report = (what: string): void => violate(desk, incoming, what);
  const refusal =
    refuseCall(incoming, caller, accepted(operation.method), report) ??
    refuseMissing(operation.method, incoming.url) ??
    refuseMe(incoming.url, caller);
  return refusal ?? answerCall(org, match, operation, incoming.url, incoming.body);
}

// UNVERIFIED: the answer where `me`, whom a token belongs to, is no user.
function refuseMe({ pathname }: URL, { kind }: Caller): ErrorAnswer | undefined {
  return kind === 'client' && /^\/api\/v1\/users\/me(\/|$)/.test(pathname) ? notFound('me', 'User') : undefined;
}

function refuseMissing({ parameters, path }: ApiMethod, { searchParams }: URL): ErrorAnswer | undefined {
  const required = parameters.filter(({ location, isRequired }) => location === 'query' && isRequired);
  if (required.every(({ name }) => searchParams.has(name))) return undefined;
  return path === '/api/v1/principal-rate-limits' ? missingPrincipalType() : missingParameter();
}

/** What a call may carry, by its document. The parameters of `next` links may come back even where none are declared. */
function accepted({ parameters, paging, body, response, unsupported }: ApiMethod): Accepted {
  const declared = parameters.filter(({ location }) => location === 'query').map(({ name }) => name);
  return {
    queryParameters: paging === undefined ? declared : [...declared, 'after', 'limit'],
    takesBody: body !== undefined || unsupported !== undefined,
    answersText: response.kind === 'text',
    ...(body !== undefined && { mediaType: body.mediaType }),
    takesAnyMediaType: unsupported !== undefined,
  };
}

/** What is common to all operations. */
interface Accepted {
  readonly queryParameters: readonly string[];
  readonly takesBody: boolean;
  /** Whether the answer is no JSON, and Accept need not allow any. */
  readonly answersText?: boolean;
  /** Default: JSON. */
  readonly mediaType?: string;
  readonly takesAnyMediaType?: boolean;
}

function refuseCall(
  incoming: Incoming,
  { role }: Caller,
  accepting: Accepted,
  report: Report,
): ErrorAnswer | undefined {
  if (incoming.method !== 'GET' && role === 'reader') return forbidden();
  return refuseParameters(accepting, incoming.url, report) ?? refuseContent(accepting, incoming, report);
}

type Report = (what: string) => void;

// The real Okta ignores parameters it does not know, which would hide a predicate that was sent in vain.
function refuseParameters(operation: Accepted, url: URL, report: Report): ErrorAnswer | undefined {
  const violations = unexpectedParameters(url, operation.queryParameters);
  violations.forEach(report);
  return violations[0] === undefined ? undefined : invalidParameters(violations[0]);
}

function refuseContent(operation: Accepted, incoming: Incoming, report: Report): ErrorAnswer | undefined {
  const { method, headers, body } = incoming;
  if (!operation.answersText && !acceptsJson(headers.get('accept'))) {
    report(`Accept is ${headers.get('accept')}`);
    return notAcceptable();
  }
  if (body === '') return refuseMissingLength(incoming, report);
  if (!operation.takesBody) {
    report(`a ${method} with a body, where there is nothing to say`);
    return malformedBody();
  }
  const contentType = headers.get('content-type') ?? 'missing';
  if (operation.takesAnyMediaType || isMediaType(contentType, operation.mediaType)) return undefined;
  report(`Content-Type is ${contentType}`);
  return unsupportedMediaType();
}

/**
 * Okta's API overview asks for `Content-Length: 0` on a POST without a body. Only a connection can show that it is
 * missing: `fetch` adds it when it sends the request, and undici's fails if it is there already.
 */
function refuseMissingLength({ method, headers, isFromWire }: Incoming, report: Report): ErrorAnswer | undefined {
  if (method !== 'POST' || !isFromWire || headers.has('content-length')) return undefined;
  report('an empty POST without Content-Length');
  return lengthRequired();
}
