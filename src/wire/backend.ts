/**
 * What a server says: https://www.postgresql.org/docs/current/protocol-message-formats.html
 *
 * @module
 */

import { assertNever } from '../errors.ts';
import { ByteReader, ByteWriter } from './bytes.ts';
import { violation } from './failure.ts';
import type { Frame } from './frames.ts';
import type { FormatCode } from './frontend.ts';

/** A column of a result, or of a parameter's value. */
export interface FieldDescription {
  readonly name: string;
  /** 0 where it is no column of a table. */
  readonly tableOid: number;
  readonly columnNumber: number;
  readonly typeOid: number;
  /** Bytes of a value; -1 where that varies. */
  readonly typeSize: number;
  /** -1 for none. */
  readonly typeModifier: number;
  readonly format: FormatCode;
}

/** `S` severity, `V` severity untranslated, `C` SQLSTATE, `M` message, `D` detail, `H` hint, `P` position. */
export type NoticeFields = Readonly<Record<string, string>>;

/** `I` idle, `T` within a block, `E` within one that has failed. */
export type TransactionStatus = 'I' | 'T' | 'E';

/** How the data of a COPY come. */
interface CopyFormats {
  readonly format: FormatCode;
  readonly columnFormats: readonly FormatCode[];
}

export type BackendMessage =
  | { readonly kind: 'authenticationOk' }
  | { readonly kind: 'authenticationCleartextPassword' }
  | { readonly kind: 'authenticationSasl'; readonly mechanisms: readonly string[] }
  | { readonly kind: 'authenticationSaslContinue'; readonly data: Uint8Array }
  | { readonly kind: 'authenticationSaslFinal'; readonly data: Uint8Array }
  | { readonly kind: 'negotiateProtocolVersion'; readonly minor: number; readonly options: readonly string[] }
  /** Four bytes long before protocol 3.2, and up to 256 since. */
  | { readonly kind: 'backendKeyData'; readonly processId: number; readonly secretKey: Uint8Array }
  | { readonly kind: 'parameterStatus'; readonly name: string; readonly value: string }
  | { readonly kind: 'readyForQuery'; readonly status: TransactionStatus }
  | { readonly kind: 'rowDescription'; readonly fields: readonly FieldDescription[] }
  | { readonly kind: 'dataRow'; readonly values: readonly (Uint8Array | null)[] }
  | { readonly kind: 'commandComplete'; readonly tag: string }
  | { readonly kind: 'emptyQueryResponse' }
  | { readonly kind: 'errorResponse'; readonly fields: NoticeFields }
  | { readonly kind: 'noticeResponse'; readonly fields: NoticeFields }
  | {
      readonly kind: 'notificationResponse';
      readonly processId: number;
      readonly channel: string;
      readonly payload: string;
    }
  | { readonly kind: 'parseComplete' }
  | { readonly kind: 'bindComplete' }
  | { readonly kind: 'closeComplete' }
  | { readonly kind: 'noData' }
  | { readonly kind: 'portalSuspended' }
  | { readonly kind: 'parameterDescription'; readonly types: readonly number[] }
  | ({ readonly kind: 'copyInResponse' } & CopyFormats)
  | ({ readonly kind: 'copyOutResponse' } & CopyFormats)
  | ({ readonly kind: 'copyBothResponse' } & CopyFormats)
  | { readonly kind: 'copyData'; readonly data: Uint8Array }
  | { readonly kind: 'copyDone' };

const LETTERS: Readonly<Record<BackendMessage['kind'], string>> = {
  authenticationOk: 'R',
  authenticationCleartextPassword: 'R',
  authenticationSasl: 'R',
  authenticationSaslContinue: 'R',
  authenticationSaslFinal: 'R',
  negotiateProtocolVersion: 'v',
  backendKeyData: 'K',
  parameterStatus: 'S',
  readyForQuery: 'Z',
  rowDescription: 'T',
  dataRow: 'D',
  commandComplete: 'C',
  emptyQueryResponse: 'I',
  errorResponse: 'E',
  noticeResponse: 'N',
  notificationResponse: 'A',
  parseComplete: '1',
  bindComplete: '2',
  closeComplete: '3',
  noData: 'n',
  portalSuspended: 's',
  parameterDescription: 't',
  copyInResponse: 'G',
  copyOutResponse: 'H',
  copyBothResponse: 'W',
  copyData: 'd',
  copyDone: 'c',
};

/** What AuthenticationRequest says, by number. */
const AUTHENTICATION = { ok: 0, cleartextPassword: 3, sasl: 10, saslContinue: 11, saslFinal: 12 } as const;

