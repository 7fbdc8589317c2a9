/**
 * The binary forms of values, made from their texts and read as such: a text is what all types have.
 *
 * @module
 */

import { type ArrayItem, parseArray, printArray } from './array-text.ts';
import { ByteReader, type ByteWriter } from './bytes.ts';
import { WireError } from './failure.ts';
import {
  dateText,
  daysOf,
  intervalText,
  microsOfTime,
  microsOfTimestamp,
  parseInterval,
  timestampText,
  timeText,
  zoneSeconds,
  zoneText,
} from './moments.ts';
import { readNumeric, writeNumeric } from './numeric.ts';
import { typeByOid, type WireKind, type WireType } from './types.ts';

interface BinaryForm {
  readonly write: (writer: ByteWriter, text: string) => void;
  readonly read: (reader: ByteReader) => string;
}

const TEXT: BinaryForm = {
  write: (writer, text) => writer.characters(text),
  read: (reader) => reader.rest().toString(),
};

/** Version of the form, before the text. */
const JSONB_VERSION = 1;

const FORMS: Readonly<Record<WireKind, BinaryForm>> = {
  bool: {
    write: (writer, text) => writer.uint8(text.startsWith('t') ? 1 : 0),
    read: (reader) => (reader.uint8() === 0 ? 'f' : 't'),
  },
  int2: {
    write: (writer, text) => writer.int16(whole(text, 'smallint', 16)),
    read: (reader) => String(reader.int16()),
  },
  int4: { write: (writer, text) => writer.int32(whole(text, 'integer', 32)), read: (reader) => String(reader.int32()) },
  int8: { write: (writer, text) => writer.int64(BigInt(text)), read: (reader) => String(reader.int64()) },
  oid: { write: (writer, text) => writer.uint32(Number(text)), read: (reader) => String(reader.uint32()) },
  float4: {
    write: (writer, text) => writer.float32(Number(text)),
    read: (reader) => String(shortFloat(reader.float32())),
  },
  float8: { write: (writer, text) => writer.float64(Number(text)), read: (reader) => String(reader.float64()) },
  numeric: { write: writeNumeric, read: readNumeric },
  text: TEXT,
  char: TEXT,
  bytea: {
    write: (writer, text) => writer.bytes(Buffer.from(text.replace(/^\\x/, ''), 'hex')),
    read: (reader) => `\\x${reader.rest().toString('hex')}`,
  },
  date: { write: (writer, text) => writer.int32(daysOf(text)), read: (reader) => dateText(reader.int32()) },
  time: { write: (writer, text) => writer.int64(microsOfTime(text)), read: (reader) => timeText(reader.int64()) },
  timetz: { write: writeTimeTz, read: (reader) => `${timeText(reader.int64())}${zoneText(-reader.int32())}` },
  timestamp: {
    write: (writer, text) => writer.int64(microsOfTimestamp(text)),
    read: (reader) => timestampText(reader.int64()),
  },
  timestamptz: {
    write: (writer, text) => writer.int64(microsOfTimestamp(text)),
    read: (reader) => zoned(timestampText(reader.int64())),
  },
  interval: { write: writeInterval, read: readInterval },
  uuid: {
    write: (writer, text) => writer.bytes(Buffer.from(text.replaceAll('-', ''), 'hex')),
    read: (reader) =>
      reader
        .bytes(16)
        .toString('hex')
        .replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-'),
  },
  json: TEXT,
  jsonb: {
    write: (writer, text) => writer.uint8(JSONB_VERSION).characters(text),
    read: (reader) => {
      const version = reader.uint8();
      if (version !== JSONB_VERSION) throw new WireError('XX000', `unsupported jsonb version number ${version}`);
      return reader.rest().toString();
    },
  },
};

function whole(text: string, type: string, bits: number): number {
  const value = Number(text);
  const most = 2 ** (bits - 1);
  if (Number.isInteger(value) && value >= -most && value < most) return value;
  throw new WireError('22003', `value "${text.slice(0, 200)}" is out of range for type ${type}`);
}

/** A float of four bytes as the shortest digits that are read as it. */
function shortFloat(value: number): number {
  for (let digits = 6; digits < 9; digits += 1) {
    const short = Number(value.toPrecision(digits));
    if (Math.fround(short) === value) return short;
  }
  return value;
}

