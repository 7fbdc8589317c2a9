/**
 * One statement in DuckDB: a connection of its own with one transaction, in which its temporary tables live.
 *
 * @module
 */

import type { DuckDBConnection, DuckDBPreparedStatement } from '@duckdb/node-api';
import {
  BindError,
  CancelledError,
  InternalError,
  NotSupportedError,
  type QueryError,
  SqlSyntaxError,
} from '../errors.ts';
import type { LiteralConstant } from '../sql/statement.ts';
import { positionAt } from '../sql/text/position.ts';
import { turnFor } from '../sql/text/turn.ts';
import type { ResultSet, ResultStream, Row } from '../values.ts';
import { append, type LoadRow } from './append.ts';
import { blocksFrom, blocksOf, type ColumnBlock, columnsOf, readAll, rowsOfBlock } from './convert.ts';
import { copyAround } from './copy-target.ts';
import { descriptionOf } from './description.ts';
import { distinctValues, printQuery } from './distinct-values.ts';
import { unlessStopped } from './ending.ts';
import type {
  EngineDescription,
  EngineQuery,
  EngineStatement,
  EngineTable,
  KeyQuery,
  OwnColumn,
  StoredView,
} from './engine.ts';
import { evaluateAll } from './evaluate.ts';
import { engineFailure, isAborted } from './failures.ts';
import { interruptOn } from './interrupt.ts';
import { overLoaded } from './key-trees.ts';
import {
  type ChunkSource,
  type Growth,
  growthOf,
  makeTable,
  mayBeLarge,
  namesForTable,
  readTable,
} from './large-results.ts';
import type { DuckDb } from './load.ts';
import { createMacros, withOwnFunctions } from './macros.ts';
import { withMembers } from './members.ts';
import { bindParameters, type ParameterValues } from './parameters.ts';
import { printableByDuckDb, type Readable, readableByDuckDb } from './readable.ts';
import { namedAsWritten } from './result-names.ts';
import { rewriteReferences } from './rewrite.ts';
import { checkExpression, checkLocal, checkName, checkSelect, type LocalLimits } from './sandbox.ts';
import { withNamedParameters } from './sparse-parameters.ts';
import {
  checkRenamedColumns,
  createTable,
  deleteRepeated,
  isNarrow,
  selectDistinct,
  storedColumns,
  tableName,
  tableReference,
} from './tables.ts';
import { allNodes, inUsersText, type Node, parseTree } from './tree.ts';
import { type Exclusive, takeTurns } from './turns.ts';
import { checkUnnamedFields } from './unnamed-fields.ts';
import { readColumnNames, readOwnColumns, readTables, readViews, removeView, writeView } from './views.ts';

/** What a statement needs of its engine. */
export interface StatementContext {
  readonly api: DuckDb;
  /** Its transaction has begun. */
  readonly connection: DuckDBConnection;
  /** Absolute paths that SQL may read. */
  readonly allowedFiles: readonly string[];
  /** Real paths of directories below which COPY may write. */
  readonly writableDirectories: readonly string[];
  readonly localLimits: () => Promise<LocalLimits>;
  /** Ends what the statement has under way. */
  readonly signal: AbortSignal | undefined;
  readonly onCommit: () => void;
  /** @param isAtWork whether something goes on in it that heeds no interrupt */
  readonly onClose: (isAtWork: boolean) => void;
}

/** A result that is complete, handed out column by column. */
export interface BlockStream extends Pick<ResultStream, 'columns'> {
  /** May be read once. */
  blocks(): AsyncIterable<ColumnBlock>;
}

interface BoundQuery extends EngineQuery {
  /** What DuckDB is given. */
  readonly sql: string;
  readonly growth: Growth;
}

interface Rewritten {
  readonly sql: string;
  readonly growth: Growth;
  /** The query in it. */
  readonly select: string;
  /** All nodes of what DuckDB's parser made of the query. */
  readonly nodes: readonly Node[];
}

interface Parsed {
  readonly readable: Readable;
  readonly tree: unknown;
}

export class DuckDbStatement implements EngineStatement {
  readonly #context: StatementContext;
  readonly #madeMacros = new Set<string>();
  /** How many rows have been loaded. */
  #loaded = 0;
  readonly #closing = new AbortController();
  /** Fires when the statement is closed, or its caller's signal does. */
  readonly #stop: AbortSignal;
  readonly #exclusive: Exclusive = takeTurns();
  #query: BoundQuery | undefined;
  #lastParsed: Parsed | undefined;
  /** What broke the transaction. */
  #failure: QueryError | undefined;
  /** Work that heeds no interrupt and is no longer waited for. It never rejects. */
  #abandoned: Promise<void> | undefined;
  #closed: Promise<void> | undefined;

