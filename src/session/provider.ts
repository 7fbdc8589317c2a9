/**
 * Puts the parts together into a provider.
 *
 * @module
 */

import { InvalidValueError } from '../errors.ts';
import { resultColumns } from '../exec/execute.ts';
import { createLimiter } from '../exec/parallel.ts';
import type {
  InvokeOptions,
  PreparedCall,
  Provider,
  RequestOptions,
  ResourceScan,
  ScanOptions,
} from '../exec/provider.ts';
import { runScan, type ScanContext } from '../exec/scan.ts';
import { createHttpClient, type Fetch, type HttpClient, type HttpResponse } from '../http/client.ts';
import { pages } from '../http/pages.ts';
import { createUndiciFetch } from '../http/undici.ts';
import type { HostPolicy } from '../okta/host.ts';
import { parameterOf } from '../plan/assignments.ts';
import { checkRequired, defaultsFor, unknownParameter } from '../plan/call.ts';
import type { ScanQual } from '../plan/plan.ts';
import { planScan } from '../plan/scan.ts';
import { unknownColumn } from '../registry/nearest.ts';
import { builtInRegistry, type Registry } from '../registry/registry.ts';
import { isStarColumn, type Method, type Resource, type TableColumn } from '../registry/resource.ts';
import { buildRequest, type HttpRequest, type MethodCall, serverDefaults } from '../request/build.ts';
import { decodeItems, toRow } from '../rows/decode.ts';
import type { ResultSet, Row, Value } from '../values.ts';
import { type CredentialSettings, createLogins, type Logins, OKTA } from './credentials.ts';
import { explainFailure, explainOktaFailure } from './failures.ts';
import { originResolver } from './origins.ts';
import { version } from './version.ts';

export interface ProviderOptions extends HostPolicy, CredentialSettings {
  /** The org that is meant where a statement does not say: a label such as `acme`, or a full host. */
  readonly subdomain?: string;
  /** Sends requests; default is undici with a keep-alive pool. A simulator's `handle` runs without a network. */
  readonly fetch?: Fetch;
  /** Milliseconds for one request, body included. Default is 60,000. */
  readonly timeoutMs?: number;
  /** Other documents than the built-in ones: `loadRegistry`. */
  readonly registry?: Registry;
  /** Whether secrets that Okta sends in clear (client secrets) are shown. Default is false: they read `***`. */
  readonly revealSecrets?: boolean;
  /** Requests under way at once. Default is 20, below the smallest concurrency limit that Okta gives an org (35). */
  readonly concurrency?: number;
}

const DEFAULT_TIMEOUT_MS = 60_000;
const DEFAULT_CONCURRENCY = 20;

/**
 * Okta's resources as tables and methods, without a SQL engine.
 *
 * @example
 * const provider = createProvider({ token: process.env.OKTA_API_TOKEN });
 * const quals = [{ kind: 'in', column: 'subdomain', values: ['acme'] }];
 * for await (const rows of provider.scan('okta.apps.jwks', { quals, columns: ['appId', 'kid'] })) console.log(rows);
 */
