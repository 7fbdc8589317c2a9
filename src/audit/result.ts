/**
 * What a run of controls comes to: the contract between running, reports and evidence.
 *
 * @module
 */

import type { Provenance } from '../exec/provenance.ts';
import type { ParameterValue } from '../sql/statement.ts';
import type { ResultColumn, Row } from '../values.ts';
import {
  type Control,
  type ControlStatus,
  ROW_STATUSES,
  type RowStatus,
  SEVERITIES,
  type Severity,
  type StigFacts,
} from './control.ts';

/** A finding that somebody has taken on, until a day. */
export interface Acceptance {
  readonly owner: string;
  readonly reason: string;
  /** The last day, `YYYY-MM-DD`. */
  readonly expires: string;
}

/** What one row says. */
export interface Finding {
  readonly resource: string;
  readonly status: RowStatus;
  readonly reason: string;
  /** All of the row, in the order of the columns. */
  readonly row: Row;
  readonly acceptance?: Acceptance;
}

export type Counts = Readonly<Record<RowStatus, number>>;

/** Why a control could not be judged, as errors tell it. */
export interface Failure {
  readonly code: string;
  readonly sqlState: string;
  readonly hint?: string;
}

/** One control on one org. */
export interface ControlResult {
  readonly pack: string;
  readonly group: { readonly id: string; readonly title: string };
  readonly control: Control;
  /** As it was named. */
  readonly org: string;
  readonly status: ControlStatus;
  /** What no row says: why it was skipped, why it failed, what a person has to look at. */
  readonly reason?: string;
  readonly failure?: Failure;
  readonly columns: readonly ResultColumn[];
  readonly findings: readonly Finding[];
  /** Of findings by status; those that are accepted are not among the alarms. */
  readonly counts: Counts;
  readonly accepted: number;
  readonly notices: readonly string[];
  /** What the query was bound to. */
  readonly values: Readonly<Record<string, ParameterValue>>;
  /** Answers that its rows come from, in the order in which they were read, and what is not among them. */
  readonly provenance: readonly Provenance[];
  /** Requests that were sent for it; what an earlier control had read already is not among them. */
  readonly requests: number;
  /** By the clock of this machine. */
  readonly startedAt: Date;
  readonly endedAt: Date;
}

export interface PackFacts {
  readonly name: string;
  readonly title: string;
  readonly version: string;
  readonly description?: string | undefined;
  readonly stig?: StigFacts | undefined;
}

export interface AuditRun {
  /** Of oktaql. */
  readonly version: string;
  readonly packs: readonly PackFacts[];
  readonly orgs: readonly string[];
  readonly startedAt: Date;
  readonly endedAt: Date;
  /** Org by org, in the order of the packs. */
  readonly results: readonly ControlResult[];
  readonly requests: {
    readonly sent: number;
    /** What they would have been if each control had read all of its lists itself. */
    readonly alone: number;
  };
}

/** `pack/id`: what a control is called where packs meet. */
export function nameOf({ pack, control }: Pick<ControlResult, 'pack' | 'control'>): string {
  return `${pack}/${control.id}`;
}

/** From the worst: how statuses are told, wherever there is a choice. */
export const STATUSES: readonly ControlStatus[] = ['alarm', 'error', 'skip', 'manual', 'info', 'ok'];

/** The worst first: by status, then by severity. */
export function byWeight(one: ControlResult, other: ControlResult): number {
  const status = STATUSES.indexOf(one.status) - STATUSES.indexOf(other.status);
  return status || SEVERITIES.indexOf(one.control.severity) - SEVERITIES.indexOf(other.control.severity);
}

/** Whether a severity is as bad as another, or worse. */
export function isAtLeast(severity: Severity, bound: Severity): boolean {
  return SEVERITIES.indexOf(severity) <= SEVERITIES.indexOf(bound);
}

export function countControls(results: readonly ControlResult[]): Readonly<Record<ControlStatus, number>> {
  const counts: Record<ControlStatus, number> = { alarm: 0, error: 0, skip: 0, manual: 0, info: 0, ok: 0 };
  for (const { status } of results) counts[status] += 1;
  return counts;
}

export function countFindings(findings: readonly Finding[]): Counts {
  const counts: Record<RowStatus, number> = { alarm: 0, error: 0, ok: 0, info: 0, skip: 0 };
  for (const { status, acceptance } of findings) if (acceptance === undefined) counts[status] += 1;
  return counts;
}

/** The findings of a control, the worst first, each as its query had it among its like. */
export function worstFirst(findings: readonly Finding[]): readonly Finding[] {
  const weight = ({ status, acceptance }: Finding): number =>
    acceptance === undefined ? ROW_STATUSES.indexOf(status) : ROW_STATUSES.length;
  return findings.toSorted((one, other) => weight(one) - weight(other));
}
