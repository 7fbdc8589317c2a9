/**
 * The rows of a control → its status. What was not seen is never `ok`: no rows, a call that gave none, and a row that says something
 * else than a verdict all keep a control from holding.
 *
 * @module
 */

import type { Provenance } from '../exec/provenance.ts';
import { jsonText } from '../output/json-text.ts';
import type { ResultColumn, ResultSet, Row, Value } from '../values.ts';
import { COLUMNS } from './check-pack.ts';
import { type Control, type ControlStatus, ROW_STATUSES, type RowStatus } from './control.ts';
import { type Acceptance, type Counts, countFindings, type Finding } from './result.ts';

export interface Verdict {
  readonly status: ControlStatus;
  readonly reason?: string;
  readonly findings: readonly Finding[];
  readonly counts: Counts;
  readonly accepted: number;
}

export interface Evidence {
  readonly result: ResultSet;
  readonly notices: readonly string[];
  readonly provenance: readonly Provenance[];
  readonly acceptanceOf: (resource: string) => Acceptance | undefined;
}

export function judge(control: Control, { result, notices, provenance, acceptanceOf }: Evidence): Verdict {
  const problem = problemIn(control, result);
  if (problem !== undefined) return unjudged('error', problem);
  const place = (name: string): number => result.columns.findIndex((column) => column.name === name);
  const [resource, status, reason] = COLUMNS.map(place);
  const findings = result.rows.map((row): Finding => {
    const name = textOf(row[resource ?? -1]);
    const acceptance = row[status ?? -1] === 'alarm' ? acceptanceOf(name) : undefined;
    return {
      resource: name,
      status: row[status ?? -1] as RowStatus,
      reason: textOf(row[reason ?? -1]),
      row,
      ...(acceptance !== undefined && { acceptance }),
    };
  });
  const counts = countFindings(findings);
  const accepted = findings.filter(({ acceptance }) => acceptance !== undefined).length;
  return { ...statusOf(counts, accepted, gapsIn(control, provenance, notices)), findings, counts, accepted };
}

/** A control that has no verdict. */
export function unjudged(status: ControlStatus, reason: string): Verdict {
  return { status, reason, findings: [], counts: countFindings([]), accepted: 0 };
}

function statusOf(counts: Counts, accepted: number, gap: string | undefined): Pick<Verdict, 'status' | 'reason'> {
  if (counts.alarm > 0) return { status: 'alarm', ...(gap !== undefined && { reason: gap }) };
  if (counts.error > 0) return { status: 'error', reason: `${counted(counts.error, 'row')} could not be judged` };
  const judged = counts.ok + counts.info + counts.skip + accepted;
  if (judged === 0) return { status: 'skip', reason: gap ?? 'nothing to judge: the query has no row' };
  if (gap !== undefined) return { status: 'skip', reason: gap };
  if (accepted > 0) return { status: 'info', reason: `${counted(accepted, 'finding')} accepted, and no other` };
  if (counts.ok > 0) return { status: 'ok' };
  return counts.info > 0 ? { status: 'info' } : { status: 'skip', reason: 'no row was judged' };
}

/** What was asked for and gave no rows, in the words of the notices. */
function gapsIn(
  { absence }: Control,
  provenance: readonly Provenance[],
  notices: readonly string[],
): string | undefined {
  const gaps = provenance.filter((told) => told.kind === 'left-out');
  const unexpected = absence === undefined ? gaps : gaps.filter(({ reason }) => reason === 'denied');
  if (unexpected.length === 0) return undefined;
  const words = notices.length > 0 ? notices.join(' ') : `${counted(unexpected.length, 'call')} gave no rows`;
  return `not all was seen: ${words}`;
}

/** What keeps rows from being verdicts. */
function problemIn({ chart }: Control, { columns, rows }: ResultSet): string | undefined {
  const missing = [...COLUMNS, ...(chart === undefined ? [] : [chart])].filter((name) => timesOf(columns, name) !== 1);
  if (missing[0] !== undefined) {
    const found = columns.map(({ name }) => name).join(', ');
    return `the query has to have one column ${missing[0]}, and has ${found}`;
  }
  const at = (name: string): number => columns.findIndex((column) => column.name === name);
  const [resource, status] = [at('resource'), at('status')];
  const unknown = rows.findIndex((row) => !isStatus(row[status]));
  if (unknown !== -1) {
    const given = JSON.stringify(textOf(rows[unknown]?.[status]).slice(0, 40));
    return `row ${unknown + 1} has the status ${given}, which is none of ${ROW_STATUSES.toSorted().join(', ')}`;
  }
  const nameless = rows.findIndex((row: Row) => textOf(row[resource]) === '');
  return nameless === -1 ? undefined : `row ${nameless + 1} names no resource`;
}

function timesOf(columns: readonly ResultColumn[], wanted: string): number {
  return columns.filter(({ name }) => name === wanted).length;
}

function isStatus(value: Value | undefined): boolean {
  return ROW_STATUSES.some((status) => status === value);
}

function textOf(value: Value | undefined): string {
  if (value === null || value === undefined) return '';
  return value instanceof Date ? value.toISOString() : typeof value === 'object' ? jsonText(value) : String(value);
}

function counted(count: number, what: string): string {
  return count === 1 ? `1 ${what}` : `${count} ${what}s`;
}
