/**
 * What the protocol has for errors.
 *
 * @module
 */

/** FATAL ends the connection. */
export type Severity = 'ERROR' | 'FATAL';

export interface WireErrorOptions {
  /** Default is `ERROR`. */
  readonly severity?: Severity;
  readonly detail?: string | undefined;
  readonly hint?: string | undefined;
  /** Of a character in the statement, counted from 1. */
  readonly position?: number | undefined;
  readonly cause?: unknown;
}

/** An error that is told to the client, in PostgreSQL's own terms. It never leaves a server. */
export class WireError extends Error {
  /** https://www.postgresql.org/docs/current/errcodes-appendix.html */
  readonly sqlState: string;
  readonly severity: Severity;
  readonly detail: string | undefined;
  readonly hint: string | undefined;
  readonly position: number | undefined;

  constructor(sqlState: string, message: string, options: WireErrorOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = 'WireError';
    this.sqlState = sqlState;
    this.severity = options.severity ?? 'ERROR';
    this.detail = options.detail;
    this.hint = options.hint;
    this.position = options.position;
  }
}

export const PROTOCOL_VIOLATION = '08P01';

/** Bytes that say nothing in the protocol: what follows them cannot be understood either. */
export function violation(message: string): WireError {
  return new WireError(PROTOCOL_VIOLATION, message, { severity: 'FATAL' });
}
