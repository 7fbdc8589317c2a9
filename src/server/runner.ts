/**
 * Runs the statements of one connection: those about the connection here, those about PostgreSQL by the catalog, all others by the
 * session.
 *
 * @module
 */

import type { CatalogSession, OwnTable } from '../catalog/contract.ts';
import type { Outcome } from '../exec/outcome.ts';
import type { Session } from '../session/session.ts';
import type { ParameterValue } from '../sql/statement.ts';
import { quoteName } from '../sql/text/sql-text.ts';
import type { ResultColumn } from '../values.ts';
import { WireError } from '../wire/failure.ts';
import { engineTypeOf, OID, typeByOid, typeOfEngine, type WireType } from '../wire/types.ts';
import { type Answer, type AnswerColumn, done, textRows } from './answer.ts';
import { clientNames } from './column-names.ts';
import type { Command } from './command.ts';
import { Cursors, SqlCursor } from './cursors.ts';
import { type Notice, wireErrorOf } from './failures.ts';
import { ownTables } from './own-tables.ts';
import { engineParameter } from './parameter.ts';
import { readCommand } from './read-command.ts';
import { answerColumns, sessionAnswer } from './session-answer.ts';
import { millisecondsOf, type Settings } from './settings.ts';
import { Transaction } from './transaction.ts';
import { type Unit, unitsOf } from './unit.ts';

export interface RunnerContext {
  /** Opens the session anew: what the last one held is gone. */
  readonly openSession: () => Session;
  readonly catalog: CatalogSession | undefined;
  readonly settings: Settings;
  readonly onNotice: (notice: Notice) => void;
  /** DEALLOCATE and DISCARD; without a name, all. @throws WireError for a name that is none */
  readonly deallocate: (name: string | undefined) => void;
  /** A block has ended, and with it the portals in it. */
  readonly onBlockEnd: () => Promise<void>;
}

/** What a statement runs under. */
export interface Run {
  readonly signal: AbortSignal;
  /** Texts of the parameters, in PostgreSQL's form. */
  readonly values?: readonly (string | null)[];
  /** Their types. */
  readonly types?: readonly number[];
  /** What the client has been told of the columns. */
  readonly described?: readonly AnswerColumn[] | undefined;
}

/** Columns of a result; undefined where there are none. And types of the parameters. */
export interface Description {
  readonly columns: readonly AnswerColumn[] | undefined;
  readonly parameters: readonly number[];
}

function schemasOf(path: string): readonly string[] {
  return path.split(',').map((name) =>
    name
      .trim()
      .replace(/^"(.*)"$/s, '$1')
      .replaceAll('""', '"'),
  );
}

/** Of a connection that set none: no service stands in it. */
const USUAL_PATH = '"$user", public';

export class Runner {
  readonly transaction: Transaction;
  readonly #context: RunnerContext;
  readonly #cursors = new Cursors();
  #session: Session | undefined;
  /** Where the session looks for tables, as far as it was told. */
  #path = USUAL_PATH;
  /** Whether the session may hold tables or views of its own. */
  #holdsTables = false;

  constructor(context: RunnerContext) {
    this.#context = context;
    const { settings, onNotice, onBlockEnd } = context;
    this.transaction = new Transaction({
      onNotice,
      onBegin: () => settings.begin(),
      onEnd: async (isCommitted) => {
        settings.end(isCommitted);
        await this.#cursors.closeAll('notHeld');
        await onBlockEnd();
      },
    });
  }

