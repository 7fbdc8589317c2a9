/**
 * The simulated org as its users hold it: entry of this folder.
 *
 * It judges the product, so it imports nothing of it.
 *
 * @module
 */

import { setTimeout as sleep } from 'node:timers/promises';

import { failure } from './answer.ts';
import { type ApiOrg, createApiOrg } from './api/api-org.ts';
import { editApps, editItems } from './api/edit.ts';
import type { KeyOrder, ListShape } from './apps/key-json.ts';
import type { Edition } from './apps/operation.ts';
import { bucketOf } from './apps/router.ts';
import { type Desk, type Incoming, orgTimeMs, type UngrantedScopes } from './desk.ts';
import type { Fault, FaultTools } from './faults.ts';
import { type JournalEntry, maskedBody, maskedForm, maskedHeaders } from './journal.ts';
import { buildServiceApps, type ServiceApp } from './oauth/service-apps.ts';
import { createOAuthState } from './oauth/state.ts';
import type { IssuedToken } from './oauth/tokens.ts';
import { checkOptions, isObject, type Kind, LONGEST_MS, type OptionTable, TEXT, wholeNumber } from './options.ts';
import { demoOrg } from './org/demo-org.ts';
import type { Item } from './org/field-values.ts';
import { createRandom } from './org/ids.ts';
import type { Org, SimulatedApp, SimulatedKey } from './org/org.ts';
import { createCursors } from './paging.ts';
import { type RateHeaders, respond } from './respond.ts';
import { refuseUnfit, serve, uncountedEnvelope } from './serve.ts';

/** How a simulated org is set up. */
export interface SimulatorOptions {
  /** The org's host is `<subdomain>.okta.com`. Loopback hosts are accepted too. Default: `my-org`. */
  readonly subdomain?: string;
  /** The API token that may do everything, sent as `Authorization: SSWS <token>`. Default: `sim-token`. */
  readonly token?: string;
  /** A second API token, which may only read. Default: there is none. */
  readonly readOnlyToken?: string;
  /** Which of Okta's engines the org has. Default: `identity-engine`. */
  readonly edition?: Edition;
  /** The org's clock. Default: real time. */
  readonly now?: () => Date;
  /** Ids and key material are a function of it. Default: 1. */
  readonly seed?: number;
  /** What the org holds at the beginning. Default: `demoOrg`. */
  readonly org?: Org;
  /** Apps that may ask for access tokens, after those of the org. Default: none besides. */
  readonly serviceApps?: readonly ServiceApp[];
  /** Milliseconds before each answer, in real time. Default: 0. */
  readonly latencyMs?: number;
  /** Calls per window and bucket; 0 limits nothing. Default: 0. */
  readonly rateLimit?: number;
  /** Milliseconds of a window. Default: 60,000. */
  readonly rateWindowMs?: number;
  /** What the list of keys looks like. Default: `keys`, which is what Okta sends. */
  readonly listShape?: ListShape;
}

const LABEL: Kind = {
  takes: 'the label of an org, such as my-org',
  fits: (value) => typeof value === 'string' && /^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/i.test(value),
};
const FUNCTION: Kind = { takes: 'a function', fits: (value) => typeof value === 'function' };
const LIST: Kind = { takes: 'a list', fits: Array.isArray };
const ORG: Kind = {
  takes: 'what demoOrg or uniformOrg gives',
  fits: (value) => isObject(value) && 'apps' in value && Array.isArray(value.apps),
};
const SHAPES = ['keys', 'jwks.keys', 'array', 'garbage'] as const satisfies readonly ListShape[];
const SHAPE: Kind = { takes: SHAPES.join(', '), fits: (value) => SHAPES.some((shape) => shape === value) };

const EDITIONS = ['classic', 'identity-engine'] as const satisfies readonly Edition[];
const EDITION: Kind = { takes: EDITIONS.join(' or '), fits: (value) => EDITIONS.some((edition) => edition === value) };

