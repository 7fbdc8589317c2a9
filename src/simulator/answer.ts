/** What an operation answers, before headers and ids are put on. */
export type Answer = ChallengeAnswer | ErrorAnswer | OAuthErrorAnswer | SuccessAnswer;

/** Headers that only some answers have. */
export type ExtraHeaders = Readonly<Record<string, string>>;

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
  readonly headers?: ExtraHeaders;
}

export interface ErrorAnswer {
  readonly kind: 'error';
  readonly status: number;
  readonly code: string;
  readonly summary: string;
  readonly causes: readonly string[];
  readonly headers?: ExtraHeaders;
}

/** An error of the token endpoint, in OAuth's form instead of Okta's. */
export interface OAuthErrorAnswer {
  readonly kind: 'oauth-error';
  readonly status: 400 | 401;
  readonly error: string;
  readonly description: string;
  readonly headers?: ExtraHeaders;
}

/** A refusal with an empty body, which nothing but its `WWW-Authenticate` header explains. */
export interface ChallengeAnswer {
  readonly kind: 'challenge';
  readonly status: 400 | 403;
  readonly headers: ExtraHeaders;
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

export function oauthError(status: 400 | 401, error: string, description: string): OAuthErrorAnswer {
  return { kind: 'oauth-error', status, error, description };
}
