/**
 * A function of our own.
 *
 * @module
 */

export interface Macro {
  readonly name: string;
  /** What stands behind `CREATE TEMP MACRO name`: one or more parameter lists, each with its body. */
  readonly sql: string;
  readonly why: string;
}
