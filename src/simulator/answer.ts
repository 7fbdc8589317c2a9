/** What an operation answers, before headers and ids are put on. */
export type Answer = ErrorAnswer | SuccessAnswer;

/** How a call that did what it was asked can end. */
export type SuccessStatus = 200 | 201 | 202 | 204;

export interface SuccessAnswer {
  readonly kind: 'success';
  readonly status: SuccessStatus;
  /** Absent for 204. */
  readonly body?: unknown;
  /** Present where the body is a text that is no JSON. */
  readonly mediaType?: string;
  /** Values of the `Link` header fields, one field each. */
  readonly links?: readonly string[];
}

export interface ErrorAnswer {
  readonly kind: 'error';
  readonly status: number;
  readonly code: string;
  readonly summary: string;
  readonly causes: readonly string[];
}

export function success(status: SuccessStatus, body: unknown, links: readonly string[] = []): SuccessAnswer {
  return { kind: 'success', status, body, links };
}

export function text(body: string, mediaType: string): SuccessAnswer {
  return { kind: 'success', status: 200, body, mediaType };
}

export function noContent(): SuccessAnswer {
  return { kind: 'success', status: 204 };
}

export function failure(status: number, code: string, summary: string, ...causes: readonly string[]): ErrorAnswer {
  return { kind: 'error', status, code, summary, causes };
}
