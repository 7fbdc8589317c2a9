/**
 * A run as reports tell it: groups with their controls, and what a finding has besides its verdict.
 *
 * Entry of the room `reports/`: each form of a report is a function from a run to a text, and knows nothing of where that goes.
 *
 * @module
 */

import type { ResultColumn, Value } from '../../values.ts';
import { COLUMNS } from '../check-pack.ts';
import type { ControlStatus } from '../control.ts';
import { type AuditRun, type ControlResult, countControls, type Finding, STATUSES } from '../result.ts';

/** Controls of one group on one org. */
export interface GroupOfResults {
  readonly org: string;
  readonly pack: string;
  readonly packTitle: string;
  readonly id: string;
  readonly title: string;
  readonly results: readonly ControlResult[];
}

/** In the order in which they ran. */
export function groupsOf({ results, packs }: AuditRun): readonly GroupOfResults[] {
  const groups = new Map<string, ControlResult[]>();
  for (const result of results) {
    const key = JSON.stringify([result.org, result.pack, result.group.id]);
    groups.set(key, [...(groups.get(key) ?? []), result]);
  }
  return [...groups.values()].flatMap((own): GroupOfResults[] => {
    const [first] = own;
    if (first === undefined) return [];
    const { org, pack, group } = first;
    const packTitle = packs.find(({ name }) => name === pack)?.title ?? pack;
    return [{ org, pack, packTitle, id: group.id, title: group.title, results: own }];
  });
}

/** `12 controls: 2 alarm, 1 error, 9 ok`. */
export function summaryOf(results: readonly ControlResult[]): string {
  const counts = countControls(results);
  const told = STATUSES.filter((status) => counts[status] > 0).map((status) => `${counts[status]} ${status}`);
  return `${results.length} ${results.length === 1 ? 'control' : 'controls'}: ${told.join(', ')}`;
}

/** What requests were spared by reading each list once. */
export function requestsOf({ requests: { sent, alone } }: AuditRun): string {
  return alone > sent ? `${sent} requests; ${alone} if each control had asked for itself` : `${sent} requests`;
}

/** The columns that are no part of the verdict, with their places. */
export function furtherColumns({
  columns,
}: ControlResult): readonly { readonly column: ResultColumn; readonly at: number }[] {
  return columns.map((column, at) => ({ column, at })).filter(({ column }) => !COLUMNS.includes(column.name));
}

export function furtherValues(result: ControlResult, { row }: Finding): readonly (readonly [string, Value])[] {
  return furtherColumns(result).map(({ column, at }) => [column.name, row[at] ?? null] as const);
}

/** What a status means, for readers who meet it the first time. */
export const MEANINGS: Readonly<Record<ControlStatus, string>> = {
  alarm: 'at least one object is not as it should be',
  error: 'it could not be judged: something failed',
  skip: 'not judged: nothing was there to see, or not all of it',
  manual: 'no API tells it: a person has to look',
  info: 'for information, or only findings that are accepted',
  ok: 'all objects were seen, and hold',
};
