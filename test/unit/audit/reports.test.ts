import { writeFileSync } from 'node:fs';
import { parse as parseCsv } from 'csv-parse/sync';
import { parse } from 'parse5';
import { beforeAll, describe, expect, it } from 'vitest';
import { readBaseline } from '../../../src/audit/baseline.ts';
import { binsOf } from '../../../src/audit/reports/html-charts.ts';
import { type ReportFormat, reportFormatOf, reportOf } from '../../../src/audit/reports/reports.ts';
import type { AuditRun } from '../../../src/audit/result.ts';
import { choose } from '../../../src/audit/selection.ts';
import { freshPath, packOf, removeAfterwards, runPack, verdicts } from './packs.ts';

removeAfterwards();

/** What hostile names would do to a page, a terminal, a spreadsheet and a file of XML. */
const HOSTILE = "=cmd|'/c calc'!A1 <script>alert(1)</script> ]]> \"&\u001b[2J\u0001\u202e\ufffe|*x*";

const STIG =
  "stig: { name: Okta Security Technical Implementation Guide, id: Okta_STIG, version: '1', release: 'Release: 2' }\n";
const REFERENCES = `references:
  - { title: DISA, id: V-273186, url: 'https://example.com/?a=1&b="2"' }
  - { title: DISA, id: SV-273186r1098825_rule }
  - { title: DISA, id: OKTA-APP-000020 }
  - { title: DISA, id: CCI-000057 }
remediation: Do <this>.`;

let run: AuditRun;
beforeAll(async () => {
  const pack = packOf(
    {
      hostile: {
        severity: 'critical',
        sql: verdicts([HOSTILE, 'alarm', HOSTILE], ['fine', 'ok', '']),
        head: REFERENCES,
      },
      ages: {
        severity: 'high',
        sql: "SELECT 'k' || i AS resource, CASE WHEN i > 90 THEN 'alarm' ELSE 'ok' END AS status, 'is old' AS reason, i AS days, {'a': i} AS more FROM range(0, 100) AS t(i)",
        head: 'chart: days\nreferences: [{ title: DISA, id: V-1 }]',
      },
      accepted: {
        severity: 'low',
        sql: verdicts(['known', 'alarm', 'bad']),
        head: 'references: [{ title: DISA, id: V-2 }]',
      },
      holds: { severity: 'info', sql: verdicts(['a', 'ok', '']), head: 'references: [{ title: DISA, id: V-3 }]' },
      empty: { sql: `${verdicts(['a', 'ok', ''])} WHERE false`, head: 'references: [{ title: DISA, id: V-4 }]' },
      broken: { sql: 'SELECT 1' },
      look: { head: 'manual: Look <there>.\nreferences: [{ title: DISA, id: V-5 }]' },
    },
    STIG,
  );
  const baseline = freshPath('baseline.yaml');
  writeFileSync(
    baseline,
    'accepted: [{ control: accepted, resource: known, owner: Ada, reason: it is so, expires: 2999-01-01 }]',
  );
  run = await runPack(pack, { acceptances: readBaseline(baseline, choose([pack], {}), '2026-11-30') });
});

const report = (format: ReportFormat): Promise<string> => reportOf(run, format);

