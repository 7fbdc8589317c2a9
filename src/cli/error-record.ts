/**
 * Errors as data, for programs that read standard error: `--error-format json`.
 *
 * @module
 */

import { InvalidArgumentError } from 'commander';
import { HttpFailureError, isQueryError, SqlSyntaxError, type TextPosition } from '../errors.ts';

/** Where an error belongs, as far as a script has places. */
export interface StatementPlace {
  /** From 1. */
  readonly number: number;
  readonly of: number;
  /** Where the statement begins. */
  readonly position: TextPosition;
}

/** One error. Members without a value are absent. */
export interface ErrorRecord {
  /** A code of `oktaql/errors`, or `USAGE` for what is wrong with the command line. */
  readonly code: string;
  readonly sqlstate?: string;
  readonly message: string;
  readonly hint?: string;
  /** The number of the statement, from 1. */
  readonly statement?: number;
  /** Of the mistake where its place is known, else of the beginning of the statement. From 1. */
  readonly line?: number;
  readonly column?: number;
  /** What Okta answered. */
  readonly status?: number;
  readonly providerCode?: string;
  readonly requestId?: string;
}

export function errorRecord(error: unknown, place?: StatementPlace): ErrorRecord {
  const { line, column } = (error instanceof SqlSyntaxError ? error.position : place?.position) ?? {};
  const where = {
    ...(place !== undefined && { statement: place.number }),
    ...(line !== undefined && { line }),
    ...(column !== undefined && { column }),
  };
  if (error instanceof InvalidArgumentError) return { code: 'USAGE', message: error.message, ...where };
  if (!isQueryError(error)) {
    const message = error instanceof Error ? error.message : String(error);
    return { code: 'INTERNAL', sqlstate: 'XX000', message, ...where };
  }
  const { code, sqlState, message, hint } = error;
  return {
    code,
    sqlstate: sqlState,
    message,
    ...(hint !== undefined && { hint }),
    ...where,
    ...(error instanceof HttpFailureError && error.status > 0 && answered(error)),
  };
}

function answered({ status, providerCode, requestId }: HttpFailureError): Partial<ErrorRecord> {
  return {
    status,
    ...(providerCode !== undefined && { providerCode }),
    ...(requestId !== undefined && { requestId }),
  };
}

/** Escapes what a terminal would obey or not show: JSON escapes only the controls of ASCII. */
const UNSAFE = /[\u007f-\u009f\u2028\u2029\p{Default_Ignorable_Code_Point}]/gu;

/** One line of JSON that cannot drive a terminal. */
export function jsonLine(record: object): string {
  const text = JSON.stringify(record).replace(UNSAFE, (character) =>
    [...Array(character.length).keys()]
      .map((at) => `\\u${character.charCodeAt(at).toString(16).padStart(4, '0')}`)
      .join(''),
  );
  return `${text}\n`;
}
