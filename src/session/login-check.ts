/**
 * What the login of an org is good for, found out by using it: for people who set one up, and who wonder which one counts.
 *
 * @module
 */

import {
  AuthError,
  CancelledError,
  HttpError,
  InvalidValueError,
  NotFoundError,
  PermissionError,
  QueryError,
} from '../errors.ts';
import type { InvokeOptions } from '../exec/provider.ts';
import { systemClock } from '../http/pacing/clock.ts';
import type { ExchangeRecord } from '../http/trace/record.ts';
import type { AuthConfig } from '../registry/auth.ts';
import { toObjects, type Value } from '../values.ts';
import { OKTA } from './login/okta-logins.ts';
import type { ConnectedProvider, LoginFacts, ProviderOptions } from './provider/options.ts';
import { createProvider } from './provider.ts';

/** Which window a bucket was in when it was last looked at. */
export interface RateReport {
  readonly bucket: string;
  readonly limit: number;
  readonly remaining: number;
  readonly resetAt: Date;
}

export interface ReadReport {
  /** Such as `okta.apps.applications`. */
  readonly resource: string;
  /** Why it may not be read; absent where it may. */
  readonly refusal?: string;
}

export interface LoginReport {
  /** As a statement names it. */
  readonly org: string;
  /** Absent for a name that means no org. */
  readonly origin?: string;
  /** `auth` where StackQL's settings say how to log in. */
  readonly kind: LoginFacts['kind'];
  /** Where the login was found; of StackQL's settings their type, and the variable or file that they name. */
  readonly source?: string;
  /** Why it does not work; absent where it does. */
  readonly problem?: QueryError;
  /** Who it is: the login name of the token's owner, or the client id of the app. */
  readonly identity?: string;
  /** Its admin roles, where Okta tells them. */
  readonly roles?: readonly string[];
  /** What its token may do, where Okta said so. */
  readonly scopes?: readonly string[];
  /** Scopes that were asked for and not given. */
  readonly missingScopes?: readonly string[];
  readonly reads: readonly ReadReport[];
  readonly rates: readonly RateReport[];
  /** Milliseconds that this machine's clock is ahead of Okta's, to the second; absent where Okta did not show its own. */
  readonly clockAheadMs?: number;
}

export interface CheckTerms {
  readonly signal?: AbortSignal;
  /** Milliseconds for all that is asked. */
  readonly timeoutMs?: number;
}

/** What most questions are about, with the scope for it. One row of each is read. */
const PROBES: readonly (readonly [resource: string, scope: string])[] = [
  ['okta.apps.applications', 'okta.apps.read'],
  ['okta.users.users', 'okta.users.read'],
  ['okta.groups.groups', 'okta.groups.read'],
  ['okta.logs.system_log_events', 'okta.logs.read'],
];

export interface LoginCheck {
  /**
   * Uses the login of an org, with reads only. What the org answers is in the report, and so is what is wrong with its name.
   *
   * @param org as a statement would name it
   * @throws CancelledError
   */
  check(org: string, terms?: CheckTerms): Promise<LoginReport>;
  close(): Promise<void>;
}

/**
 * Checks of several orgs, as one session would read them: a login that belongs to no org goes to the first of them and to
 * no other.
 *
 * @throws InvalidValueError for settings that cannot be
 */
export function createLoginCheck(options: ProviderOptions): LoginCheck {
  let records: ExchangeRecord[] = [];
  const onExchange = (record: ExchangeRecord): void => {
    records.push(record);
    options.onExchange?.(record);
  };
  const provider = createProvider({ ...options, onExchange });
  return {
    check: async (org, { signal, timeoutMs } = {}) => {
      records = [];
      const deadline = timeoutMs === undefined ? undefined : (options.clock ?? systemClock).now() + timeoutMs;
      const terms = { statement: { deadline }, ...(signal && { signal }) };
      try {
        const found = await findOut({ provider, org, options, terms, refusals: [] });
        return { ...reportOf(org, provider, options), ...found, rates: ratesIn(records), ...clockIn(records) };
      } catch (error) {
        if (error instanceof InvalidValueError) return { org, kind: 'none', problem: error, reads: [], rates: [] };
        throw error;
      }
    },
    close: () => provider.close(),
  };
}

