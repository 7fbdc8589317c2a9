/**
 * Puts the parts together into a provider.
 *
 * @module
 */

import type { InvokeOptions, PreparedCall, Provider, RequestOptions, ScanOptions } from '../exec/provider.ts';
import { systemClock } from '../http/pacing/clock.ts';
import { resolveOrigin } from '../okta/host.ts';
import { checkRequired, defaultsFor } from '../plan/call.ts';
import { builtInRegistry } from '../registry/registry.ts';
import { buildRequest, type MethodCall } from '../request/build.ts';
import type { Value } from '../values.ts';
import { createLogins } from './login/credentials.ts';
import { originResolver } from './login/origins.ts';
import { scanCache } from './provider/cache.ts';
import { checkBodies, checkShownOnce, preparedCall, webRequest } from './provider/calls.ts';
import {
  checkArgument,
  checkCall,
  checkedDate,
  checkOptions,
  INVOKE_OPTIONS,
  PROVIDER_OPTIONS,
  REQUEST_OPTIONS,
  TEXT,
} from './provider/checked-options.ts';
import { checkScanOptions } from './provider/checked-scan.ts';
import { apart, checkConcurrency, createClient, DEFAULT_CONCURRENCY, DEFAULT_TIMEOUT_MS } from './provider/client.ts';
import { connect } from './provider/connection.ts';
import { knownLimits } from './provider/limits.ts';
import { checkNames, resourceNames } from './provider/names.ts';
import { type ConnectedProvider, hostPolicy, type ProviderOptions } from './provider/options.ts';
import { readyCalls } from './provider/replacing.ts';
import { requiredSets } from './provider/required.ts';
import { checkConstants, type Surroundings, startScan } from './provider/scans.ts';
import { secretsFile } from './provider/secrets-file.ts';
import { visibility } from './provider/visibility.ts';

/**
 * Okta's resources as tables and methods, without a SQL engine.
 *
 * @example
 * const provider = createProvider({ token: process.env.OKTA_API_TOKEN });
 * const scan = provider.scan('okta.apps.jwks', { quals: [{ kind: 'in', column: 'subdomain', values: ['acme'] }] });
 * for await (const rows of scan) console.log(rows);
 */
export function createProvider(options: ProviderOptions = {}): ConnectedProvider {
  checkOptions(options, PROVIDER_OPTIONS, 'createProvider');
  return connectProvider(options);
}

/** @param options checked */
export function connectProvider(options: ProviderOptions): ConnectedProvider {
  const registry = options.registry ?? builtInRegistry();
  const policy = hostPolicy(options);
  const originOf = originResolver(policy);
  const concurrency = checkConcurrency(options.concurrency ?? DEFAULT_CONCURRENCY);
  const connection = connect(options);
  const { timeoutMs = DEFAULT_TIMEOUT_MS, clock = systemClock } = options;
  const logins = createLogins(options, {
    providers: registry.providers,
    isBuiltIn: options.registry === undefined,
    originOfOrg: (name) => resolveOrigin(name, policy),
    now: () => clock.now(),
  });
  const limits = knownLimits(clock);
  const onLimit = apart(options.onLimit);
  const client = createClient(options, {
    ...connection,
    timeoutMs,
    logins,
    concurrency,
    clock,
    onLimit: (limit) => {
      limits.learn(limit);
      onLimit?.(limit);
    },
  });
  const defaults: Readonly<Record<string, string>> =
    options.subdomain === undefined ? {} : { subdomain: options.subdomain };
  const visible = visibility(options);
  const cache = scanCache(options, () => clock.now());
  const secrets = options.secretsTo === undefined ? undefined : secretsFile(options.secretsTo, () => clock.now());
  const context = ({ onNotice = () => undefined, statement = {} }: ScanOptions): Surroundings => ({
    client: client.forStatement(statement),
    resolveOrigin: originOf,
    checkLogin: logins.check,
    cacheFor: cache.within,
    concurrency,
    startedAt: checkedDate(options.now?.() ?? new Date(clock.now())),
    onNotice,
  });
  const callOf = (name: string, parameters: Readonly<Record<string, Value>>, body?: MethodCall['body']): MethodCall => {
    checkCall(name, parameters);
    const { method } = registry.method(name.split('.'));
    const all = { ...defaultsFor(method, defaults), ...parameters };
    checkNames(method, all);
    checkRequired(method, all);
    return { method, parameters: all, ...(body !== undefined && { body }) };
  };
  const prepare: Provider['prepare'] = async (calls, statement = {}, signal) => {
    const own = client.forStatement(statement);
    const checked = await checkBodies(calls);
    checkShownOnce(checked, options.revealSecrets === true || secrets !== undefined);
    const ready = await readyCalls(checked, { client: own, originOf, signal });
    return ready.map((call) => preparedCall(call, { client: own, visible, secrets, onChange: cache.forgetOrg }));
  };
  const end = async (): Promise<void> => {
    cache.clear();
    await client.close();
    await secrets?.close();
  };
  let closing: Promise<void> | undefined;
  const close = (): Promise<void> => {
    closing ??= end();
    return closing;
  };
  return {
    registry,
    defaults,
    cacheTtlMs: cache.ttlMs,
    resources: () => resourceNames(registry),
    describe: (name) => registry.resource(name.split('.')),
    requiredParameters: (name) => {
      checkArgument(name, TEXT, 'The name of a resource');
      return requiredSets(registry.resource(name.split('.')), registry, defaults);
    },
    limits: limits.all,
    scan: (name, scanOptions = {}) => {
      checkArgument(name, TEXT, 'The name of a resource');
      checkScanOptions(scanOptions);
      return startScan({ registry, defaults, name, options: scanOptions, context: context(scanOptions), visible });
    },
    checkConstants: (scan) => checkConstants(scan, { resolveOrigin: originOf, checkLogin: logins.check }),
    checkLogin: logins.check,
    prepare,
    invoke: async (name, parameters, invokeOptions: InvokeOptions = {}) => {
      checkOptions(invokeOptions, INVOKE_OPTIONS, 'invoke');
      const { body, signal, statement } = invokeOptions;
      const [call] = await prepare([callOf(name, parameters, body)], statement);
      return (call as PreparedCall).send(signal);
    },
    request: async (name, parameters, requestOptions: RequestOptions = {}) => {
      checkOptions(requestOptions, REQUEST_OPTIONS, 'request');
      const { body, withCredential = false } = requestOptions;
      const [checked] = await checkBodies([callOf(name, parameters, body)]);
      const request = buildRequest(checked as MethodCall, originOf);
      return webRequest(request, withCredential ? await client.authorization(request) : { headers: {} });
    },
    loginOf: (org) => {
      const origin = resolveOrigin(org, policy);
      return { origin, ...logins.oktaFacts(origin) };
    },
    close,
    [Symbol.asyncDispose]: close,
  };
}
