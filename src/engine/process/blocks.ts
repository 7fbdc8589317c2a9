/**
 * Rows in columns, as they cross between processes, and back.
 *
 * @module
 */

import { jsonText, wellFormedJson } from '../../json.ts';
import {
  type Column,
  type ColumnType,
  type JsonValue,
  type ResultColumn,
  type Row,
  Timestamp,
  type Value,
} from '../../values.ts';
import { JsonText, type LoadRow, microsOf } from '../append.ts';
import { type ColumnBlock, jsonOr, rowsOfBlock } from '../convert.ts';
import type { LoadBlock, LoadValue } from './protocol.ts';

/** Made where the rows come from: a JSON value would be copied member by member, and written as text in the child only. */
export function toLoadBlock(columns: readonly Column[], rows: readonly Row[]): LoadBlock {
  return {
    rowCount: rows.length,
    columns: columns.map(({ type }, index) => {
      const toLoad = TO_LOAD[type];
      return rows.map((row) => {
        const value = row[index] ?? null;
        return value === null ? null : toLoad(value);
      });
    }),
  };
}

const TO_LOAD: Readonly<Record<ColumnType, (value: Value) => LoadValue>> = {
  VARCHAR: (value) => value as string,
  BIGINT: (value) => value as number | bigint,
  DOUBLE: (value) => value as number,
  BOOLEAN: (value) => value as boolean,
  TIMESTAMPTZ: (value) => microsOf(value as Date),
  JSON: (value) => wellFormedJson(jsonText(value as JsonValue)),
};

export function fromLoadBlock(types: readonly ColumnType[], { rowCount, columns }: LoadBlock): readonly LoadRow[] {
  const read = types.map((type, index) => {
    const values = columns[index] ?? [];
    if (type === 'TIMESTAMPTZ') return values.map((value) => (value === null ? null : new Timestamp(value as bigint)));
    return type === 'JSON' ? values.map((value) => (value === null ? null : new JsonText(value as string))) : values;
  });
  return Array.from({ length: rowCount }, (_, row) => read.map((values) => values[row] ?? null));
}

export function fromResultBlock(columns: readonly ResultColumn[], block: ColumnBlock): readonly Row[] {
  const read = block.columns.map((values, index) =>
    columns[index]?.type === 'JSON' ? values.map((text) => (text === null ? null : jsonOr(text as string))) : values,
  );
  return rowsOfBlock({ rowCount: block.rowCount, columns: read });
}