  /** @throws WireError */
  async answer(unit: Unit, run: Run): Promise<Answer> {
    try {
      const command = readCommand(unit.tokens, unit.text);
      if (command === undefined || !ENDS_BLOCK.has(command.kind)) this.transaction.checkMayRun();
      return await (command === undefined ? this.#ask(unit, run) : this.#perform(command, unit, run));
    } catch (error) {
      throw wireErrorOf(error, unit.place);
    }
  }

  /** What a statement would answer, and what it takes; it is not run. @throws WireError */
  async describe(unit: Unit, given: readonly number[], signal: AbortSignal): Promise<Description> {
    try {
      const command = readCommand(unit.tokens, unit.text);
      if (command === undefined || !ENDS_BLOCK.has(command.kind)) this.transaction.checkMayRun();
      return await (command === undefined
        ? this.#describeStatement(unit, given, signal)
        : this.#describeCommand(command, unit, given, signal));
    } catch (error) {
      throw wireErrorOf(error, unit.place);
    }
  }

  /** One that SQL has declared. */
  cursor(name: string): SqlCursor | undefined {
    return this.#cursors.find(name);
  }

  /** What the session has made. */
  async ownTables(): Promise<readonly OwnTable[]> {
    return this.#holdsTables && this.#session !== undefined ? ownTables(this.#session) : [];
  }

  async close(): Promise<void> {
    const session = this.#session;
    this.#session = undefined;
    await this.#cursors.closeAll('all').catch(() => undefined);
    await session?.close();
  }

  get #open(): Session {
    if (this.#session === undefined) {
      this.#session = this.#context.openSession();
      this.#path = USUAL_PATH;
    }
    return this.#session;
  }

  async #ask(unit: Unit, run: Run): Promise<Answer> {
    if (this.#context.catalog?.answers(unit.text) === true) return this.#askCatalog(this.#context.catalog, unit, run);
    if (CHANGES.has(unit.word)) this.transaction.checkMayChange(unit.word);
    const outcome = await this.#runInSession(unit, run);
    if (MAKES_TABLES.test(outcome.tag)) this.#holdsTables = true;
    if (CHANGES.has(outcome.tag)) this.transaction.changed(outcome.tag);
    return sessionAnswer(outcome, (columns) => run.described ?? named(unit, columns));
  }

  /** The session, which looks for tables where the connection does. */
  async #ready(): Promise<Session> {
    const path = this.#context.settings.get('search_path') ?? '';
    const session = this.#open;
    if (path !== this.#path) {
      await session.query(`SET search_path = ${schemasOf(path).map(quoteName).join(', ')}`);
      this.#path = path;
    }
    return session;
  }

  async #runInSession(unit: Unit, { signal, values = [], types = [] }: Run): Promise<Outcome> {
    const bound = values.map((text, index) => engineParameter(text, typeOf(types[index])));
    const timeoutMs = millisecondsOf(this.#context.settings.get('statement_timeout') ?? '0');
    const casts = Object.fromEntries(
      bound.flatMap(({ cast }, index) => (cast === undefined ? [] : [[index + 1, cast]])),
    );
    const session = await this.#ready();
    const [statement] = session.script(unit.text, {
      signal,
      ...(timeoutMs > 0 && { timeoutMs }),
      parameters: bound.map(({ value }): ParameterValue => value),
      parameterTypes: casts,
      onNotice: (message) => this.#context.onNotice({ severity: 'NOTICE', sqlState: '00000', message }),
    });
    if (statement === undefined) throw new WireError('42601', 'The statement is empty.');
    return statement.run();
  }