export function writeBackend(writer: ByteWriter, message: BackendMessage): void {
  writer.uint8(LETTERS[message.kind].charCodeAt(0)).sized(() => writeBody(writer, message), true);
}

export function serializeBackend(message: BackendMessage): Buffer {
  const writer = new ByteWriter();
  writeBackend(writer, message);
  return writer.take();
}

function writeBody(writer: ByteWriter, message: BackendMessage): void {
  switch (message.kind) {
    case 'authenticationOk':
      writer.int32(AUTHENTICATION.ok);
      return;
    case 'authenticationCleartextPassword':
      writer.int32(AUTHENTICATION.cleartextPassword);
      return;
    case 'authenticationSasl':
      writer.int32(AUTHENTICATION.sasl);
      for (const mechanism of message.mechanisms) writer.text(mechanism);
      writer.uint8(0);
      return;
    case 'authenticationSaslContinue':
      writer.int32(AUTHENTICATION.saslContinue).bytes(message.data);
      return;
    case 'authenticationSaslFinal':
      writer.int32(AUTHENTICATION.saslFinal).bytes(message.data);
      return;
    case 'negotiateProtocolVersion':
      // The minor version alone since PostgreSQL 9.3.21; libpq has always read the lower half.
      writer.int32(0x30000 + message.minor).int32(message.options.length);
      for (const option of message.options) writer.text(option);
      return;
    case 'backendKeyData':
      writer.uint32(message.processId).bytes(message.secretKey);
      return;
    case 'parameterStatus':
      writer.text(message.name).text(message.value);
      return;
    case 'readyForQuery':
      writer.uint8(message.status.charCodeAt(0));
      return;
    case 'rowDescription':
      writeFields(writer, message.fields);
      return;
    case 'dataRow':
      writeValues(writer, message.values);
      return;
    case 'commandComplete':
      writer.text(message.tag);
      return;
    case 'errorResponse':
    case 'noticeResponse':
      for (const [code, text] of Object.entries(message.fields)) writer.characters(code).text(text);
      writer.uint8(0);
      return;
    case 'notificationResponse':
      writer.uint32(message.processId).text(message.channel).text(message.payload);
      return;
    case 'parameterDescription':
      writer.uint16(message.types.length);
      for (const oid of message.types) writer.uint32(oid);
      return;
    case 'copyInResponse':
    case 'copyOutResponse':
    case 'copyBothResponse':
      writer.uint8(message.format).uint16(message.columnFormats.length);
      for (const format of message.columnFormats) writer.int16(format);
      return;
    case 'copyData':
      writer.bytes(message.data);
      return;
    case 'emptyQueryResponse':
    case 'parseComplete':
    case 'bindComplete':
    case 'closeComplete':
    case 'noData':
    case 'portalSuspended':
    case 'copyDone':
      return;
    default:
      assertNever(message);
  }
}

/** Writes a value that is no NULL, without its length. */
export type ValueWriter = (writer: ByteWriter, text: string) => void;

/**
 * A DataRow of texts.
 *
 * @param forms how the value of each column is written; undefined as it is
 */
export function writeDataRow(
  writer: ByteWriter,
  values: readonly (string | null)[],
  forms: readonly (ValueWriter | undefined)[],
): void {
  writer.uint8(DATA_ROW).sized(() => {
    writer.uint16(values.length);
    values.forEach((value, index) => {
      const form = forms[index];
      if (value === null) writer.int32(-1);
      else if (form === undefined) writer.sizedCharacters(value);
      else writer.sized(() => form(writer, value), false);
    });
  }, true);
}

const DATA_ROW = 0x44;

function writeFields(writer: ByteWriter, fields: readonly FieldDescription[]): void {
  writer.uint16(fields.length);
  for (const { name, tableOid, columnNumber, typeOid, typeSize, typeModifier, format } of fields) {
    writer.text(name).uint32(tableOid).int16(columnNumber).uint32(typeOid);
    writer.int16(typeSize).int32(typeModifier).int16(format);
  }
}

function writeValues(writer: ByteWriter, values: readonly (Uint8Array | null)[]): void {
  writer.uint16(values.length);
  for (const value of values) {
    if (value === null) writer.int32(-1);
    else writer.int32(value.length).bytes(value);
  }
}

/** @throws WireError, FATAL */
export function parseBackend({ type, body }: Frame): BackendMessage {
  const reader = new ByteReader(body);
  const message = parseBody(type, reader);
  reader.end();
  return message;
}

