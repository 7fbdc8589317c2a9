/**
 * What standard error tells about a run: plain lines, lines with time and statement, or JSON.
 *
 * @module
 */

import type { Outcome } from '../exec/outcome.ts';
import { visibleText } from '../output/visible-text.ts';
import { errorRecord, jsonLine, type StatementPlace } from './error-record.ts';
import { describeError } from './report.ts';
import type { Output } from './streams.ts';

export const LOG_FORMATS = ['text', 'json'] as const;

export type LogFormat = (typeof LOG_FORMATS)[number];

export interface LogSettings {
  /** Without it, lines are plain: no time, no number. */
  readonly logFormat?: LogFormat;
  /** Default: as `logFormat`, or text. */
  readonly errorFormat?: LogFormat;
}

export interface Log {
  /** What takes the place of standard error, so that whatever is written there becomes lines of the log. */
  readonly output: Output;
  /** What comes from now on is about this statement; undefined for the run as a whole. */
  begin(statement: StatementPlace | undefined): void;
  note(text: string): void;
  /** A statement has ended, its rows printed. */
  done(outcome: Pick<Outcome, 'tag' | 'count' | 'message'>): void;
  failed(error: unknown, statement?: StatementPlace): void;
}

type Level = 'info' | 'note' | 'error';

/** @param now what time it is, and milliseconds since some fixed time */
export function createLog(
  stderr: Output,
  { logFormat, errorFormat = logFormat ?? 'text' }: LogSettings,
  now: () => Date = () => new Date(),
): Log {
  let current: StatementPlace | undefined;
  let began = now();
  const line = (level: Level, text: string, more: object = {}): void => {
    const time = now().toISOString();
    if (logFormat === 'json') {
      const number = current && { statement: current.number, of: current.of };
      stderr.write(jsonLine({ time, level, ...number, message: text, ...more }));
      return;
    }
    const number = current === undefined ? '' : ` ${current.number}/${current.of}`;
    for (const each of text.split('\n')) stderr.write(`${time}${number} ${visibleText(each)}\n`);
  };
  const write: Output['write'] = (chunk) => {
    if (logFormat === undefined) return stderr.write(chunk);
    const text = typeof chunk === 'string' ? chunk : Buffer.from(chunk).toString('utf8');
    for (const each of text.split('\n')) if (each !== '') line('info', each);
  };
  const plain = (text: string): void => stderr.write(`${visibleText(text)}\n`);
  return {
    output: { ...stderr, write, isTerminal: stderr.isTerminal && logFormat === undefined },
    begin: (statement) => {
      current = statement;
      began = now();
    },
    note: (text) => {
      if (logFormat === undefined) plain(`note: ${text}`);
      else line('note', logFormat === 'json' ? text : `note: ${text}`);
    },
    done: ({ tag, count, message }) => {
      const counted = count();
      const text = counted === undefined ? tag : `${tag} ${counted}`;
      if (logFormat === undefined) {
        // Of rows that are printed, everybody sees how many there are.
        if (message !== undefined && counted !== undefined) plain(text);
        return;
      }
      const ms = now().getTime() - began.getTime();
      if (logFormat === 'text') line('info', `${text} (${ms} ms)`);
      else line('info', text, { tag, ...(counted !== undefined && { count: counted }), ms });
    },
    failed: (error, statement = current) => {
      if (errorFormat === 'json') {
        const time = logFormat === 'json' && { time: now().toISOString(), level: 'error' };
        stderr.write(jsonLine({ ...time, ...errorRecord(error, statement) }));
      } else if (logFormat === undefined) stderr.write(describeError(error));
      else line('error', describeError(error).trimEnd());
    },
  };
}