const OPTIONS: OptionTable<SimulatorOptions> = {
  subdomain: LABEL,
  edition: EDITION,
  token: TEXT,
  readOnlyToken: TEXT,
  now: FUNCTION,
  seed: { takes: 'a finite number', fits: Number.isFinite },
  org: ORG,
  serviceApps: LIST,
  latencyMs: wholeNumber(0, LONGEST_MS),
  rateLimit: wholeNumber(0),
  rateWindowMs: wholeNumber(1),
  listShape: SHAPE,
};

/** What can be changed while the simulator runs. */
export interface Switches {
  listShape: ListShape;
  keyOrder: KeyOrder;
  latencyMs: number;
  rateLimit: number;
  rateWindowMs: number;
  /** Calls that somebody else makes for each of ours, until half of a window is theirs. */
  othersPerCall: number;
  /** Whether answers carry the rate-limit headers once, twice or not at all. */
  rateHeaders: RateHeaders;
  /** Requests that may run at once; 0 limits nothing. */
  concurrencyLimit: number;
  /**
   * Milliseconds that the clock which the headers show (`Date` and the reset) is ahead of the real one. Assertions, proofs
   * and access tokens are judged by it, too.
   */
  dateSkewMs: number;
  /**
   * Whether a token request for scopes that the app was not granted is refused (`invalid_scope`), or gets a token for those
   * it was granted, and `consent_required` where there are none. Both were seen of Okta. Default: `refused`.
   */
  ungrantedScopes: UngrantedScopes;
  /** Whether requests come from outside the network zone to which API tokens are restricted. Default: no. */
  isOutsideTokenZone: boolean;
  /**
   * Paths of what belongs to features that the org lacks, with `{}` for parameters, such as `/api/v1/users/{}/blocks`: they and
   * what is below them are answered 401 (E0000015). Default: none.
   */
  missingFeatures: string[];
  /** The first that matches a request is used. */
  faults: Fault[];
}

/** A simulated org. */
export interface Simulator {
  /**
   * Answers one request. `target` is for servers: path and query as they came over the wire, before a `Request` has
   * resolved the `..` in them. With it a POST without a body needs `Content-Length: 0`; without it the request is taken
   * as it is given to `fetch`, which will add that header. Rejects with `TypeError: fetch failed` where a fault breaks the connection,
   * and with the reason of the request's signal when that fires while it waits.
   */
  handle(request: Request, target?: string): Promise<Response>;
  readonly token: string;
  /** Every request, in order of arrival. */
  readonly journal: readonly JournalEntry[];
  /** The largest number of requests that ran at once. */
  readonly maxInFlight: number;
  /** What no client should ever send, in words, in order of arrival. Tests assert that it is empty. */
  readonly violations: readonly string[];
  /** Empties the journal and forgets `maxInFlight`; the violations stay. */
  clearJournal(): void;
  readonly switches: Switches;
  /** All apps as they are now, in list order. */
  apps(): readonly SimulatedApp[];
  /** The keys of an app as they are now, in the order they were added; empty for an unknown app. */
  keys(appId: string): readonly SimulatedKey[];
  /** What is known of the access tokens given out, in order; the tokens themselves are not shown. */
  tokens(): readonly IssuedToken[];
  /**
   * Changes what a list of the org holds, or an object of which there is one, in ways that no call of Okta's does: ages, last
   * sign-ins. `path` is its path, such as `/api/v1/users`; `change` gets its items and gives what it shall hold. Gives back a function
   * that undoes it.
   *
   * @throws TypeError for a path that holds nothing
   */
  edit(path: string, change: (items: readonly Item[]) => readonly Item[]): () => void;
  /** As {@link Simulator.edit}, of the applications. */
  editApps(change: (apps: readonly SimulatedApp[]) => readonly SimulatedApp[]): () => void;
  /** Ends all access tokens given out so far. */
  revokeTokens(): void;
  /** Makes a new nonce for DPoP proofs. The one before it stays good until the next time. */
  rotateDpopNonce(): void;
}

