/**
 * The line that the server's log has for each statement.
 *
 * @module
 */

import { visibleText } from '../output/visible-text.ts';
import type { StatementRecord } from '../server/statement-log.ts';
import { jsonLine } from './error-record.ts';
import type { LogFormat } from './log.ts';

export function statementLine(record: StatementRecord, format: LogFormat | undefined, now: Date): string {
  const time = now.toISOString();
  if (format === 'json') return jsonLine({ time, level: record.error === undefined ? 'info' : 'error', ...record });
  const { connection, application, rows, milliseconds, statement, sqlState, error } = record;
  const who = application === '' ? `#${connection}` : `#${connection} ${application}`;
  const what = error === undefined ? `${rows} rows` : `error ${sqlState}: ${error}`;
  return `${visibleText(`${time} ${who}: ${milliseconds} ms, ${what}: ${statement}`)}\n`;
}
