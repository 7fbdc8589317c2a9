/**
 * The scopes of a statement, by SQL's rules: which rows each FROM reads, and which names are seen from where. Where a column comes
 * from is found in them (`places.ts`).
 *
 * @module
 */

import type { Registry } from '../registry/registry.ts';
import { isStarColumn, type Resource, type TableColumn, usableMethods } from '../registry/resource.ts';
import {
  type ColumnRef,
  comparedBy,
  type DottedRef,
  type FromNode,
  type JoinKind,
  type OutputColumn,
  type Qual,
  type QueryBlock,
  type SelectBlock,
  type TableRef,
} from '../sql/statement.ts';
import { allBlocks } from '../sql/walk.ts';
import { type CatalogRef, catalogRef, catalogTable } from './catalog.ts';

/** A table reference that names a resource. */
export interface BoundRef {
  readonly ref: TableRef;
  readonly exposedName: string;
  readonly resource: Resource;
  readonly columns: readonly TableColumn[];
}

/** A column of a bound reference, by its canonical name. */
export interface BoundColumn {
  readonly bound: BoundRef;
  readonly column: string;
  readonly path?: readonly string[];
}

/** What a FROM reads, with names looked up. */
export type Source = Leaf | JoinSource;

export type Leaf =
  | { readonly kind: 'resource'; readonly alias: string; readonly bound: BoundRef }
  | {
      readonly kind: 'query';
      readonly alias: string;
      readonly columnNames: readonly string[];
      readonly scope: BlockScope;
      readonly cte?: CteScope;
    }
  /** A table of the session's own or of `information_schema`, a function, a recursive reference: its columns are not known here. */
  | { readonly kind: 'unknown'; readonly alias: string };

export interface JoinSource {
  readonly kind: 'join';
  readonly join: JoinKind;
  readonly left: Source;
  readonly right: Source;
  readonly on: readonly Qual[];
  readonly dotted: readonly DottedRef[];
  readonly using: readonly string[];
  readonly isNatural: boolean;
  /** What names in its ON are looked up in. */
  readonly names: Names;
}

/** What names are looked up in, innermost first. */
export interface Names {
  readonly sources: readonly Source[];
  /** What the query itself calls columns (`q AS asked`): names for its conditions, after those of the tables. */
  readonly outputs?: readonly OutputColumn[];
  readonly outer?: Names | undefined;
}

export interface CteScope {
  readonly scope: BlockScope;
  readonly columnNames: readonly string[];
  readonly isRecursive: boolean;
  /** How many references name it. */
  uses: number;
}

/** A block with its names looked up. */
export type BlockScope =
  | {
      readonly kind: 'select';
      readonly block: SelectBlock;
      readonly source?: Source;
      readonly names: Names;
      readonly subqueries: readonly BlockScope[];
    }
  | {
      readonly kind: 'set';
      readonly block: QueryBlock;
      readonly arms: readonly BlockScope[];
      readonly subqueries: readonly BlockScope[];
    };

type Ctes = ReadonlyMap<string, CteScope | 'recursive'>;

interface Binding {
  readonly registry: Registry;
  readonly ctes: Ctes;
  readonly outer: Names | undefined;
  /** Every reference that was bound so far. */
  readonly refs: BoundRef[];
  /** Every reference to `information_schema`. */
  readonly catalog: CatalogRef[];
  /** Every CTE. */
  readonly found: BlockScope[];
}

/** A statement with its names looked up. */
export interface BoundQuery {
  readonly root: BlockScope;
  /** The references to resources, read or not, in the order of the text. */
  readonly refs: readonly BoundRef[];
  /** Those to `information_schema`. */
  readonly catalog: readonly CatalogRef[];
  /** The queries of all CTEs, read or not. */
  readonly ctes: readonly BlockScope[];
}

/** Throws `UNKNOWN_…` for a dotted name that no provider has. Names of one part that are no CTE are left to the engine. */
export function bindQuery(block: QueryBlock, registry: Registry): BoundQuery {
  const refs: BoundRef[] = [];
  const catalog: CatalogRef[] = [];
  const found: BlockScope[] = [];
  const root = bind(block, { registry, ctes: new Map(), outer: undefined, refs, catalog, found });
  return { root, refs: refs.toSorted((a, b) => a.ref.ordinal - b.ref.ordinal), catalog, ctes: found };
}

function bind(block: QueryBlock, outside: Binding): BlockScope {
  const binding = { ...outside, ctes: bindCtes(block, outside) };
  if (block.kind === 'set') {
    const arms = block.arms.map((arm) => bind(arm, binding));
    return { kind: 'set', block, arms, subqueries: block.subqueries.map((query) => bind(query, binding)) };
  }
  const source = block.from && bindFrom(block.from, [], block, binding);
  const names: Names = {
    sources: source === undefined ? [] : [source],
    outputs: block.output,
    outer: binding.outer,
  };
  const subqueries = block.subqueries.map((query) => bind(query, { ...binding, outer: names }));
  return { kind: 'select', block, names, subqueries, ...(source !== undefined && { source }) };
}

/** Each CTE sees those before it; a recursive one also itself, of which nothing is known then. */
function bindCtes({ ctes }: QueryBlock, outside: Binding): Ctes {
  const known = new Map(outside.ctes);
  for (const { name, columnNames, isRecursive, block } of ctes) {
    const inside = new Map(known);
    if (isRecursive) inside.set(name.toLowerCase(), 'recursive');
    const scope = bind(block, { ...outside, ctes: inside });
    outside.found.push(scope);
    known.set(name.toLowerCase(), {
      scope,
      columnNames,
      isRecursive,
      uses: 0,
    });
  }
  return known;
}

