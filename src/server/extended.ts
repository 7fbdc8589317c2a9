/**
 * The extended protocol: statements that are parsed once and portals that run them, both with names.
 * https://www.postgresql.org/docs/current/protocol-flow.html#PROTOCOL-FLOW-EXT-QUERY
 *
 * @module
 */

import { textOfBinary } from '../wire/binary-format.ts';
import { textOf } from '../wire/bytes.ts';
import { PROTOCOL_VIOLATION, WireError } from '../wire/failure.ts';
import type { FormatCode, FrontendMessage } from '../wire/frontend.ts';
import { OID, typeByOid } from '../wire/types.ts';
import type { Answer, AnswerColumn } from './answer.ts';
import { wireErrorOf } from './failures.ts';
import { fieldsOf, formatsFor, RowReader, sendCopy, sendRows } from './rows.ts';
import type { Description, Run, Runner } from './runner.ts';
import type { Sender } from './sender.ts';
import type { LogEntry, StatementLog } from './statement-log.ts';
import { type Unit, unitsOf } from './unit.ts';

interface Prepared {
  /** Undefined for an empty one. */
  readonly unit: Unit | undefined;
  /** OIDs that Parse gave. */
  readonly given: readonly number[];
  description?: Description;
}

interface Portal {
  readonly prepared: Prepared;
  readonly values: readonly (string | null)[];
  readonly types: readonly number[];
  readonly resultFormats: readonly FormatCode[];
  /** Ends what it runs. Its own, because it may be read by several messages. */
  readonly abort: AbortController;
  running?: Running;
}

interface Running {
  readonly answer: Answer;
  readonly reader: RowReader;
  readonly formats: readonly FormatCode[];
  readonly entry: LogEntry;
  /** The tag, once all of it was sent. */
  tag?: string;
}

/** As many as a Bind can have. */
const MOST_PARAMETERS = 65_535;

export class Extended {
  readonly #runner: Runner;
  readonly #sender: Sender;
  readonly #log: StatementLog;
  readonly #statements = new Map<string, Prepared>();
  readonly #portals = new Map<string, Portal>();

  constructor(context: { readonly runner: Runner; readonly sender: Sender; readonly log: StatementLog }) {
    this.#runner = context.runner;
    this.#sender = context.sender;
    this.#log = context.log;
  }

  parse({ name, text, types }: FrontendMessage & { readonly kind: 'parse' }): void {
    if (name !== '' && this.#statements.has(name)) {
      throw new WireError('42P05', `prepared statement "${name}" already exists`);
    }
    this.#statements.delete(name);
    const unit = oneUnit(text);
    if (unit !== undefined) checkParameters(unit);
    this.#statements.set(name, { unit, given: types });
    this.#sender.send({ kind: 'parseComplete' });
  }