  constructor(context: StatementContext) {
    this.#context = context;
    const { signal } = context;
    this.#stop = signal === undefined ? this.#closing.signal : AbortSignal.any([signal, this.#closing.signal]);
  }

  parse(text: string): Promise<unknown> {
    return this.#attempt(async () => {
      const { readable, tree } = await this.#parsed(text);
      return inUsersText(tree, readable);
    });
  }

  /** What has been read to plan a statement is bound next, mostly as it is. */
  async #parsed(text: string): Promise<Parsed> {
    if (this.#lastParsed?.readable.original === text) return this.#lastParsed;
    const readable = readableByDuckDb(text);
    await turnFor(text);
    this.#lastParsed = { readable, tree: await parseTree(this.#context.connection, readable) };
    return this.#lastParsed;
  }

  evaluate(
    expressions: readonly string[],
    parameters: ParameterValues = {},
  ): Promise<readonly (LiteralConstant | undefined)[]> {
    const texts = expressions.map(withOwnFunctions);
    return this.#attempt(async () => {
      expressions.forEach(checkExpression);
      await this.#makeMacros(texts.join('\n'));
      return await evaluateAll(this.#context.api, this.#context.connection, texts, parameters);
    });
  }

  distinctValues(
    queries: readonly unknown[],
    parameters: ParameterValues = {},
  ): Promise<readonly (readonly string[] | undefined)[]> {
    return this.#attempt(async () => {
      const found: (readonly string[] | undefined)[] = [];
      for (const query of queries) found.push(await this.#valuesOf(query, parameters));
      return found;
    });
  }

  /** What may not be read is refused when the whole statement is bound. */
  async #valuesOf(query: unknown, parameters: ParameterValues): Promise<readonly string[] | undefined> {
    const { api, connection, allowedFiles } = this.#context;
    if (!isAllowed(query, allowedFiles)) return undefined;
    const text = await printQuery(connection, overLoaded(query));
    if (text === undefined) return undefined;
    const sql = withOwnFunctions(text);
    await this.#makeMacros(sql);
    return await distinctValues(api, connection, sql, parameters);
  }

  bind(query: EngineQuery): Promise<void> {
    return this.#attempt(() => this.#bind(query), { tables: query.tables });
  }

  describe(query: EngineQuery): Promise<EngineDescription> {
    const { tables } = query;
    const work = async (): Promise<EngineDescription> => {
      const { sql, select } = await this.#rewrite(query);
      for (const table of tables) await createTable(this.#context.connection, table, table.columns);
      const { columns, parameters } = await this.#described(sql);
      const names = { written: () => printableByDuckDb(query.text), run: select };
      if (columns === undefined || query.prefix !== undefined) return { columns, parameters };
      return { columns: await namedAsWritten(this.#context.connection, columns, names), parameters };
    };
    return this.#attempt(work, { tables });
  }

  describeLocal(text: string): Promise<EngineDescription> {
    return this.#attempt(async () => {
      checkLocal(text, await this.#context.localLimits());
      return this.#described(withOwnFunctions(readableByDuckDb(text).text));
    });
  }

  async #described(sql: string): Promise<EngineDescription> {
    await this.#makeMacros(sql);
    const prepared = await this.#context.connection.prepare(withNamedParameters(sql));
    try {
      return descriptionOf(prepared);
    } finally {
      prepared.destroySync();
    }
  }

  load(
    ordinal: number,
    batches: AsyncIterable<readonly LoadRow[]>,
    afterBatch?: (fromRow: number) => Promise<void>,
  ): Promise<number> {
    // Takes turns batch by batch: its source may give nothing for long.
    return this.#translated(async () => {
      const columns = storedColumns(this.#table(ordinal));
      const name = tableName(ordinal);
      const { api, connection } = this.#context;
      const appender = await this.#attempt(() => connection.createAppender(name, null, 'temp'));
      const hiddenColumns = columns.length === 0 ? 1 : 0;
      const empty = async (): Promise<void> => {
        await this.#attempt(() => connection.run(`DELETE FROM temp."${name}"`));
      };
      const target = { api, appender, columns, hiddenColumns, empty, exclusive: this.#whileOpen };
      const count = await append(target, this.#untilClosed(batches), afterBatch);
      this.#loaded += count;
      return count;
    });
  }

  distinct(query: KeyQuery): Promise<readonly Row[]> {
    return this.#attempt(async () => {
      const sql = withOwnFunctions(selectDistinct(this.#table(query.ordinal), query));
      await this.#makeMacros(sql);
      return (await readAll(this.#context.api, await this.#context.connection.run(sql))).rows;
    });
  }

  keepOne(ordinal: number, columns: readonly string[], prefer: string): Promise<void> {
    return this.#attempt(async () => {
      await this.#context.connection.run(deleteRepeated(this.#table(ordinal), columns, prefer));
    });
  }

  async run(signal?: AbortSignal): Promise<ResultStream> {
    const { columns, blocks } = await this.runBlocks(signal);
    return {
      columns,
      batches: async function* () {
        for await (const block of blocks()) yield rowsOfBlock(block);
      },
    };
  }

  /** As {@link run}, column by column. @param json see {@link blocksOf} */
  runBlocks(signal?: AbortSignal, json: 'value' | 'text' = 'value'): Promise<BlockStream> {
    return this.#attempt(() => this.#run(signal, json), { signal });
  }

  runLocal(text: string, parameters: ParameterValues = {}, signal?: AbortSignal): Promise<ResultSet> {
    const run = async (): Promise<ResultSet> => {
      checkLocal(text, await this.#context.localLimits());
      const sql = withOwnFunctions(readableByDuckDb(text).text);
      const result = await this.#prepared(sql, parameters, (prepared) => prepared.run());
      return await readAll(this.#context.api, result);
    };
    return this.#attempt(run, { signal });
  }

  tables(): Promise<readonly string[]> {
    return this.#attempt(() => readTables(this.#context.connection));
  }

  columnNames(table: string): Promise<readonly string[]> {
    return this.#attempt(() => readColumnNames(this.#context.connection, table));
  }

  ownColumns(): Promise<readonly OwnColumn[]> {
    return this.#attempt(() => readOwnColumns(this.#context.connection));
  }

  views(): Promise<readonly StoredView[]> {
    return this.#attempt(() => readViews(this.#context.connection));
  }

  saveView(view: StoredView): Promise<void> {
    return this.#attempt(async () => {
      checkName(view.name);
      await writeView(this.#context.connection, view);
    });
  }

  dropView(name: string): Promise<void> {
    return this.#attempt(() => removeView(this.#context.connection, name));
  }

  commit(): Promise<void> {
    return this.#attempt(async () => {
      await this.#context.connection.run('COMMIT');
      this.#context.onCommit();
    });
  }

  close(): Promise<void> {
    this.#closed ??= this.#close();
    return this.#closed;
  }

  async #close(): Promise<void> {
    this.#closing.abort();
    const { connection, onClose } = this.#context;
    await this.#exclusive(() => {
      onClose(this.#abandoned !== undefined);
      // Closing a connection that is at work would end the process. It ends the transaction too, and takes back what was
      // not committed.
      if (this.#abandoned === undefined) connection.closeSync();
      else void this.#abandoned.then(() => connection.closeSync());
    });
  }

  /**
   * Work with the connection, which the statement's signal ends: a constant may take as long as a whole query, and where others have
   * taken all threads the least question is never answered.
   */
  #attempt<T>(
    work: () => Promise<T>,
    { tables, signal }: { readonly tables?: readonly EngineTable[]; readonly signal?: AbortSignal | undefined } = {},
  ): Promise<T> {
    return this.#translated(() => this.#whileOpen(() => this.#interruptible(work, signal)), tables);
  }

  async #translated<T>(work: () => Promise<T>, tables: readonly EngineTable[] = this.#query?.tables ?? []): Promise<T> {
    try {
      return await work();
    } catch (cause) {
      // What comes after a failure within the same transaction says only that there was one.
      if (this.#failure !== undefined && isAborted(cause)) throw this.#failure;
      this.#failure = engineFailure(cause, tables);
      throw this.#failure;
    }
  }

  readonly #whileOpen: Exclusive = (work) => {
    return this.#exclusive(() => {
      this.#refuseWhenClosed();
      return work();
    });
  };

  #refuseWhenClosed(): void {
    if (this.#closing.signal.aborted) throw new CancelledError('The statement is closed.');
    if (this.#abandoned !== undefined) throw new CancelledError();
  }

  async #bind(query: EngineQuery): Promise<void> {
    const { tables, parameters = {} } = query;
    const { sql, select, nodes, growth } = await this.#rewrite(query);
    for (const table of tables) await createTable(this.#context.connection, table, table.columns);
    await this.#withoutOptimizer(async () => {
      const hasNarrow = tables.some(isNarrow);
      const columns = await this.#prepared(sql, parameters, async (each) => (hasNarrow ? describe(each) : ''));
      await checkUnnamedFields(this.#context.connection, select, nodes);
      if (hasNarrow) await this.#bindNarrow(query, sql, columns);
    });
    this.#query = { ...query, sql, growth };
  }

  /**
   * Names and types are known before the optimizer begins, whose time grows with the square of a chain of OR. It is a setting of the
   * connection, and of what fails here nothing is run.
   */
  async #withoutOptimizer(work: () => Promise<void>): Promise<void> {
    await this.#context.connection.run('PRAGMA disable_optimizer');
    await work();
    await this.#context.connection.run('PRAGMA enable_optimizer');
  }

  /** The text that DuckDB is given, once it has been found to be harmless. */
  async #rewrite(query: EngineQuery): Promise<Rewritten> {
    const { text, tables, members = [] } = query;
    const { readable, tree } = await this.#parsed(withMembers(text, members));
    this.#lastParsed = undefined;
    checkOneSelect(tree, text);
    await turnFor(text);
    checkSelect(tree, this.#context.allowedFiles);
    await turnFor(text);
    const nodes = allNodes(tree);
    checkRenamedColumns(nodes, tables);
    const around = await this.#around(query);
    const select = rewriteReferences(readable, nodes, tables, tableReference);
    await turnFor(text);
    const whole = around === undefined ? select : `${around.prefix} ${select} ${around.suffix}`.trim();
    return { sql: withOwnFunctions(whole), select: withOwnFunctions(select), nodes, growth: growthOf(nodes) };
  }

  /** What stands around the query, found to be harmless. */
  async #around({
    prefix,
    suffix = '',
    copy,
  }: EngineQuery): Promise<{ readonly prefix: string; readonly suffix: string } | undefined> {
    if (copy !== undefined) {
      const { privatePaths } = await this.#context.localLimits();
      return copyAround(copy, this.#context.writableDirectories, privatePaths);
    }
    if (prefix === undefined) return undefined;
    checkLocal(`${prefix} ${suffix}`, await this.#context.localLimits());
    return { prefix, suffix: readableBehind(suffix) };
  }

  /**
   * Names were bound against all columns, so that a misspelt one is told from one that is not stored. With the stored
   * columns alone the text must say the same: if it does not, the planner left out a column that is read.
   */
  async #bindNarrow({ tables, parameters = {} }: EngineQuery, sql: string, columns: string): Promise<void> {
    for (const table of tables.filter(isNarrow)) {
      await createTable(this.#context.connection, table, storedColumns(table));
    }
    const narrow = await this.#prepared(sql, parameters, describe).catch((cause) => {
      // It may as well be that its time is over.
      if (!(engineFailure(cause, tables) instanceof BindError)) throw cause;
      throw new InternalError('The statement reads a column that was not to be stored. Nothing was run.', { cause });
    });
    if (narrow === columns) return;
    throw new InternalError('The statement means something else with the stored columns alone. Nothing was run.');
  }

  /**
   * Prepared anew for each use: DuckDB plans by what is in the tables. A plan made while they were empty takes every
   * `IS NULL` for false and every filter for one that nothing passes, and is kept.
   */
  async #prepared<T>(
    sql: string,
    parameters: ParameterValues,
    work: (prepared: DuckDBPreparedStatement) => Promise<T>,
  ): Promise<T> {
    await this.#makeMacros(sql);
    const prepared = await this.#context.connection.prepare(withNamedParameters(sql));
    try {
      bindParameters(this.#context.api, prepared, parameters);
      return await work(prepared);
    } finally {
      prepared.destroySync();
    }
  }

  async #run(signal: AbortSignal | undefined, json: 'value' | 'text'): Promise<BlockStream> {
    if (this.#query === undefined) throw new InternalError('The statement was run before it was bound.');
    const { text, prefix, copy, sql, growth, parameters = {} } = this.#query;
    const isQuery = prefix === undefined && copy === undefined;
    const large = isQuery && mayBeLarge(growth, this.#loaded) ? await this.#asTable(sql, parameters) : undefined;
    const result = large ?? (await this.#prepared(sql, parameters, (prepared) => prepared.run()));
    const names = { written: () => printableByDuckDb(text), run: sql };
    const columns = isQuery
      ? await namedAsWritten(this.#context.connection, columnsOf(result), names)
      : columnsOf(result);
    // What is complete can be read when the statement is closed.
    const signals = signal === this.#context.signal ? [signal] : [signal, this.#context.signal];
    const fetch =
      large?.isComplete === false
        ? () => this.#attempt(() => large.fetchChunk(), { signal })
        : () => unlessStopped(result.fetchChunk(), signals);
    return { columns, blocks: () => blocksFrom(fetch, blocksOf(this.#context.api, result, json)) };
  }

  /** The result as a table, or undefined where it can be none. */
  async #asTable(sql: string, parameters: ParameterValues): Promise<ChunkSource | undefined> {
    let names: readonly string[] | undefined;
    await this.#withoutOptimizer(async () => {
      names = await this.#prepared(sql, parameters, async (prepared) => namesForTable(prepared, sql));
    });
    if (names === undefined) return undefined;
    const made = await this.#prepared(makeTable(sql, names.length), parameters, (prepared) => prepared.run());
    const [[count] = []] = await made.getRows();
    return await readTable(this.#context.connection, names, Number(count));
  }

  /** Work that the signal stops, and so does closing. Within one call of a function DuckDB heeds neither: it is left alone then. */
  async #interruptible<T>(work: () => Promise<T>, signal?: AbortSignal): Promise<T> {
    const stop = this.#stopWith(signal);
    if (stop.aborted) throw new CancelledError(undefined, { cause: stop.reason });
    const interrupting = interruptOn(stop, this.#context.connection);
    const running = work();
    const done = running.then(interrupting.stop, interrupting.stop);
    await Promise.race([done, interrupting.unheeded]);
    if (interrupting.hasEnded()) return running;
    this.#abandoned = done;
    throw new CancelledError(undefined, { cause: stop.reason });
  }

  /** The signals that end it, as one. */
  #stopWith(signal: AbortSignal | undefined): AbortSignal {
    const isKnown = signal === undefined || signal === this.#context.signal;
    return isKnown ? this.#stop : AbortSignal.any([signal, this.#stop]);
  }

  async #makeMacros(text: string): Promise<void> {
    const sql = createMacros(text, this.#madeMacros);
    if (sql !== '') await this.#context.connection.run(sql);
  }

  #table(ordinal: number): EngineTable {
    const table = this.#query?.tables.find((each) => each.ordinal === ordinal);
    if (table === undefined) throw new InternalError(`The statement has no table ${ordinal}.`);
    return table;
  }

  /** A source may still give rows when the statement has been closed. */
  async *#untilClosed(batches: AsyncIterable<readonly LoadRow[]>): AsyncGenerator<readonly LoadRow[]> {
    for await (const rows of batches) {
      this.#refuseWhenClosed();
      yield rows;
    }
    this.#refuseWhenClosed();
  }
}

/** What stands behind a SELECT may begin by closing a parenthesis. */
function readableBehind(suffix: string): string {
  const [, closing = '', rest = ''] = /^(\)?)(.*)$/s.exec(suffix) ?? [];
  return closing + readableByDuckDb(rest).text;
}

function isAllowed(query: unknown, allowedFiles: readonly string[]): boolean {
  try {
    checkSelect([query], allowedFiles);
    return true;
  } catch (error) {
    if (error instanceof NotSupportedError) return false;
    throw error;
  }
}

function checkOneSelect(tree: unknown, text: string): void {
  if (Array.isArray(tree) && tree.length === 1) return;
  throw new SqlSyntaxError('The engine reads one SELECT at a time.', { position: positionAt(text, 0), excerpt: '' });
}

/** Names and types of the result. Types by number: that of a parameter is not known yet, and has no description. */
async function describe(prepared: DuckDBPreparedStatement): Promise<string> {
  const columns: unknown[] = [];
  for (let index = 0; index < prepared.columnCount; index += 1) {
    columns.push([prepared.columnName(index), prepared.columnTypeId(index)]);
    // For each type DuckDB copies those of all columns.
    if (index % COLUMNS_AT_ONCE === 0) await new Promise((resolve) => setImmediate(resolve));
  }
  return JSON.stringify(columns);
}

const COLUMNS_AT_ONCE = 100;