/** @param before what stands to the left, which a subquery may name without saying LATERAL */
function bindFrom(node: FromNode, before: readonly Source[], block: SelectBlock, binding: Binding): Source {
  const around: Names = { sources: before, outer: binding.outer };
  switch (node.kind) {
    case 'table':
      return bindTable(node, block, binding);
    case 'derived': {
      const scope = bind(node.block, { ...binding, outer: around });
      return { kind: 'query', alias: node.alias, columnNames: node.columnNames, scope };
    }
    case 'opaque':
      return { kind: 'unknown', alias: node.alias };
    case 'join': {
      const left = bindFrom(node.left, before, block, binding);
      const right = bindFrom(node.right, [...before, left], block, binding);
      const { join, on, dotted = [], using, isNatural } = node;
      return {
        kind: 'join',
        join,
        left,
        right,
        on,
        dotted,
        using,
        isNatural,
        names: { sources: [left, right], outer: around },
      };
    }
  }
}

function bindTable(ref: TableRef, block: SelectBlock, { registry, ctes, refs, catalog }: Binding): Source {
  const alias = ref.alias ?? ref.name.at(-1) ?? '';
  if (isRecurring(ref, ctes)) return { kind: 'unknown', alias };
  const known = catalogTable(ref.name);
  if (known !== undefined) {
    catalog.push(catalogRef(known, ref, registry));
    return { kind: 'unknown', alias };
  }
  if (ref.name.length > 1) {
    const resource = registry.resource(ref.name);
    // Of a resource that cannot be read the columns are unknown too, which is not what is wrong.
    usableMethods(resource, 'select');
    const bound: BoundRef = { ref, exposedName: alias, resource, columns: columnsOf(resource, alias, block) };
    refs.push(bound);
    return { kind: 'resource', alias, bound };
  }
  const cte = ctes.get(ref.name[0]?.toLowerCase() ?? '');
  if (cte === undefined || cte === 'recursive') return { kind: 'unknown', alias };
  cte.uses += 1;
  return { kind: 'query', alias, columnNames: cte.columnNames, scope: cte.scope, cte };
}

/** `recurring.t`: all rows so far of a recursive CTE with a USING KEY. The engine knows whether it has one. */
function isRecurring({ name: [schema = '', name = '', ...more] }: TableRef, ctes: Ctes): boolean {
  return more.length === 0 && schema.toLowerCase() === 'recurring' && ctes.get(name.toLowerCase()) === 'recursive';
}

/** Query and header parameters are columns only where the statement names them. */
function columnsOf(resource: Resource, exposedName: string, block: SelectBlock): readonly TableColumn[] {
  const refs = [...allBlocks(block)].flatMap(namedColumns);
  const named = new Set(
    refs.flatMap(({ qualifier, name }) => {
      return qualifier === undefined || sameName(qualifier, exposedName) ? [name.toLowerCase()] : [];
    }),
  );
  // In `_raw.source`, it stands where a table could.
  const holders = new Set(refs.map(({ qualifier = '' }) => qualifier.toLowerCase()));
  const isNamed = ({ name, origin }: TableColumn): boolean =>
    named.has(name.toLowerCase()) || (origin === 'raw' && holders.has(name.toLowerCase()));
  return resource.columns.filter((column) => isStarColumn(column) || isNamed(column));
}

/** The columns that a block names, those of USING included. */
export function namedColumns(block: QueryBlock): readonly ColumnRef[] {
  const using = block.kind === 'select' ? joinsOf(block.from).flatMap((join) => join.using) : [];
  return [...block.columns, ...using.map((name): ColumnRef => ({ name }))];
}

function joinsOf(node: FromNode | undefined): readonly (FromNode & { readonly kind: 'join' })[] {
  return node?.kind === 'join' ? [...joinsOf(node.left), ...joinsOf(node.right), node] : [];
}

/** Whether the rows of a query are wanted by nobody but this one reference. */
export function isOwnQuery({ cte }: Leaf & { readonly kind: 'query' }): boolean {
  return cte === undefined || (cte.uses === 1 && !cte.isRecursive);
}

/**
 * The conditions of HAVING that may be checked on the rows of the groups: those on columns, where nothing that is computed has
 * the name of one.
 */
export function restrictingHaving({ having = [], output }: SelectBlock): readonly Qual[] {
  if (output.some(({ kind }) => kind === 'other')) return [];
  const isComputed = (ref: ColumnRef): boolean =>
    output.some((each) => {
      if (each.kind === 'expression') return each.name !== undefined && sameName(each.name, ref.name);
      return each.kind === 'column' && sameName(each.name, ref.name) && !sameName(each.column.name, ref.name);
    });
  return having.filter((qual) => !comparedBy(qual).some(isComputed));
}

/** The leaves of a source, in the order of the text. */
export function leavesOf(source: Source | undefined): readonly Leaf[] {
  if (source === undefined) return [];
  return source.kind === 'join' ? [...leavesOf(source.left), ...leavesOf(source.right)] : [source];
}

/** All scopes whose rows a query reads: CTEs that nothing names are none of them. */
export function readScopes(root: BlockScope): readonly BlockScope[] {
  const found = new Set<BlockScope>();
  const visit = (scope: BlockScope): void => {
    if (found.has(scope)) return;
    found.add(scope);
    if (scope.kind === 'set') scope.arms.forEach(visit);
    else for (const leaf of leavesOf(scope.source)) if (leaf.kind === 'query') visit(leaf.scope);
    scope.subqueries.forEach(visit);
  };
  visit(root);
  return [...found];
}

export function sameName(a: string, b: string): boolean {
  return a.toLowerCase() === b.toLowerCase();
}
