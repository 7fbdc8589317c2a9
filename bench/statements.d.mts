/** What the statements of the bench are made of. */

export interface Facts {
  /** Ids of users of the simulated org, deprovisioned ones too. */
  readonly users: readonly string[];
  readonly apps: readonly string[];
  /** A file with the columns `id`, of users, and `why`. */
  readonly csv: string;
}

export interface Statement {
  readonly name: string;
  /** The text, or a file of `docs/audit`. */
  readonly sql?: string | ((facts: Facts) => string);
  readonly audit?: string;
  /** Requests that an all-knowing planner needs, and why so many. */
  readonly least: number;
  readonly because: string;
  /** Where methods of other tables could stand in. */
  readonly elsewhere?: { readonly least: number; readonly because: string };
  /** Requests that we send. */
  readonly sent: number;
  /** The mechanism by which it is more than the least. */
  readonly excess?: string;
}

export declare const STATEMENTS: readonly Statement[];