  async bind(message: FrontendMessage & { readonly kind: 'bind' }, signal: AbortSignal): Promise<void> {
    const { portal: name, statement, values, formats, resultFormats } = message;
    const prepared = this.#prepared(statement);
    if (name !== '' && this.#portals.has(name)) throw new WireError('42P03', `cursor "${name}" already exists`);
    await this.#closePortal(name);
    const types = await this.#parameterTypes(prepared, values.length, signal);
    if (values.length !== types.length) {
      const wanted = `but prepared statement "${statement}" requires ${types.length}`;
      throw new WireError(PROTOCOL_VIOLATION, `bind message supplies ${values.length} parameters, ${wanted}`);
    }
    const texts = values.map((value, index) =>
      parameterText(value, formats[formats.length === 1 ? 0 : index] ?? 0, types[index] ?? OID.text, index + 1),
    );
    const abort = new AbortController();
    this.#portals.set(name, { prepared, values: texts, types, resultFormats, abort });
    this.#sender.send({ kind: 'bindComplete' });
  }

  async describe(
    { target, name }: FrontendMessage & { readonly kind: 'describe' },
    signal: AbortSignal,
  ): Promise<void> {
    if (target === 'statement') {
      const prepared = this.#prepared(name);
      const { columns, parameters } = await this.#described(prepared, signal);
      this.#sender.send({ kind: 'parameterDescription', types: parameters });
      this.#sendFields(columns, []);
      return;
    }
    const cursor = this.#portals.has(name) ? undefined : this.#runner.cursor(name);
    if (cursor !== undefined) {
      // A cursor that SQL has declared is a portal too.
      this.#sendFields(cursor.answer.columns, cursor.options.isBinary ? [1] : []);
      return;
    }
    const portal = this.#portal(name);
    const columns = await this.#columnsOf(portal, signal);
    this.#sendFields(columns, portal.resultFormats);
  }

  async execute(
    { portal: name, maxRows }: FrontendMessage & { readonly kind: 'execute' },
    signal: AbortSignal,
  ): Promise<void> {
    const portal = this.#portal(name);
    if (portal.prepared.unit === undefined) {
      this.#sender.send({ kind: 'emptyQueryResponse' });
      return;
    }
    const stop = (): void => portal.abort.abort(signal.reason);
    signal.addEventListener('abort', stop);
    if (signal.aborted) stop();
    try {
      await this.#execute(portal, maxRows > 0 ? maxRows : Number.POSITIVE_INFINITY);
    } catch (error) {
      const failure = wireErrorOf(error, portal.prepared.unit.place);
      portal.running?.entry.end(failure);
      throw failure;
    } finally {
      signal.removeEventListener('abort', stop);
    }
  }

  async closeNamed({ target, name }: FrontendMessage & { readonly kind: 'close' }): Promise<void> {
    if (target === 'statement') this.#statements.delete(name);
    else await this.#closePortal(name);
    this.#sender.send({ kind: 'closeComplete' });
  }

  /** @throws WireError (26000) */
  deallocate(name: string | undefined): void {
    if (name === undefined) this.#statements.clear();
    else if (!this.#statements.delete(name)) throw unknownStatement(name);
  }

  /** A simple query takes the place of those without a name. */
  async dropUnnamed(): Promise<void> {
    this.#statements.delete('');
    await this.#closePortal('');
  }

  async closePortals(): Promise<void> {
    for (const name of [...this.#portals.keys()]) await this.#closePortal(name);
  }

  async close(): Promise<void> {
    this.#statements.clear();
    await this.closePortals().catch(() => undefined);
  }

  async #execute(portal: Portal, most: number): Promise<void> {
    const running = await this.#start(portal);
    const { answer, reader, formats, entry } = running;
    if (running.tag !== undefined) {
      // It has been read to its end: no more rows.
      this.#sender.send({ kind: 'commandComplete', tag: answer.tag(0) });
      return;
    }
    const isCopy = answer.copy !== undefined;
    const sent = isCopy
      ? await sendCopy(answer, reader, this.#sender)
      : await sendRows(reader, { columns: answer.columns, formats, most }, this.#sender);
    entry.rows(sent);
    if (!isCopy && answer.columns !== undefined && sent >= most) {
      this.#sender.send({ kind: 'portalSuspended' });
      return;
    }
    running.tag = answer.tag(sent);
    await answer.close();
    entry.end();
    this.#sender.send({ kind: 'commandComplete', tag: running.tag });
    await this.#sender.pour();
  }

  async #start(portal: Portal): Promise<Running> {
    if (portal.running !== undefined) return portal.running;
    const { prepared, values, types, resultFormats, abort } = portal;
    const unit = prepared.unit as Unit;
    const entry = this.#log.begin(unit.text);
    const run: Run = { signal: abort.signal, values, types, described: prepared.description?.columns };
    try {
      const answer = await this.#runner.answer(unit, run);
      const formats = formatsFor(answer.columns ?? [], resultFormats);
      portal.running = { answer, reader: new RowReader(answer), formats, entry };
      return portal.running;
    } catch (error) {
      entry.end(wireErrorOf(error, unit.place));
      throw error;
    }
  }

  /** What a SELECT answers is known when it has begun, so that it need not be looked at twice; others must not begin yet. */
  async #columnsOf(portal: Portal, signal: AbortSignal): Promise<readonly AnswerColumn[] | undefined> {
    const { prepared, running } = portal;
    if (running !== undefined) return running.answer.columns;
    if (prepared.unit === undefined) return undefined;
    return (await this.#described(prepared, signal)).columns;
  }

  #sendFields(columns: readonly AnswerColumn[] | undefined, codes: readonly FormatCode[]): void {
    if (columns === undefined) this.#sender.send({ kind: 'noData' });
    else this.#sender.send({ kind: 'rowDescription', fields: fieldsOf(columns, formatsFor(columns, codes)) });
  }

  async #described(prepared: Prepared, signal: AbortSignal): Promise<Description> {
    if (prepared.unit === undefined) return { columns: undefined, parameters: [] };
    prepared.description ??= await this.#runner.describe(prepared.unit, prepared.given, signal);
    return prepared.description;
  }

  /** Types that the client has given need no look at the statement. */
  async #parameterTypes(prepared: Prepared, count: number, signal: AbortSignal): Promise<readonly number[]> {
    const { given, description, unit } = prepared;
    if (description !== undefined) return description.parameters;
    const names = unit === undefined ? 0 : parameterCount(unit);
    const isGiven = given.length >= names && given.every((oid) => oid !== OID.unspecified && oid !== OID.unknown);
    if (isGiven && count === Math.max(names, given.length)) return given;
    if (names === 0 && given.length === 0) return [];
    return (await this.#described(prepared, signal)).parameters;
  }

  #prepared(name: string): Prepared {
    const prepared = this.#statements.get(name);
    if (prepared !== undefined) return prepared;
    if (name === '') throw new WireError('26000', 'unnamed prepared statement does not exist');
    throw unknownStatement(name);
  }

  #portal(name: string): Portal {
    const portal = this.#portals.get(name);
    if (portal === undefined) throw new WireError('34000', `portal "${name}" does not exist`);
    return portal;
  }

