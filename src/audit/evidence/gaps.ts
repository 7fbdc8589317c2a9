/**
 * What keeps a run from being evidence: anything that was asked for and not seen.
 *
 * @module
 */

import type { Provenance } from '../../exec/provenance.ts';
import { type AuditRun, type ControlResult, nameOf } from '../result.ts';
import type { ListFacts } from './manifest.ts';

/** In words, one for each control; none for a run that may be kept. */
export function gapsIn({ results }: AuditRun): readonly string[] {
  return results.flatMap((result) => {
    const why = gapOf(result);
    return why === undefined ? [] : [`${nameOf(result)} on ${result.org}: ${why}`];
  });
}

function gapOf({ status, reason, findings, failure, provenance }: ControlResult): string | undefined {
  if (status === 'error' && findings.length === 0) return reason ?? failure?.code ?? 'it failed';
  const denied = provenance.filter((told) => told.kind === 'left-out' && told.reason === 'denied');
  return denied.length > 0 ? `${denied.length} calls were denied` : undefined;
}

/** The lists of a control, and how far each was read. */
export function listsIn(provenance: readonly Provenance[]): readonly ListFacts[] {
  const lists = new Map<string, { pages: Set<string>; rows: number; isWhole: boolean }>();
  for (const told of provenance) {
    if (told.kind === 'left-out') continue;
    const known = lists.get(told.list) ?? { pages: new Set<string>(), rows: 0, isWhole: false };
    lists.set(told.list, known);
    if (told.kind === 'end') known.isWhole = true;
    // Two tables of one statement may read the same list.
    else if (!known.pages.has(told.url)) {
      known.pages.add(told.url);
      known.rows += told.rows;
    }
  }
  return [...lists].map(([list, { pages, rows, isWhole }]) => ({ list, pages: pages.size, rows, isWhole }));
}
