/**
 * How deep a statement may be.
 *
 * DuckDB's binder needs time that grows with a power of the depth of an expression, and doubles with each scalar subquery or
 * lambda inside another; while it binds, nothing stops it. So depth is counted before.
 *
 * @module
 */

import { NotSupportedError } from '../errors.ts';
import { isList } from './long-lists.ts';

/** The deepest of each kind that is bound in tenths of a second. */
const LIMITS = { expression: 150, subquery: 8, lambda: 8 } as const;

type Depths = Readonly<Record<keyof typeof LIMITS, number>>;

interface Part {
  readonly value: object;
  readonly depths: Depths;
}

/** @throws NotSupportedError for a tree with too much inside something else */
export function checkDepth(tree: unknown): void {
  const waiting: Part[] = [{ value: [tree], depths: { expression: 0, subquery: 0, lambda: 0 } }];
  for (let part = waiting.pop(); part !== undefined; part = waiting.pop()) {
    if (isList(part.value)) continue;
    const depths = Array.isArray(part.value) ? part.depths : below(part.value as Node, part.depths);
    for (const value of Object.values(part.value)) {
      if (typeof value === 'object' && value !== null) waiting.push({ value, depths });
    }
  }
}

type Node = Readonly<Record<string, unknown>>;

function below(node: Node, depths: Depths): Depths {
  const kind = node['class'];
  if (typeof kind !== 'string') return depths;
  const inner: Depths = {
    expression: depths.expression + 1,
    subquery: depths.subquery + (kind === 'SUBQUERY' ? 1 : 0),
    lambda: depths.lambda + (kind === 'LAMBDA' ? 1 : 0),
  };
  for (const [each, limit] of Object.entries(LIMITS)) if (inner[each as keyof Depths] > limit) throw tooDeep();
  return inner;
}

export function tooDeep(): NotSupportedError {
  return new NotSupportedError('The statement is too long or too deeply nested.', {
    hint: 'Write a IN (…) instead of a chain of OR, and WITH instead of queries inside queries.',
  });
}
