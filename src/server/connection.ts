/**
 * One client, from its first byte to its last.
 *
 * @module
 */

import { randomBytes, timingSafeEqual } from 'node:crypto';
import type { Socket } from 'node:net';
import type { Catalog } from '../catalog/contract.ts';
import type { Session } from '../session/session.ts';
import { WireError } from '../wire/failure.ts';
import type { Frame } from '../wire/frames.ts';
import { parseFrontend } from '../wire/frontend.ts';
import { Conversation } from './conversation.ts';
import { type Notice, noticeFields, wireErrorOf } from './failures.ts';
import { type CancelRequest, type Door, logIn, negotiate, receive } from './handshake.ts';
import { Inbox } from './inbox.ts';
import { Sender } from './sender.ts';
import { POSTGRES_VERSION, Settings } from './settings.ts';
import { createStatementLog, type StatementRecord } from './statement-log.ts';

/** What all connections of a server share. */
export interface ServerParts {
  readonly door: Door;
  readonly openSession: () => Session;
  /** Names of the databases. */
  readonly databases: readonly string[];
  readonly version: string;
  readonly catalog: Catalog | undefined;
  readonly timeoutMs: number;
  readonly onStatement: ((record: StatementRecord) => void) | undefined;
  readonly now: () => number;
  /** Milliseconds that a client may take to log in. */
  readonly loginMs: number;
  /** Ends what another connection runs. */
  readonly cancel: (request: CancelRequest) => void;
}

/** Bytes of the key with which a statement is cancelled: four in protocol 3.0, as many as 256 since 3.2. */
const KEY_BYTES = { old: 4, new: 32 } as const;

export class Connection {
  readonly number: number;
  readonly #socket: Socket;
  readonly #parts: ServerParts;
  readonly #inbox: Inbox;
  readonly #sender: Sender;
  #key: Uint8Array | undefined;
  #conversation: Conversation | undefined;
  #isEnding = false;

  constructor(number: number, socket: Socket, parts: ServerParts) {
    this.number = number;
    this.#socket = socket;
    this.#parts = parts;
    this.#inbox = new Inbox(socket);
    this.#sender = new Sender(socket);
    // What is wrong with a stream ends it, and that is all there is to know.
    socket.on('error', () => undefined);
    socket.setNoDelay(true);
  }

  /** Whether nothing has to be waited for before it ends. */
  get isIdle(): boolean {
    return this.#conversation?.isAtWork !== true;
  }

  holds({ processId, secretKey }: CancelRequest): boolean {
    const key = this.#key;
    return (
      processId === this.number &&
      key !== undefined &&
      key.length === secretKey.length &&
      timingSafeEqual(key, secretKey)
    );
  }

  cancel(): void {
    this.#conversation?.cancel();
  }

