/**
 * What came of sending a request once, as a value: what it means depends on who asks.
 *
 * @module
 */

import type { AnswerHead, HttpResponse } from './contract.ts';

/** When an exchange began and ended, in milliseconds since 1970. */
interface Span {
  readonly sentAt: number;
  /** When the headers were there; absent where none came. */
  readonly answeredAt?: number | undefined;
  readonly endedAt: number;
}

/** What came of sending a request once. */
export type Outcome = Span &
  (
    | { readonly kind: 'answer'; readonly response: HttpResponse; readonly bytes: number }
    /** The headers came, and a body that cannot be used. */
    | { readonly kind: 'unusable'; readonly response: HttpResponse; readonly problem: BodyProblem }
    | {
        readonly kind: 'broken';
        readonly reach: Reach;
        readonly cause: unknown;
        readonly head?: AnswerHead | undefined;
      }
    | { readonly kind: 'timeout'; readonly head?: AnswerHead | undefined }
    | { readonly kind: 'cancelled'; readonly reason: unknown }
  );

/**
 * How far a request got for which there is no answer, or half of one. Where it was not sent, nobody trustworthy was there to
 * send it to (`untrusted`), or a proxy refuses (`no-tunnel`), it is certain that nothing was carried out.
 */
export type Reach = 'unsent' | 'untrusted' | 'no-tunnel' | 'unknown';

export type BodyProblem = 'too-large' | 'not-utf-8' | 'cut-off' | 'html';

export function isSuccess({ status }: { readonly status: number }): boolean {
  return status >= 200 && status < 300;
}
