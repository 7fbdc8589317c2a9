import { fileURLToPath } from 'node:url';
import { generate } from '../../../tools/provider/generate.ts';
import type { Inputs } from '../../../tools/provider/inputs.ts';
import { renderYaml } from '../../../tools/provider/render.ts';

export const INPUTS: string = fileURLToPath(new URL('../../../tools/provider/inputs', import.meta.url));

export interface ParameterNode {
  readonly name: string;
  readonly in: string;
  readonly description: string;
}

export interface SchemaNode {
  readonly $ref?: string;
  readonly type?: string;
  readonly properties?: Readonly<Record<string, SchemaNode>>;
  readonly items?: SchemaNode;
}

export interface MethodNode {
  readonly operation: { readonly $ref: string };
  readonly response: {
    readonly openAPIDocKey: string;
    readonly objectKey?: string;
    readonly schema_override?: SchemaNode;
  };
  readonly 'x-oktaql': {
    readonly bucket: string;
    readonly scalar?: string;
    readonly pageSize?: { readonly parameter: string; readonly size: number };
    readonly defaults?: Readonly<Record<string, string>>;
    readonly filter?: {
      readonly parameter: string;
      readonly columns: Readonly<Record<string, readonly string[]>>;
      readonly exact?: readonly string[];
    };
  };
}

export interface ResourceNode {
  readonly 'x-oktaql'?: {
    readonly aliases?: Readonly<Record<string, string>>;
    readonly parent?: {
      readonly resource: string;
      readonly supplies: Readonly<Record<string, string>>;
      readonly where?: Readonly<Record<string, readonly string[]>>;
    };
    readonly embedded?: {
      readonly resource: string;
      readonly keys: Readonly<Record<string, string>>;
      readonly columns: readonly string[];
    };
    readonly secrets?: readonly string[];
    readonly transitions?: Readonly<Record<string, Readonly<Record<string, string>>>>;
  };
  readonly methods: Readonly<Record<string, MethodNode>>;
  readonly sqlVerbs: Readonly<Record<string, readonly { readonly $ref: string }[]>>;
}

export interface OperationNode {
  readonly parameters?: readonly { readonly $ref?: string }[];
  readonly requestBody?: { readonly content?: Readonly<Record<string, { schema: SchemaNode }>> };
  readonly responses: Readonly<Record<string, { readonly content?: Readonly<Record<string, { schema: SchemaNode }>> }>>;
}

export interface ServiceNode {
  readonly paths: Readonly<Record<string, Readonly<Record<string, OperationNode>>>>;
  readonly components: {
    readonly parameters: Readonly<Record<string, ParameterNode>>;
    readonly schemas: Readonly<Record<string, SchemaNode>>;
    readonly 'x-stackQL-resources': Readonly<Record<string, ResourceNode>>;
  };
}

/** File name → text, as the generator writes them. */
export function renderAll(inputs: Inputs): ReadonlyMap<string, string> {
  const { provider, services } = generate(inputs);
  const files = [...services].map(([name, document]): [string, string] => [`${name}.yaml`, renderYaml(document)]);
  return new Map([['provider.yaml', renderYaml(provider)], ...files]);
}

/** One resource, with what its methods reach. */
export interface Resource {
  /** `okta.service.resource`. */
  readonly name: string;
  readonly node: ResourceNode;
  readonly methods: readonly Method[];
}

export interface Method {
  readonly name: string;
  readonly node: MethodNode;
  readonly isSelect: boolean;
  readonly path: string;
  readonly parameters: readonly ParameterNode[];
  /** Of its rows; for a list of scalars the column that it becomes. */
  readonly fields: readonly string[];
  /** Of its body. */
  readonly sent: readonly string[];
}

export function resourcesOf(services: ReadonlyMap<string, unknown>): readonly Resource[] {
  return [...services].flatMap(([service, document]) => {
    const root = document as ServiceNode;
    return Object.entries(root.components['x-stackQL-resources']).map(([name, node]) => ({
      name: `okta.${service}.${name}`,
      node,
      methods: Object.entries(node.methods).map(([method, methodNode]) => methodOf(root, node, method, methodNode)),
    }));
  });
}

/** What a statement can say of a resource: fields of its rows, and parameters of the methods that read it. */
export function columnsOf({ methods }: Resource): ReadonlySet<string> {
  const readers = methods.filter(({ isSelect }) => isSelect);
  return new Set(readers.flatMap(({ fields, parameters }) => [...fields, ...parameters.map(({ name }) => name)]));
}

function methodOf(root: ServiceNode, resource: ResourceNode, name: string, node: MethodNode): Method {
  const [, , path = '', http = ''] = node.operation.$ref.split('/').map(unescapePointer);
  const operation = root.paths[path]?.[http];
  if (operation === undefined) throw new Error(`${name}: no operation ${node.operation.$ref}`);
  const parameters = (operation.parameters ?? []).map((parameter) => {
    const component = root.components.parameters[parameter.$ref?.split('/').at(-1) ?? ''];
    return component ?? (parameter as unknown as ParameterNode);
  });
  return {
    name,
    node,
    isSelect: (resource.sqlVerbs['select'] ?? []).some(({ $ref }) => $ref.endsWith(`/methods/${name}`)),
    path,
    parameters,
    fields: fieldsOf(root, operation, node),
    sent: Object.keys(resolved(root, operation.requestBody?.content?.['application/json']?.schema).properties ?? {}),
  };
}

function fieldsOf(root: ServiceNode, operation: OperationNode, node: MethodNode): readonly string[] {
  const { openAPIDocKey, objectKey = '$' } = node.response;
  const resolve = (schema: SchemaNode | undefined): SchemaNode => resolved(root, schema);
  let schema = resolve(operation.responses[openAPIDocKey]?.content?.['application/json']?.schema);
  for (const key of objectKey
    .replace(/^\$\.?/, '')
    .split('.')
    .filter((part) => part !== ''))
    schema = resolve(schema.properties?.[key]);
  const items = schema.type === 'array' ? resolve(schema.items) : schema;
  const scalar = node['x-oktaql'].scalar;
  return scalar === undefined ? Object.keys(items.properties ?? {}) : [scalar];
}

function resolved(root: ServiceNode, schema: SchemaNode | undefined): SchemaNode {
  if (schema?.$ref === undefined) return schema ?? {};
  return resolved(root, root.components.schemas[schema.$ref.split('/').at(-1) ?? '']);
}

/** RFC 6901 section 3. */
function unescapePointer(part: string): string {
  return part.replaceAll('~1', '/').replaceAll('~0', '~');
}
