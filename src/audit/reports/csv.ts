/**
 * The report as one table, a row for each finding, and one for each control that has none.
 *
 * @module
 */

import type { Sink } from '../../output/writer.ts';
import { createWriter } from '../../output/writers.ts';
import type { ResultColumn, Row } from '../../values.ts';
import type { AuditRun, ControlResult } from '../result.ts';

const NAMES = [
  ...['org', 'pack', 'group', 'control', 'title', 'severity', 'control_status', 'resource', 'status', 'reason'],
  ...['accepted_by', 'accepted_because', 'accepted_until'],
] as const;

const COLUMNS: readonly ResultColumn[] = NAMES.map((name) => ({ name, type: 'VARCHAR' }));

/** Opened in a spreadsheet as often as not, so no text in it is a formula. */
export async function csvReport({ results }: AuditRun): Promise<string> {
  const chunks: string[] = [];
  const sink: Sink = { write: async (chunk) => void chunks.push(String(chunk)) };
  const writer = createWriter('csv', sink, { safeCsv: true });
  await writer.begin(COLUMNS);
  for (const result of results) await writer.rows(rowsOf(result));
  await writer.end();
  return chunks.join('');
}

function rowsOf({ org, pack, group, control, status, reason, findings }: ControlResult): readonly Row[] {
  const head = [org, pack, group.id, control.id, control.title, control.severity, status];
  const none = [null, null, null];
  if (findings.length === 0) return [[...head, null, null, reason ?? null, ...none]];
  return findings.map(({ resource, status: own, reason: why, acceptance }) => [
    ...[...head, resource, own, why],
    ...(acceptance === undefined ? none : [acceptance.owner, acceptance.reason, acceptance.expires]),
  ]);
}
