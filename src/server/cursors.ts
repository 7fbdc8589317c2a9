/**
 * Cursors that SQL declares: https://www.postgresql.org/docs/current/sql-fetch.html
 *
 * @module
 */

import { WireError } from '../wire/failure.ts';
import type { Answer, TextRow } from './answer.ts';
import type { FetchMove } from './command.ts';
import { RowReader } from './rows.ts';

export interface CursorOptions {
  readonly isBinary: boolean;
  /** Whether it keeps the rows that it has passed, to go back to them. */
  readonly canScroll: boolean;
  /** Whether it outlives its block. */
  readonly isHeld: boolean;
}

export class SqlCursor {
  readonly answer: Answer;
  readonly options: CursorOptions;
  readonly #reader: RowReader;
  /** All that were read, where it can scroll. */
  readonly #kept: TextRow[] = [];
  /** The row that it stands on, from 1; 0 before the first. */
  #position = 0;
  /** Rows in all, once the last has been read. */
  #total: number | undefined;

  constructor(answer: Answer, options: CursorOptions) {
    this.answer = answer;
    this.options = options;
    this.#reader = new RowReader(answer);
  }

  async fetch({ way, count }: FetchMove): Promise<readonly TextRow[]> {
    switch (way) {
      case 'forward':
        return count === 0 ? this.#single(this.#position) : this.#forward(count);
      case 'backward':
        return count === 0 ? this.#single(this.#position) : this.#backward(count);
      case 'relative':
        return this.#single(this.#position + count);
      case 'absolute':
        return this.#single(count < 0 ? (await this.#countAll()) + 1 + count : count);
    }
  }

  async close(): Promise<void> {
    await this.#reader.close();
    await this.answer.close();
  }

  async #forward(count: number): Promise<readonly TextRow[]> {
    const rows: TextRow[] = [];
    while (rows.length < count) {
      const batch = await this.#from(this.#position + 1, count - rows.length);
      if (batch.length === 0) {
        this.#position = (this.#total ?? this.#position) + 1;
        break;
      }
      for (const row of batch) rows.push(row);
      this.#position += batch.length;
    }
    return rows;
  }

  /** Rows from a place on, at most so many: those that are kept, or else the next. */
  async #from(start: number, most: number): Promise<readonly TextRow[]> {
    if (this.#total !== undefined && start > this.#total) return [];
    if (this.options.canScroll && start <= this.#kept.length) {
      return this.#kept.slice(start - 1, Math.min(this.#kept.length, start - 1 + most));
    }
    const rows = await this.#reader.next(most);
    if (rows.length === 0) this.#total ??= start - 1;
    if (this.options.canScroll) for (const row of rows) this.#kept.push(row);
    return rows;
  }

  async #backward(count: number): Promise<readonly TextRow[]> {
    this.#checkScroll();
    const end = Math.max(this.#position - 1, 0);
    const start = Math.max(end - count, 0);
    this.#position = end - start < count ? 0 : start + 1;
    return this.#kept.slice(start, end).toReversed();
  }

  /** Moves to one row. */
  async #single(target: number): Promise<readonly TextRow[]> {
    if (target <= this.#position && !(target === 0 && this.#position === 0)) this.#checkScroll();
    if (target <= 0) {
      this.#position = 0;
      return [];
    }
    if (target <= this.#position) {
      this.#position = target;
      return this.#kept.slice(target - 1, target);
    }
    const passed = await this.#forward(target - this.#position);
    return this.#position === target ? passed.slice(-1) : [];
  }

  async #countAll(): Promise<number> {
    this.#checkScroll();
    const { length } = this.#kept;
    for (let start = length + 1; ; ) {
      const rows = await this.#from(start, Number.POSITIVE_INFINITY);
      if (rows.length === 0) return this.#total ?? start - 1;
      start += rows.length;
    }
  }

  #checkScroll(): void {
    if (this.options.canScroll) return;
    throw new WireError('55000', 'cursor can only scan forward', {
      hint: 'Declare it with SCROLL option to enable backward scan.',
    });
  }
}

/** Those of a connection, by name. */
export class Cursors {
  readonly #cursors = new Map<string, SqlCursor>();

  checkFree(name: string): void {
    if (this.#cursors.has(name)) throw new WireError('42P03', `cursor "${name}" already exists`);
  }

  add(name: string, cursor: SqlCursor): void {
    this.#cursors.set(name, cursor);
  }

  find(name: string): SqlCursor | undefined {
    return this.#cursors.get(name);
  }

  /** @throws WireError (34000) */
  get(name: string): SqlCursor {
    const cursor = this.#cursors.get(name);
    if (cursor === undefined) throw new WireError('34000', `cursor "${name}" does not exist`);
    return cursor;
  }

  async close(name: string): Promise<void> {
    const cursor = this.get(name);
    this.#cursors.delete(name);
    await cursor.close();
  }

  /** Ends those of a block, or all. */
  async closeAll(which: 'all' | 'notHeld'): Promise<void> {
    for (const [name, cursor] of [...this.#cursors]) {
      if (which === 'all' || !cursor.options.isHeld) await this.close(name);
    }
  }
}