/**
 * Makes an Okta to run against, with a state of its own.
 *
 * @throws TypeError for an option that there is not, and for a value of another kind
 * @example
 * const simulator = createSimulator({ token: 'secret' });
 * const response = await simulator.handle(
 *   new Request('https://my-org.okta.com/api/v1/apps', { headers: { authorization: 'SSWS secret' } }),
 * );
 */
export function createSimulator(options: SimulatorOptions = {}): Simulator {
  checkOptions(options, OPTIONS, 'createSimulator');
  const running: Running = { journal: [], inFlight: 0, hits: new Map() };
  const desk = createDesk(options);
  const simulator = {
    token: desk.token,
    journal: running.journal,
    maxInFlight: 0,
    violations: desk.violations,
    switches: desk.switches,
    apps: () => [...desk.apps.values()],
    keys: (appId: string) => desk.apps.get(appId)?.keys ?? [],
    tokens: () => desk.oauth.tokens.issued(),
    edit: (path: string, change: (items: readonly Item[]) => readonly Item[]) => editItems(desk.api(), path, change),
    editApps: (change: (apps: readonly SimulatedApp[]) => readonly SimulatedApp[]) => editApps(desk.apps, change),
    revokeTokens: () => desk.oauth.tokens.revokeAll(),
    rotateDpopNonce: () => desk.oauth.nonces.rotate(),
    clearJournal: () => {
      running.journal.length = 0;
      simulator.maxInFlight = 0;
    },
    handle: async (request: Request, target?: string) => {
      running.inFlight += 1;
      simulator.maxInFlight = Math.max(simulator.maxInFlight, running.inFlight);
      try {
        return await handle(desk, running, request, target);
      } finally {
        running.inFlight -= 1;
      }
    },
  };
  return simulator;
}

type FullDesk = Desk & { readonly switches: Switches };

/** What is known about the requests so far. */
interface Running {
  readonly journal: Writable<JournalEntry>[];
  inFlight: number;
  /** How many matching requests each fault has seen. */
  readonly hits: Map<Fault, number>;
}

type Writable<Value> = { -readonly [Name in keyof Value]: Value[Name] };

function createDesk(options: SimulatorOptions): FullDesk {
  const { seed = 1, now = () => new Date() } = options;
  const org = options.org ?? demoOrg({ now: now(), seed });
  const apps = [...org.apps, ...buildServiceApps(options.serviceApps ?? [], seed, now())];
  const switches = initialSwitches(options);
  let api: ApiOrg | undefined;
  const desk: FullDesk = {
    orgId: org.id,
    apps: new Map(apps.map((app) => [app.id, app])),
    subdomain: options.subdomain ?? 'my-org',
    edition: options.edition ?? 'identity-engine',
    token: options.token ?? 'sim-token',
    readOnlyToken: options.readOnlyToken,
    cursors: createCursors(`cursors ${seed}`),
    random: createRandom(`simulator ${seed}`),
    now,
    windows: new Map(),
    violations: [],
    switches,
    oauth: createOAuthState(seed, () => orgTimeMs({ now, switches })),
    // Reading all documents takes a few hundredths of a second, which most tests can do without.
    api: () => {
      api ??= createApiOrg(desk, seed);
      return api;
    },
  };
  return desk;
}

function initialSwitches(options: SimulatorOptions): Switches {
  const { listShape = 'keys', latencyMs = 0, rateLimit = 0, rateWindowMs = 60_000 } = options;
  return {
    listShape,
    keyOrder: 'hash',
    latencyMs,
    rateLimit,
    rateWindowMs,
    othersPerCall: 0,
    rateHeaders: 'once',
    concurrencyLimit: 0,
    dateSkewMs: 0,
    ungrantedScopes: 'refused',
    isOutsideTokenZone: false,
    missingFeatures: [],
    faults: [],
  };
}

