/**
 * Names with dots between them in DuckDB's tree: which of them may lead into a JSON column.
 *
 * @module
 */

import type { DottedRef } from '../statement.ts';
import type { TreeReading } from './reading.ts';
import { locationOf, nodesAt, optionalNode, type TreeNode, textAt, textConstant, textsAt } from './tree.ts';

/** A column reference, and what is taken out of it: `k[0].m` behind `u.profile`. */
interface Access {
  readonly reference: TreeNode;
  readonly steps: readonly (string | number)[];
}

/** What a node takes out of a column by names and numbers; undefined for any other node. */
export function accessOf(node: TreeNode): Access | undefined {
  if (node['class'] === 'COLUMN_REF') return { reference: node, steps: [] };
  const [inner, key] = node['class'] === 'OPERATOR' ? nodesAt(node, 'children') : [];
  const step = key === undefined ? undefined : stepOf(textAt(node, 'type'), key);
  const access = inner === undefined || step === undefined ? undefined : accessOf(inner);
  return access !== undefined && step !== undefined ? { ...access, steps: [...access.steps, step] } : undefined;
}

function stepOf(operator: string, key: TreeNode): string | number | undefined {
  if (operator === 'STRUCT_EXTRACT') return textConstant(key);
  const index = operator === 'ARRAY_EXTRACT' ? optionalNode(key, 'value')?.['value'] : undefined;
  return typeof index === 'number' && Number.isSafeInteger(index) && index >= 0 ? index : undefined;
}

/** The reference, if there is a dot in it. @param isOutput whether it stands for itself in a SELECT list */
export function dottedRef(
  { reference, steps }: Access,
  { offsetAt }: TreeReading,
  isOutput: boolean,
): DottedRef | undefined {
  const names = textsAt(reference, 'column_names');
  const location = locationOf(reference);
  const hasDot = names.length > 1 || steps.some((step) => typeof step === 'string');
  return hasDot && location !== undefined ? { names, steps, offset: offsetAt(location), isOutput } : undefined;
}
