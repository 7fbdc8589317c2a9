/**
 * Whether the engine will find nothing wrong with a statement, so that its requests need not wait until it has bound it.
 *
 * That is said only of the plainest: columns of one resource, compared with texts. Whatever has a function, a type to be
 * converted, a join or an alias in it is left to the engine, which is asked first.
 *
 * @module
 */

import type { Qual, SelectBlock, SelectStatement } from '../sql/statement.ts';
import { RESERVED } from '../sql/text/keywords.ts';
import { isSignificant, type Token } from '../sql/text/token.ts';
import { tokenize } from '../sql/text/tokens.ts';
import { type BoundQuery, type BoundRef, sameName } from './scope.ts';

export function isCertain({ text, block, frontEnd, parameters }: SelectStatement, { refs }: BoundQuery): boolean {
  const [only, second] = refs;
  if (only === undefined || second !== undefined || block.kind !== 'select') return false;
  // Where the other parser was asked, the engine is there already.
  if (frontEnd !== 'node-sql-parser' || Object.keys(parameters).length > 0) return false;
  return (
    isPlainText(text) && isPlainBlock(block) && namesOnly(block, only) && block.where.every((qual) => fits(qual, only))
  );
}

/**
 * What both parsers read, and read alike. `n` is a name, `a` one of a single letter, which no keyword is; `s` a text, `d` a
 * whole number.
 */
const NAME = '[na](?: \\. [na])?';
const OUTPUT = `(?:\\*|${NAME})`;
const CONDITION = String.raw`(?: (?:[nas]|[.,()=]|<>|!=|[<>]=?|AND|OR|NOT|IN(?= \()|LIKE(?= s)|IS|NULL))+`;
const PLAIN = new RegExp(
  `^SELECT ${OUTPUT}(?: , ${OUTPUT})* FROM [na] \\. [na] \\. [na](?: (?:AS )?a)?(?: WHERE${CONDITION})?(?: LIMIT d)?(?: ;)?$`,
);
const KEYWORDS = new Set('SELECT FROM WHERE AND OR NOT IN LIKE IS NULL AS LIMIT'.split(' '));

function isPlainText(text: string): boolean {
  const shape = tokenize(text).filter(isSignificant).map(symbolOf).join(' ');
  // A call, and a list of nothing.
  return PLAIN.test(shape) && !/[na] \(|\( \)/.test(shape);
}

function symbolOf({ kind, value }: Token): string {
  const word = value.toUpperCase();
  switch (kind) {
    case 'word':
      if (KEYWORDS.has(word)) return word;
      if (RESERVED.has(word)) return '?';
      return /^[A-Z]$/.test(word) ? 'a' : 'n';
    case 'quoted':
      return 'n';
    case 'string':
      return 's';
    case 'number':
      return /^\d{1,9}$/.test(value) ? 'd' : '?';
    case 'operator':
      return value;
    default:
      return '?';
  }
}

/** What is as it looks: no grouping, no order, no alias of a column. */
function isPlainBlock({ isRowwise, output, ctes, subqueries }: SelectBlock): boolean {
  if (!isRowwise || ctes.length > 0 || subqueries.length > 0) return false;
  return output.every((each) =>
    each.kind === 'column'
      ? each.column.path === undefined && sameName(each.name, each.column.name)
      : each.kind === 'star',
  );
}

/** The engine is given these columns, under this name. */
function namesOnly({ columns, stars }: SelectBlock, { columns: known, exposedName }: BoundRef): boolean {
  const isQualified = (qualifier: string | undefined): boolean =>
    qualifier === undefined || sameName(qualifier, exposedName);
  return (
    stars.every(isQualified) &&
    columns.every(
      ({ qualifier, name, path }) =>
        path === undefined && isQualified(qualifier) && known.some((column) => sameName(column.name, name)),
    )
  );
}

/** Texts are compared with texts: all else is converted, which may fail. */
function fits(qual: Qual, ref: BoundRef): boolean {
  switch (qual.kind) {
    case 'in':
      return isText(qual.column.name, ref) && qual.values.every(isTextConstant);
    case 'compare':
      return isText(qual.column.name, ref) && isTextConstant(qual.value);
    case 'like':
      return isText(qual.column.name, ref) && isTextConstant(qual.pattern);
    case 'null':
      return true;
    case 'and':
    case 'or':
      return qual.quals.every((each) => fits(each, ref));
    default:
      return false;
  }
}

function isText(name: string, { columns }: BoundRef): boolean {
  return columns.some((column) => sameName(column.name, name) && column.type === 'VARCHAR');
}

function isTextConstant(constant: { readonly kind: string; readonly value?: unknown }): boolean {
  return constant.kind === 'literal' && (typeof constant.value === 'string' || constant.value === null);
}
