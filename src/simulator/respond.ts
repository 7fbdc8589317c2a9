import type { Answer, ErrorAnswer } from './answer.ts';
import { errorId, type Random, requestId } from './org/ids.ts';
import type { RateLimitState } from './rate-limit.ts';

/** What every answer carries besides its own content. */
export interface Envelope {
  readonly random: Random;
  readonly rate: RateLimitState;
  readonly rateHeaders: RateHeaders;
  /** What the `Date` header says. */
  readonly date: Date;
}

/** Whether answers carry the rate-limit headers: once as now, twice as in old recordings, or not at all. */
export type RateHeaders = 'once' | 'twice' | 'none';

export function respond(answer: Answer, envelope: Envelope): Response {
  const headers = envelopeHeaders(envelope);
  for (const [name, value] of Object.entries(answer.headers ?? {})) headers.set(name, value);
  if (answer.kind === 'success') for (const link of answer.links ?? []) headers.append('link', link);
  const body = bodyOf(answer, envelope.random);
  // A recorded 204 has no content type.
  if (body === undefined) return new Response(null, { status: answer.status, headers });
  if (answer.kind === 'success' && answer.mediaType !== undefined) {
    headers.set('content-type', answer.mediaType);
    return new Response(String(body), { status: answer.status, headers });
  }
  headers.set('content-type', 'application/json');
  return new Response(JSON.stringify(body), { status: answer.status, headers });
}

function bodyOf(answer: Answer, random: Random): unknown {
  switch (answer.kind) {
    case 'success':
      return answer.body;
    case 'error':
      return errorBody(answer, random);
    case 'oauth-error':
      return { error: answer.error, error_description: answer.description };
    case 'challenge':
      return undefined;
  }
}

function envelopeHeaders({ random, rate, rateHeaders, date }: Envelope): Headers {
  const headers = new Headers({
    'x-okta-request-id': requestId(random),
    date: date.toUTCString(),
    'cache-control': 'no-cache, no-store',
  });
  const times = { none: 0, once: 1, twice: 2 }[rateHeaders];
  for (let index = 0; index < times; index += 1) {
    headers.append('x-rate-limit-limit', String(rate.limit));
    headers.append('x-rate-limit-remaining', String(rate.remaining));
    headers.append('x-rate-limit-reset', String(rate.resetSeconds));
  }
  return headers;
}

function errorBody({ code, summary, causes }: ErrorAnswer, random: Random): object {
  return {
    errorCode: code,
    errorSummary: summary,
    errorLink: code,
    errorId: errorId(random),
    errorCauses: causes.map((errorSummary) => ({ errorSummary })),
  };
}