  async #closePortal(name: string): Promise<void> {
    const portal = this.#portals.get(name);
    if (portal === undefined) return;
    this.#portals.delete(name);
    const { running, abort } = portal;
    if (running === undefined) return;
    // What is done may have left a cursor behind, which goes on.
    if (running.tag !== undefined) return;
    running.entry.end();
    abort.abort();
    await running.reader.close().catch(() => undefined);
    await running.answer.close().catch(() => undefined);
  }
}

function unknownStatement(name: string): WireError {
  return new WireError('26000', `prepared statement "${name}" does not exist`);
}

function oneUnit(text: string): Unit | undefined {
  try {
    const [unit, second] = unitsOf(text);
    if (second !== undefined) throw new WireError('42601', 'cannot insert multiple commands into a prepared statement');
    return unit;
  } catch (error) {
    throw wireErrorOf(error, { text, offset: 0 });
  }
}

/** The highest number. */
function parameterCount({ tokens }: Unit): number {
  return tokens.reduce(
    (most, { kind, value }) => (kind === 'parameter' && /^\d+$/.test(value) ? Math.max(most, Number(value)) : most),
    0,
  );
}

function checkParameters(unit: Unit): void {
  const count = parameterCount(unit);
  if (count <= MOST_PARAMETERS) return;
  throw new WireError('54023', `A statement takes at most ${MOST_PARAMETERS} parameters; this one has $${count}.`, {
    hint: 'Give a long list as one parameter: = ANY($1).',
  });
}

/** @throws WireError */
function parameterText(value: Uint8Array | null, format: FormatCode, oid: number, number: number): string | null {
  if (value === null) return null;
  if (format === 0) return parameterUtf8(value);
  if (format !== 1) throw new WireError('22023', `unsupported format code: ${format}`);
  const type = typeByOid(oid);
  if (type === undefined) {
    throw new WireError('0A000', `Parameter $${number} has a type (OID ${oid}) whose binary form is not known here.`, {
      hint: 'Send it as text.',
    });
  }
  return textOfBinary(type, value, `bind parameter ${number}`);
}

function parameterUtf8(value: Uint8Array): string {
  try {
    return textOf(value);
  } catch (cause) {
    throw new WireError('22021', 'invalid byte sequence for encoding "UTF8"', { cause });
  }
}
