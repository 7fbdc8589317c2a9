/**
 * Puts the parts together into a provider.
 *
 * @module
 */

import { InvalidValueError } from '../errors.ts';
import { type DeniedCall, tellingDenied } from '../exec/denied.ts';
import type {
  InvokeOptions,
  PreparedCall,
  Provider,
  RequestOptions,
  ResourceScan,
  ScanOptions,
} from '../exec/provider.ts';
import { resultColumns } from '../exec/result-columns.ts';
import { runScan, type ScanContext } from '../exec/scan.ts';
import { createHttpClient } from '../http/client.ts';
import type { Authorization, Fetch, HttpClient, HttpResponse, SharedHttpClient, Transport } from '../http/contract.ts';
import { type Clock, systemClock } from '../http/pacing/clock.ts';
import type { Wait } from '../http/pacing/governor.ts';
import { pages } from '../http/paging/pages.ts';
import { declaredPolicy } from '../http/retry.ts';
import type { ExchangeRecord } from '../http/trace/record.ts';
import { checkProxy, createUndiciFetch, type ProxySettings, type TlsSettings } from '../http/transport/undici.ts';
import { type HostPolicy, resolveOrigin } from '../okta/host.ts';
import { deletesOnce } from '../okta/repeat.ts';
import { assignments, canonicalName, parameterOf } from '../plan/assignments.ts';
import { checkRequired, defaultsFor, unknownParameter } from '../plan/call.ts';
import { DEFAULT_SETTINGS } from '../plan/draft.ts';
import type { Scan, ScanQual } from '../plan/plan.ts';
import { planScan } from '../plan/scan.ts';
import { unknownColumn } from '../registry/nearest.ts';
import { builtInRegistry, type Registry } from '../registry/registry.ts';
import { isStarColumn, type Method, type Resource, type TableColumn } from '../registry/resource.ts';
import {
  buildRequest,
  type HttpRequest,
  type MethodCall,
  type OriginResolver,
  originFor,
  serverDefaults,
} from '../request/build.ts';
import { decodeItems, toRow } from '../rows/decode.ts';
import type { ResultSet, Row, Value } from '../values.ts';
import { type CredentialSettings, createLogins, type Logins, type OktaFacts } from './credentials.ts';
import { explainFailure, explainOktaFailure } from './failures.ts';
import { OKTA } from './okta-logins.ts';
import { originResolver } from './origins.ts';
import { version } from './version.ts';

export interface ProviderOptions extends Omit<HostPolicy, 'names'>, CredentialSettings {
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
  /** The time at which a statement begins; bounds of logs count from there. Default is that of `clock`. */
  readonly now?: () => Date;
  /**
   * Requests under way at once, at most; fewer where Okta says that they are too many. Default is 35, the smallest
   * concurrency limit that Okta gives an org.
   */
  readonly concurrency?: number;
  /** The part of each rate limit that may be used, above 0 and at most 1. Default is 1; the rest is left to others. */
  readonly rateLimitShare?: number;
  /** Bytes of one answer that are read at most, unpacked; a larger one is an error. Default is 64 MiB. */
  readonly maxResponseBytes?: number;
  /** Told of each wait for a rate limit, and before a request is repeated. What it throws is an uncaught exception. */
  readonly onWait?: (wait: Wait) => void;
  /** Told of each request and its answer, for logs: secrets are taken out. What it throws is an uncaught exception. */
  readonly onExchange?: (record: ExchangeRecord) => void;
  /** How HTTPS requests leave this network. Not with `fetch`. Default is directly. */
  readonly proxy?: ProxySettings;
  /** Whom to trust. Not with `fetch`. Default is what Node trusts. */
  readonly tls?: TlsSettings;
  /** Default is real time. */
  readonly clock?: Clock;
}

/** Which login goes where. */
export interface LoginFacts extends OktaFacts {
  readonly origin: string;
}

/** A provider that can say how it logs in to Okta. */
export interface ConnectedProvider extends Provider {
  /**
   * The login for an org, named as a statement would.
   *
   * @throws InvalidValueError for a name that means no org
   */
  loginOf(org: string): LoginFacts;
}

const DEFAULT_TIMEOUT_MS = 60_000;
const DEFAULT_CONCURRENCY = 35;
const DEFAULT_MAX_RESPONSE_BYTES = 64 * 2 ** 20;

/**
 * Okta's resources as tables and methods, without a SQL engine.
 *
 * @example
 * const provider = createProvider({ token: process.env.OKTA_API_TOKEN });
 * const quals = [{ kind: 'in', column: 'subdomain', values: ['acme'] }];
 * for await (const rows of provider.scan('okta.apps.jwks', { quals, columns: ['appId', 'kid'] })) console.log(rows);
 */
