/**
 * Literals and parameters, whose types follow from where they stand.
 *
 * @module
 */

import { BindError, InvalidValueError } from '../../errors.ts';
import { heldAs, isReg, isTextual, memberOf } from '../types.ts';
import { cast, integer, listOf, type Node, text } from './nodes.ts';
import type { Statement } from './statement.ts';

/** A value as PostgreSQL's text has it, as a node of its type. Throws for a text that is none of that type. */
export function valueNode(value: string | null, type: string, statement: Statement): Node {
  const held = heldAs(type);
  if (value === null) return cast(text(null), held);
  if (isReg(type)) return integer(objectOid(value, type, statement));
  const member = memberOf(type);
  if (member !== undefined) {
    const values = type.startsWith('_') ? arrayElements(value) : value.split(' ').filter((each) => each !== '');
    return listOf(
      values.map((each) => valueNode(each, member, statement)),
      held,
    );
  }
  if (isTextual(type) || held === 'VARCHAR') return cast(text(value), 'VARCHAR');
  if (INTEGERS.test(type) && !/^\s*[-+]?\d+\s*$/.test(value)) throw noValue(value, type);
  if (type === 'bool') return cast(text(booleanText(value)), held);
  return cast(text(value), held);
}

const INTEGERS = /^(?:oid|int2|int4|int8|cardinal_number)$/;

function noValue(value: string, type: string): InvalidValueError {
  return new InvalidValueError(`${JSON.stringify(value)} is no value of type ${type}.`, {
    subject: type,
    hint: "An OID is a number; a name becomes one by a cast, such as 'apps.jwks'::regclass.",
  });
}

/** https://www.postgresql.org/docs/15/datatype-boolean.html */
function booleanText(value: string): string {
  const word = value.trim().toLowerCase();
  if (['t', 'true', 'y', 'yes', 'on', '1'].includes(word)) return 't';
  if (['f', 'false', 'n', 'no', 'off', '0'].includes(word)) return 'f';
  throw noValue(value, 'bool');
}

function objectOid(name: string, type: string, { names, path }: Statement): number {
  const oid = names.find(type, name, path);
  if (oid !== undefined) return oid;
  const what = { regclass: 'relation', regtype: 'type', regnamespace: 'schema', regrole: 'role' }[type] ?? 'function';
  throw new BindError('UNKNOWN_RESOURCE', `There is no ${what} ${JSON.stringify(name)} in the catalog.`, {
    unknownName: name,
    hint: 'Tables are named schema.table, such as apps.jwks, or by their own name where search_path leads there.',
  });
}

/** `{a,"b c",NULL}`. Throws for a text that is no list. */
function arrayElements(value: string): readonly (string | null)[] {
  const body = /^\s*\{([\s\S]*)\}\s*$/.exec(value)?.[1];
  if (body === undefined) throw noValue(value, 'array');
  if (body.trim() === '') return [];
  const elements: (string | null)[] = [];
  const pattern = /\s*(?:"((?:[^"\\]|\\[\s\S])*)"|([^,"]*?))\s*(,|$)/y;
  for (let isMore = true; isMore; ) {
    const match = pattern.exec(body);
    if (match === null) throw noValue(value, 'array');
    const [, quoted, plain = '', end] = match;
    const isNull = quoted === undefined && plain.toUpperCase() === 'NULL';
    elements.push(isNull ? null : (quoted?.replace(/\\([\s\S])/g, '$1') ?? plain));
    isMore = end === ',';
  }
  return elements;
}
