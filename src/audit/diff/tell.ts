/**
 * Tells of changes: as lines, as JSON, as a page.
 *
 * @module
 */

import { createHash } from 'node:crypto';
import { escaped } from '../../output/html.ts';
import { visibleText } from '../../output/visible-text.ts';
import { STYLE } from '../reports/html-style.ts';
import type { Change, ControlDiff, RunDiff } from './diff.ts';

export type DiffFormat = 'text' | 'json' | 'html';

export function diffText(diff: RunDiff, format: DiffFormat): string {
  if (format === 'json') return `${JSON.stringify({ formatVersion: 1, ...diff }, undefined, 2)}\n`;
  return format === 'html' ? pageOf(diff) : linesOf(diff);
}

function isChanged({ before, after, news, gone, added, removed }: ControlDiff): boolean {
  return before !== after || news.length + gone.length + added.length + removed.length > 0;
}

function totalsOf({ controls }: RunDiff): string {
  const sum = (of: (control: ControlDiff) => number): number => controls.reduce((total, each) => total + of(each), 0);
  const findings = `${sum(({ news }) => news.length)} new, ${sum(({ gone }) => gone.length)} gone, ${sum(({ unchanged }) => unchanged)} unchanged`;
  const objects = `${sum(({ added }) => added.length)} added, ${sum(({ removed }) => removed.length)} removed`;
  return `findings: ${findings}; objects: ${objects}`;
}

function statusOf({ before, after }: ControlDiff): string {
  return before === after ? (after ?? '') : `${before ?? 'not run'} → ${after ?? 'not run'}`;
}

function linesOf(diff: RunDiff): string {
  const head = `${diff.before.name} (${diff.before.endedAt}) → ${diff.after.name} (${diff.after.endedAt})`;
  const controls = diff.controls.filter(isChanged).map((control) => {
    const { org, pack, id, news, gone, added, removed } = control;
    return [
      `${statusOf(control)}  ${org} ${pack}/${id}`,
      ...news.map((change) => `  + ${changeText(change)}`),
      ...gone.map((change) => `  - ${changeText(change)}`),
      ...(added.length > 0 ? [`  ${added.length} objects added: ${listOf(added)}`] : []),
      ...(removed.length > 0 ? [`  ${removed.length} objects removed: ${listOf(removed)}`] : []),
    ];
  });
  return [head, ...controls.flat(), totalsOf(diff)].map((line) => `${visibleText(line)}\n`).join('');
}

function changeText({ resource, reason }: Change): string {
  return `${resource}: ${reason}`;
}

const MOST_NAMED = 10;

function listOf(names: readonly string[]): string {
  const more = names.length - MOST_NAMED;
  return `${names.slice(0, MOST_NAMED).join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
}

function pageOf(diff: RunDiff): string {
  const hash = createHash('sha256').update(STYLE).digest('base64');
  const policy = `default-src 'none'; style-src 'sha256-${hash}'; base-uri 'none'; form-action 'none'`;
  const changed = diff.controls.filter(isChanged);
  const rows = changed.map((control) => {
    const { org, pack, id, title, severity, news, gone, unchanged, added, removed } = control;
    const cells = [
      `${escaped(title)}<br><span class="meta">${escaped(`${org} · ${pack}/${id} · ${severity}`)}</span>`,
      escaped(statusOf(control)),
      changesHtml(news),
      changesHtml(gone),
      String(unchanged),
      escaped(listOf(added)),
      escaped(listOf(removed)),
    ];
    return `<tr>${cells.map((cell) => `<td>${cell}</td>`).join('')}</tr>\n`;
  });
  const names = ['control', 'status', 'new findings', 'gone', 'unchanged', 'objects added', 'objects removed'];
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<title>What changed</title>
<style>${STYLE}</style>
</head>
<body>
<main>
<h1>What changed</h1>
<p class="meta">${escaped(diff.before.name)} (${escaped(diff.before.endedAt)}) → ${escaped(diff.after.name)} (${escaped(diff.after.endedAt)})</p>
<p>${escaped(totalsOf(diff))}. ${diff.controls.length - changed.length} controls are as they were.</p>
<div class="wide" tabindex="0" role="region" aria-labelledby="changes">
<table><caption id="changes">Controls with a change</caption>
<thead><tr>${names.map((name) => `<th scope="col">${name}</th>`).join('')}</tr></thead>
<tbody>
${rows.join('')}</tbody></table>
</div>
</main>
</body>
</html>
`;
}

function changesHtml(changes: readonly Change[]): string {
  return changes.map((change) => escaped(changeText(change))).join('<br>');
}
