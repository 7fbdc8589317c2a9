import type { Exchange } from './exchanges.ts';

/** What is read of a method of the compiled provider documents. */
export interface Method {
  readonly key: string;
  readonly httpMethod: string;
  /** With `{parameter}` in it. */
  readonly path: string;
  readonly parameters: readonly { readonly name: string; readonly location: string; readonly isRequired: boolean }[];
  readonly body?: { readonly mediaType: string; readonly fields: readonly Field[] };
  readonly response: {
    readonly kind: string;
    readonly rowsAt: readonly string[];
    readonly fields: readonly Field[];
  };
  /** Present where the body has a media type that the product cannot send. */
  readonly unsupported?: string;
}

export interface Field {
  readonly name: string;
  readonly type: string;
}

/** A method of the provider with what its table says about it. */
export interface Operation {
  readonly method: Method;
  /** `okta.service.resource`. */
  readonly table: string;
  /** Path parameter → the field of an item that holds the same value. */
  readonly aliases: Readonly<Record<string, string>>;
  /** HTTP method and path with `{}` for every parameter: the name of the operation in reports. */
  readonly name: string;
}

/** What is read of the registry. */
export interface Registry {
  readonly providers: readonly { readonly name: string; readonly services: readonly string[] }[];
  service(provider: string, service: string): { readonly resources: Readonly<Record<string, Resource>> };
}

interface Resource {
  readonly name: string;
  readonly methods: readonly Method[];
  readonly aliases: Readonly<Record<string, string>>;
}

/** All operations of all providers. */
export function operationsOf(registry: Registry): readonly Operation[] {
  const resources = registry.providers.flatMap(({ name, services }) =>
    services.flatMap((service) => Object.values(registry.service(name, service).resources)),
  );
  return resources.flatMap(({ name, methods, aliases }) =>
    methods.map((method) => ({
      method,
      table: name,
      aliases,
      name: `${method.httpMethod} ${templateOf(method.path)}`,
    })),
  );
}

/** Okta calls one and the same parameter by many names. */
function templateOf(path: string): string {
  return path.replaceAll(/\{[^}]*\}/g, '{}');
}

/** An operation and the values of its path's parameters, decoded. */
export interface Found {
  readonly operation: Operation;
  readonly values: readonly string[];
}

/** The operation of an exchange, the one with the fewest parameters in its path first: `/groups/rules` is no group. */
export function findOperation(operations: readonly Operation[], exchange: Exchange): Found | undefined {
  const pathname = pathnameOf(exchange.target);
  const found = operations.flatMap((operation): readonly Found[] => {
    const values = operation.method.httpMethod === exchange.httpMethod && patternOf(operation).exec(pathname)?.slice(1);
    return values ? [{ operation, values: values.map(decodeURIComponent) }] : [];
  });
  return found.toSorted((left, right) => left.values.length - right.values.length)[0];
}

/** The path of a target, without the slash that some clients put at its end. */
export function pathnameOf(target: string): string {
  return (target.split('?', 1)[0] ?? '').replace(/\/$/, '');
}

function patternOf({ method }: Operation): RegExp {
  const source = method.path
    .split(/(\{[^}]+\})/)
    .map((part) => (part.startsWith('{') ? '([^/]+)' : part.replaceAll(/[.*+?^$()|[\]\\]/g, String.raw`\$&`)));
  return new RegExp(`^${source.join('')}$`);
}