async function handle(desk: FullDesk, running: Running, request: Request, target?: string): Promise<Response> {
  const { inFlight } = running;
  const entry = enter(desk, running, request);
  const body = await request.clone().text();
  if (body !== '') entry.body = maskedBody(body);
  await pause(desk.switches.latencyMs, request.signal);
  const url = new URL(request.url);
  const incoming: Incoming = {
    method: request.method,
    url,
    target: target ?? url.pathname + url.search,
    isFromWire: target !== undefined,
    headers: request.headers,
    body,
    inFlight,
  };
  const response = refuseUnfit(desk, incoming) ?? (await serveOrFail(desk, running, request, incoming));
  entry.status = response.status;
  return response;
}

async function serveOrFail(desk: FullDesk, running: Running, request: Request, incoming: Incoming): Promise<Response> {
  const fault = takeFault(desk.switches.faults, running.hits, incoming);
  return fault === undefined ? serve(desk, incoming) : breakDown(desk, fault, request, incoming);
}

function enter(desk: Desk, running: Running, request: Request): Writable<JournalEntry> {
  const { pathname, search } = new URL(request.url);
  const entry: Writable<JournalEntry> = {
    method: request.method,
    path: pathname,
    query: maskedForm(search),
    url: maskedForm(request.url),
    headers: maskedHeaders(request.headers),
    status: 0,
    bucket: bucketOf(request.method, pathname),
    startedAt: desk.now(),
    inFlight: running.inFlight,
  };
  running.journal.push(entry);
  return entry;
}

async function pause(ms: number, signal: AbortSignal): Promise<void> {
  signal.throwIfAborted();
  // The timer's own error would hide the reason that the caller gave.
  if (ms > 0) await sleep(ms, undefined, { signal }).catch(() => signal.throwIfAborted());
}

function takeFault(faults: readonly Fault[], hits: Map<Fault, number>, incoming: Incoming): Fault | undefined {
  return faults.find((each) => {
    if (!strikes(each, incoming)) return false;
    const { skip = 0, times = Infinity } = each;
    const number = hits.get(each) ?? 0;
    if (number >= skip + times) return false;
    hits.set(each, number + 1);
    return number >= skip;
  });
}

function strikes({ match }: Fault, { method, target }: Incoming): boolean {
  return (match.method === undefined || match.method === method) && (match.path?.test(target) ?? true);
}

async function breakDown(desk: FullDesk, fault: Fault, request: Request, incoming: Incoming): Promise<Response> {
  await pause(fault.delayMs ?? 0, request.signal);
  const outcome = await fault.answer(request, faultTools(desk, incoming));
  switch (outcome) {
    case 'pass':
      return serve(desk, incoming);
    case 'reset-before':
      throw connectionReset();
    case 'reset-after':
      await serve(desk, incoming);
      throw connectionReset();
    default:
      return outcome;
  }
}

function faultTools(desk: FullDesk, incoming: Incoming): FaultTools {
  return {
    proceed: () => serve(desk, incoming),
    restart: () => {
      const after = incoming.url.searchParams.get('after');
      return desk.cursors.seal(after === null ? '' : (desk.cursors.open(after) ?? ''));
    },
    error: ({ status, code, summary, causes = [] }, headers = {}) => {
      const response = respond(failure(status, code, summary, ...causes), uncountedEnvelope(desk, incoming));
      for (const [name, value] of Object.entries(headers)) response.headers.set(name, value);
      return response;
    },
  };
}

// The shape of undici's error, by which clients tell a broken connection from a wrong argument.
function connectionReset(): TypeError {
  const cause = Object.assign(new Error('read ECONNRESET'), { code: 'ECONNRESET' });
  return new TypeError('fetch failed', { cause });
}

/** Whether an error is what `handle` rejects with where a fault breaks the connection. */
export function isConnectionReset(error: unknown): boolean {
  if (!(error instanceof TypeError) || !(error.cause instanceof Error)) return false;
  return 'code' in error.cause && error.cause.code === 'ECONNRESET';
}
