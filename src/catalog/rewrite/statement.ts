/**
 * What rewriting a statement knows of the connection, and what it finds out.
 *
 * @module
 */

import type { Facts } from '../facts.ts';
import type { ObjectNames } from '../names.ts';

export interface Statement {
  readonly facts: Facts;
  readonly names: ObjectNames;
  /** The schemas in which a name without one is looked for; `pg_catalog` is among them. */
  readonly path: readonly string[];
  /** Of the path, those that `current_schemas(false)` has. */
  readonly ownPath: readonly string[];
  readonly user: string;
  readonly database: string;
  readonly pid: number;
  readonly version: string;
  setting(name: string): string | undefined;
  readonly parameters: Parameters;
  readonly uses: Uses;
}

export interface Parameters {
  /** By number, from 0; undefined while a statement is only described. */
  readonly values: readonly (string | null)[] | undefined;
  /** PostgreSQL's names of their types, found while the statement is read. */
  readonly types: (string | undefined)[];
}

/** What has to be there before the statement runs. */
export interface Uses {
  /** Without their schema where that is `pg_catalog`. */
  readonly relations: Set<string>;
  readonly functions: Set<string>;
}
