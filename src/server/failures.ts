/**
 * Errors as the protocol tells them.
 *
 * @module
 */

import { QueryError, SqlSyntaxError } from '../errors.ts';
import type { NoticeFields } from '../wire/backend.ts';
import { type Severity, WireError } from '../wire/failure.ts';

/** What is told of a statement that failed, and where in what was sent it stands. */
export interface Place {
  /** What was sent. */
  readonly text: string;
  /** Where the statement begins in it, in UTF-16 units. */
  readonly offset: number;
}

/** Any error as one of PostgreSQL's. */
export function wireErrorOf(cause: unknown, place?: Place): WireError {
  if (cause instanceof WireError) return cause;
  if (!(cause instanceof QueryError)) {
    const message = cause instanceof Error ? cause.message : String(cause);
    return new WireError('XX000', `Something went wrong here: ${message}`, { cause });
  }
  const { sqlState, message, hint } = cause;
  const position = cause instanceof SqlSyntaxError && place ? positionIn(place, cause.position.offset) : undefined;
  return new WireError(sqlState, message, { hint, position, cause });
}

/** PostgreSQL counts characters, from 1. */
function positionIn({ text, offset }: Place, within: number): number {
  return [...text.slice(0, offset + within)].length + 1;
}

export interface Notice {
  readonly severity: Severity | 'WARNING' | 'NOTICE';
  readonly sqlState: string;
  readonly message: string;
  readonly detail?: string | undefined;
  readonly hint?: string | undefined;
  readonly position?: number | undefined;
}

export function noticeFields({ severity, sqlState, message, detail, hint, position }: Notice): NoticeFields {
  return {
    S: severity,
    V: severity,
    C: sqlState,
    M: shown(message),
    ...(detail !== undefined && { D: shown(detail) }),
    ...(hint !== undefined && { H: shown(hint) }),
    ...(position !== undefined && { P: String(position) }),
  };
}

/** A text ends at the first zero byte. */
function shown(text: string): string {
  return text.replaceAll('\0', '\ufffd');
}
