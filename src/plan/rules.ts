/**
 * The steps of planning a SELECT. Reading this list is reading the planner.
 *
 * @module
 */

import type { Rule } from './draft.ts';
import { ask } from './rules/ask.ts';
import { chooseScans } from './rules/choose-scans.ts';
import { dropContradictions } from './rules/drop-contradictions.ts';
import { embeddedCopies } from './rules/embedded-copies.ts';
import { lateKeys } from './rules/late-keys.ts';
import { limitRows } from './rules/limit.ts';
import { meantColumns } from './rules/meant-columns.ts';
import { propagateConstants } from './rules/propagate-constants.ts';
import { withoutKeys } from './rules/without-keys.ts';

/** By the name that EXPLAIN VERBOSE gives them, in their order. */
export const RULES: Readonly<Record<string, Rule>> = {
  meantColumns,
  propagateConstants,
  dropContradictions,
  chooseScans,
  embeddedCopies,
  lateKeys,
  withoutKeys,
  ask,
  limitRows,
};