function parseBody(type: string, reader: ByteReader): BackendMessage {
  switch (type) {
    case 'R':
      return authenticationOf(reader);
    case 'v':
      return negotiationOf(reader);
    case 'K':
      return { kind: 'backendKeyData', processId: reader.uint32(), secretKey: reader.rest() };
    case 'S':
      return { kind: 'parameterStatus', name: reader.text(), value: reader.text() };
    case 'Z':
      return { kind: 'readyForQuery', status: statusOf(reader.uint8()) };
    case 'T':
      return { kind: 'rowDescription', fields: reader.list(reader.uint16(), () => fieldOf(reader)) };
    case 'D':
      return { kind: 'dataRow', values: valuesOf(reader) };
    case 'C':
      return { kind: 'commandComplete', tag: reader.text() };
    case 'E':
      return { kind: 'errorResponse', fields: noticeOf(reader) };
    case 'N':
      return { kind: 'noticeResponse', fields: noticeOf(reader) };
    case 'A':
      return {
        kind: 'notificationResponse',
        processId: reader.uint32(),
        channel: reader.text(),
        payload: reader.text(),
      };
    case 't':
      return { kind: 'parameterDescription', types: reader.list(reader.uint16(), () => reader.uint32()) };
    case 'G':
      return { kind: 'copyInResponse', ...copyFormatsOf(reader) };
    case 'H':
      return { kind: 'copyOutResponse', ...copyFormatsOf(reader) };
    case 'W':
      return { kind: 'copyBothResponse', ...copyFormatsOf(reader) };
    case 'd':
      return { kind: 'copyData', data: reader.rest() };
    default:
      return bodilessOf(type);
  }
}

const BODILESS = [
  'emptyQueryResponse',
  'parseComplete',
  'bindComplete',
  'closeComplete',
  'noData',
  'portalSuspended',
  'copyDone',
] as const;

function bodilessOf(type: string): BackendMessage {
  const kind = BODILESS.find((each) => LETTERS[each] === type);
  if (kind === undefined) throw violation(`invalid backend message type ${type.charCodeAt(0)}`);
  return { kind };
}

function authenticationOf(reader: ByteReader): BackendMessage {
  const request = reader.int32();
  switch (request) {
    case AUTHENTICATION.ok:
      return { kind: 'authenticationOk' };
    case AUTHENTICATION.cleartextPassword:
      return { kind: 'authenticationCleartextPassword' };
    case AUTHENTICATION.sasl:
      return { kind: 'authenticationSasl', mechanisms: textsOf(reader) };
    case AUTHENTICATION.saslContinue:
      return { kind: 'authenticationSaslContinue', data: reader.rest() };
    case AUTHENTICATION.saslFinal:
      return { kind: 'authenticationSaslFinal', data: reader.rest() };
    default:
      throw violation(`unsupported authentication request ${request}`);
  }
}

/** Texts up to an empty one. */
function textsOf(reader: ByteReader): readonly string[] {
  const texts: string[] = [];
  for (let text = reader.text(); text !== ''; text = reader.text()) texts.push(text);
  return texts;
}

function negotiationOf(reader: ByteReader): BackendMessage {
  const minor = reader.int32() & 0xffff;
  return {
    kind: 'negotiateProtocolVersion',
    minor,
    options: reader.list(countOf(reader.int32()), () => reader.text()),
  };
}

const MOST_OPTIONS = 10_000;

function countOf(count: number): number {
  if (count < 0 || count > MOST_OPTIONS) throw violation('invalid message format');
  return count;
}

function statusOf(code: number): TransactionStatus {
  const status = String.fromCharCode(code);
  if (status === 'I' || status === 'T' || status === 'E') return status;
  throw violation('invalid message format');
}

function fieldOf(reader: ByteReader): FieldDescription {
  return {
    name: reader.text(),
    tableOid: reader.uint32(),
    columnNumber: reader.int16(),
    typeOid: reader.uint32(),
    typeSize: reader.int16(),
    typeModifier: reader.int32(),
    format: reader.int16(),
  };
}

function valuesOf(reader: ByteReader): readonly (Uint8Array | null)[] {
  return reader.list(reader.uint16(), () => {
    const length = reader.int32();
    return length === -1 ? null : reader.bytes(length);
  });
}

function noticeOf(reader: ByteReader): NoticeFields {
  const fields: [string, string][] = [];
  for (let code = reader.uint8(); code !== 0; code = reader.uint8()) {
    fields.push([String.fromCharCode(code), reader.text()]);
  }
  return Object.fromEntries(fields);
}

function copyFormatsOf(reader: ByteReader): CopyFormats {
  return { format: reader.uint8(), columnFormats: reader.list(reader.uint16(), () => reader.int16()) };
}
