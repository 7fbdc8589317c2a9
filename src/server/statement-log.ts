/**
 * A line for each statement that a client has run.
 *
 * @module
 */

import { maskedText } from '../sql/text/position.ts';
import { splitStatements } from '../sql/text/split.ts';
import type { WireError } from '../wire/failure.ts';

/** One statement that has ended. */
export interface StatementRecord {
  /** Of the connection. */
  readonly connection: number;
  readonly user: string;
  readonly application: string;
  /** The statement, long texts in it masked; cut off where it is long. */
  readonly statement: string;
  readonly rows: number;
  readonly milliseconds: number;
  /** Of an error. */
  readonly sqlState?: string;
  readonly error?: string;
}

export interface LogEntry {
  rows(count: number): void;
  end(failure?: WireError): void;
}

export interface StatementLog {
  begin(text: string): LogEntry;
}

const LONGEST = 1000;

export function createStatementLog(
  onStatement: ((record: StatementRecord) => void) | undefined,
  about: () => Pick<StatementRecord, 'connection' | 'user' | 'application'>,
  now: () => number,
): StatementLog {
  return {
    begin: (text) => {
      if (onStatement === undefined) return { rows: () => undefined, end: () => undefined };
      const start = now();
      let rows = 0;
      return {
        rows: (count) => {
          rows += count;
        },
        end: (failure) => {
          onStatement({
            ...about(),
            statement: shownStatement(text),
            rows,
            milliseconds: Math.round(now() - start),
            ...(failure !== undefined && { sqlState: failure.sqlState, error: failure.message }),
          });
        },
      };
    },
  };
}

function shownStatement(text: string): string {
  const masked = maskedOr(text.slice(0, LONGEST * 4));
  const line = masked.replaceAll(/\s+/g, ' ').trim();
  return line.length > LONGEST ? `${line.slice(0, LONGEST)}…` : line;
}

/** What cannot be cut into words cannot be masked either. */
function maskedOr(text: string): string {
  try {
    return maskedText(
      text,
      splitStatements(text).flatMap(({ tokens }) => tokens),
    );
  } catch {
    return '…';
  }
}
