/**
 * Rows of unnamed fields that would become JSON: `to_json((1, 2))` is `{"":2}` to DuckDB 1.5, which names every field alike and
 * keeps the last.
 *
 * Types say where that happens, so DuckDB's bound plan is looked at, and only where the text speaks of both.
 *
 * @module
 */

import type { DuckDBConnection } from '@duckdb/node-api';
import { NotSupportedError } from '../errors.ts';
import type { Node } from './tree.ts';

/** What makes rows of unnamed fields, by the names of DuckDB's functions. */
const ROW_MAKERS = new Set(['row', 'list_zip', 'array_zip']);

/**
 * @param tree what DuckDB's parser makes of the query
 * @throws NotSupportedError
 */
export async function checkUnnamedFields(
  connection: DuckDBConnection,
  sql: string,
  tree: readonly Node[],
): Promise<void> {
  const compared = new Set(tree.flatMap(comparedRows));
  const makesRows = tree.some((node) => isRow(node) && !compared.has(node));
  if (!makesRows || !(/json/i.test(sql) || tree.some(isArrow))) return;
  const result = await connection.run('SELECT json_serialize_plan($1::VARCHAR, optimize := false)', [sql]);
  const [[json] = []] = await result.getRows();
  // A plan with parameters or lambdas does not tell all, and what is lost would not be seen.
  const isHidden = String(json).startsWith('{"error":true') || tree.some(isHiding);
  if (isHidden || losesFields(JSON.parse(String(json)))) throw unnamed();
}

function isRow({ function_name: name }: Node): boolean {
  return ROW_MAKERS.has(String(name).toLowerCase());
}

/** Rows that are compared with rows, or with those of a query: they become nothing else. */
function comparedRows({ class: kind, left, right, child, children }: Node): readonly Node[] {
  if (kind === 'SUBQUERY') return [child].flat().filter(isNode).filter(isRow);
  const operands = kind === 'COMPARISON' ? [left, right] : kind === 'OPERATOR' ? [children].flat() : [];
  const rows = operands.filter(isNode).filter(isRow);
  return rows.length === operands.length ? rows : [];
}

/** An arrow that leads into JSON may come as a lambda as well. */
function isArrow({ class: kind, function_name: name, expr }: Node): boolean {
  if (kind === 'LAMBDA') return isNode(expr) && expr['class'] === 'CONSTANT';
  return name === '->' || name === '->>';
}

/** A lambda that speaks of JSON: plans do not show what is inside. */
function isHiding(node: Node): boolean {
  return node['class'] === 'LAMBDA' && !isArrow(node) && /json/i.test(JSON.stringify(node['expr']));
}

function losesFields(part: unknown): boolean {
  if (Array.isArray(part)) return part.some(losesFields);
  if (!isNode(part)) return false;
  return isLoss(part) || Object.values(part).some(losesFields);
}

function isLoss(node: Node): boolean {
  if (!isJson(node['return_type'])) return false;
  const { child, children } = node;
  const sources = [child, ...(Array.isArray(children) ? children : [])].filter(isNode);
  const isMaker = node['expression_class'] === 'BOUND_CAST' || node['expression_class'] === 'BOUND_FUNCTION';
  return isMaker && sources.some(({ return_type: type }) => hasUnnamedFields(type));
}

/** JSON, or a list of it. */
function isJson(type: unknown): boolean {
  const info = isNode(type) ? type['type_info'] : undefined;
  return isNode(info) && (info['alias'] === 'JSON' || isJson(info['child_type']));
}

function hasUnnamedFields(type: unknown): boolean {
  if (Array.isArray(type)) return type.some(hasUnnamedFields);
  if (!isNode(type)) return false;
  return ('second' in type && type['first'] === '') || Object.values(type).some(hasUnnamedFields);
}

function isNode(value: unknown): value is Node {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function unnamed(): NotSupportedError {
  return new NotSupportedError(
    'A row of fields without names cannot become JSON: all but its last field would be lost.',
    {
      hint: "Name the fields, as in {'a': x, 'b': y}, or make a list of them: json_array(x, y).",
    },
  );
}