/** What is known of a login once it has been used. */
function reportOf(
  org: string,
  provider: ConnectedProvider,
  options: ProviderOptions,
): Pick<LoginReport, 'org' | 'origin' | 'kind' | 'source' | 'scopes' | 'missingScopes'> {
  const { origin, kind, scopes } = provider.loginOf(org);
  const { source, asked } = settingsOf(org, provider, options);
  return {
    org,
    origin,
    kind,
    ...(source !== undefined && kind !== 'none' && { source }),
    // Some orgs leave out what is not granted, and say nothing.
    ...(scopes !== undefined && {
      scopes,
      missingScopes: (asked?.scopes ?? []).filter((scope) => !scopes.includes(scope)),
    }),
  };
}

/** What an app's login asks for. */
interface Asked {
  readonly clientId: string;
  readonly scopes: readonly string[];
}

interface LoginSettings {
  readonly source?: string | undefined;
  /** Of a service app. */
  readonly asked?: Asked | undefined;
}

/** By the origin: names are written in several ways, and one org may have several. */
function settingsOf(org: string, provider: ConnectedProvider, options: ProviderOptions): LoginSettings {
  const { orgs = {}, login, loginSource, auth, environment = () => undefined } = options;
  const own = auth?.[OKTA];
  if (own !== undefined) return { source: describeAuth(own), asked: askedByAuth(own, environment) };
  const { origin } = provider.loginOf(org);
  const entry = Object.entries(orgs).find(
    ([name, each]) => each.login && provider.loginOf(name).origin === origin,
  )?.[1];
  const used = entry === undefined ? login : entry.login;
  const asked = used?.kind === 'private-key' ? used : undefined;
  return { source: entry === undefined ? loginSource : entry.source, asked };
}

function describeAuth({ type, credentialsenvvar, credentialsfilepath, credentialsfilepathenvvar }: AuthConfig): string {
  const place = credentialsenvvar ?? credentialsfilepath ?? credentialsfilepathenvvar;
  return place === undefined ? type : `${type}, ${place}`;
}

function askedByAuth(
  { type, client_id: id, client_id_env_var: variable, scopes = [] }: AuthConfig,
  environment: (name: string) => string | undefined,
): Asked | undefined {
  const clientId = variable === undefined ? id : environment(variable);
  return type === 'private_key_jwt' && clientId !== undefined ? { clientId, scopes } : undefined;
}

interface Check {
  readonly provider: ConnectedProvider;
  readonly org: string;
  readonly options: ProviderOptions;
  readonly terms: InvokeOptions;
  /** Why reads were refused, in their order. */
  readonly refusals: (PermissionError | HttpError)[];
}

type Findings = Pick<LoginReport, 'problem' | 'identity' | 'roles' | 'reads'>;

async function findOut(check: Check): Promise<Findings> {
  const reads: ReadReport[] = [];
  try {
    const who = await whoIsIt(check);
    for (const [resource, scope] of PROBES) if (who.mayAsk(scope)) reads.push(await probe(check, resource));
    const roles = await rolesOf(check, who);
    const isUseful = who.name !== undefined || reads.some(({ refusal }) => refusal === undefined);
    // Okta's refusals have a code. Without one, and with nothing that went well, it need not be Okta that answers.
    const problem = isUseful ? undefined : check.refusals.find(({ providerCode }) => providerCode === undefined);
    return {
      reads,
      ...(problem !== undefined && { problem }),
      ...(who.name !== undefined && { identity: who.name }),
      ...(roles !== undefined && { roles }),
    };
  } catch (error) {
    if (error instanceof QueryError && !isOfCaller(error)) return { reads, problem: error };
    throw error;
  }
}

/** An interruption, or a name that means no org: neither says anything of a login. */
function isOfCaller(error: QueryError): boolean {
  return error instanceof CancelledError || (error instanceof InvalidValueError && error.subject === 'subdomain');
}

interface Identity {
  readonly name?: string;
  readonly userId?: string;
  readonly clientId?: string;
  mayAsk(scope: string): boolean;
}

