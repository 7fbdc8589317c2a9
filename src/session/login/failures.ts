/**
 * What the failures of APIs mean: Okta's by its error codes, those of others by what most of them have in common.
 *
 * @module
 */

import type { FailureExplanation, HttpResponse } from '../../http/contract.ts';
import { type Challenge, challengeIn } from '../../http/login/challenge.ts';
import { explainError, readErrorBody } from '../../okta/error.ts';
import { follow } from '../../registry/json-path.ts';
import type { JsonValue } from '../../values.ts';

export function explainOktaFailure({ status, headers, text }: HttpResponse): FailureExplanation {
  const body = readErrorBody(text, refusalIn(headers));
  return { ...explainError(status, body), providerCode: body.errorCode };
}

/** Of a token that is bound to a key the challenge is DPoP's, whatever is wrong. Of others it may only say that it is offered. */
function refusalIn(headers: Headers): Challenge | undefined {
  const [bound, bearer] = [challengeIn(headers, 'DPoP'), challengeIn(headers, 'Bearer')];
  return bound?.['error'] === undefined && bearer !== undefined ? bearer : bound;
}

/** Where APIs put the reason: RFC 9457, RFC 6749 section 5.2, Google, JSON:API, and the rest. */
const REASONS = [
  '$.error.message',
  '$.error_description',
  '$.message',
  '$.detail',
  '$.errors[0].message',
  '$.errors[0].detail',
  '$.errors[0]',
  '$.title',
  '$.error',
];

/** A 404 stays a failure: without an error code of the API nobody knows whether the object or the path is missing. */
export function explainFailure({ status, text }: HttpResponse): FailureExplanation {
  const message = reasonIn(text) ?? `HTTP status ${status} without a reason.`;
  switch (status) {
    case 401:
      return { kind: 'auth', message, hint: 'Has the credential expired, and is it the one of this API?' };
    case 403:
      return { kind: 'permission', message, hint: 'The credential may not do this.' };
    case 429:
      return { kind: 'rate-limit', message, hint: 'Wait, or ask for less.' };
    default:
      return { kind: 'http', message };
  }
}

const LONGEST = 500;

function reasonIn(text: string): string | undefined {
  const body = parsed(text);
  const reason = body === undefined ? undefined : REASONS.map((path) => follow(body, path)).find(isReason);
  // It reaches a terminal, and a gateway may have written it.
  return reason?.replace(/\p{Cc}+/gu, ' ').slice(0, LONGEST);
}

function isReason(value: JsonValue | undefined): value is string {
  return typeof value === 'string' && value.trim() !== '';
}

function parsed(text: string): JsonValue | undefined {
  try {
    return JSON.parse(text) as JsonValue;
  } catch {
    return undefined;
  }
}