export function createProvider(options: ProviderOptions = {}): Provider {
  const registry = options.registry ?? builtInRegistry();
  const originOf = originResolver(options);
  const concurrency = checkConcurrency(options.concurrency ?? DEFAULT_CONCURRENCY);
  const connection = connect(options);
  const { timeoutMs = DEFAULT_TIMEOUT_MS } = options;
  const logins = createLogins(options, {
    providers: registry.providers,
    fetch: connection.fetch,
    now: () => performance.now(),
    timeoutMs,
  });
  const client = createClient({ ...connection, timeoutMs, logins, concurrency });
  const defaults: Readonly<Record<string, string>> =
    options.subdomain === undefined ? {} : { subdomain: options.subdomain };
  const visible = visibility(options);
  const context = (onNotice: ScanContext['onNotice'] = () => undefined): ScanContext => ({
    client,
    resolveOrigin: originOf,
    concurrency,
    startedAt: new Date(),
    onNotice,
  });
  const callOf = (name: string, parameters: Readonly<Record<string, Value>>, body?: MethodCall['body']): MethodCall => {
    const { method } = registry.method(name.split('.'));
    const all = { ...defaultsFor(method, defaults), ...parameters };
    checkNames(method, all);
    checkRequired(method, all);
    return { method, parameters: all, ...(body !== undefined && { body }) };
  };
  const prepare: Provider['prepare'] = async (calls) => {
    const checked = await checkBodies(calls);
    const requests = checked.map((call) => buildRequest(call, originOf));
    return checked.map((call, index) => preparedCall(call, requests[index] as HttpRequest, client, visible));
  };
  return {
    registry,
    defaults,
    resources: () => resourceNames(registry),
    describe: (name) => registry.resource(name.split('.')),
    scan: (name, scanOptions = {}) =>
      startScan({ registry, defaults, name, options: scanOptions, context: context(scanOptions.onNotice), visible }),
    prepare,
    invoke: async (name, parameters, { body, signal }: InvokeOptions = {}) => {
      const [call] = await prepare([callOf(name, parameters, body)]);
      return (call as PreparedCall).send(signal);
    },
    request: async (name, parameters, { body, withCredential = false }: RequestOptions = {}) => {
      const [checked] = await checkBodies([callOf(name, parameters, body)]);
      const request = buildRequest(checked as MethodCall, originOf);
      const { headers, query = {} } = withCredential ? await logins.authorize(request) : { headers: {} };
      const url = new URL(request.url);
      for (const [parameter, value] of Object.entries(query)) url.searchParams.set(parameter, value);
      return new Request(url, {
        method: request.method,
        headers: { ...request.headers, ...headers },
        redirect: 'manual',
        ...(request.body !== undefined && { body: request.body }),
      });
    },
    close: () => client.close(),
  };
}

function checkConcurrency(concurrency: number): number {
  if (Number.isInteger(concurrency) && concurrency >= 1) return concurrency;
  throw new InvalidValueError('concurrency takes a whole number of requests, at least 1.', { subject: 'concurrency' });
}

/** What the caller gets to see of a column: unless secrets are revealed, they stay marked and `rows/` masks them. */
type Visibility = (column: TableColumn) => TableColumn;

function visibility({ revealSecrets = false }: ProviderOptions): Visibility {
  return revealSecrets ? ({ secrets: _shown, ...column }) => column : (column) => column;
}

interface Connection {
  readonly fetch: Fetch;
  close(): Promise<void>;
}

/** undici is loaded by the first request: a statement that fails before needs none. */
function connect({ fetch }: ProviderOptions): Connection {
  if (fetch !== undefined) return { fetch, close: async () => undefined };
  let pool: ReturnType<typeof createUndiciFetch> | undefined;
  return {
    fetch: (request) => {
      pool ??= createUndiciFetch();
      return pool.fetch(request);
    },
    close: async () => pool?.close(),
  };
}

interface ClientParts extends Connection {
  readonly logins: Logins;
  readonly timeoutMs: number;
  readonly concurrency: number;
}

function createClient({ fetch, close, logins, timeoutMs, concurrency }: ClientParts): HttpClient {
  const limit = createLimiter(concurrency);
  const { authorize } = logins;
  const common = { fetch, authorize, userAgent: `oktaql/${version()}`, timeoutMs, now: () => performance.now() };
  const okta = createHttpClient({ ...common, explainFailure: explainOktaFailure });
  const others = createHttpClient({ ...common, explainFailure });
  return {
    send: (request, signal) => {
      const client = request.provider === OKTA ? okta : others;
      return limit(() => client.send(withoutCredential(request, logins), signal));
    },
    close,
  };
}

/** A next page may repeat the key that was in the query; there messages would show it. It is added when it is sent. */
function withoutCredential(request: HttpRequest, { queryNames }: Logins): HttpRequest {
  const names = queryNames(request.provider ?? '');
  if (names.length === 0) return request;
  const url = new URL(request.url);
  for (const name of names) url.searchParams.delete(name);
  return { ...request, url: url.href };
}

/** Checks of bodies that documents name, by name. */
const BODY_CHECKS: Readonly<Record<string, (calls: readonly MethodCall[]) => Promise<readonly MethodCall[]>>> = {
  jwk: async (calls) => {
    const { checkJwks } = await import('../okta/jwk.ts');
    const bodies = await checkJwks(
      calls.map(({ parameters, body = {} }) => ({ group: `${parameters['subdomain']}/${parameters['appId']}`, body })),
    );
    return calls.map((call, index) => ({ ...call, body: bodies[index] ?? {} }));
  },
};