/** A token is its owner's; an app has no user, and asks for what its scopes allow. */
async function whoIsIt(check: Check): Promise<Identity> {
  const { asked } = settingsOf(check.org, check.provider, check.options);
  if (asked !== undefined) {
    const { clientId, scopes } = asked;
    // With `manage` goes `read`.
    const mayAsk = (scope: string): boolean =>
      scopes.includes(scope) || scopes.includes(scope.replace(/read$/, 'manage'));
    return { name: clientId, clientId, mayAsk };
  }
  const [user] = (await whereAllowed(check, () => call(check, 'okta.users.users.get_user', { id: 'me' }))) ?? [];
  const name = textAt(user?.['profile'], 'login');
  const userId = user?.['id'];
  return {
    ...(name !== undefined && { name }),
    ...(typeof userId === 'string' && { userId }),
    mayAsk: () => true,
  };
}

async function rolesOf(check: Check, { userId, clientId }: Identity): Promise<readonly string[] | undefined> {
  const rows = await whereAllowed(check, async () => {
    if (clientId !== undefined) return call(check, 'okta.oauth2.client_roles.list_roles_for_client', { clientId });
    if (userId === undefined) return undefined;
    return call(check, 'okta.users.role_assignment_users.list_assigned_roles_for_user', { userId });
  });
  return rows?.map((role) => String(role['label'] ?? role['type'] ?? 'unknown'));
}

async function call(
  { provider, org, terms }: Check,
  method: string,
  parameters: Readonly<Record<string, Value>>,
): Promise<readonly Readonly<Record<string, Value>>[]> {
  return toObjects((await provider.invoke(method, { subdomain: org, ...parameters }, terms)).result);
}

/** What only a role, scope or feature stands against is no fault of the login. */
async function whereAllowed<T>({ refusals }: Check, work: () => Promise<T>): Promise<T | undefined> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof NotFoundError) return undefined;
    if (!isDenied(error)) throw error;
    refusals.push(error);
    return undefined;
  }
}

/** A scope that the token endpoint refuses (400) leaves no token at all. */
function isDenied(error: unknown): error is PermissionError | HttpError {
  if (error instanceof PermissionError) return error.status === 403;
  return error instanceof HttpError && error.status < 500;
}

async function probe({ provider, org, terms, refusals }: Check, resource: string): Promise<ReadReport> {
  const quals = [{ kind: 'in', column: 'subdomain', values: [org] }] as const;
  const scan = provider.scan(resource, { quals, columns: ['subdomain'], limit: 1, ...terms });
  try {
    for await (const _rows of scan) break;
    return { resource };
  } catch (error) {
    if (!isDenied(error) || error instanceof AuthError) throw error;
    refusals.push(error);
    return { resource, refusal: error.message };
  }
}

function textAt(value: Value | undefined, name: string): string | undefined {
  if (typeof value !== 'object' || value === null || !Object.hasOwn(value, name)) return undefined;
  const member: unknown = Object.entries(value).find(([key]) => key === name)?.[1];
  return typeof member === 'string' ? member : undefined;
}

/** The last answer of each bucket, in the order in which they were first met. */
function ratesIn(records: readonly ExchangeRecord[]): readonly RateReport[] {
  const rates = new Map<string, RateReport>();
  for (const { bucket, url, answer } of records) {
    if (answer?.rate === undefined) continue;
    const { limit, remaining, resetMs } = answer.rate;
    const name = bucket ?? new URL(url).pathname;
    rates.set(name, { bucket: name, limit, remaining, resetAt: new Date(resetMs) });
  }
  return [...rates.values()];
}

/** `Date` has whole seconds: smaller differences than one are none. */
function clockIn(records: readonly ExchangeRecord[]): { readonly clockAheadMs?: number } {
  const last = records.findLast(({ answer }) => answer !== undefined);
  const date = Date.parse(last?.answer?.headers.find(([name]) => name === 'date')?.[1] ?? '');
  if (last === undefined || Number.isNaN(date)) return {};
  const ahead = last.startedAt.getTime() + last.headersMs / 2 - date;
  return { clockAheadMs: Math.trunc(ahead / 1000) * 1000 };
}
