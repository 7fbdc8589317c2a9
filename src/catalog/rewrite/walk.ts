/**
 * What the parts of the walk through a query are given of each other.
 *
 * @module
 */

import type { Node } from './nodes.ts';
import type { Scope, TypedColumn } from './scope.ts';
import type { Statement } from './statement.ts';

export interface Rewritten {
  readonly node: Node;
  readonly columns: readonly TypedColumn[];
}

/** What every part of the walk is given. */
export interface Walk {
  readonly statement: Statement;
  readonly query: (node: Node, outer: Scope | undefined, ctes: Scope['ctes']) => Rewritten;
  readonly expression: (node: Node, scope: Scope) => Node;
}
