/**
 * The report as one page that needs nothing else: no script, no request to anywhere. Whatever a row holds, it is shown as text, and
 * the page's policy lets nothing run or load should that ever fail. https://www.w3.org/TR/CSP3/
 *
 * @module
 */

import { createHash } from 'node:crypto';
import { escaped } from '../../output/html.ts';
import { type ControlStatus, SEVERITIES } from '../control.ts';
import { type AuditRun, byWeight, type ControlResult, countControls, STATUSES } from '../result.ts';
import { type Bar, stackedBars } from './html-charts.ts';
import { controlHtml } from './html-control.ts';
import { STYLE } from './html-style.ts';
import { type GroupOfResults, groupsOf, MEANINGS, requestsOf, summaryOf } from './shape.ts';

const POLICY = `default-src 'none'; style-src 'sha256-${createHash('sha256').update(STYLE).digest('base64')}'; base-uri 'none'; form-action 'none'`;

export function htmlReport(run: AuditRun): string {
  const title = `Audit of ${run.orgs.join(', ')}`;
  const groups = groupsOf(run);
  let number = 0;
  const sections = groups.map((group, index) => {
    const controls = group.results.toSorted(byWeight).map((result) => {
      number += 1;
      return controlHtml(result, number);
    });
    return `<section aria-labelledby="g${index}">\n<h2 id="g${index}">${escaped(headingOf(group, run))}</h2>\n<p class="meta">${escaped(summaryOf(group.results))}</p>\n${controls.join('')}</section>\n`;
  });
  return `${headHtml(title)}<a class="skiplink" href="#controls">To the controls</a>
<header>
<h1>${escaped(title)}</h1>
<p class="meta"><time datetime="${run.endedAt.toISOString()}">${run.endedAt.toISOString().replace('T', ' ').slice(0, 19)} UTC</time> · ${packsOf(run)} · ${escaped(requestsOf(run))} · oktaql ${escaped(run.version)}</p>
</header>
<main>
<section aria-labelledby="summary">
<h2 id="summary">Summary</h2>
<p>${escaped(summaryOf(run.results))}.</p>
${totalsHtml(run.results)}
${chartsHtml(run, groups)}
</section>
${filterHtml(run.results)}
<div id="controls">
${sections.join('')}</div>
</main>
</body>
</html>
`;
}

function headHtml(title: string): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${POLICY}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<title>${escaped(title)}</title>
<style>${STYLE}</style>
</head>
<body>
`;
}

function headingOf({ org, packTitle, title }: GroupOfResults, { orgs }: AuditRun): string {
  return `${orgs.length > 1 ? `${org} · ` : ''}${packTitle}: ${title}`;
}

function packsOf({ packs }: AuditRun): string {
  return packs.map(({ title, version }) => escaped(`${title} ${version}`)).join(', ');
}

function totalsHtml(results: readonly ControlResult[]): string {
  const counts = countControls(results);
  const items = STATUSES.map(
    (status) =>
      `<li class="${status}"><strong>${counts[status]}</strong><b class="status">${status}</b> <span>${escaped(MEANINGS[status])}</span></li>`,
  );
  return `<ul class="totals">\n${items.join('\n')}\n</ul>`;
}

function chartsHtml(run: AuditRun, groups: readonly GroupOfResults[]): string {
  const bySeverity = SEVERITIES.map((severity): Bar => {
    const own = run.results.filter(({ control }) => control.severity === severity);
    return barOf(severity, own);
  }).filter(({ parts }) => parts.some(({ count }) => count > 0));
  const byGroup = groups.map((group) =>
    barOf(run.orgs.length > 1 ? `${group.org} · ${group.title}` : group.title, group.results),
  );
  return `${keyHtml()}
<figure>
${stackedBars('Controls by severity and status', bySeverity)}
<figcaption>Controls by severity: ${escaped(bySeverity.map(barText).join('; '))}.</figcaption>
</figure>
<figure>
${stackedBars('Controls by group and status', byGroup)}
<figcaption>Controls by group: ${escaped(byGroup.map(barText).join('; '))}.</figcaption>
</figure>`;
}

function barOf(label: string, results: readonly ControlResult[]): Bar {
  const counts = countControls(results);
  return { label, parts: STATUSES.map((status) => ({ kind: status, count: counts[status] })) };
}

function barText({ label, parts }: Bar): string {
  const told = parts.filter(({ count }) => count > 0).map(({ kind, count }) => `${count} ${kind}`);
  return `${label}, ${told.join(', ')}`;
}

function keyHtml(): string {
  const items = STATUSES.map(
    (status) =>
      `<li><svg viewBox="0 0 10 10" aria-hidden="true"><rect class="f-${status}" width="10" height="10"/></svg>${status}</li>`,
  );
  return `<ul class="key" aria-label="Colours">${items.join('')}</ul>`;
}

/** Works without a script: the style hides what is not chosen. */
function filterHtml(results: readonly ControlResult[]): string {
  const counts = countControls(results);
  const choice = (value: ControlStatus | 'all', label: string): string =>
    `<label><input type="radio" name="show" id="show-${value}"${value === 'all' ? ' checked' : ''}> ${label}</label>`;
  const choices = STATUSES.filter((status) => counts[status] > 0).map((status) =>
    choice(status, `${status} (${counts[status]})`),
  );
  return `<fieldset><legend>Show</legend>${choice('all', `all (${results.length})`)}${choices.join('')}</fieldset>`;
}
