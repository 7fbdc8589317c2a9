/** What every control says of itself: its fields, its source, the tables that there are, the scopes that its plan needs. */

import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, test } from 'vitest';

import { createSimulator, demoOrg } from '../../src/simulator/index.ts';
import { scopesFor } from '../../src/simulator/oauth/scopes.ts';
import { openDesk, statusesOf } from './desk.ts';
import { type Control, controls, filesOf, packs, queries } from './packs.ts';
import { scansOf } from './plan.ts';

const now = new Date();
const desk = openDesk(now);
afterAll(() => desk.close());

describe.each(packs)('$name', (pack) => {
  test('has a title, a version, and every file in a group', () => {
    expect([typeof pack.title, typeof pack.description, pack.version]).toEqual(['string', 'string', '1.0.0']);
    expect(pack.controls.map(({ id }) => id).sort()).toEqual([...filesOf(pack)].sort());
    expect(new Set(pack.controls.map(({ id }) => id)).size).toBe(pack.controls.length);
    expect(pack.groups.every(({ title }) => title.length > 0)).toBe(true);
  });

  test.each(pack.controls.map((control) => [control.id, control] as const))('%s says all of itself', (_id, control) => {
    const { title, description, remediation, severity, references, parameters, manual, sql } = control;
    expect([title, description, remediation].every((text) => typeof text === 'string' && text.length > 10)).toBe(true);
    expect(['critical', 'high', 'medium', 'low', 'info']).toContain(severity);
    expect(references.length).toBeGreaterThan(0);
    for (const reference of references) {
      expect(reference.title.length).toBeGreaterThan(5);
      expect(reference.url).toMatch(/^https:\/\/\S+$/);
    }
    expect(manual === undefined).toBe(sql !== '');
    expect(sql).not.toMatch(/subdomain|\{\{/);
    const named = [...sql.matchAll(/\$([a-z]\w*)/gi)].map(([, name]) => name);
    expect([...new Set(named)].sort()).toEqual(Object.keys(parameters).sort());
  });
});

test('how many there are', () => {
  expect(packs.map(({ name, controls: own }) => [name, own.length])).toEqual([
    ['credentials', 18],
    ['okta-idaas-stig', 29],
    ['posture', 63],
  ]);
});

test('the STIG is complete: the ids of V1R2, each cited', () => {
  const ids = [
    ...Array.from({ length: 24 }, (_, index) => `V-${273_186 + index}`),
    ...Array.from({ length: 5 }, (_, index) => `V-${279_689 + index}`),
  ];
  const stig = packs.find(({ name }) => name === 'okta-idaas-stig')?.controls ?? [];
  const cited = stig.map(({ references }) => references.map(({ id }) => id).find((id) => id?.startsWith('V-')));
  expect(cited.toSorted()).toEqual(ids);
  expect(stig.every(({ id, references }) => references.some((reference) => reference.id === id.toUpperCase()))).toBe(
    true,
  );
  expect(
    stig
      .filter(({ manual }) => manual !== undefined)
      .map(({ id }) => id)
      .sort(),
  ).toEqual(['v-273188', 'v-273192', 'v-273207']);
});

const TABLE = fileURLToPath(new URL('../../docs/controls.md', import.meta.url));

const org = createSimulator({ org: demoOrg({ now }), now: () => now });

/** Sent on the demo org, within what the plan says. */
async function measure(control: Control): Promise<{ readonly sent: number; readonly needs: readonly string[] }> {
  org.clearJournal();
  const scans = await scansOf(desk.session, control);
  const paths = [...new Set(scans.map(({ path }) => path))];
  const answer = await desk.judge(org, control);
  expect('code' in answer ? answer.code : answer.filter(({ reason }) => reason.endsWith('?') || reason === '')).toEqual(
    [],
  );
  expect(statusesOf(answer).filter((status) => !['ok', 'alarm', 'info', 'skip', 'error'].includes(status))).toEqual([]);
  expect(org.violations).toEqual([]);
  const most = scans.map(({ requests }) => (requests === undefined ? 0 : (requests.max ?? Infinity)));
  expect(org.journal.length).toBeLessThanOrEqual(most.reduce((sum, each) => sum + each, 0));
  const needs = paths.flatMap((path) => scopesFor('GET', path.replaceAll(/\{[^}]*\}/g, 'x')));
  return { sent: org.journal.length, needs: [...new Set(needs)].sort() };
}

test('needs, requests and docs/controls.md are what the plans and the demo org say', async () => {
  const rows = new Map<string, number>();
  for (const control of queries) {
    const { sent, needs } = await measure(control);
    expect([control.id, control.needs]).toEqual([control.id, needs]);
    rows.set(`${control.pack}/${control.id}`, sent);
  }
  const text = tableOf(rows);
  if (process.env['UPDATE_CONTROLS'] !== undefined) writeFileSync(TABLE, text);
  expect(readFileSync(TABLE, 'utf8')).toBe(text);
});

function tableOf(sent: ReadonlyMap<string, number>): string {
  const head = `# Controls

What the packs in \`packs/\` judge: ${controls.length} controls, of which ${controls.length - queries.length} are manual. Requests are those on the demo org (42 applications, 60 users), each control on its
own; run together they read a list once. This page is made by \`UPDATE_CONTROLS=1 npx vitest run test/packs/packs.test.ts\`.

Each control holds in the org of \`test/packs/org.ts\` and fails after one change of it: the test \`ID holds, and fails after one change\` in
\`test/packs/holds-and-fails.test.ts\`, whose changes stand in \`test/packs/cases-*.ts\`. Those that only tell have \`ID names what happened, and
nothing else\` there. In an empty org, a Classic org, without a feature, or with a call denied none says \`ok\` of what it did not see:
\`test/packs/unseen.test.ts\`.
`;
  return [head, ...packs.map((pack) => sectionOf(pack, sent))].join('\n');
}

function sectionOf(
  { name, title, groups, controls: own }: (typeof packs)[number],
  sent: ReadonlyMap<string, number>,
): string {
  const lines = groups.flatMap((group) => [
    `\n### ${group.title}\n`,
    '| Control | Title | Severity | Source | Requests |',
    '|---|---|---|---|---|',
    ...group.controls.map((id) => rowOf(own.find((control) => control.id === id) as Control, sent)),
  ]);
  return [`## ${name}: ${title}`, ...lines, ''].join('\n');
}

function rowOf(control: Control, sent: ReadonlyMap<string, number>): string {
  const { pack, id, title, severity, references, manual } = control;
  const source = references.map((reference) => `[${reference.id ?? reference.title}](${reference.url})`).join(', ');
  const requests = manual === undefined ? sent.get(`${pack}/${id}`) : 'manual';
  return `| [${id}](../packs/${pack}/${id}.sql) | ${title} | ${severity} | ${source} | ${requests} |`;
}
