/**
 * A statement whose engine is in another process.
 *
 * @module
 */

import { CancelledError, EngineCrashedError, InternalError } from '../../errors.ts';
import type { LiteralConstant } from '../../sql/statement.ts';
import type { ResultSet, ResultStream, Row } from '../../values.ts';
import type { ColumnBlock } from '../convert.ts';
import { unlessStopped } from '../ending.ts';
import type {
  EngineDescription,
  EngineQuery,
  EngineStatement,
  EngineTable,
  KeyQuery,
  OwnColumn,
  StoredView,
} from '../engine.ts';
import { engineFailure } from '../failures.ts';
import { checkParameterValues, type ParameterValues } from '../parameters.ts';
import { storedColumns } from '../tables.ts';
import { fromResultBlock, toLoadBlock } from './blocks.ts';
import type { Asked, EngineProcess, Listener, Unnumbered } from './engine-process.ts';
import { Inbox } from './inbox.ts';
import type { PlainMethod, RunAnswer } from './protocol.ts';

/** How long DuckDB has to heed an interrupt: within one call of a function it heeds none. */
const GRACE_MS = 250;

/** Batches that may be under way: some are appended while the next is copied. */
const WINDOW = 4;

export interface RemoteContext {
  readonly process: EngineProcess;
  /** Of the statement, in that process. */
  readonly number: number;
  readonly signal: AbortSignal | undefined;
  readonly onCommit: () => void;
  readonly onClose: () => void;
}

export class RemoteStatement implements EngineStatement {
  readonly #context: RemoteContext;
  #tables: readonly EngineTable[] = [];
  #underWay = 0;
  #isClosed = false;

  constructor(context: RemoteContext) {
    this.#context = context;
  }

  parse(text: string): Promise<unknown> {
    return this.#call('parse', [text]);
  }

  async evaluate(
    expressions: readonly string[],
    parameters: ParameterValues = {},
  ): Promise<readonly (LiteralConstant | undefined)[]> {
    checkParameterValues(parameters);
    return this.#call('evaluate', [expressions, parameters]);
  }

  async distinctValues(
    queries: readonly unknown[],
    parameters: ParameterValues = {},
  ): Promise<readonly (readonly string[] | undefined)[]> {
    checkParameterValues(parameters);
    return this.#call('distinctValues', [queries, parameters]);
  }

  async bind(query: EngineQuery): Promise<void> {
    checkParameterValues(query.parameters ?? {});
    await this.#call('bind', [query]);
    this.#tables = query.tables;
  }

  describe(query: EngineQuery): Promise<EngineDescription> {
    return this.#call('describe', [{ ...query, parameters: {} }]);
  }

  describeLocal(text: string): Promise<EngineDescription> {
    return this.#call('describeLocal', [text]);
  }

