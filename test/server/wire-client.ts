/** A client that says what it is told to, message by message, to our server or to PostgreSQL. */
import { createHash, createHmac, pbkdf2Sync } from 'node:crypto';
import { connect, type NetConnectOpts, type Socket } from 'node:net';
import { type BackendMessage, parseBackend } from '../../src/wire/backend.ts';
import { Frames } from '../../src/wire/frames.ts';
import { type FrontendMessage, serializeFrontend, serializeStartup } from '../../src/wire/frontend.ts';

export interface WireClient {
  readonly socket: Socket;
  send(...messages: readonly FrontendMessage[]): void;
  sendBytes(bytes: Uint8Array): void;
  /** All messages up to the first of that kind, which is the last; or up to the end of the connection. */
  until(kind: BackendMessage['kind']): Promise<readonly BackendMessage[]>;
  /** One statement by the simple protocol. */
  query(text: string): Promise<readonly BackendMessage[]>;
  /** Whether the server has ended the connection; waits until it has. */
  ended(): Promise<void>;
  close(): void;
}

export interface LogInOptions {
  readonly user: string;
  readonly database?: string;
  readonly password?: string;
  readonly minor?: number;
  readonly parameters?: Readonly<Record<string, string>>;
}

/** Connects and says nothing yet. */
export async function openWire(where: NetConnectOpts): Promise<WireClient> {
  const socket = connect(where);
  const frames = new Frames();
  let isEnded = false;
  let wake: () => void = () => undefined;
  socket.on('data', (chunk) => {
    frames.push(chunk);
    wake();
  });
  socket.on('error', () => undefined);
  socket.on('close', () => {
    isEnded = true;
    wake();
  });
  const changed = (): Promise<void> =>
    new Promise((resolve) => {
      wake = resolve;
    });
  await new Promise<void>((resolve, reject) => {
    socket.once('connect', resolve);
    socket.once('error', reject);
  });
  const until: WireClient['until'] = async (kind) => {
    const messages: BackendMessage[] = [];
    for (;;) {
      const frame = frames.answer();
      if (frame !== undefined) {
        const message = parseBackend(frame);
        messages.push(message);
        if (message.kind === kind) return messages;
      } else if (isEnded) return messages;
      else await changed();
    }
  };
  const send: WireClient['send'] = (...messages) => {
    socket.write(Buffer.concat(messages.map(serializeFrontend)));
  };
  return {
    socket,
    send,
    sendBytes: (bytes) => {
      socket.write(bytes);
    },
    until,
    query: (text) => {
      send({ kind: 'query', text });
      return until('readyForQuery');
    },
    ended: async () => {
      while (!isEnded) await changed();
    },
    close: () => {
      socket.destroy();
    },
  };
}

/** Connects and logs in; the messages of the login. Throws what the server says against it. */
export async function logInWire(
  where: NetConnectOpts,
  { user, database = user, password, minor = 0, parameters = {} }: LogInOptions,
): Promise<{ readonly client: WireClient; readonly greeting: readonly BackendMessage[] }> {
  const client = await openWire(where);
  client.sendBytes(
    serializeStartup({ kind: 'startup', major: 3, minor, parameters: { user, database, ...parameters } }),
  );
  const greeting: BackendMessage[] = [];
  if (password !== undefined) greeting.push(...(await scram(client, password)));
  greeting.push(...(await client.until('readyForQuery')));
  const failure = greeting.find((message) => message.kind === 'errorResponse');
  if (failure?.kind === 'errorResponse') {
    client.close();
    throw Object.assign(new Error(failure.fields['M']), { fields: failure.fields });
  }
  return { client, greeting };
}

/** RFC 5802, the client's side. */
async function scram(client: WireClient, password: string): Promise<readonly BackendMessage[]> {
  const asked = await client.until('authenticationSasl');
  if (asked.at(-1)?.kind !== 'authenticationSasl') return asked;
  const bare = 'n=,r=abcdefgh';
  const first = Buffer.from(`n,,${bare}`);
  const head = Buffer.alloc(4);
  head.writeInt32BE(first.length);
  client.send({ kind: 'password', data: Buffer.concat([Buffer.from('SCRAM-SHA-256\0'), head, first]) });
  const step = (await client.until('authenticationSaslContinue')).at(-1);
  if (step?.kind !== 'authenticationSaslContinue') return step === undefined ? [] : [step];
  const challenge = Buffer.from(step.data).toString();
  const [, nonce = '', salt = '', iterations = '0'] = /^r=([^,]+),s=([^,]+),i=(\d+)$/.exec(challenge) ?? [];
  const hmac = (key: Buffer, text: string): Buffer => createHmac('sha256', key).update(text).digest();
  const salted = pbkdf2Sync(password, Buffer.from(salt, 'base64'), Number(iterations), 32, 'sha256');
  const key = hmac(salted, 'Client Key');
  const last = `c=biws,r=${nonce}`;
  const signature = hmac(createHash('sha256').update(key).digest(), `${bare},${challenge},${last}`);
  const proof = Buffer.from(key.map((byte, index) => byte ^ (signature[index] ?? 0))).toString('base64');
  client.send({ kind: 'password', data: Buffer.from(`${last},p=${proof}`) });
  return asked;
}
