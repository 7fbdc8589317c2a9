/** What is known of the tables of the oracle. */

export type MemberType = 'text' | 'number' | 'truth' | 'json';

/** `{t}` stands where the alias belongs. */
export interface Member {
  readonly column: string;
  readonly path: readonly (string | number)[];
  readonly type: MemberType;
  /** Documents know how it is spelt, so that case does not matter. */
  readonly isDeclared: boolean;
}

/** An expression, with what it is compared to. */
export interface Compared {
  readonly expression: string;
  readonly values: readonly string[];
  /** Whether only those, since what is none of them may be taken for a name. */
  readonly isClosed?: boolean;
}

/** Expressions by type. */
export interface Terms {
  readonly texts: readonly Compared[];
  readonly times: readonly Compared[];
  /** Of whole numbers, and of truth values. */
  readonly numbers?: readonly string[];
  readonly truths?: readonly string[];
  /** Texts that are all of another type, and literals of that. */
  readonly others?: readonly Compared[];
}

/** A table, and expressions over it with the texts that they are compared to. */
export interface Table extends Terms {
  readonly name: string;
  /** Members of its JSON columns, in conditions and elsewhere. */
  readonly members?: { readonly terms: Terms; readonly list: readonly Member[] };
  /** A column with few values. */
  readonly kind: string;
  /** What tells its rows from each other. */
  readonly key: string;
}