export function createProvider(options: ProviderOptions = {}): ConnectedProvider {
  const registry = options.registry ?? builtInRegistry();
  const policy = hostPolicy(options);
  const originOf = originResolver(policy);
  const concurrency = checkConcurrency(options.concurrency ?? DEFAULT_CONCURRENCY);
  const connection = connect(options);
  const { timeoutMs = DEFAULT_TIMEOUT_MS, clock = systemClock } = options;
  const logins = createLogins(options, {
    providers: registry.providers,
    originOfOrg: (name) => resolveOrigin(name, policy),
    now: () => clock.now(),
  });
  const client = createClient(options, { ...connection, timeoutMs, logins, concurrency, clock });
  const defaults: Readonly<Record<string, string>> =
    options.subdomain === undefined ? {} : { subdomain: options.subdomain };
  const visible = visibility(options);
  const context = ({ onNotice = () => undefined, statement = {} }: ScanOptions): Surroundings => ({
    client: client.forStatement(statement),
    resolveOrigin: originOf,
    concurrency,
    startedAt: options.now?.() ?? new Date(clock.now()),
    onNotice,
  });
  const callOf = (name: string, parameters: Readonly<Record<string, Value>>, body?: MethodCall['body']): MethodCall => {
    const { method } = registry.method(name.split('.'));
    const all = { ...defaultsFor(method, defaults), ...parameters };
    checkNames(method, all);
    checkRequired(method, all);
    return { method, parameters: all, ...(body !== undefined && { body }) };
  };
  const prepare: Provider['prepare'] = async (calls, statement = {}) => {
    const own = client.forStatement(statement);
    const checked = await checkBodies(calls);
    const requests = checked.map((call) => buildRequest(call, originOf));
    return checked.map((call, index) => preparedCall(call, requests[index] as HttpRequest, own, visible));
  };
  return {
    registry,
    defaults,
    resources: () => resourceNames(registry),
    describe: (name) => registry.resource(name.split('.')),
    scan: (name, scanOptions = {}) =>
      startScan({ registry, defaults, name, options: scanOptions, context: context(scanOptions), visible }),
    checkServers: (scan) => checkServers(scan, originOf),
    prepare,
    invoke: async (name, parameters, { body, signal, statement }: InvokeOptions = {}) => {
      const [call] = await prepare([callOf(name, parameters, body)], statement);
      return (call as PreparedCall).send(signal);
    },
    request: async (name, parameters, { body, withCredential = false }: RequestOptions = {}) => {
      const [checked] = await checkBodies([callOf(name, parameters, body)]);
      const request = buildRequest(checked as MethodCall, originOf);
      return webRequest(request, withCredential ? await client.authorization(request) : { headers: {} });
    },
    loginOf: (org) => {
      const origin = resolveOrigin(org, policy);
      return { origin, ...logins.oktaFacts(origin) };
    },
    close: () => client.close(),
  };
}

/** The names of orgs, in the form of the host rules. */
function hostPolicy(options: ProviderOptions): HostPolicy {
  const names = Object.entries(options.orgs ?? {}).map(([name, { url }]) => [name.toLowerCase(), url] as const);
  return { ...options, names: Object.fromEntries(names) };
}

/** A request for whoever sends it themselves. A redirect is not followed: it would take the credential to another host. */
function webRequest(
  { url: address, method, headers, body }: HttpRequest,
  { headers: credential, query = {} }: Pick<Authorization, 'headers' | 'query'>,
): Request {
  const url = new URL(address);
  for (const [parameter, value] of Object.entries(query)) url.searchParams.set(parameter, value);
  return new Request(url, {
    method,
    headers: { ...headers, ...credential },
    redirect: 'manual',
    ...(body !== undefined && { body }),
  });
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
  readonly transport?: Transport;
  close(): Promise<void>;
}

/** undici is loaded by the first request: a statement that fails before needs none. */
function connect({ fetch, proxy, tls }: ProviderOptions): Connection {
  if (proxy !== undefined) checkProxy(proxy);
  if (fetch !== undefined) return { fetch, close: async () => undefined };
  let pool: ReturnType<typeof createUndiciFetch> | undefined;
  const opened = (): ReturnType<typeof createUndiciFetch> => {
    pool ??= createUndiciFetch({ proxy, tls });
    return pool;
  };
  return {
    fetch: (request) => opened().fetch(request),
    transport: (request) => opened().transport(request),
    close: async () => pool?.close(),
  };
}

interface ClientParts extends Connection {
  readonly logins: Logins;
  readonly timeoutMs: number;
  readonly concurrency: number;
  readonly clock: Clock;
}

function createClient(options: ProviderOptions, parts: ClientParts): SharedHttpClient {
  const { fetch, transport, close, logins, timeoutMs, concurrency, clock } = parts;
  const client = createHttpClient({
    fetch,
    transport,
    closeFetch: close,
    authorize: logins.authorize,
    explainFailure: (response) =>
      response.request.provider === OKTA ? explainOktaFailure(response) : explainFailure(response),
    userAgent: `oktaql/${version()}`,
    timeoutMs,
    maxResponseBytes: options.maxResponseBytes ?? DEFAULT_MAX_RESPONSE_BYTES,
    concurrency,
    rateLimitShare: checkShare(options.rateLimitShare ?? 1),
    retryFor: declaredPolicy,
    deletesOnce: isDeleteRepeatable,
    random: Math.random,
    clock,
    onWait: apart(options.onWait),
    onExchange: apart(options.onExchange),
  });
  const discreet = ({ send, close: end }: HttpClient): HttpClient => ({
    send: (request, signal) => send(withoutCredential(request, logins), signal),
    close: end,
  });
  const { authorization } = client;
  return { ...discreet(client), authorization, forStatement: (terms) => discreet(client.forStatement(terms)) };
}