  async #askCatalog(
    catalog: CatalogSession,
    { text }: Unit,
    { signal, values = [], types = [] }: Run,
  ): Promise<Answer> {
    const { columns, rows, tag } = await catalog.query(text, values, types, signal);
    return {
      columns: columns.map(catalogColumn),
      rows: async function* () {
        yield rows;
      },
      tag: (count) => (/^SELECT\b/.test(tag) ? `SELECT ${count}` : tag),
      close: async () => undefined,
    };
  }

  async #describeStatement(unit: Unit, given: readonly number[], signal: AbortSignal): Promise<Description> {
    const { catalog } = this.#context;
    if (catalog?.answers(unit.text) === true) {
      const { columns, parameters } = await catalog.describe(unit.text, given, signal);
      return { columns: columns?.map(catalogColumn), parameters };
    }
    const known = given.flatMap((oid, index) => (isSpecified(oid) ? [[index + 1, engineTypeOf(typeOf(oid))]] : []));
    const session = await this.#ready();
    const { columns, parameters } = await session.describe(unit.text, {
      signal,
      parameterTypes: Object.fromEntries(known),
    });
    return {
      columns: columns.length === 0 ? undefined : named(unit, columns),
      parameters: oidsOf(parameters, given),
    };
  }

  async #describeCommand(
    command: Command,
    unit: Unit,
    given: readonly number[],
    signal: AbortSignal,
  ): Promise<Description> {
    const none = { columns: undefined, parameters: [] };
    switch (command.kind) {
      case 'show': {
        const { columns } = this.#show(command.name);
        return { columns, parameters: [] };
      }
      case 'fetch':
        return { columns: this.#cursors.get(command.name).answer.columns, parameters: [] };
      case 'copy':
      case 'declare': {
        const { parameters } = await this.describe(innerOf(command, unit), given, signal);
        return { ...none, parameters };
      }
      default:
        return none;
    }
  }

  async #perform(command: Command, unit: Unit, run: Run): Promise<Answer> {
    const { settings, deallocate } = this.#context;
    const { transaction } = this;
    switch (command.kind) {
      case 'begin':
        transaction.begin(this.#withDefaults(command.modes));
        return done(command.word);
      case 'commit':
        return done(await transaction.commit(command.isChained));
      case 'rollback':
        return done(await transaction.rollback(command.isChained));
      case 'savepoint':
        transaction.savepoint(command.name);
        return done('SAVEPOINT');
      case 'release':
        transaction.release(command.name);
        return done('RELEASE');
      case 'rollbackTo':
        transaction.rollbackTo(command.name);
        return done('ROLLBACK');
      case 'modes':
        this.#setModes(command);
        return done('SET');
      case 'set':
        return this.#set(command, unit, run);
      case 'reset':
        if (command.name === undefined) await this.#resetAll(run.signal);
        else settings.set(command.name, undefined);
        return done('RESET');
      case 'show':
        return this.#show(command.name);
      case 'discard':
        await this.#discard(command.what, run.signal);
        return done(`DISCARD ${command.what}`);
      case 'deallocate':
        deallocate(command.name);
        return done(command.name === undefined ? 'DEALLOCATE ALL' : 'DEALLOCATE');
      case 'unlisten':
        return done('UNLISTEN');
      case 'copy': {
        const answer = await this.answer(innerOf(command, unit), run);
        return { ...answer, copy: command.format, tag: (rows) => `COPY ${rows}` };
      }
      default:
        return this.#performCursor(command, unit, run);
    }
  }

  #withDefaults(modes: Parameters<Transaction['begin']>[0]): Parameters<Transaction['begin']>[0] {
    const isReadOnly = modes.isReadOnly ?? this.#context.settings.get('default_transaction_read_only') === 'on';
    return { ...modes, isReadOnly };
  }

  #setModes({ scope, modes }: Command & { readonly kind: 'modes' }): void {
    const { settings } = this.#context;
    if (scope === 'transaction') {
      this.transaction.setModes(modes);
      return;
    }
    if (modes.isReadOnly !== undefined) settings.set('default_transaction_read_only', modes.isReadOnly ? 'on' : 'off');
    if (modes.isolation !== undefined) settings.set('default_transaction_isolation', modes.isolation);
  }

  /** What is the session's own to set, such as `okta.pushdown`, is set there too. */
  async #set({ name, values, scope }: Command & { readonly kind: 'set' }, unit: Unit, run: Run): Promise<Answer> {
    if (name.startsWith('okta.')) {
      const outcome = await this.#runInSession(unit, run);
      await outcome.close();
    }
    this.#context.settings.set(name, values?.join(', '), scope);
    if (name === 'timezone' && values !== undefined && !/^(?:utc|etc\/utc|gmt|0|z|zulu)$/i.test(values.join(''))) {
      this.#context.onNotice({
        severity: 'NOTICE',
        sqlState: '01000',
        message: `Times are shown in UTC here, whatever zone is set: ${values.join(', ')} is not.`,
      });
    }
    return done('SET');
  }

  #show(name: string | undefined): Answer {
    const { settings } = this.#context;
    if (name === undefined) {
      const rows = settings.all().map((each) => [each.name, each.value, '']);
      return textRows('SHOW', ['name', 'setting', 'description'], rows);
    }
    const { name: shown, value } = settings.show(name);
    return textRows('SHOW', [shown], [[this.#currentValue(name) ?? value]]);
  }

  #currentValue(name: string): string | undefined {
    if (name === 'transaction_read_only') {
      const byDefault = this.#context.settings.get('default_transaction_read_only') === 'on';
      return this.transaction.isReadOnly || byDefault ? 'on' : 'off';
    }
    return undefined;
  }

  /** The session has settings of its own. */
  async #resetAll(signal: AbortSignal): Promise<void> {
    this.#context.settings.resetAll();
    await this.#session?.query('RESET ALL', { signal });
    this.#path = USUAL_PATH;
  }

  async #discard(what: 'ALL' | 'PLANS' | 'SEQUENCES' | 'TEMP', signal: AbortSignal): Promise<void> {
    if (what === 'ALL') {
      this.transaction.checkOutside('DISCARD ALL');
      await this.#cursors.closeAll('all');
      await this.#resetAll(signal);
      this.#context.deallocate(undefined);
    }
    // All tables of a session are its own, and gone with it.
    if ((what === 'ALL' || what === 'TEMP') && this.#holdsTables) {
      const session = this.#session;
      this.#session = undefined;
      this.#holdsTables = false;
      await session?.close();
    }
  }

  async #performCursor(
    command: Command & { readonly kind: 'declare' | 'fetch' | 'move' | 'close' },
    unit: Unit,
    run: Run,
  ): Promise<Answer> {
    switch (command.kind) {
      case 'declare':
        if (!command.isHeld && this.transaction.status === 'I') {
          throw new WireError('25P01', 'DECLARE CURSOR can only be used in transaction blocks');
        }
        this.#cursors.checkFree(command.name);
        this.#cursors.add(command.name, new SqlCursor(await this.answer(innerOf(command, unit), run), command));
        return done('DECLARE CURSOR');
      case 'fetch': {
        const cursor = this.#cursors.get(command.name);
        const rows = await cursor.fetch(command.move);
        return {
          ...(cursor.answer.columns !== undefined && { columns: cursor.answer.columns }),
          rows: async function* () {
            yield rows;
          },
          tag: (count) => `FETCH ${count}`,
          close: async () => undefined,
          ...(cursor.options.isBinary && { isBinary: true as const }),
        };
      }
      case 'move':
        return done(`MOVE ${(await this.#cursors.get(command.name).fetch(command.move)).length}`);
      case 'close':
        if (command.name === undefined) await this.#cursors.closeAll('all');
        else await this.#cursors.close(command.name);
        return done(command.name === undefined ? 'CLOSE CURSOR ALL' : 'CLOSE CURSOR');
    }
  }
}

