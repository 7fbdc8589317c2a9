/**
 * The report for issues, notes and pull requests.
 *
 * @module
 */

import { shownText } from '../../output/markdown.ts';
import { type AuditRun, byWeight, type ControlResult, worstFirst } from '../result.ts';
import { type GroupOfResults, groupsOf, MEANINGS, requestsOf, summaryOf } from './shape.ts';

export function markdownReport(run: AuditRun): string {
  const head = [
    `# Audit of ${run.orgs.map(shownText).join(', ')}`,
    `${summaryOf(run.results)}. ${requestsOf(run)}. ${run.endedAt.toISOString()}, oktaql ${run.version}.`,
  ];
  return `${[...head, ...groupsOf(run).map((group) => groupText(group, run.orgs.length > 1))].join('\n\n')}\n`;
}

function groupText({ org, packTitle, title, results }: GroupOfResults, areSeveral: boolean): string {
  const lines = results.toSorted(byWeight).map(({ status, control, counts, accepted, reason }) => {
    const figures = [
      ...(counts.alarm > 0 ? [`${counts.alarm} alarm`] : []),
      ...(counts.ok > 0 ? [`${counts.ok} ok`] : []),
      ...(accepted > 0 ? [`${accepted} accepted`] : []),
    ].join(', ');
    return `| ${status} | ${control.severity} | ${shownText(control.id)} | ${shownText(control.title)} | ${figures || shownText(reason ?? '')} |`;
  });
  const heading = `## ${shownText(packTitle)}: ${shownText(title)}${areSeveral ? ` (${shownText(org)})` : ''}`;
  const table = ['| status | severity | control | title | |', '|---|---|---|---|---|', ...lines].join('\n');
  const alarms = results.filter(({ status }) => status === 'alarm' || status === 'error').toSorted(byWeight);
  return [heading, table, ...alarms.map(detail)].join('\n\n');
}

/** Rows of a control that are shown: a comment has 65,536 characters on GitHub. */
const MOST_ROWS = 50;

function detail(result: ControlResult): string {
  const { control, status, reason, findings } = result;
  const alarms = worstFirst(findings).filter((each) => each.status !== 'ok' && each.acceptance === undefined);
  const rows = alarms.slice(0, MOST_ROWS).map((each) => `- ${shownText(each.resource)}: ${shownText(each.reason)}`);
  const parts = [
    `### ${shownText(control.title)}`,
    `${status} (${MEANINGS[status]}), ${control.severity}.${reason === undefined ? '' : ` ${shownText(reason)}`}`,
    rows.join('\n'),
    alarms.length > MOST_ROWS ? `… and ${alarms.length - MOST_ROWS} more.` : '',
    control.remediation === undefined ? '' : `What to do: ${shownText(control.remediation)}`,
  ];
  return parts.filter((part) => part !== '').join('\n\n');
}
