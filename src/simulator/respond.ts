import type { Answer } from './answer.ts';
import { errorId, type Random, requestId } from './ids.ts';
import type { RateLimitState } from './rate-limit.ts';

/** What every answer carries besides its own content. */
export interface Envelope {
  readonly random: Random;
  readonly rate: RateLimitState;
  /** What the `Date` header says. */
  readonly date: Date;
}

export function respond(answer: Answer, envelope: Envelope): Response {
  const headers = envelopeHeaders(envelope);
  if (answer.kind === 'success') for (const link of answer.links ?? []) headers.append('link', link);
  const body = answer.kind === 'success' ? answer.body : errorBody(answer, envelope.random);
  // A recorded 204 has no content type.
  if (body === undefined) return new Response(null, { status: answer.status, headers });
  if (answer.kind === 'success' && answer.mediaType !== undefined) {
    headers.set('content-type', answer.mediaType);
    return new Response(String(body), { status: answer.status, headers });
  }
  headers.set('content-type', 'application/json');
  return new Response(JSON.stringify(body), { status: answer.status, headers });
}

function envelopeHeaders({ random, rate, date }: Envelope): Headers {
  return new Headers({
    'x-rate-limit-limit': String(rate.limit),
    'x-rate-limit-remaining': String(rate.remaining),
    'x-rate-limit-reset': String(rate.resetSeconds),
    'x-okta-request-id': requestId(random),
    date: date.toUTCString(),
    'cache-control': 'no-cache, no-store',
  });
}

function errorBody({ code, summary, causes }: Extract<Answer, { kind: 'error' }>, random: Random): object {
  return {
    errorCode: code,
    errorSummary: summary,
    errorLink: code,
    errorId: errorId(random),
    errorCauses: causes.map((errorSummary) => ({ errorSummary })),
  };
}