  notify(notice: Notice): void {
    if (this.#conversation?.isAtWork === true) this.#conversation.notify(notice);
  }

  /** Takes no more messages, and says why. What runs goes on until {@link stop}. */
  shutDown(): void {
    this.#isEnding = true;
    this.#inbox.end();
  }

  /** Ends it at once. */
  stop(): void {
    this.#isEnding = true;
    this.#conversation?.end();
    this.#inbox.end();
  }

  /** Resolves when the client is gone and nothing is left of it. Never throws. */
  async run(): Promise<void> {
    const onClose = (): void => this.#conversation?.end();
    this.#socket.on('close', onClose);
    try {
      await this.#serve();
    } catch (error) {
      const failure = wireErrorOf(error);
      const fields = noticeFields({ ...failure, message: failure.message, severity: 'FATAL' });
      this.#sender.send({ kind: 'errorResponse', fields });
    } finally {
      this.#sender.end();
      await this.#conversation?.close().catch(() => undefined);
      this.#socket.off('close', onClose);
      this.#socket.destroySoon();
    }
  }

  async #serve(): Promise<void> {
    const conversation = await this.#greet();
    if (conversation === undefined) return;
    for (;;) {
      const frame = await this.#inbox.message();
      if (this.#isEnding) throw shuttingDown();
      if (frame === undefined || frame.type === 'X') return;
      await answer(frame, conversation);
    }
  }

  /** Undefined where the client has gone, or wanted nothing else. */
  async #greet(): Promise<Conversation | undefined> {
    const { door, cancel, loginMs } = this.#parts;
    const timer = setTimeout(() => this.#socket.destroy(), loginMs);
    try {
      const arrival = await receive(this.#socket, this.#inbox, this.#sender, door);
      if (arrival === undefined) return undefined;
      if (arrival.kind === 'cancel') {
        cancel(arrival.request);
        return undefined;
      }
      const { introduction, stream } = arrival;
      const minor = negotiate(introduction, this.#sender);
      const { user = '', database = user } = introduction.parameters;
      if (user === '') throw noUser();
      if (!(await logIn(user, { stream, inbox: this.#inbox, sender: this.#sender }, door))) return undefined;
      if (this.#isEnding) throw shuttingDown();
      checkDatabase(database, this.#parts.databases);
      return await this.#begin({ user, database, minor, parameters: introduction.parameters });
    } finally {
      clearTimeout(timer);
    }
  }

  async #begin({ user, database, minor, parameters }: Begun): Promise<Conversation> {
    const { version, catalog, onStatement, now, openSession, timeoutMs } = this.#parts;
    const given = { statement_timeout: String(timeoutMs), ...startupSettings(parameters) };
    const settings = new Settings(user, given, `${POSTGRES_VERSION} (oktaql ${version})`, (name, value) =>
      this.#sender.send({ kind: 'parameterStatus', name, value }),
    );
    settings.report();
    const key = randomBytes(minor >= 2 ? KEY_BYTES.new : KEY_BYTES.old);
    this.#key = key;
    this.#sender.send({ kind: 'backendKeyData', processId: this.number, secretKey: key });
    const about = (): Pick<StatementRecord, 'connection' | 'user' | 'application'> => ({
      connection: this.number,
      user,
      application: settings.get('application_name') ?? '',
    });
    const conversation = new Conversation({
      sender: this.#sender,
      settings,
      openSession,
      log: createStatementLog(onStatement, about, now),
      catalog: catalog?.open({
        user,
        database,
        pid: this.number,
        setting: (name) => settings.get(name),
        ownTables: async () => (await this.#conversation?.ownTables()) ?? [],
      }),
    });
    this.#conversation = conversation;
    conversation.ready();
    await this.#sender.flush();
    return conversation;
  }
}

interface Begun {
  readonly user: string;
  readonly database: string;
  readonly minor: number;
  readonly parameters: Readonly<Record<string, string>>;
}

/** Messages of the extended protocol: after an error in one, all are passed over up to Sync. */
const EXTENDED = 'PBDECH';

/** Answers one message, read or not. @throws WireError, FATAL */
async function answer(frame: Frame, conversation: Conversation): Promise<void> {
  let message: ReturnType<typeof parseFrontend>;
  try {
    message = parseFrontend(frame);
  } catch (error) {
    const failure = wireErrorOf(error);
    if (failure.severity === 'FATAL') throw failure;
    await conversation.refuse(failure, EXTENDED.includes(frame.type));
    return;
  }
  await conversation.handle(message);
}

/** Parameters of the startup message that are settings. `options` may hold more: `-c name=value`. */
function startupSettings(parameters: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  const { user: _user, database: _database, replication: _replication, options = '', ...settings } = parameters;
  const given = [...options.matchAll(/(?:-c\s*|--)([\w.]+)=((?:\\.|[^\s\\])*)/g)].map(
    ([, name = '', value = '']) => [name, value.replaceAll(/\\(.)/g, '$1')] as const,
  );
  const own = Object.entries(settings).filter(([name]) => !name.startsWith('_pq_.'));
  return Object.fromEntries([...own, ...given]);
}

function checkDatabase(database: string, known: readonly string[]): void {
  if (known.includes(database)) return;
  throw new WireError('3D000', `database "${database}" does not exist`, {
    severity: 'FATAL',
    hint: `The databases are the providers: ${known.join(', ')}.`,
  });
}

function noUser(): WireError {
  return new WireError('28000', 'no PostgreSQL user name specified in startup packet', { severity: 'FATAL' });
}

function shuttingDown(): WireError {
  return new WireError('57P01', 'terminating connection due to administrator command', { severity: 'FATAL' });
}