async function checkBodies(calls: readonly MethodCall[]): Promise<readonly MethodCall[]> {
  const name = calls[0]?.method.body?.check;
  const check = name === undefined ? undefined : BODY_CHECKS[name];
  return check === undefined ? calls : check(calls);
}

function preparedCall(call: MethodCall, request: HttpRequest, client: HttpClient, visible: Visibility): PreparedCall {
  const { method } = call;
  return {
    method,
    description: `${request.method} ${request.url}`,
    send: async (signal) => {
      let status = 0;
      const sent = { ...serverDefaults(method), ...call.parameters };
      const rows: Row[] = [];
      const columns = invocationColumns(method).map(visible);
      const isEmpty = (response: HttpResponse): boolean => decodeItems(method, response).length === 0;
      for await (const response of pages(client, request, { paging: method.paging, isEmpty, signal })) {
        status = response.status;
        rows.push(...decodeItems(method, response).map((item) => toRow(item, columns, sent)));
        if (method.response.kind === 'none') rows.push(toRow({}, columns, sent));
        if (method.paging === undefined) break;
      }
      return { status, result: resultOf(columns, rows) };
    },
  };
}

/** The columns of {@link resultColumns}, with what decoding needs to know of them. */
function invocationColumns(method: Method): readonly TableColumn[] {
  const fields = new Map(method.response.fields.map((field) => [field.name, field]));
  return resultColumns(method).map(({ name, type }) => {
    const field = fields.get(name);
    return field === undefined ? { name, type, description: '', origin: 'path' } : { ...field, origin: 'response' };
  });
}

function resultOf(columns: readonly TableColumn[], rows: readonly Row[]): ResultSet {
  return { columns: columns.map(({ name, type }) => ({ name, type })), rows };
}

function checkNames(method: Method, parameters: Readonly<Record<string, Value>>): void {
  for (const name of Object.keys(parameters)) {
    if (!method.parameters.some((parameter) => parameter.name === name)) throw unknownParameter(method, name);
  }
}

interface ScanStart {
  readonly registry: Registry;
  readonly defaults: Readonly<Record<string, string>>;
  readonly name: string;
  readonly options: ScanOptions;
  readonly context: ScanContext;
  readonly visible: Visibility;
}

function startScan({ registry, defaults, name, options, context, visible }: ScanStart): ResourceScan {
  const { quals = [], limit, signal } = options;
  const resource = registry.resource(name.split('.'));
  const columns = selectColumns(resource, options.columns).map(visible);
  const boundColumns = quals.flatMap((qual) => (qual.kind === 'in' ? [qual.column] : qual.columns));
  const scan = planScan({ registry, resource, boundColumns, defaults, allowParent: true });
  // Each reading makes its own requests: an iterator that was read once would look like an empty table.
  const read = (): AsyncGenerator<readonly Row[]> => runScan({ scan, quals, columns, signal }, context);
  return {
    columns,
    method: scan.method,
    exact: quals.filter((qual) => isExact(qual, resource, scan.method)),
    [Symbol.asyncIterator]: () => (limit === undefined ? read() : firstRows(read(), limit)),
  };
}

function selectColumns(resource: Resource, names: readonly string[] | undefined): readonly TableColumn[] {
  if (names === undefined) return resource.columns.filter(isStarColumn);
  return names.map((name) => {
    const column = resource.columns.find((candidate) => candidate.name.toLowerCase() === name.toLowerCase());
    if (column === undefined)
      throw unknownColumn(
        name,
        resource.columns.map((known) => known.name),
      );
    return column;
  });
}

/** A parameter's column holds the value it was bound to, so no row can differ; an alias is answered by its id. */
function isExact(qual: ScanQual, resource: Resource, method: Method): boolean {
  const columns = qual.kind === 'in' ? [qual.column] : qual.columns;
  return columns.every((column) => parameterOf(resource, method, column) !== undefined);
}

async function* firstRows(batches: AsyncIterable<readonly Row[]>, limit: number): AsyncGenerator<readonly Row[]> {
  let left = limit;
  if (left <= 0) return;
  for await (const rows of batches) {
    yield rows.slice(0, left);
    left -= rows.length;
    if (left <= 0) return;
  }
}

function resourceNames(registry: Registry): readonly string[] {
  return registry.providers.flatMap(({ name, services }) =>
    services.flatMap((service) =>
      Object.values(registry.service(name, service).resources).map((resource) => resource.name),
    ),
  );
}
