/**
 * The report as test results, for whatever shows those of a build: a suite for each group, a case for each control.
 * https://github.com/windyroad/JUnit-Schema and https://github.com/testmoapp/junitxml
 *
 * @module
 */

import { type AuditRun, type ControlResult, nameOf, worstFirst } from '../result.ts';
import { type GroupOfResults, groupsOf } from './shape.ts';

export function junitReport(run: AuditRun): string {
  const suites = groupsOf(run);
  const totals = attributes({ name: 'oktaql audit', ...figuresOf(run.results) });
  return `<?xml version="1.0" encoding="UTF-8"?>\n<testsuites ${totals}>\n${suites.map(suiteText).join('')}</testsuites>\n`;
}

function suiteText({ org, pack, title, results }: GroupOfResults): string {
  const timestamp = results[0]?.startedAt.toISOString().slice(0, 19) ?? '';
  const head = attributes({ name: `${org} ${pack}: ${title}`, ...figuresOf(results), timestamp, hostname: org });
  return `  <testsuite ${head}>\n    <properties/>\n${results.map(caseText).join('')}  </testsuite>\n`;
}

function figuresOf(results: readonly ControlResult[]): Readonly<Record<string, string | number>> {
  const count = (...wanted: readonly ControlResult['status'][]): number =>
    results.filter(({ status }) => wanted.includes(status)).length;
  const ms = results.reduce((sum, each) => sum + msOf(each), 0);
  return {
    tests: results.length,
    failures: count('alarm'),
    errors: count('error'),
    skipped: count('skip', 'manual'),
    time: (ms / 1000).toFixed(3),
  };
}

function msOf({ startedAt, endedAt }: ControlResult): number {
  return endedAt.getTime() - startedAt.getTime();
}

function caseText(result: ControlResult): string {
  const { control, org } = result;
  const head = attributes({
    name: control.title,
    classname: `${org}.${nameOf(result).replace('/', '.')}`,
    time: (msOf(result) / 1000).toFixed(3),
  });
  const inside = outcomeOf(result);
  return inside === '' ? `    <testcase ${head}/>\n` : `    <testcase ${head}>\n      ${inside}\n    </testcase>\n`;
}

/** Rows of a control that are told: some viewers hold all of a file in memory. */
const MOST_ROWS = 200;

function outcomeOf({ control, status, reason = '', failure, findings, counts }: ControlResult): string {
  switch (status) {
    case 'alarm': {
      const alarms = worstFirst(findings).filter((each) => each.status === 'alarm' && each.acceptance === undefined);
      const lines = alarms.slice(0, MOST_ROWS).map((each) => `${each.resource}: ${each.reason}`);
      const more = alarms.length > MOST_ROWS ? [`… and ${alarms.length - MOST_ROWS} more`] : [];
      const remedy = control.remediation === undefined ? [] : ['', control.remediation];
      const head = attributes({ message: `${counts.alarm} of ${findings.length} objects`, type: control.severity });
      return `<failure ${head}>${text([...lines, ...more, ...remedy].join('\n'))}</failure>`;
    }
    case 'error':
      return `<error ${attributes({ message: reason, type: failure?.code ?? 'error' })}>${text(reason)}</error>`;
    case 'skip':
    case 'manual':
      return `<skipped ${attributes({ message: status === 'manual' ? `manual: ${reason}` : reason })}/>`;
    default:
      return '';
  }
}

function attributes(values: Readonly<Record<string, string | number>>): string {
  return Object.entries(values)
    .map(
      ([name, value]) =>
        `${name}="${text(String(value))
          .replaceAll('"', '&quot;')
          .replace(/[\t\n\r]/g, ' ')}"`,
    )
    .join(' ');
}

/** XML 1.0 has no controls and no halves of pairs, not even escaped: https://www.w3.org/TR/xml/#charsets */
function text(value: string): string {
  return value
    .toWellFormed()
    .replace(/[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/gu, '\ufffd')
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;');
}
