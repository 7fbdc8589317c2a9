/**
 * What a client says: https://www.postgresql.org/docs/current/protocol-message-formats.html
 *
 * @module
 */

import { assertNever } from '../errors.ts';
import { ByteReader, ByteWriter } from './bytes.ts';
import { PROTOCOL_VIOLATION, violation, WireError } from './failure.ts';
import type { Frame } from './frames.ts';

/** Before the login. */
export type StartupMessage =
  | {
      readonly kind: 'startup';
      readonly major: number;
      readonly minor: number;
      readonly parameters: Readonly<Record<string, string>>;
    }
  | { readonly kind: 'sslRequest' }
  | { readonly kind: 'gssEncRequest' }
  | { readonly kind: 'cancelRequest'; readonly processId: number; readonly secretKey: Uint8Array };

/** 0 is text, 1 binary. */
export type FormatCode = number;

/** Whether a statement or a portal is meant. */
export type Target = 'statement' | 'portal';

export type FrontendMessage =
  | { readonly kind: 'query'; readonly text: string }
  | { readonly kind: 'parse'; readonly name: string; readonly text: string; readonly types: readonly number[] }
  | {
      readonly kind: 'bind';
      readonly portal: string;
      readonly statement: string;
      /** None: all are texts. One: it is that of all. */
      readonly formats: readonly FormatCode[];
      readonly values: readonly (Uint8Array | null)[];
      /** As `formats`, of the columns of the result. */
      readonly resultFormats: readonly FormatCode[];
    }
  | { readonly kind: 'describe'; readonly target: Target; readonly name: string }
  /** 0 is no limit. */
  | { readonly kind: 'execute'; readonly portal: string; readonly maxRows: number }
  | { readonly kind: 'close'; readonly target: Target; readonly name: string }
  | { readonly kind: 'flush' }
  | { readonly kind: 'sync' }
  | { readonly kind: 'terminate' }
  /** PasswordMessage, SASLInitialResponse and SASLResponse: which it is, only who asked for it knows. */
  | { readonly kind: 'password'; readonly data: Uint8Array }
  | { readonly kind: 'copyData'; readonly data: Uint8Array }
  | { readonly kind: 'copyDone' }
  | { readonly kind: 'copyFail'; readonly reason: string }
  | { readonly kind: 'functionCall'; readonly data: Uint8Array };

const CANCEL_REQUEST = 80_877_102;
const SSL_REQUEST = 80_877_103;
const GSS_ENC_REQUEST = 80_877_104;

/** @throws WireError, FATAL */
export function parseStartup({ body }: Frame): StartupMessage {
  const reader = new ByteReader(body);
  const code = reader.uint32();
  switch (code) {
    case SSL_REQUEST:
      reader.end();
      return { kind: 'sslRequest' };
    case GSS_ENC_REQUEST:
      reader.end();
      return { kind: 'gssEncRequest' };
    case CANCEL_REQUEST:
      return { kind: 'cancelRequest', processId: reader.uint32(), secretKey: reader.rest() };
    default:
      return { kind: 'startup', major: code >>> 16, minor: code & 0xffff, parameters: parametersOf(code, reader) };
  }
}

/** Of an older protocol nothing is known but its number. */
function parametersOf(code: number, reader: ByteReader): Readonly<Record<string, string>> {
  if (code >>> 16 !== 3) return {};
  const parameters: [string, string][] = [];
  for (;;) {
    const name = reader.text();
    if (name === '') break;
    parameters.push([name, reader.text()]);
  }
  if (reader.left > 0) throw violation('invalid startup packet layout: expected terminator as last byte');
  return Object.fromEntries(parameters);
}

export function serializeStartup(message: StartupMessage): Buffer {
  const writer = new ByteWriter();
  writer.sized(() => writeStartup(writer, message), true);
  return writer.take();
}

function writeStartup(writer: ByteWriter, message: StartupMessage): void {
  switch (message.kind) {
    case 'startup':
      writer.uint16(message.major).uint16(message.minor);
      if (message.major !== 3) return;
      for (const [name, value] of Object.entries(message.parameters)) writer.text(name).text(value);
      writer.uint8(0);
      return;
    case 'sslRequest':
      writer.uint32(SSL_REQUEST);
      return;
    case 'gssEncRequest':
      writer.uint32(GSS_ENC_REQUEST);
      return;
    case 'cancelRequest':
      writer.uint32(CANCEL_REQUEST).uint32(message.processId).bytes(message.secretKey);
      return;
    default:
      assertNever(message);
  }
}

const TARGETS: Readonly<Record<string, Target>> = { S: 'statement', P: 'portal' };

/**
 * What a message says.
 *
 * @throws WireError: PostgreSQL goes on behind a message whose length was right and whose body was not, so it is no FATAL
 */
