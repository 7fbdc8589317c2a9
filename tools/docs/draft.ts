/**
 * What the makers of examples take and give.
 *
 * @module
 */

import type { Registry } from '../../src/registry/registry.ts';
import type { PageInputs } from './inputs.ts';

/** What the examples are made from. */
export interface Sources {
  readonly registry: Registry;
  readonly inputs: PageInputs;
}

/** A statement that may or may not run. */
export interface Draft {
  /** What it asks for, ending in a colon; empty where the statement says it. */
  readonly title: string;
  readonly sql: string;
  /** The method that it stands under, where the planner cannot say. */
  readonly method?: string;
}
