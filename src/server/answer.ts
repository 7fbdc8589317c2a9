/**
 * What a statement is answered with, whoever answers it: the contract between those and what is written to the client.
 *
 * @module
 */

import { OID, type TypedColumn, typeByOid, type WireType } from '../wire/types.ts';
import type { CopyFormat } from './copy-format.ts';

export interface AnswerColumn extends TypedColumn {
  readonly name: string;
}

/** Values as texts, in PostgreSQL's form. */
export type TextRow = readonly (string | null)[];

export interface Answer {
  /** Absent where there are no rows, not even none. */
  readonly columns?: readonly AnswerColumn[];
  /** May be read once. Only with columns. */
  rows(): AsyncIterable<readonly TextRow[]>;
  /** @param rows that were sent in all */
  tag(rows: number): string;
  /** Whether they are wanted in binary form where the client does not say. */
  readonly isBinary?: true;
  /** Rows leave as data of a COPY. */
  readonly copy?: CopyFormat;
  close(): Promise<void>;
}

const NOTHING = async (): Promise<void> => undefined;

async function* none(): AsyncGenerator<readonly TextRow[]> {
  // There are no rows.
}

/** What has been done, and gives no rows. */
export function done(tag: string): Answer {
  return { rows: none, tag: () => tag, close: NOTHING };
}

/** Rows of texts that are known already. */
export function textRows(tag: string, names: readonly string[], rows: readonly TextRow[]): Answer {
  const type = typeByOid(OID.text) as WireType;
  return {
    columns: names.map((name) => ({ name, type, modifier: -1 })),
    rows: async function* () {
      yield rows;
    },
    tag: () => tag,
    close: NOTHING,
  };
}
