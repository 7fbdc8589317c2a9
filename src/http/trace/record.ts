/**
 * What is told of a send to those who log: nothing in it is secret.
 *
 * Entry of the room `trace/`: log lines and archives are made of these records and nothing else. It sends nothing.
 *
 * @module
 */

import type { HttpRequest } from '../../request/build.ts';
import { bodyWith } from '../authorized.ts';
import { reasonOf } from '../causes.ts';
import type { AnswerHead, Authorization } from '../contract.ts';
import type { Outcome } from '../outcome.ts';
import { type RateReading, readRate } from '../pacing/rate-headers.ts';
import { redactBody, redactHeaders, redactText, redactUrl, secretsIn } from './redact.ts';

export type Pairs = readonly (readonly [name: string, value: string])[];

/** One send and its answer, redacted. */
export interface ExchangeRecord {
  readonly method: string;
  readonly url: string;
  readonly requestHeaders: Pairs;
  readonly requestBody?: string;
  /** The number of the send among those of its request, from 1. */
  readonly attempt: number;
  /** Which rate limit it counts against, by the provider's documents. */
  readonly bucket?: string;
  readonly startedAt: Date;
  /** Milliseconds in all, and until the headers came. */
  readonly ms: number;
  readonly headersMs: number;
  /** Absent where no answer came. */
  readonly answer?: RecordedAnswer;
  /** Why there is no answer, or why it is of no use. */
  readonly problem?: string;
}

export interface RecordedAnswer {
  readonly status: number;
  readonly headers: Pairs;
  readonly body: string;
  /** Of the body, unpacked. */
  readonly bytes: number;
  readonly requestId?: string;
  readonly rate?: RateReading;
}

export interface SendFacts {
  readonly request: HttpRequest;
  readonly authorization: Authorization;
  readonly attempt: number;
}

export function recordOf(outcome: Outcome, { request, authorization, attempt }: SendFacts): ExchangeRecord {
  const secrets = [...authorization.secrets, ...secretsIn(request.body)];
  const { sentAt, endedAt, answeredAt = endedAt } = outcome;
  const headers = new Headers(Object.entries({ ...request.headers, ...authorization.headers }));
  const body = bodyWith(request, authorization);
  const problem = problemOf(outcome);
  return {
    method: request.method,
    url: redactUrl(request.url, secrets),
    requestHeaders: redactHeaders(headers, secrets),
    ...(body !== undefined && { requestBody: redactBody(body, headers.get('content-type') ?? '', secrets) }),
    attempt,
    ...(request.bucket !== undefined && { bucket: request.bucket }),
    startedAt: new Date(sentAt),
    ms: endedAt - sentAt,
    headersMs: answeredAt - sentAt,
    ...answerOf(outcome, secrets),
    ...(problem !== undefined && { problem: redactText(problem, secrets) }),
  };
}

function answerOf(outcome: Outcome, secrets: readonly string[]): { readonly answer?: RecordedAnswer } {
  const received = receivedOf(outcome);
  if (received === undefined) return {};
  const { status, headers, text } = received;
  const requestId = headers.get('x-okta-request-id');
  const rate = readRate(headers);
  return {
    answer: {
      status,
      headers: redactHeaders(headers, secrets),
      body: redactBody(text.slice(0, MOST_RECORDED), headers.get('content-type') ?? '', secrets),
      bytes: outcome.kind === 'answer' ? outcome.bytes : 0,
      ...(requestId !== null && { requestId }),
      ...(rate !== undefined && { rate }),
    },
  };
}

/** Characters of a body that are kept, which take a tenth of a second to be looked through; `bytes` says how many there were. */
const MOST_RECORDED = 2 ** 20;

/** What came of the answer, if it is only its headers. */
function receivedOf(outcome: Outcome): (AnswerHead & { readonly text: string }) | undefined {
  if (outcome.kind === 'answer' || outcome.kind === 'unusable') return outcome.response;
  return outcome.kind === 'cancelled' || outcome.head === undefined ? undefined : { ...outcome.head, text: '' };
}

function problemOf(outcome: Outcome): string | undefined {
  switch (outcome.kind) {
    case 'answer':
      return undefined;
    case 'unusable':
      return outcome.problem;
    case 'broken':
      return reasonOf(outcome.cause);
    default:
      return outcome.kind;
  }
}

/** One line of a log: method, URL, status, time, request id and the state of the bucket. */
export function logLine({ method, url, attempt, bucket, ms, answer, problem }: ExchangeRecord): string {
  const parts = [
    `${method} ${url}`,
    `-> ${answer?.status ?? 'no answer'}`,
    problem === undefined ? '' : `(${problem})`,
    `${Math.round(ms)} ms`,
    attempt > 1 ? `attempt ${attempt}` : '',
    answer?.requestId ?? '',
    answer?.rate === undefined ? '' : rateText(bucket, answer.rate),
  ];
  return parts.filter((part) => part !== '').join(' ');
}

function rateText(bucket: string | undefined, { limit, remaining, resetMs }: RateReading): string {
  return `[${bucket ?? 'bucket'} ${remaining}/${limit} until ${new Date(resetMs).toISOString().slice(11, 19)}Z]`;
}
