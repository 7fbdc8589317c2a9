/**
 * Rows of an answer, read some at a time, and written as the client wants them.
 *
 * @module
 */

import { type FieldDescription, type ValueWriter, writeDataRow } from '../wire/backend.ts';
import { binaryWriter } from '../wire/binary-format.ts';
import { WireError } from '../wire/failure.ts';
import type { FormatCode } from '../wire/frontend.ts';
import type { Answer, AnswerColumn, TextRow } from './answer.ts';
import { copyWriter } from './copy-format.ts';
import type { Sender } from './sender.ts';

/** Reads an answer once, some rows at a time. */
export class RowReader {
  readonly #batches: AsyncIterator<readonly TextRow[]>;
  #rest: readonly TextRow[] = [];
  #isDone = false;

  constructor({ rows }: Pick<Answer, 'rows'>) {
    this.#batches = rows()[Symbol.asyncIterator]();
  }

  get isDone(): boolean {
    return this.#isDone;
  }

  /** The next rows, at most so many; none when there are no more. */
  async next(most: number): Promise<readonly TextRow[]> {
    while (this.#rest.length === 0 && !this.#isDone) {
      const step = await this.#batches.next();
      if (step.done === true) this.#isDone = true;
      else this.#rest = step.value;
    }
    const taken = this.#rest.length <= most ? this.#rest : this.#rest.slice(0, most);
    this.#rest = this.#rest.slice(taken.length);
    return taken;
  }

  async close(): Promise<void> {
    this.#rest = [];
    if (this.#isDone) return;
    this.#isDone = true;
    await this.#batches.return?.();
  }
}

/** The format of each column: none given are texts, and one is that of all. @throws WireError */
export function formatsFor(columns: readonly unknown[], codes: readonly FormatCode[]): readonly FormatCode[] {
  const unknown = codes.find((code) => code !== 0 && code !== 1);
  if (unknown !== undefined) throw new WireError('22023', `unsupported format code: ${unknown}`);
  if (codes.length > 1 && codes.length !== columns.length) {
    throw new WireError(
      '08P01',
      `bind message has ${codes.length} result formats but query has ${columns.length} columns`,
    );
  }
  return columns.map((_column, index) => codes[codes.length === 1 ? 0 : index] ?? 0);
}

/** A table OID of 0 keeps clients from asking the catalog for each column. */
export function fieldsOf(
  columns: readonly AnswerColumn[],
  formats: readonly FormatCode[],
): readonly FieldDescription[] {
  return columns.map(({ name, type, modifier }, index) => ({
    name,
    tableOid: 0,
    columnNumber: 0,
    typeOid: type.oid,
    typeSize: type.size,
    typeModifier: modifier,
    format: formats[index] ?? 0,
  }));
}

/** Sends rows as they come, at most so many. Returns how many. */
export async function sendRows(
  reader: RowReader,
  {
    columns = [],
    formats,
    most,
  }: {
    readonly columns: readonly AnswerColumn[] | undefined;
    readonly formats: readonly FormatCode[];
    readonly most: number;
  },
  sender: Sender,
): Promise<number> {
  const forms = columns.map(({ type }, index): ValueWriter | undefined =>
    formats[index] === 1 ? binaryWriter(type) : undefined,
  );
  let sent = 0;
  while (sent < most) {
    const rows = await reader.next(most - sent);
    if (rows.length === 0) break;
    for (const row of rows) {
      writeDataRow(sender.writer, row, forms);
      await sender.pour();
    }
    sent += rows.length;
  }
  return sent;
}

/** Sends all rows as data of a COPY. Returns how many. */
export async function sendCopy(answer: Answer, reader: RowReader, sender: Sender): Promise<number> {
  const { columns = [], copy = { kind: 'binary' } } = answer;
  const format = copy.kind === 'binary' ? 1 : 0;
  sender.send({ kind: 'copyOutResponse', format, columnFormats: columns.map(() => format) });
  const { writer } = sender;
  const data = (write: () => void): void => {
    writer.uint8(COPY_DATA).sized(write, true);
  };
  const {
    begin,
    row: writeRow,
    end,
  } = copyWriter(
    copy,
    columns.map(({ name }) => name),
    columns.map(({ type }) => binaryWriter(type)),
  );
  if (begin !== undefined) data(() => begin(writer));
  let sent = 0;
  for (;;) {
    const rows = await reader.next(Number.POSITIVE_INFINITY);
    if (rows.length === 0) break;
    for (const row of rows) {
      data(() => writeRow(writer, row));
      await sender.pour();
    }
    sent += rows.length;
  }
  if (end !== undefined) data(() => end(writer));
  sender.send({ kind: 'copyDone' });
  return sent;
}

const COPY_DATA = 0x64;