  async load(
    ordinal: number,
    batches: AsyncIterable<readonly Row[]>,
    afterBatch?: (fromRow: number) => Promise<void>,
  ): Promise<number> {
    const { process, signal } = this.#context;
    const columns = storedColumns(this.#table(ordinal));
    const taken = new Inbox<number>();
    const { id, answer } = this.#ask<number>(
      { kind: 'load', ordinal, types: columns.map(({ type }) => type), flushes: afterBatch !== undefined },
      { onTaken: taken.put, onFailure: taken.fail },
    );
    // Its failure is that of the inbox too.
    answer.catch(() => undefined);
    let underWay = 0;
    try {
      for await (const rows of batches) {
        this.#refuseWhenClosed();
        taken.throwIfFailed();
        process.post({ kind: 'rows', id, block: toLoadBlock(columns, rows) });
        underWay += 1;
        if (afterBatch === undefined && underWay < WINDOW) continue;
        const fromRow = await taken.take();
        underWay -= 1;
        await afterBatch?.(fromRow);
      }
    } catch (error) {
      process.post({ kind: 'end', id, failed: true });
      await answer.catch(() => undefined);
      throw engineFailure(error, this.#tables);
    }
    process.post({ kind: 'end', id, failed: false });
    return await this.#endedBy(signal, answer);
  }

  distinct(query: KeyQuery): Promise<readonly Row[]> {
    return this.#call('distinct', [query]);
  }

  keepOne(ordinal: number, columns: readonly string[], prefer: string): Promise<void> {
    return this.#call('keepOne', [ordinal, columns, prefer]);
  }

  async run(signal?: AbortSignal): Promise<ResultStream> {
    const { process, signal: own } = this.#context;
    const signals = signal === own ? [own] : [signal, own];
    const blocks = new Inbox<ColumnBlock | undefined>();
    const listener = { onBlock: blocks.put, onFailure: blocks.fail };
    const { id, answer } = this.#ask<RunAnswer>({ kind: 'run' }, listener, signal);
    const { columns } = await answer;
    return {
      columns,
      batches: async function* () {
        try {
          // The next one is copied while this one is read.
          process.post({ kind: 'more', id });
          for (;;) {
            process.post({ kind: 'more', id });
            const block = await unlessStopped(blocks.take(), signals);
            if (block === undefined) return;
            yield fromResultBlock(columns, block);
          }
        } finally {
          process.forget(id);
        }
      },
    };
  }

  async runLocal(text: string, parameters: ParameterValues = {}, signal?: AbortSignal): Promise<ResultSet> {
    checkParameterValues(parameters);
    return this.#call('runLocal', [text, parameters], signal);
  }

  tables(): Promise<readonly string[]> {
    return this.#call('tables');
  }

  columnNames(table: string): Promise<readonly string[]> {
    return this.#call('columnNames', [table]);
  }

  ownColumns(): Promise<readonly OwnColumn[]> {
    return this.#call('ownColumns');
  }

  views(): Promise<readonly StoredView[]> {
    return this.#call('views');
  }

  saveView(view: StoredView): Promise<void> {
    return this.#call('saveView', [view]);
  }

  dropView(name: string): Promise<void> {
    return this.#call('dropView', [name]);
  }

  async commit(): Promise<void> {
    await this.#call('commit');
    this.#context.onCommit();
  }

  async close(): Promise<void> {
    if (this.#isClosed) return;
    const { process, number, onClose } = this.#context;
    const closed = this.#ask<void>({ kind: 'call', method: 'close', args: [] });
    this.#isClosed = true;
    // Where something is under way it may be what heeds no interrupt.
    const patience =
      this.#underWay > 1 ? patienceFor(process, number, new CancelledError('The statement is closed.')) : undefined;
    await closed.answer.catch(() => undefined);
    patience?.end();
    onClose();
  }

  #call<T>(method: PlainMethod, args: readonly unknown[] = [], signal?: AbortSignal): Promise<T> {
    return this.#ask<T>({ kind: 'call', method, args }, {}, signal).answer;
  }

  /** What is asked, with the statement's own number in it. */
  #ask<T>(request: OfStatement, listener: Listener = {}, signal?: AbortSignal): Asked<T> {
    this.#refuseWhenClosed();
    const { process, number, signal: own } = this.#context;
    const signals = [own, signal].filter((each) => each !== undefined);
    const stop = signals.length < 2 ? signals[0] : AbortSignal.any(signals);
    if (stop?.aborted === true) return { id: 0, answer: Promise.reject(cancelledBy(stop)) };
    const { id, answer } = process.ask<T>({ ...request, statement: number } as Unnumbered, number, listener);
    // How long rows come is for their source to say.
    return { id, answer: this.#counted(request.kind === 'load' ? answer : this.#endedBy(stop, answer)) };
  }

  async #counted<T>(answer: Promise<T>): Promise<T> {
    this.#underWay += 1;
    try {
      return await answer;
    } finally {
      this.#underWay -= 1;
    }
  }

  /** The answer, or the end of the process where a signal is not heeded. */
  async #endedBy<T>(stop: AbortSignal | undefined, answer: Promise<T>): Promise<T> {
    if (stop === undefined) return answer;
    const { process, number } = this.#context;
    let patience: Patience | undefined;
    const onAbort = (): void => {
      process.post({ kind: 'abort', statement: number });
      patience = patienceFor(process, number, cancelledBy(stop));
    };
    if (stop.aborted) onAbort();
    stop.addEventListener('abort', onAbort, { once: true });
    try {
      return await answer;
    } catch (error) {
      // The other process does not know why; nor does it matter that another statement's end took it along.
      const isEnd = error instanceof CancelledError || error instanceof EngineCrashedError;
      throw stop.aborted && isEnd ? cancelledBy(stop) : error;
    } finally {
      stop.removeEventListener('abort', onAbort);
      patience?.end();
    }
  }

  #refuseWhenClosed(): void {
    if (this.#isClosed) throw new CancelledError('The statement is closed.');
  }

  #table(ordinal: number): EngineTable {
    const table = this.#tables.find((each) => each.ordinal === ordinal);
    if (table === undefined) throw new InternalError(`The statement has no table ${ordinal}.`);
    return table;
  }
}

/** Requests of a statement, without its number. */
type OfStatement = Unnumbered extends infer R
  ? R extends { readonly statement: number }
    ? Omit<R, 'statement'>
    : never
  : never;

function cancelledBy({ reason }: AbortSignal): CancelledError {
  return new CancelledError(undefined, { cause: reason });
}

interface Patience {
  end(): void;
}

/** Ends the process when the grace is over. An answer that lies unread already, because this process was busy, counts. */
function patienceFor(process: EngineProcess, number: number, error: CancelledError): Patience {
  let isOver = false;
  const stop = (): void => {
    if (!isOver) process.stop(number, error);
  };
  // Input is read between the two.
  const timer = setTimeout(() => setImmediate(() => setImmediate(stop)), GRACE_MS);
  return {
    end: () => {
      isOver = true;
      clearTimeout(timer);
    },
  };
}
