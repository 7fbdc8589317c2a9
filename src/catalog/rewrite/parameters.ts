/**
 * Types of parameters that nobody has said.
 * https://www.postgresql.org/docs/15/sql-prepare.html
 *
 * @module
 */

import { internalName } from '../types.ts';
import { anyList, castTarget, isFunction, listAt, type Node, nodeAt, textAt } from './nodes.ts';
import { type Scope, typeOf, UNKNOWN } from './scope.ts';
import type { Parameters } from './statement.ts';

/** Finds those of the parameters that stand directly below a node: each is of the type of what stands beside it. */
export function inferParameters(node: Node, scope: Scope, { types }: Parameters): void {
  for (const [child, type] of expectations(node, scope)) {
    if (child?.['class'] !== 'PARAMETER') continue;
    const index = Number(child['identifier']) - 1;
    types[index] ??= type === '' || type === UNKNOWN ? 'text' : type;
  }
}

/** What stands below a node, with the type that the node expects there. */
function expectations(node: Node, scope: Scope): readonly (readonly [Node | undefined, string])[] {
  const children = listAt(node, 'children');
  switch (node['class']) {
    case 'CAST':
      return [[nodeAt(node, 'child'), internalName(castTarget(node))]];
    case 'COMPARISON': {
      const [left, right] = [nodeAt(node, 'left'), nodeAt(node, 'right')];
      return [
        [left, typeOf(right, scope)],
        [right, typeOf(left, scope)],
      ];
    }
    case 'SUBQUERY':
      return [[anyList(node), `_${typeOf(nodeAt(node, 'child'), scope) || 'text'}`]];
    case 'OPERATOR': {
      const type = node['type'] === 'ARRAY_EXTRACT' ? 'int4' : typeOf(children[0], scope);
      return children.slice(1).map((child) => [child, type]);
    }
    case 'FUNCTION':
      return children.map((child, index) => [child, argumentType(node, index, typeOf(children[1 - index], scope))]);
    default:
      return [];
  }
}

function argumentType(node: Node, index: number, other: string): string {
  if (isFunction(node, '+', '-', '*', '/')) return other;
  const name = textAt(node, 'function_name');
  const types = Object.hasOwn(ARGUMENTS, name) ? ARGUMENTS[name] : undefined;
  return types?.[index] ?? 'text';
}

/** Types of arguments that are no texts. */
const ARGUMENTS: Readonly<Record<string, readonly string[]>> = {
  generate_subscripts: ['_text', 'int4'],
  pg_get_constraintdef: ['oid', 'bool'],
  pg_get_indexdef: ['oid', 'int4', 'bool'],
  pg_get_viewdef: ['oid', 'bool'],
  pg_get_expr: ['text', 'oid', 'bool'],
  format_type: ['oid', 'int4'],
  col_description: ['oid', 'int4'],
  obj_description: ['oid', 'name'],
  current_schemas: ['bool'],
  pg_table_is_visible: ['oid'],
  pg_get_userbyid: ['oid'],
};
