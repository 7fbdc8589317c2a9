/**
 * Puts the values of constant expressions into a block.
 *
 * @module
 */

import { joined } from '../block/conditions.ts';
import type { ParseContext } from '../parse-context.ts';
import type {
  ColumnRef,
  Constant,
  Cte,
  FromNode,
  Limit,
  LiteralConstant,
  ParameterValue,
  Qual,
  QueryBlock,
} from '../statement.ts';
import { conditionText } from '../text/sql-text.ts';

interface Folding {
  /** The value of an expression; undefined for none, or none yet. */
  readonly lookUp: (text: string) => LiteralConstant | undefined;
  /** Whether the expression may be repeated in the text of a condition. */
  readonly isStable: (text: string) => boolean;
}

/**
 * The block with literals in place of expressions. A condition with an expression that has no value before the statement
 * runs is no longer one that the planner can use.
 */
export async function foldConstants(
  block: QueryBlock,
  isStable: (text: string) => boolean,
  evaluate: ParseContext['evaluate'],
  parameters: Readonly<Record<string, ParameterValue>>,
): Promise<QueryBlock> {
  const texts = new Set<string>();
  foldBlock(block, { isStable, lookUp: (text) => void texts.add(text) });
  if (texts.size === 0) return block;
  const expressions = [...texts];
  const values = await evaluate(expressions, parameters);
  const known = new Map(expressions.map((text, index) => [text, values[index]]));
  return foldBlock(block, { isStable, lookUp: (text) => known.get(text) });
}

function foldBlock(block: QueryBlock, folding: Folding): QueryBlock {
  const inside = (inner: QueryBlock): QueryBlock => foldBlock(inner, folding);
  const limit = block.limit === undefined ? undefined : foldLimit(block.limit, folding);
  const shared = {
    ctes: block.ctes.map((cte): Cte => ({ ...cte, block: inside(cte.block) })),
    subqueries: block.subqueries.map(inside),
    ...(limit !== undefined && { limit }),
  };
  if (block.kind === 'set') return { ...block, ...shared, arms: block.arms.map(inside) };
  const from = block.from === undefined ? undefined : foldFrom(block.from, folding);
  const where = block.where.map((qual) => foldQual(qual, folding));
  const having = block.having?.map((qual) => foldQual(qual, folding));
  return { ...block, ...shared, ...(from !== undefined && { from }), where, ...(having !== undefined && { having }) };
}

function foldFrom(node: FromNode, folding: Folding): FromNode {
  switch (node.kind) {
    case 'table':
    case 'opaque':
      return node;
    case 'derived':
      return { ...node, block: foldBlock(node.block, folding) };
    case 'join':
      return {
        ...node,
        left: foldFrom(node.left, folding),
        right: foldFrom(node.right, folding),
        on: node.on.map((qual) => foldQual(qual, folding)),
      };
  }
}

function foldLimit(limit: Limit, folding: Folding): Limit {
  const [count, offset] = [limit.count, limit.offset].map((part) => part && fold(part, folding));
  const isOther = [count, offset].some((part) => part !== undefined && !isCount(part));
  return isOther ? { isOther } : { ...limit, ...(count && { count }), ...(offset && { offset }) };
}

function isCount(constant: Constant): boolean {
  return constant.kind === 'literal' && typeof constant.value === 'number' && constant.value >= 0;
}

function foldQual(qual: Qual, folding: Folding): Qual {
  switch (qual.kind) {
    case 'in':
      return folded(qual, qual.values, folding, (values) => ({ ...qual, values }));
    case 'compare':
      return foldComparison(qual, folding);
    case 'constant':
      return folded(qual, [qual.value], folding, ([value = qual.value]) => ({ ...qual, value }));
    case 'like':
      return folded(qual, [qual.pattern], folding, ([pattern = qual.pattern]) => ({ ...qual, pattern }));
    case 'and':
    case 'or':
      // What has a value now may be one list: `a = lower('X') OR a = lower('Y')`.
      return joined(
        qual.kind,
        qual.quals.map((each) => foldQual(each, folding)),
      );
    case 'null':
    case 'sameAs':
    case 'inQuery':
    case 'other':
      return qual;
  }
}

function foldComparison(qual: Qual & { readonly kind: 'compare' }, folding: Folding): Qual {
  const constants = [qual.value, ...(qual.alongside === undefined ? [] : [qual.alongside])];
  return folded(qual, constants, folding, ([value = qual.value, alongside]) => {
    return { ...qual, value, ...(alongside !== undefined && { alongside }) };
  });
}

type ValueQual = Extract<Qual, { readonly kind: 'in' | 'compare' | 'like' | 'constant' }>;

function folded(
  qual: ValueQual,
  constants: readonly Constant[],
  folding: Folding,
  rebuild: (constants: readonly Constant[]) => Qual,
): Qual {
  const values = constants.map((constant) => fold(constant, folding));
  if (values.every(({ kind }) => kind === 'literal')) return rebuild(values);
  const isAlone = qual.kind !== 'compare' || qual.alongside === undefined;
  const isPrintable = isAlone && values.every((value) => value.kind === 'literal' || folding.isStable(value.text));
  const text = isPrintable ? conditionText(qual) : undefined;
  return { kind: 'other', columns: columnsOf(qual), ...(text !== undefined && { text }) };
}

function fold(constant: Constant, { lookUp }: Folding): Constant {
  return constant.kind === 'literal' ? constant : (lookUp(constant.text) ?? constant);
}

function columnsOf(qual: ValueQual): readonly ColumnRef[] {
  if (qual.kind === 'constant') return [];
  const { path: _member, ...column } = qual.column;
  return [column];
}
