/**
 * The child's side: an engine for whoever sends it requests.
 *
 * @module
 */

import { InternalError } from '../../errors.ts';
import type { ColumnBlock } from '../convert.ts';
import { createDuckDbEngine, type DuckDbEngine } from '../duckdb.ts';
import type { DuckDbStatement } from '../statement.ts';
import { fromLoadBlock } from './blocks.ts';
import { recordOf } from './errors.ts';
import type { Continuation, Open, Request, RunAnswer, ToChild, ToParent } from './protocol.ts';
import { RowQueue } from './row-queue.ts';
import type { ToWatchdog } from './watchdog.ts';

type RequestOf<K extends Request['kind']> = Extract<Request, { readonly kind: K }>;

interface Hosted {
  readonly statement: DuckDbStatement;
  readonly abort: AbortController;
}

interface Load {
  readonly queue: RowQueue;
  readonly types: RequestOf<'load'>['types'];
}

export class EngineHost {
  readonly #send: (message: ToParent) => Promise<void>;
  readonly #order: (order: ToWatchdog) => void;
  readonly #statements = new Map<number, Hosted>();
  readonly #loads = new Map<number, Load>();
  readonly #results = new Map<number, AsyncIterator<ColumnBlock>>();
  #engine: DuckDbEngine | undefined;

  /** @param send resolves when more may be sent */
  constructor(send: (message: ToParent) => Promise<void>, order: (order: ToWatchdog) => void) {
    this.#send = send;
    this.#order = order;
  }

  /** Every request is answered, with a value or an error. */
  receive(message: ToChild): void {
    const { kind } = message;
    if (kind === 'open') this.#open(message);
    else if (kind === 'abort') this.#statements.get(message.statement)?.abort.abort();
    else if (kind === 'rows' || kind === 'end' || kind === 'more') this.#continue(message);
    else void this.#answer(message);
  }

  #open({ options, limits, ahead }: Open): void {
    this.#order({ kind: 'limits', limits });
    this.#engine = createDuckDbEngine(options);
    if (ahead) this.#engine.prepare();
  }

  async #answer(request: Request): Promise<void> {
    const { id } = request;
    try {
      await this.#send({ kind: 'value', id, value: await this.#do(request) });
    } catch (error) {
      await this.#send({ kind: 'error', id, error: recordOf(error) });
    }
  }

  async #do(request: Request): Promise<unknown> {
    switch (request.kind) {
      case 'begin':
        return this.#begin(request.id);
      case 'call':
        return this.#call(request);
      case 'load':
        return this.#load(request);
      case 'run':
        return this.#run(request);
      case 'close':
        return this.#engine?.close();
    }
  }

  async #begin(id: number): Promise<void> {
    if (this.#engine === undefined) throw new InternalError('The engine was not opened.');
    const abort = new AbortController();
    const statement = await this.#engine.begin(abort.signal);
    if (this.#statements.size === 0) this.#order({ kind: 'busy' });
    this.#statements.set(id, { statement, abort });
  }

  async #call({ statement: number, method, args }: RequestOf<'call'>): Promise<unknown> {
    const { statement } = this.#hosted(number);
    if (method === 'close') this.#forget(number);
    // The parent's statement has the types of the contract; the channel keeps none.
    const work = statement[method] as (...given: unknown[]) => Promise<unknown>;
    return work.apply(statement, [...args]);
  }

  async #load({ id, statement: number, ordinal, types, flushes }: RequestOf<'load'>): Promise<number> {
    const { statement } = this.#hosted(number);
    const taken = (fromRow: number): Promise<void> => this.#send({ kind: 'taken', id, fromRow });
    // A batch that need not be visible is taken when the next one is asked for.
    const queue = new RowQueue(flushes ? undefined : () => taken(0));
    this.#loads.set(id, { queue, types });
    try {
      return await statement.load(ordinal, queue.batches(), flushes ? taken : undefined);
    } finally {
      this.#loads.delete(id);
    }
  }

  async #run({ id, statement: number }: RequestOf<'run'>): Promise<RunAnswer> {
    const { statement, abort } = this.#hosted(number);
    const { columns, blocks } = await statement.runBlocks(abort.signal, 'text');
    this.#results.set(id, blocks()[Symbol.asyncIterator]());
    return { columns };
  }

  #continue(message: Continuation): void {
    const { id } = message;
    if (message.kind === 'more') {
      void this.#sendBlock(id);
      return;
    }
    const load = this.#loads.get(id);
    // One that has failed already is still sent rows until its failure is known.
    if (load === undefined) return;
    if (message.kind === 'end') load.queue.end(message.failed);
    else load.queue.push(fromLoadBlock(load.types, message.block));
  }

  async #sendBlock(id: number): Promise<void> {
    try {
      const step = await this.#results.get(id)?.next();
      const block = step === undefined || step.done === true ? undefined : step.value;
      if (block === undefined) this.#results.delete(id);
      await this.#send({ kind: 'block', id, block });
    } catch (error) {
      this.#results.delete(id);
      await this.#send({ kind: 'error', id, error: recordOf(error) });
    }
  }

  #forget(number: number): void {
    this.#statements.delete(number);
    if (this.#statements.size === 0) this.#order({ kind: 'idle' });
  }

  #hosted(number: number): Hosted {
    const found = this.#statements.get(number);
    if (found === undefined) throw new InternalError(`The engine has no statement ${number}.`);
    return found;
  }
}
