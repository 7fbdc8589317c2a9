/**
 * The report for whoever watches: groups, the worst first, and of each alarm the first objects.
 *
 * @module
 */

import { visibleText } from '../../output/visible-text.ts';
import type { ControlStatus } from '../control.ts';
import { type AuditRun, byWeight, type ControlResult, worstFirst } from '../result.ts';
import { type GroupOfResults, groupsOf, requestsOf, summaryOf } from './shape.ts';

export interface TerminalOptions {
  /** Default is false. */
  readonly colour?: boolean;
}

/** Objects of a control that are shown. */
const MOST_ROWS = 5;

/** https://en.wikipedia.org/wiki/ANSI_escape_code#Colors */
const COLOURS: Readonly<Record<ControlStatus, number>> = {
  alarm: 31,
  error: 35,
  skip: 33,
  manual: 36,
  info: 34,
  ok: 32,
};

export function terminalReport(run: AuditRun, { colour = false }: TerminalOptions = {}): string {
  const paint = (text: string, code: number): string => (colour ? `\u001b[${code}m${text}\u001b[0m` : text);
  const several = run.orgs.length > 1;
  const groups = groupsOf(run).map((group) => groupText(group, several, paint));
  return `${groups.join('\n')}\n${paint(summaryOf(run.results), 1)}\n${requestsOf(run)}\n`;
}

type Paint = (text: string, code: number) => string;

function groupText({ org, packTitle, title, results }: GroupOfResults, several: boolean, paint: Paint): string {
  const head = paint(visibleText(`${several ? `${org} · ` : ''}${packTitle}: ${title}`), 1);
  return `${head}\n${results
    .toSorted(byWeight)
    .map((result) => controlText(result, paint))
    .join('')}`;
}

function controlText(result: ControlResult, paint: Paint): string {
  const { control, status, reason } = result;
  const line = `  ${paint(status.padEnd(6), COLOURS[status])} ${control.severity.padEnd(8)} ${visibleText(control.id)}  ${visibleText(control.title)}`;
  const figures = figuresOf(result);
  const why = reason === undefined || status === 'ok' ? '' : `         ${visibleText(reason)}\n`;
  return `${line}${figures === '' ? '' : `  (${figures})`}\n${why}${status === 'alarm' ? objectLines(result) : ''}`;
}

function figuresOf({ counts, accepted }: ControlResult): string {
  const parts = (['alarm', 'error', 'ok', 'info', 'skip'] as const).filter((status) => counts[status] > 0);
  const told = parts.map((status) => `${counts[status]} ${status}`);
  return [...told, ...(accepted > 0 ? [`${accepted} accepted`] : [])].join(', ');
}

function objectLines({ findings }: ControlResult): string {
  const alarms = worstFirst(findings).filter(
    ({ status, acceptance }) => status === 'alarm' && acceptance === undefined,
  );
  const lines = alarms
    .slice(0, MOST_ROWS)
    .map(({ resource, reason }) => `         ${visibleText(resource)}: ${visibleText(reason)}\n`);
  const more = alarms.length - MOST_ROWS;
  return `${lines.join('')}${more > 0 ? `         … and ${more} more\n` : ''}`;
}