describe('each form of the report', () => {
  it('text: the worst first, and nothing that drives a terminal', async () => {
    const text = await report('text');
    const statuses = [...text.matchAll(/^ {2}(alarm|error|skip|manual|info|ok) /gm)].map(([, status]) => status);
    expect(statuses).toEqual(['alarm', 'alarm', 'error', 'skip', 'manual', 'info', 'ok']);
    expect(text).toContain('7 controls: 2 alarm, 1 error, 1 skip, 1 manual, 1 info, 1 ok');
    expect(text).toContain('… and 4 more');
    expect(text.replaceAll('\n', '')).not.toMatch(/[\p{Cc}\u202e]/u);
  });

  it('json: every row with all its columns', async () => {
    const { controls, summary } = JSON.parse(await report('json'));
    expect(summary).toEqual({ alarm: 2, error: 1, ok: 1, info: 1, skip: 1, manual: 1 });
    expect(controls[0].rows[0]).toEqual({
      resource: HOSTILE,
      status: 'alarm',
      reason: HOSTILE,
    });
    expect(controls[1]).toMatchObject({ id: 'ages', counts: { alarm: 9, ok: 91 }, values: { subdomain: 'my-org' } });
    expect(controls[1].rows[3]).toEqual({ resource: 'k3', status: 'ok', reason: 'is old', days: 3, more: { a: 3 } });
    expect(controls[2].rows[0].accepted).toEqual({ owner: 'Ada', reason: 'it is so', expires: '2999-01-01' });
    expect(controls[5]).toMatchObject({
      id: 'broken',
      status: 'error',
      reason: expect.stringContaining('one column resource'),
    });
  });

  it('csv: a row for each finding, and no formula', async () => {
    const rows: string[][] = parseCsv(await report('csv'));
    expect(rows).toHaveLength(1 + 2 + 100 + 1 + 1 + 3);
    expect(rows[1]?.[7]).toMatch(/^'=cmd/);
    expect(rows.find(([, , , id]) => id === 'accepted')?.slice(7)).toEqual([
      'known',
      'alarm',
      'bad',
      'Ada',
      'it is so',
      '2999-01-01',
    ]);
  });

  it('markdown: what is hostile is text', async () => {
    const text = await report('markdown');
    expect(text).toContain('\\<script\\>');
    expect(text).not.toContain('<script>');
    expect(text).toContain('| alarm | high | ages |');
  });

  it('junit: counts, cases, and characters that XML has', async () => {
    const text = await report('junit');
    expect(text).toContain('<testsuites name="oktaql audit" tests="7" failures="2" errors="1" skipped="2"');
    expect(text.match(/<testcase /g)).toHaveLength(7);
    expect(text.match(/<failure /g)).toHaveLength(2);
    expect(text).toContain('&lt;script&gt;alert(1)&lt;/script&gt; ]]&gt; "&amp;\ufffd[2J');
    // https://www.w3.org/TR/xml/#charsets
    expect(text).not.toMatch(/[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/u);
  });

  it('sarif: a result for each alarm, and what was not judged is told', async () => {
    const { version, runs } = JSON.parse(await report('sarif'));
    expect([version, runs.length]).toEqual(['2.1.0', 1]);
    const [{ tool, results, invocations }] = runs;
    expect(tool.driver.rules).toHaveLength(7);
    expect(results).toHaveLength(1 + 9 + 1);
    for (const result of results) {
      // §3.27.6: an index has to lead to the rule of that id; §3.27.10: a level only where it fails.
      expect(tool.driver.rules[result.ruleIndex].id).toBe(result.ruleId);
      expect([result.kind, ['error', 'warning', 'note'].includes(result.level)]).toEqual(['fail', true]);
      expect(result.message.text).not.toBe('');
    }
    expect(results.at(-1).suppressions).toEqual([
      { kind: 'external', status: 'accepted', justification: 'it is so (Ada, until 2999-01-01)' },
    ]);
    expect(
      new Set(results.map((each: { readonly partialFingerprints: object }) => JSON.stringify(each.partialFingerprints)))
        .size,
    ).toBe(11);
    expect(invocations[0].executionSuccessful).toBe(false);
    expect(
      invocations[0].toolExecutionNotifications.map(
        (each: { readonly associatedRule: { readonly id: string } }) => each.associatedRule.id,
      ),
    ).toEqual(['empty', 'broken', 'look']);
  });

  it('cklb: the members that the viewer reads, and never a pass that was not seen', async () => {
    const document = JSON.parse(await report('cklb'));
    expect(Object.keys(document)).toEqual([
      'title',
      'id',
      'stigs',
      'active',
      'mode',
      'has_path',
      'target_data',
      'cklb_version',
    ]);
    const [stig] = document.stigs;
    expect(stig).toMatchObject({ stig_id: 'Okta_STIG', size: 6, rules: { length: 6 } });
    expect(
      Object.fromEntries(
        stig.rules.map((rule: { readonly group_id: string; readonly status: string }) => [rule.group_id, rule.status]),
      ),
    ).toEqual({
      'V-273186': 'open',
      'V-1': 'open',
      'V-2': 'open',
      'V-3': 'not_a_finding',
      'V-4': 'not_reviewed',
      'V-5': 'not_reviewed',
    });
    expect(stig.rules[0]).toMatchObject({
      group_id_src: 'V-273186',
      rule_id: 'SV-273186r1098825',
      rule_id_src: 'SV-273186r1098825_rule',
      rule_version: 'OKTA-APP-000020',
      severity: 'high',
      ccis: ['CCI-000057'],
      stig_uuid: stig.uuid,
    });
    expect(Object.keys(stig.rules[0])).toHaveLength(35);
    for (const id of [document.id, stig.uuid, stig.rules[0].uuid])
      expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-8[0-9a-f]{3}-[0-9a-f]{12}$/);
  });

  it('html: no parse error, nothing that runs or loads', async () => {
    const html = await report('html');
    const errors: string[] = [];
    parse(html, { onParseError: ({ code, startLine }) => errors.push(`${code} in line ${startLine}`) });
    expect(errors).toEqual([]);
    expect(html).not.toMatch(/<script|<img|<link|<iframe|\son\w+=|javascript:|@import|url\(|\sstyle=/i);
    expect(html).toMatch(/content="default-src 'none'; style-src 'sha256-[^']+'; base-uri 'none'; form-action 'none'"/);
    expect(html).toContain('&lt;script&gt;alert(1)&lt;/script&gt;');
    expect(html).toContain('href="https://example.com/?a=1&amp;b=&quot;2&quot;"');
    expect(html.match(/<svg [^>]*role="img" aria-label="Histogram of days"/g)).toHaveLength(1);
    expect(html).toContain('Objects by days: 0 to below 10: 10; ');
    expect(html).toContain('90 to below 100: 10, 9 alarm.');
    // Each id is there once, and whatever refers to one finds it.
    const ids = [...html.matchAll(/ id="([^"]+)"/g)].map(([, id]) => id);
    expect(new Set(ids).size).toBe(ids.length);
    for (const [, id] of html.matchAll(/aria-labelledby="([^"]+)"/g)) expect(ids).toContain(id);
  });

  it('is found by the name of its file', () => {
    expect(['a.html', 'b.SARIF', 'c.xml', 'd.cklb', 'e.md', 'f.txt', 'g', 'h.parquet'].map(reportFormatOf)).toEqual([
      'html',
      'sarif',
      'junit',
      'cklb',
      'markdown',
      'text',
      undefined,
      undefined,
    ]);
  });

  it('is refused as a checklist for what follows no STIG, and for several orgs', async () => {
    const packs = run.packs.map(({ stig: _stig, ...rest }) => rest);
    await expect(reportOf({ ...run, packs }, 'cklb')).rejects.toThrow('None of the packs follows a STIG');
    await expect(reportOf({ ...run, orgs: ['a', 'b'] }, 'cklb')).rejects.toThrow('A checklist is about one org');
  });
});

describe('classes of a histogram', () => {
  it.each<[values: readonly number[], edges: readonly number[]]>([
    [[], []],
    [[5], [5]],
    [
      [0, 11],
      [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11],
    ],
    [
      [-3, 40],
      [-5, 0, 5, 10, 15, 20, 25, 30, 35, 40],
    ],
    [
      [0.1, 0.32],
      [0.1, 0.12, 0.14, 0.16, 0.18, 0.2, 0.22, 0.24, 0.26, 0.28, 0.3, 0.32],
    ],
    [
      [1, 1_000_000],
      [0, 100_000, 200_000, 300_000, 400_000, 500_000, 600_000, 700_000, 800_000, 900_000, 1_000_000],
    ],
  ])('of %j', (values, edges) => {
    const bins = binsOf(values.map((value) => ({ value, isAlarm: false })));
    expect(bins.map(({ from }) => from)).toEqual(edges);
    expect(bins.reduce((sum, { others }) => sum + others, 0)).toBe(values.length);
  });
});