/**
 * What a listener throws must not decide about a request that was carried out. It is thrown where nobody waits for a
 * statement, as browsers do it.
 */
function apart<T>(listener: ((told: T) => void) | undefined): ((told: T) => void) | undefined {
  if (listener === undefined) return undefined;
  return (told) => {
    try {
      listener(told);
    } catch (error) {
      queueMicrotask(() => {
        throw error;
      });
    }
  };
}

/** Of other APIs only their documents know what a second DELETE does; its 404 need not mean that the first was carried out. */
function isDeleteRepeatable(request: HttpRequest): boolean {
  return request.provider === OKTA ? deletesOnce(request) : request.retry?.methods.includes('DELETE') === true;
}

/** A next page may repeat the key that was in the query; there messages would show it. It is added when it is sent. */
function withoutCredential(request: HttpRequest, { queryNames }: Logins): HttpRequest {
  const names = queryNames(request.provider ?? '');
  if (names.length === 0) return request;
  const url = new URL(request.url);
  for (const name of names) url.searchParams.delete(name);
  return { ...request, url: url.href };
}

function checkShare(share: number): number {
  if (share > 0 && share <= 1) return share;
  throw new InvalidValueError('rateLimitShare takes a number above 0 and at most 1.', { subject: 'rateLimitShare' });
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
    call,
    request,
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
        if (method.response.kind !== 'list') break;
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

/** What scans have in common. */
type Surroundings = Omit<ScanContext, 'onDenied'>;

interface ScanStart {
  readonly registry: Registry;
  readonly defaults: Readonly<Record<string, string>>;
  readonly name: string;
  readonly options: ScanOptions;
  readonly context: Surroundings;
  readonly visible: Visibility;
}

function startScan({ registry, defaults, name, options, context, visible }: ScanStart): ResourceScan {
  const { quals = [], parentQuals = [], keys, limit, settings, shared, signal, onAnswer, onDenied } = options;
  const resource = registry.resource(name.split('.'));
  const columns = selectColumns(resource, options.columns).map(visible);
  const names = columns.map((column) => column.name);
  const request = {
    resource,
    quals: quals.map((qual) => canonicalQual(qual, resource)),
    fed: keys?.columns ?? [],
    columns: names,
    parentQuals,
    allowParent: keys === undefined,
  };
  const scan = planScan(request, { registry, defaults, settings: { ...DEFAULT_SETTINGS, ...settings } });
  checkServers(scan, context.resolveOrigin);
  const run = { scan, keys, columns, limit, signal };
  const read = (tell: (call: DeniedCall) => void): AsyncGenerator<readonly Row[]> =>
    runScan(run, { ...context, shared, onAnswer, onDenied: tell });
  return {
    columns,
    method: scan.method,
    exact: quals.filter((_qual, index) => scan.quals[index]?.exactness === 'exact'),
    // Each reading makes its own requests: an iterator that was read once would look like an empty table.
    [Symbol.asyncIterator]: () => (onDenied === undefined ? tellingDenied(read, context.onNotice) : read(onDenied)),
  };
}

/** The hosts of a scan and of those that supply its parameters, as far as constants name them: data may name others later. */
function checkServers({ resource, method, quals, defaults, parent }: Scan, resolveOrigin: OriginResolver): void {
  const variables = method.parameters.filter(({ location }) => location === 'server').map(({ name }) => name);
  const isOnServer = ({ qual }: Scan['quals'][number]): boolean =>
    'column' in qual && variables.includes(parameterOf(resource, method, qual.column) ?? '');
  const constants = quals.filter(isOnServer).map(({ qual }) => qual);
  for (const assignment of assignments(resource, method, constants, defaults)) {
    const values = { ...serverDefaults(method), ...assignment };
    if (variables.every((name) => Object.hasOwn(values, name)))
      originFor({ method, parameters: values }, resolveOrigin);
  }
  if (parent !== undefined) checkServers(parent.scan, resolveOrigin);
}

/** Callers name columns as they like; plans have one name for each. */
function canonicalQual(qual: ScanQual, resource: Resource): ScanQual {
  switch (qual.kind) {
    case 'and':
    case 'or':
      return { ...qual, quals: qual.quals.map((part) => canonicalQual(part, resource)) };
    case 'tuples':
      return { ...qual, columns: qual.columns.map((column) => canonicalName(resource, column)) };
    default:
      return { ...qual, column: canonicalName(resource, qual.column) };
  }
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

function resourceNames(registry: Registry): readonly string[] {
  return registry.providers.flatMap(({ name, services }) =>
    services.flatMap((service) =>
      Object.values(registry.service(name, service).resources).map((resource) => resource.name),
    ),
  );
}