/** What may be said within a block that has failed. */
const ENDS_BLOCK: ReadonlySet<Command['kind']> = new Set<Command['kind']>(['commit', 'rollback', 'rollbackTo']);

/** Words that begin statements that change something at the provider, and their tags. */
const CHANGES: ReadonlySet<string> = new Set(['INSERT', 'UPDATE', 'REPLACE', 'DELETE', 'MERGE', 'EXEC', 'EXECUTE']);

const MAKES_TABLES = /^(?:CREATE|SELECT$|ALTER)/;

/** The query of a cursor or a COPY, as a statement by itself. */
function innerOf(command: Command & { readonly kind: 'declare' | 'copy' }, { text, place }: Unit): Unit {
  const inner = command.kind === 'copy' ? command.query : text.slice(command.queryStart);
  const [unit, second] = unitsOf(inner);
  if (unit === undefined || second !== undefined) throw new WireError('42601', 'One query is expected.');
  const offset = place.offset + command.queryStart + unit.place.offset;
  return { ...unit, place: { text: place.text, offset } };
}

/** Columns as a client is told of them. */
function named({ tokens }: Unit, columns: readonly ResultColumn[]): readonly AnswerColumn[] {
  const names = clientNames(
    tokens,
    columns.map(({ name }) => name),
  );
  return answerColumns(columns).map((column, index) => ({ ...column, name: names[index] ?? column.name }));
}

function catalogColumn({
  name,
  oid,
  typmod,
}: {
  readonly name: string;
  readonly oid: number;
  readonly typmod: number;
}): AnswerColumn {
  return { name, type: typeByOid(oid) ?? ({ ...typeOf(OID.text), oid } satisfies WireType), modifier: typmod };
}

function typeOf(oid: number | undefined): WireType {
  return typeByOid(oid ?? OID.text) ?? (typeByOid(OID.text) as WireType);
}

function isSpecified(oid: number): boolean {
  return oid !== OID.unspecified && oid !== OID.unknown;
}

/** Those that the client gave, and else what the session makes of them. */
function oidsOf(parameters: Readonly<Record<string, string>>, given: readonly number[]): readonly number[] {
  const numbers = Object.keys(parameters).map(Number);
  const count = Math.max(0, given.length, ...numbers);
  return Array.from({ length: count }, (_, index) => {
    const oid = given[index] ?? OID.unspecified;
    return isSpecified(oid) ? oid : typeOfEngine(parameters[index + 1] ?? 'VARCHAR').type.oid;
  });
}
