/**
 * What is said on a connection after the login: https://www.postgresql.org/docs/current/protocol-flow.html
 *
 * @module
 */

import { assertNever } from '../errors.ts';
import { PROTOCOL_VIOLATION, WireError } from '../wire/failure.ts';
import type { FrontendMessage } from '../wire/frontend.ts';
import type { Answer } from './answer.ts';
import { Extended } from './extended.ts';
import { type Notice, noticeFields, wireErrorOf } from './failures.ts';
import { fieldsOf, RowReader, sendCopy, sendRows } from './rows.ts';
import { Runner, type RunnerContext } from './runner.ts';
import type { Sender } from './sender.ts';
import type { StatementLog } from './statement-log.ts';
import { type Unit, unitsOf } from './unit.ts';

export interface ConversationContext extends Pick<RunnerContext, 'openSession' | 'catalog' | 'settings'> {
  readonly sender: Sender;
  readonly log: StatementLog;
}

/** Severities by what `client_min_messages` lets through. */
const LEVELS: Readonly<Record<string, number>> = { NOTICE: 1, WARNING: 2, ERROR: 3, FATAL: 4 };
const LEAST: Readonly<Record<string, number>> = { warning: 2, error: 3 };

export class Conversation {
  readonly #context: ConversationContext;
  readonly #runner: Runner;
  readonly #extended: Extended;
  /** After an error everything is passed over until the client has heard of it. */
  #isSkipping = false;
  /** Of what runs now. */
  #current: AbortController | undefined;
  readonly #ending = new AbortController();

