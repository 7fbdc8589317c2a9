/**
 * What comes before the first statement: the protocol's version, TLS, the login.
 * https://www.postgresql.org/docs/current/protocol-flow.html#PROTOCOL-FLOW-START-UP
 *
 * @module
 */

import type { Socket } from 'node:net';
import type { SecureContext } from 'node:tls';
import { TLSSocket } from 'node:tls';
import { PROTOCOL_VIOLATION, violation, WireError } from '../wire/failure.ts';
import { parseFrontend, parseStartup, type StartupMessage } from '../wire/frontend.ts';
import { beginScram, parseSaslInitial, SCRAM_MECHANISM, type ScramSecret } from '../wire/scram.ts';
import type { Inbox } from './inbox.ts';
import type { Sender } from './sender.ts';

/** How clients may connect. */
export interface Door {
  readonly user: string;
  /** Undefined where a client's certificate is all that is asked for. */
  readonly password: ScramSecret | undefined;
  readonly tls: TlsDoor | undefined;
}

export interface TlsDoor {
  readonly context: SecureContext;
  /** Whether a client without TLS is turned away. */
  readonly isDemanded: boolean;
  /** Whether it has to show a certificate of an authority that is known. */
  readonly asksForCertificate: boolean;
}

/** The newest protocol that is spoken here: 3.2 has longer keys for cancelling. */
const NEWEST_MINOR = 2;

export interface Introduction {
  readonly minor: number;
  readonly parameters: Readonly<Record<string, string>>;
}

/** A client that is done after one message. */
export interface CancelRequest {
  readonly processId: number;
  readonly secretKey: Uint8Array;
}

export type Arrival =
  | { readonly kind: 'client'; readonly introduction: Introduction; readonly stream: Socket }
  | { readonly kind: 'cancel'; readonly request: CancelRequest };

/**
 * Reads up to the startup message. Undefined where the client has gone.
 *
 * @throws WireError, FATAL
 */
export async function receive(socket: Socket, inbox: Inbox, sender: Sender, door: Door): Promise<Arrival | undefined> {
  let stream: Socket = socket;
  for (let asked = 0; ; asked += 1) {
    const frame = await inbox.startup();
    if (frame === undefined) return undefined;
    const message = parseStartup(frame);
    switch (message.kind) {
      case 'cancelRequest':
        return { kind: 'cancel', request: message };
      case 'startup':
        checkVersion(message);
        return { kind: 'client', introduction: message, stream };
      case 'sslRequest':
      case 'gssEncRequest':
        // A client may ask for both, and not for more.
        if (asked > 1) throw violation('invalid startup packet');
        if (message.kind === 'sslRequest' && door.tls !== undefined && stream === socket) {
          stream = await secure(socket, inbox, sender, door.tls);
        } else {
          stream.write('N');
        }
    }
  }
}

async function secure(socket: Socket, inbox: Inbox, sender: Sender, door: TlsDoor): Promise<Socket> {
  // Bytes behind the request would be taken for the client's although anybody on the way may have put them there (CVE-2021-23214).
  if (!inbox.isEmpty) throw violation('received unencrypted data after SSL request');
  inbox.leave();
  socket.write('S');
  const stream = new TLSSocket(socket, {
    isServer: true,
    secureContext: door.context,
    requestCert: door.asksForCertificate,
    // Who has none is told so in words, once TLS stands.
    rejectUnauthorized: false,
    ALPNProtocols: ['postgresql'],
  });
  inbox.moveTo(stream);
  sender.moveTo(stream);
  // A handshake that fails ends the stream, and the next read finds nothing.
  stream.on('error', () => stream.destroy());
  return stream;
}

function checkVersion({ major, minor }: StartupMessage & { readonly kind: 'startup' }): void {
  if (major === 3) return;
  throw new WireError(
    '0A000',
    `unsupported frontend protocol ${major}.${minor}: server supports 3.0 to 3.${NEWEST_MINOR}`,
    { severity: 'FATAL' },
  );
}

/** Tells a client that asks for a newer protocol, or for options of it, what it gets. */
export function negotiate({ minor, parameters }: Introduction, sender: Sender): number {
  const options = Object.keys(parameters).filter((name) => name.startsWith('_pq_.'));
  const spoken = Math.min(minor, NEWEST_MINOR);
  if (minor > NEWEST_MINOR || options.length > 0) {
    sender.send({ kind: 'negotiateProtocolVersion', minor: spoken, options });
  }
  return spoken;
}

/** @returns false where the client has gone. @throws WireError, FATAL */
export async function logIn(
  user: string,
  { stream, inbox, sender }: { readonly stream: Socket; readonly inbox: Inbox; readonly sender: Sender },
  door: Door,
): Promise<boolean> {
  const { tls } = door;
  const isSecure = stream instanceof TLSSocket;
  if (tls?.isDemanded === true && !isSecure) {
    throw new WireError('28000', 'TLS is demanded here, and the connection is not encrypted.', {
      severity: 'FATAL',
      hint: 'Connect with sslmode=require.',
    });
  }
  if (tls?.asksForCertificate === true && !(isSecure && stream.authorized)) {
    throw new WireError('28000', 'connection requires a valid client certificate', { severity: 'FATAL' });
  }
  if (door.password !== undefined && !(await checkPassword(user, door.password, door.user, inbox, sender)))
    return false;
  if (user !== door.user) throw refused(user);
  sender.send({ kind: 'authenticationOk' });
  return true;
}

/** The same is asked of a user that does not exist, so that nobody learns which do. */
async function checkPassword(
  user: string,
  secret: ScramSecret,
  known: string,
  inbox: Inbox,
  sender: Sender,
): Promise<boolean> {
  sender.send({ kind: 'authenticationSasl', mechanisms: [SCRAM_MECHANISM] });
  const first = await passwordMessage(inbox, sender);
  if (first === undefined) return false;
  const { mechanism, message } = parseSaslInitial(first);
  if (mechanism !== SCRAM_MECHANISM) throw violation('client selected an invalid SASL authentication mechanism');
  const exchange = beginScram(message, secret);
  sender.send({ kind: 'authenticationSaslContinue', data: Buffer.from(exchange.serverFirst) });
  const last = await passwordMessage(inbox, sender);
  if (last === undefined) return false;
  const answer = exchange.finish(Buffer.from(last).toString());
  if (answer === undefined || user !== known) throw refused(user);
  sender.send({ kind: 'authenticationSaslFinal', data: Buffer.from(answer) });
  return true;
}

async function passwordMessage(inbox: Inbox, sender: Sender): Promise<Uint8Array | undefined> {
  await sender.flush();
  const frame = await inbox.message();
  if (frame === undefined) return undefined;
  if (frame.type !== 'p') {
    const code = frame.type.charCodeAt(0);
    throw new WireError(PROTOCOL_VIOLATION, `expected SASL response, got message type ${code}`, { severity: 'FATAL' });
  }
  const message = parseFrontend(frame);
  return message.kind === 'password' ? message.data : undefined;
}

function refused(user: string): WireError {
  return new WireError('28P01', `password authentication failed for user "${user}"`, { severity: 'FATAL' });
}
