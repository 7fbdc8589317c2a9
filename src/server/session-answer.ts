/**
 * What a session answers, as the protocol has it.
 *
 * @module
 */

import type { Outcome } from '../exec/outcome.ts';
import type { ResultColumn } from '../values.ts';
import { textWriter } from '../wire/text-format.ts';
import { typeOfEngine } from '../wire/types.ts';
import type { Answer, AnswerColumn, TextRow } from './answer.ts';

export function answerColumns(columns: readonly ResultColumn[]): readonly AnswerColumn[] {
  return columns.map(({ name, type }) => ({ name, ...typeOfEngine(type) }));
}

/** @param told what the client is told of the columns, or has been already */
export function sessionAnswer(
  outcome: Outcome,
  told: (columns: readonly ResultColumn[]) => readonly AnswerColumn[],
): Answer {
  const { result, isShown } = outcome;
  const close = (): Promise<void> => outcome.close();
  const tag = (rows: number): string => tagOf(outcome, rows);
  if (result === undefined || !isShown) return { rows: () => passedOver(outcome), tag, close };
  const columns = told(result.columns);
  const writers = columns.map(textWriter);
  return {
    columns,
    rows: async function* () {
      for await (const rows of result.batches()) {
        yield rows.map((row): TextRow => writers.map((write, index) => write(row[index] ?? null)));
      }
    },
    tag,
    close,
  };
}

/** Rows that are not shown are read all the same: only then is what was done counted. */
async function* passedOver({ result }: Outcome): AsyncGenerator<readonly TextRow[]> {
  if (result === undefined) return;
  for await (const _rows of result.batches()) yield [];
}

/** https://www.postgresql.org/docs/current/protocol-message-formats.html, CommandComplete */
function tagOf({ tag, count }: Outcome, rows: number): string {
  if (tag === 'SELECT') return `SELECT ${rows}`;
  if (tag === 'INSERT') return `INSERT 0 ${count() ?? rows}`;
  const counted = count();
  return counted === undefined ? tag : `${tag} ${counted}`;
}