  constructor(context: ConversationContext) {
    this.#context = context;
    const { openSession, catalog, settings, sender, log } = context;
    const onNotice = (notice: Notice): void => this.notify(notice);
    this.#runner = new Runner({
      openSession,
      catalog,
      settings,
      onNotice,
      deallocate: (name) => this.#extended.deallocate(name),
      onBlockEnd: () => this.#extended.closePortals(),
    });
    this.#extended = new Extended({ runner: this.#runner, sender, log });
  }

  /** Whether a statement runs. */
  get isAtWork(): boolean {
    return this.#current !== undefined;
  }

  get isInBlock(): boolean {
    return this.#runner.transaction.status !== 'I';
  }

  /** Ends what runs now, if anything does. */
  cancel(reason?: unknown): void {
    this.#current?.abort(reason);
  }

  /** Ends what runs, and whatever would. */
  end(): void {
    this.#ending.abort();
    this.cancel();
  }

  ownTables(): ReturnType<Runner['ownTables']> {
    return this.#runner.ownTables();
  }

  async close(): Promise<void> {
    this.end();
    await this.#extended.close();
    await this.#runner.close();
    await this.#context.catalog?.close();
  }

  notify(notice: Notice): void {
    const least = LEAST[this.#context.settings.get('client_min_messages') ?? ''] ?? 0;
    if ((LEVELS[notice.severity] ?? 0) < least) return;
    const { sender } = this.#context;
    sender.send({ kind: 'noticeResponse', fields: noticeFields(notice) });
    // Whoever waits for a rate limit wants to know it now.
    void sender.flush();
  }

  ready(): void {
    this.#context.sender.send({ kind: 'readyForQuery', status: this.#runner.transaction.status });
  }

  /** Says what went wrong. */
  fail(error: WireError): void {
    this.#context.sender.send({ kind: 'errorResponse', fields: noticeFields(error) });
  }

  /** A message that could not be read. */
  async refuse(error: WireError, isExtended: boolean): Promise<void> {
    this.#runner.transaction.fail();
    this.fail(error);
    if (isExtended) this.#isSkipping = true;
    else this.ready();
    await this.#context.sender.flush();
  }

  /** Answers one message. Never throws but for what ends the connection. */
  async handle(message: FrontendMessage): Promise<void> {
    const { sender } = this.#context;
    if (message.kind === 'sync') {
      this.#isSkipping = false;
      if (this.#runner.transaction.status === 'I') await this.#extended.closePortals();
      this.ready();
      await sender.flush();
      return;
    }
    if (this.#isSkipping) return;
    await this.#whileCurrent(async (signal) => {
      try {
        await this.#answer(message, signal);
      } catch (error) {
        const failure = wireErrorOf(error);
        if (failure.severity === 'FATAL') throw failure;
        this.#runner.transaction.fail();
        this.fail(failure);
        if (message.kind === 'query' || message.kind === 'functionCall') this.ready();
        else this.#isSkipping = true;
        await sender.flush();
      }
    });
  }

  async #whileCurrent(work: (signal: AbortSignal) => Promise<void>): Promise<void> {
    const controller = new AbortController();
    this.#current = controller;
    if (this.#ending.signal.aborted) controller.abort();
    try {
      await work(controller.signal);
    } finally {
      this.#current = undefined;
    }
  }

  async #answer(message: Exclude<FrontendMessage, { readonly kind: 'sync' }>, signal: AbortSignal): Promise<void> {
    const { sender } = this.#context;
    switch (message.kind) {
      case 'query':
        await this.#simple(message.text, signal);
        this.ready();
        await sender.flush();
        return;
      case 'parse':
        this.#extended.parse(message);
        return;
      case 'bind':
        await this.#extended.bind(message, signal);
        return;
      case 'describe':
        await this.#extended.describe(message, signal);
        return;
      case 'execute':
        await this.#extended.execute(message, signal);
        return;
      case 'close':
        await this.#extended.closeNamed(message);
        return;
      case 'flush':
        await sender.flush();
        return;
      case 'functionCall':
        throw new WireError('0A000', 'Functions are not called by FunctionCall here; write SELECT with them.');
      // What a client still sends of a COPY that has failed.
      case 'copyData':
      case 'copyDone':
      case 'copyFail':
      case 'terminate':
        return;
      case 'password':
        throw new WireError(PROTOCOL_VIOLATION, 'A password was not asked for.', { severity: 'FATAL' });
      default:
        assertNever(message);
    }
  }

  /** Statements one after another; the first that fails ends them. */
  async #simple(text: string, signal: AbortSignal): Promise<void> {
    const { sender } = this.#context;
    await this.#extended.dropUnnamed();
    const units = unitsIn(text);
    if (units.length === 0) sender.send({ kind: 'emptyQueryResponse' });
    for (const unit of units) await this.#run(unit, signal);
  }

  async #run(unit: Unit, signal: AbortSignal): Promise<void> {
    const entry = this.#context.log.begin(unit.text);
    try {
      const answer = await this.#runner.answer(unit, { signal });
      entry.rows(await this.#send(answer));
      entry.end();
    } catch (error) {
      const failure = wireErrorOf(error, unit.place);
      entry.end(failure);
      throw failure;
    }
  }

  async #send(answer: Answer): Promise<number> {
    const { sender } = this.#context;
    const reader = new RowReader(answer);
    try {
      let rows: number;
      if (answer.copy === undefined) {
        const { columns } = answer;
        const formats = (columns ?? []).map(() => (answer.isBinary === true ? 1 : 0));
        if (columns !== undefined) sender.send({ kind: 'rowDescription', fields: fieldsOf(columns, formats) });
        rows = await sendRows(reader, { columns, formats, most: Number.POSITIVE_INFINITY }, sender);
      } else {
        rows = await sendCopy(answer, reader, sender);
      }
      sender.send({ kind: 'commandComplete', tag: answer.tag(rows) });
      await sender.pour();
      return rows;
    } finally {
      await reader.close();
      await answer.close();
    }
  }
}

function unitsIn(text: string): readonly Unit[] {
  try {
    return unitsOf(text);
  } catch (error) {
    throw wireErrorOf(error, { text, offset: 0 });
  }
}
