/** What an operation answers, before headers and ids are put on. */
export type Answer = ErrorAnswer | SuccessAnswer;

export interface SuccessAnswer {
  readonly kind: 'success';
  readonly status: 200 | 201 | 204;
  /** Absent for 204. */
  readonly body?: unknown;
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

export function success(status: 200 | 201, body: unknown, links: readonly string[] = []): SuccessAnswer {
  return { kind: 'success', status, body, links };
}

export function noContent(): SuccessAnswer {
  return { kind: 'success', status: 204 };
}

export function failure(status: number, code: string, summary: string, ...causes: readonly string[]): ErrorAnswer {
  return { kind: 'error', status, code, summary, causes };
}
