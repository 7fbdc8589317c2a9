/**
 * The report for programs. Its form is an API: members are only added.
 *
 * @module
 */

import { jsonText } from '../../output/json-text.ts';
import type { JsonValue, Value } from '../../values.ts';
import { type AuditRun, type ControlResult, countControls, type Finding } from '../result.ts';
import { furtherValues } from './shape.ts';

export function jsonReport(run: AuditRun): string {
  const { version, startedAt, endedAt, orgs, packs, requests, results } = run;
  const document = {
    formatVersion: 1,
    oktaql: version,
    startedAt,
    endedAt,
    orgs: [...orgs],
    packs: packs.map(({ name, title, version: of }) => ({ name, title, version: of })),
    requests: { ...requests },
    summary: { ...countControls(results) },
    controls: results.map(controlOf),
  };
  return `${indented(document)}\n`;
}

function controlOf(result: ControlResult): Record<string, Value> {
  const { control, pack, group, org, status, reason, failure, counts, accepted, requests, notices, findings } = result;
  return {
    pack,
    group: group.id,
    id: control.id,
    title: control.title,
    severity: control.severity,
    org,
    status,
    ...(reason !== undefined && { reason }),
    ...(failure !== undefined && { error: { ...failure } }),
    counts: { ...counts, accepted },
    values: Object.fromEntries(Object.entries(result.values).map(([name, value]) => [name, value as JsonValue])),
    requests,
    ...(notices.length > 0 && { notices: [...notices] }),
    references: control.references.map((reference) => Object.fromEntries(Object.entries(reference))),
    rows: findings.map((finding) => rowOf(result, finding)),
  } as unknown as Record<string, Value>;
}

function rowOf(result: ControlResult, finding: Finding): Record<string, unknown> {
  const { resource, status, reason, acceptance } = finding;
  return {
    ...Object.fromEntries(furtherValues(result, finding)),
    resource,
    status,
    reason,
    ...(acceptance !== undefined && { accepted: { ...acceptance } }),
  };
}

/** Members on lines of their own down to the rows, each of which is a line. */
function indented(document: object): string {
  const members = Object.entries(document).map(([name, value]) =>
    name === 'controls'
      ? `  "controls": [\n${(value as readonly object[]).map(controlText).join(',\n')}\n  ]`
      : member(name, value, '  '),
  );
  return `{\n${members.join(',\n')}\n}`;
}

function controlText(control: object): string {
  const members = Object.entries(control).map(([name, value]) => {
    if (name !== 'rows' || (value as readonly unknown[]).length === 0) return member(name, value, '      ');
    const rows = (value as readonly Value[]).map((row) => `        ${jsonText(row)}`);
    return `      "rows": [\n${rows.join(',\n')}\n      ]`;
  });
  return `    {\n${members.join(',\n')}\n    }`;
}

function member(name: string, value: unknown, indent: string): string {
  return `${indent}${JSON.stringify(name)}: ${jsonText(value as Value)}`;
}