export function parseFrontend(frame: Frame): FrontendMessage {
  const reader = new ByteReader(frame.body);
  try {
    const message = parseBody(frame.type, reader);
    reader.end();
    return message;
  } catch (error) {
    if (!(error instanceof WireError) || frame.type === 'X') throw error;
    throw new WireError(error.sqlState, error.message, { cause: error });
  }
}

function parseBody(type: string, reader: ByteReader): FrontendMessage {
  switch (type) {
    case 'Q':
      return { kind: 'query', text: reader.text() };
    case 'P':
      return { kind: 'parse', name: reader.text(), text: reader.text(), types: typesOf(reader) };
    case 'B':
      return bindOf(reader);
    case 'D':
      return { kind: 'describe', ...targetOf(reader, 'DESCRIBE') };
    case 'E':
      return { kind: 'execute', portal: reader.text(), maxRows: reader.int32() };
    case 'C':
      return { kind: 'close', ...targetOf(reader, 'CLOSE') };
    case 'H':
      return { kind: 'flush' };
    case 'S':
      return { kind: 'sync' };
    case 'X':
      return { kind: 'terminate' };
    case 'p':
      return { kind: 'password', data: reader.rest() };
    case 'd':
      return { kind: 'copyData', data: reader.rest() };
    case 'c':
      return { kind: 'copyDone' };
    case 'f':
      return { kind: 'copyFail', reason: reader.text() };
    case 'F':
      return { kind: 'functionCall', data: reader.rest() };
    default:
      throw violation(`invalid frontend message type ${type.charCodeAt(0)}`);
  }
}

function typesOf(reader: ByteReader): readonly number[] {
  return reader.list(reader.uint16(), () => reader.uint32());
}

function bindOf(reader: ByteReader): FrontendMessage {
  const portal = reader.text();
  const statement = reader.text();
  const formats = reader.list(reader.uint16(), () => reader.int16());
  const values = reader.list(reader.uint16(), () => {
    const length = reader.int32();
    return length === -1 ? null : reader.bytes(length);
  });
  const resultFormats = reader.list(reader.uint16(), () => reader.int16());
  if (formats.length > 1 && formats.length !== values.length) {
    const counts = `${formats.length} parameter formats but ${values.length} parameters`;
    throw new WireError(PROTOCOL_VIOLATION, `bind message has ${counts}`);
  }
  return { kind: 'bind', portal, statement, formats, values, resultFormats };
}

function targetOf(reader: ByteReader, message: string): { readonly target: Target; readonly name: string } {
  const code = reader.uint8();
  const target = TARGETS[String.fromCharCode(code)];
  if (target === undefined) throw violation(`invalid ${message} message subtype ${code}`);
  return { target, name: reader.text() };
}

export function serializeFrontend(message: FrontendMessage): Buffer {
  const writer = new ByteWriter();
  writer.uint8(LETTERS[message.kind].charCodeAt(0)).sized(() => writeBody(writer, message), true);
  return writer.take();
}

const LETTERS: Readonly<Record<FrontendMessage['kind'], string>> = {
  query: 'Q',
  parse: 'P',
  bind: 'B',
  describe: 'D',
  execute: 'E',
  close: 'C',
  flush: 'H',
  sync: 'S',
  terminate: 'X',
  password: 'p',
  copyData: 'd',
  copyDone: 'c',
  copyFail: 'f',
  functionCall: 'F',
};

function writeBody(writer: ByteWriter, message: FrontendMessage): void {
  switch (message.kind) {
    case 'query':
      writer.text(message.text);
      return;
    case 'parse':
      writer.text(message.name).text(message.text).uint16(message.types.length);
      for (const oid of message.types) writer.uint32(oid);
      return;
    case 'bind':
      writeBind(writer, message);
      return;
    case 'describe':
    case 'close':
      writer.uint8(message.target === 'statement' ? 0x53 : 0x50).text(message.name);
      return;
    case 'execute':
      writer.text(message.portal).int32(message.maxRows);
      return;
    case 'password':
    case 'copyData':
    case 'functionCall':
      writer.bytes(message.data);
      return;
    case 'copyFail':
      writer.text(message.reason);
      return;
    case 'flush':
    case 'sync':
    case 'terminate':
    case 'copyDone':
      return;
    default:
      assertNever(message);
  }
}

function writeBind(writer: ByteWriter, message: FrontendMessage & { readonly kind: 'bind' }): void {
  const { portal, statement, formats, values, resultFormats } = message;
  writer.text(portal).text(statement).uint16(formats.length);
  for (const format of formats) writer.int16(format);
  writer.uint16(values.length);
  for (const value of values) {
    if (value === null) writer.int32(-1);
    else writer.int32(value.length).bytes(value);
  }
  writer.uint16(resultFormats.length);
  for (const format of resultFormats) writer.int16(format);
}