function zoned(text: string): string {
  if (text.endsWith('infinity')) return text;
  return text.endsWith(' BC') ? `${text.slice(0, -3)}+00 BC` : `${text}+00`;
}

function writeTimeTz(writer: ByteWriter, text: string): void {
  const [, time = text, zone = '+00'] = /^([^-+]+)([-+].*)?$/.exec(text) ?? [];
  writer.int64(microsOfTime(time)).int32(-zoneSeconds(zone));
}

function writeInterval(writer: ByteWriter, text: string): void {
  const { micros, days, months } = parseInterval(text);
  writer.int64(micros).int32(days).int32(months);
}

function readInterval(reader: ByteReader): string {
  const micros = reader.int64();
  const days = reader.int32();
  return intervalText({ micros, days, months: reader.int32() });
}

/** Writes the binary form of values of a type, made of their texts. */
export function binaryWriter({ kind, element }: WireType): (writer: ByteWriter, text: string) => void {
  const { write } = FORMS[kind];
  return element === undefined ? write : (writer, text) => writeArray(writer, parseArray(text), element);
}

/** https://github.com/postgres/postgres/blob/REL_15_STABLE/src/backend/utils/adt/arrayfuncs.c, array_send */
function writeArray(writer: ByteWriter, items: readonly ArrayItem[], element: WireType): void {
  const dimensions = dimensionsOf(items);
  const flat = leavesOf(items);
  writer
    .int32(dimensions.length)
    .int32(flat.includes(null) ? 1 : 0)
    .uint32(element.oid);
  for (const length of dimensions) writer.int32(length).int32(1);
  const { write } = FORMS[element.kind];
  for (const item of flat) {
    if (item === null) writer.int32(-1);
    else writer.sized(() => write(writer, item), false);
  }
}

/** Lengths, from the outermost; none for an empty list. */
function dimensionsOf(items: readonly ArrayItem[]): readonly number[] {
  if (items.length === 0) return [];
  const [first] = items;
  return [items.length, ...(isList(first) ? dimensionsOf(first) : [])];
}

function leavesOf(items: readonly ArrayItem[]): readonly (string | null)[] {
  return items.flatMap((item) => (isList(item) ? leavesOf(item) : [item]));
}

function isList(item: ArrayItem | undefined): item is readonly ArrayItem[] {
  return Array.isArray(item);
}

/** The text of a value in binary form. @throws WireError (22P03) for bytes that are none of the type */
export function textOfBinary(type: WireType, bytes: Uint8Array, label: string): string {
  const reader = new ByteReader(bytes);
  try {
    const text = type.element === undefined ? FORMS[type.kind].read(reader) : readArray(reader, type.element);
    if (reader.left > 0) throw new WireError('22P03', `incorrect binary data format in ${label}`);
    return text;
  } catch (error) {
    if (error instanceof WireError && error.severity === 'ERROR') throw error;
    throw new WireError('08P01', 'insufficient data left in message', { cause: error });
  }
}

const MOST_DIMENSIONS = 6;

function readArray(reader: ByteReader, expected: WireType): string {
  const count = reader.int32();
  if (count < 0 || count > MOST_DIMENSIONS) throw new WireError('22P03', `invalid number of dimensions: ${count}`);
  reader.int32();
  const element = typeByOid(reader.uint32()) ?? expected;
  if (element.kind !== expected.kind) throw new WireError('42804', 'wrong element type');
  const lengths = reader.list(count, () => {
    const length = reader.int32();
    reader.int32();
    return length;
  });
  return printArray(readItems(reader, lengths, element));
}

function readItems(reader: ByteReader, [length, ...inner]: readonly number[], element: WireType): readonly ArrayItem[] {
  if (length === undefined) return [];
  // Each element has a length of four bytes at least.
  if (length < 0 || length * 4 > reader.left) throw new WireError('22P03', 'insufficient data left in message');
  return reader.list(length, () => {
    if (inner.length > 0) return readItems(reader, inner, element);
    const size = reader.int32();
    if (size === -1) return null;
    const own = new ByteReader(reader.bytes(size));
    const text = FORMS[element.kind].read(own);
    if (own.left > 0) throw new WireError('22P03', 'improper binary format in array element');
    return text;
  });
}
