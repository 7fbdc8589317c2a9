/**
 * Transactions as a client sees them. Nothing is held back in one: reads are what they are, and a change is made at once. So a block
 * only keeps cursors and settings, and says what it cannot keep.
 *
 * @module
 */

import type { TransactionStatus } from '../wire/backend.ts';
import { WireError } from '../wire/failure.ts';
import type { TransactionModes } from './command.ts';
import type { Notice } from './failures.ts';

/** What a block does to others of the connection. */
export interface TransactionEffects {
  onNotice(notice: Notice): void;
  onBegin(modes: TransactionModes): void;
  /** Cursors that are not held end, and settings with it. */
  onEnd(isCommitted: boolean): Promise<void>;
}

export class Transaction {
  readonly #effects: TransactionEffects;
  #status: TransactionStatus = 'I';
  #savepoints: string[] = [];
  #hasChanged = false;
  #modes: TransactionModes = {};

  constructor(effects: TransactionEffects) {
    this.#effects = effects;
  }

  get status(): TransactionStatus {
    return this.#status;
  }

  get isReadOnly(): boolean {
    return this.#modes.isReadOnly === true;
  }

  begin(modes: TransactionModes): void {
    if (this.#status !== 'I') {
      this.#warn('25001', 'there is already a transaction in progress');
      return;
    }
    this.#status = 'T';
    this.#modes = modes;
    this.#savepoints = [];
    this.#hasChanged = false;
    this.#effects.onBegin(modes);
  }

  setModes(modes: TransactionModes): void {
    if (this.#status === 'I') this.#warn('25P01', 'SET TRANSACTION can only be used in transaction blocks');
    else this.#modes = { ...this.#modes, ...modes };
  }

  /** The tag: what has failed is rolled back whatever is said. */
  async commit(isChained: boolean): Promise<string> {
    if (this.#status === 'I') {
      if (isChained) throw outside('COMMIT AND CHAIN');
      this.#warn('25P01', 'there is no transaction in progress');
      return 'COMMIT';
    }
    const isCommitted = this.#status === 'T';
    await this.#end(isCommitted, isChained);
    return isCommitted ? 'COMMIT' : 'ROLLBACK';
  }

  async rollback(isChained: boolean): Promise<string> {
    if (this.#status === 'I') {
      if (isChained) throw outside('ROLLBACK AND CHAIN');
      this.#warn('25P01', 'there is no transaction in progress');
      return 'ROLLBACK';
    }
    this.#tellOfChanges();
    await this.#end(false, isChained);
    return 'ROLLBACK';
  }

  savepoint(name: string): void {
    if (this.#status === 'I') throw outside('SAVEPOINT');
    this.#savepoints.push(name);
  }

  release(name: string): void {
    if (this.#status === 'I') throw outside('RELEASE SAVEPOINT');
    this.#savepoints = this.#savepoints.slice(0, this.#placeOf(name));
  }

  rollbackTo(name: string): void {
    if (this.#status === 'I') throw outside('ROLLBACK TO SAVEPOINT');
    this.#savepoints = this.#savepoints.slice(0, this.#placeOf(name) + 1);
    this.#status = 'T';
    this.#tellOfChanges();
  }

  /** A statement has failed. */
  fail(): void {
    if (this.#status === 'T') this.#status = 'E';
  }

  /** @throws WireError (25P02) within a block that has failed */
  checkMayRun(): void {
    if (this.#status !== 'E') return;
    throw new WireError('25P02', 'current transaction is aborted, commands ignored until end of transaction block');
  }

  /** @throws WireError (25006) for a change within a block that only reads */
  checkMayChange(word: string): void {
    if (this.isReadOnly) throw new WireError('25006', `cannot execute ${word} in a read-only transaction`);
  }

  /** A statement has changed something. */
  changed(tag: string): void {
    if (this.#status === 'I') return;
    this.#hasChanged = true;
    this.#effects.onNotice({
      severity: 'NOTICE',
      sqlState: '01000',
      message: `${tag} has been carried out at once: ROLLBACK does not take it back.`,
    });
  }

  /** @throws WireError (25001) for what must stand alone */
  checkOutside(what: string): void {
    if (this.#status !== 'I') throw new WireError('25001', `${what} cannot run inside a transaction block`);
  }

  async #end(isCommitted: boolean, isChained: boolean): Promise<void> {
    const modes = this.#modes;
    this.#status = 'I';
    this.#modes = {};
    await this.#effects.onEnd(isCommitted);
    if (isChained) this.begin(modes);
  }

  #placeOf(name: string): number {
    const place = this.#savepoints.lastIndexOf(name);
    if (place === -1) throw new WireError('3B001', `savepoint "${name}" does not exist`);
    return place;
  }

  #tellOfChanges(): void {
    if (!this.#hasChanged) return;
    this.#warn('01000', 'What was changed in this transaction block remains: it was carried out at once.');
  }

  #warn(sqlState: string, message: string): void {
    this.#effects.onNotice({ severity: 'WARNING', sqlState, message });
  }
}

function outside(what: string): WireError {
  return new WireError('25P01', `${what} can only be used in transaction blocks`);
}
