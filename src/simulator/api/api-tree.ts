import type { ApiOperation } from './documents.ts';

/** One segment of the API's paths, and what can be done at the path that ends with it. */
export interface ApiNode {
  /** Parameters are written `{}`, since Okta calls one and the same by many names. */
  readonly template: string;
  readonly parent: ApiNode | undefined;
  /** The name of the segment, or of its parameter where an operation ends there. */
  readonly segment: string;
  readonly isParameter: boolean;
  /** By HTTP method. */
  readonly operations: ReadonlyMap<string, ApiOperation>;
  readonly literals: ReadonlyMap<string, ApiNode>;
  readonly parameter: ApiNode | undefined;
}

/** A node and the values of the parameters on the way to it, decoded. */
export interface ApiMatch {
  readonly node: ApiNode;
  readonly values: readonly string[];
}

interface GrowingNode extends ApiNode {
  segment: string;
  readonly operations: Map<string, ApiOperation>;
  readonly literals: Map<string, GrowingNode>;
  parameter: GrowingNode | undefined;
}

/** The tree of all paths. */
export function buildTree(operations: readonly ApiOperation[]): ApiNode {
  const root = createNode(undefined, '');
  for (const operation of operations) {
    const { path, httpMethod } = operation.method;
    path.split('/').slice(1).reduce(childFor, root).operations.set(httpMethod, operation);
  }
  return root;
}

/**
 * The nodes that a percent-encoded path may mean, literal segments first: `/groups/rules` is a list before it is a
 * group. There can be several, because an operation's parameter may stand where another's path has a name.
 */
export function matchPath(root: ApiNode, pathname: string): readonly ApiMatch[] {
  const segments = pathname.split('/').slice(1);
  return walk(root, segments, []).filter(({ node }) => node.operations.size > 0);
}

function walk(node: ApiNode, segments: readonly string[], values: readonly string[]): readonly ApiMatch[] {
  const [segment, ...rest] = segments;
  if (segment === undefined) return [{ node, values }];
  const literal = node.literals.get(segment);
  const byName = literal === undefined ? [] : walk(literal, rest, values);
  if (node.parameter === undefined || segment === '') return byName;
  return [...byName, ...walk(node.parameter, rest, [...values, decodeURIComponent(segment)])];
}

function childFor(node: GrowingNode, segment: string): GrowingNode {
  if (!segment.startsWith('{')) {
    const child = node.literals.get(segment) ?? createNode(node, segment);
    node.literals.set(segment, child);
    return child;
  }
  node.parameter ??= createNode(node, segment);
  return node.parameter;
}

function createNode(parent: GrowingNode | undefined, segment: string): GrowingNode {
  const isParameter = segment.startsWith('{');
  return {
    template: parent === undefined ? '' : `${parent.template}/${isParameter ? '{}' : segment}`,
    parent,
    segment: isParameter ? segment.slice(1, -1) : segment,
    isParameter,
    operations: new Map(),
    literals: new Map(),
    parameter: undefined,
  };
}
