/**
 * One control on the page: what it asks, what it found, and what to do.
 *
 * @module
 */

import { cellText } from '../../output/cell-text.ts';
import { isNumeric } from '../../output/column-kinds.ts';
import { escaped } from '../../output/html.ts';
import type { ResultColumn, Value } from '../../values.ts';
import { type ControlResult, type Finding, nameOf, worstFirst } from '../result.ts';
import { valueText } from '../run.ts';
import { type Bin, binsOf, histogram, type Measured } from './html-charts.ts';
import { furtherColumns, MEANINGS } from './shape.ts';

/** Rows of one control on the page; the other forms of the report have all of them. */
const MOST_ROWS = 5_000;

export function controlHtml(result: ControlResult, number: number): string {
  const { control, status, findings, counts, accepted } = result;
  const isOpen = status === 'alarm' || status === 'error';
  const figures = [
    ...(counts.alarm > 0
      ? [`${counts.alarm} of ${findings.length}`]
      : findings.length > 0
        ? [`${findings.length}`]
        : []),
    ...(accepted > 0 ? [`${accepted} accepted`] : []),
  ].join(', ');
  return `<details class="control ${status}"${isOpen ? ' open' : ''}>
<summary class="${status}"><span class="status">${status}</span> <h3>${escaped(control.title)}</h3> <span class="severity">${control.severity}</span>${figures === '' ? '' : ` <span class="count">${escaped(figures)}</span>`}</summary>
<div class="body">
${parts(result, number)
  .filter((part) => part !== '')
  .join('\n')}
</div>
</details>
`;
}

function parts(result: ControlResult, number: number): readonly string[] {
  const { control, status, reason, notices } = result;
  return [
    `<p class="meta">${escaped(nameOf(result))} · ${escaped(MEANINGS[status])}</p>`,
    reason === undefined
      ? ''
      : `<p><strong>${status === 'manual' ? 'To look at' : 'Why'}:</strong> ${escaped(reason)}</p>`,
    control.description === undefined ? '' : `<p>${escaped(control.description)}</p>`,
    ...notices.map((notice) => `<p class="meta">${escaped(notice)}</p>`),
    chartHtml(result),
    findingsHtml(result, number),
    control.remediation === undefined ? '' : `<h4>What to do</h4>\n<p>${escaped(control.remediation)}</p>`,
    referencesHtml(result),
    queryHtml(result),
  ];
}

function chartHtml({ control: { chart }, columns, findings }: ControlResult): string {
  const at = columns.findIndex(({ name }) => name === chart);
  if (chart === undefined || at === -1) return '';
  const values = findings.flatMap((finding): Measured[] => {
    const value = numberOf(finding.row[at]);
    return value === undefined ? [] : [{ value, isAlarm: finding.status === 'alarm' }];
  });
  const bins = binsOf(values);
  if (bins.length === 0) return '';
  const words = bins.filter(({ alarms, others }) => alarms + others > 0).map(binText);
  const caption = `Objects by ${chart}: ${words.join('; ')}.`;
  return `<figure>\n${histogram(`Histogram of ${chart}`, bins)}\n<figcaption>${escaped(caption)}</figcaption>\n</figure>`;
}

function binText({ from, to, alarms, others }: Bin): string {
  return `${from} to below ${to}: ${alarms + others}${alarms > 0 ? `, ${alarms} alarm` : ''}`;
}

function numberOf(value: Value | undefined): number | undefined {
  const number = typeof value === 'bigint' || typeof value === 'number' ? Number(value) : Number.NaN;
  return Number.isFinite(number) ? number : undefined;
}

/** What is as it should be is one click away: in most controls that is nearly all. */
function findingsHtml(result: ControlResult, number: number): string {
  const shown = worstFirst(result.findings).slice(0, MOST_ROWS);
  const isOpen = ({ status, acceptance }: Finding): boolean => status !== 'ok' && acceptance === undefined;
  const first = shown.filter(isOpen);
  const rest = shown.filter((finding) => !isOpen(finding));
  const cut = result.findings.length - shown.length;
  return [
    first.length === 0 ? '' : tableHtml(result, first, 'Objects', `t${number}a`),
    rest.length === 0
      ? ''
      : `<details><summary>${rest.length} ${rest.length === 1 ? 'object' : 'objects'} in order or accepted</summary>\n${tableHtml(result, rest, 'Objects in order or accepted', `t${number}b`)}\n</details>`,
    cut > 0 ? `<p>${cut} more are not shown here; -o json or --evidence has all of them.</p>` : '',
  ]
    .filter((part) => part !== '')
    .join('\n');
}

function tableHtml(result: ControlResult, findings: readonly Finding[], caption: string, id: string): string {
  const further = furtherColumns(result);
  const names = ['resource', 'status', 'reason', ...further.map(({ column }) => column.name)];
  const numeric = new Set(further.filter(({ column }) => isNumeric(column)).map(({ column }) => column.name));
  const head = names
    .map((name) => `<th scope="col"${numeric.has(name) ? ' class="number"' : ''}>${escaped(name)}</th>`)
    .join('');
  const rows = findings.map(({ resource, status, reason, acceptance, row }) => {
    const kind = acceptance === undefined ? status : 'accepted';
    const why =
      acceptance === undefined
        ? reason
        : `${reason}\n${acceptance.owner}, until ${acceptance.expires}: ${acceptance.reason}`;
    const cells = further.map(({ column, at }) => cellHtml(row[at] ?? null, column));
    return `<tr><td>${escaped(resource)}</td><td><span class="status ${kind}">${kind}</span></td><td>${escaped(why)}</td>${cells.join('')}</tr>\n`;
  });
  return `<div class="wide" tabindex="0" role="region" aria-labelledby="${id}">
<table><caption id="${id}">${caption} of “${escaped(result.control.title)}”</caption>
<thead><tr>${head}</tr></thead>
<tbody>
${rows.join('')}</tbody></table>
</div>`;
}

function cellHtml(value: Value, column: ResultColumn): string {
  const text = cellText(value, column);
  if (text === null) return '<td class="null">NULL</td>';
  return `<td${isNumeric(column) ? ' class="number"' : ''}>${escaped(text)}</td>`;
}

function referencesHtml({ control: { references } }: ControlResult): string {
  if (references.length === 0) return '';
  const items = references.map(({ title, url, id }) => {
    const name = escaped(id === undefined ? title : `${title} (${id})`);
    // Nothing is fetched until somebody follows it, and then it is not told from where.
    return `<li>${url === undefined ? name : `<a href="${escaped(url)}" rel="noreferrer noopener">${name}</a>`}</li>`;
  });
  return `<h4>References</h4>\n<ul>\n${items.join('\n')}\n</ul>`;
}

function queryHtml({ control: { body, title }, values, requests }: ControlResult): string {
  if (body.kind !== 'query') return '';
  const bound = Object.entries(values).map(
    ([name, value]) => `<dt>$${escaped(name)}</dt><dd>${escaped(valueText(value))}</dd>`,
  );
  return `<details><summary>Query of “${escaped(title)}”</summary>
<pre tabindex="0">${escaped(body.sql)}</pre>
<dl>${bound.join('')}<dt>Requests</dt><dd>${requests}</dd></dl>
</details>`;
}
