/// <reference lib="esnext.disposable" preserve="true" />

/**
 * What a provider is made with, and what it can say of its logins: the contract, apart from the wiring.
 *
 * The room `provider/` holds what `createProvider` (`session/provider.ts`) puts together, one job a file. It knows no SQL.
 *
 * @module
 */

import type { Provider } from '../../exec/provider.ts';
import type { Fetch } from '../../http/contract.ts';
import type { Clock } from '../../http/pacing/clock.ts';
import type { LimitState, Wait } from '../../http/pacing/governor.ts';
import type { ExchangeRecord } from '../../http/trace/record.ts';
import type { ProxySettings, TlsSettings } from '../../http/transport/undici.ts';
import type { HostPolicy } from '../../okta/host.ts';
import type { Registry } from '../../registry/registry.ts';
import type { CredentialSettings, OktaFacts } from '../login/credentials.ts';

export interface ProviderOptions extends Omit<HostPolicy, 'names'>, CredentialSettings {
  /** The org that is meant where a statement does not say: a label such as `acme`, or a full host. */
  readonly subdomain?: string | undefined;
  /** Sends requests; default is undici with a keep-alive pool. A simulator's `handle` runs without a network. */
  readonly fetch?: Fetch;
  /** Milliseconds for one request, body included. Default is 60,000. */
  readonly timeoutMs?: number;
  /** Other documents than the built-in ones: `loadRegistry`. */
  readonly registry?: Registry;
  /** Whether secrets that Okta sends in clear (client secrets) are shown. Default is false: they read `***`. */
  readonly revealSecrets?: boolean;
  /**
   * A file for secrets that Okta shows once, such as a temporary password: a line of JSON for each. It must not exist, and is
   * made for its owner alone when the first of them is asked for. Without it, and without `revealSecrets`, calls with such
   * answers are refused.
   */
  readonly secretsTo?: string;
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
  /**
   * Milliseconds that a list may be old which a scan reads: until then it is not asked for again, whoever asks, and scans at the same
   * time ask for it once. A change that this provider sends ends that for its org. Default is 0: each scan asks for its own.
   */
  readonly cacheTtlMs?: number;
  /** Bytes of lists that are kept for that at most. Default is 128 MiB. */
  readonly cacheMaxBytes?: number;
  /** Told of each wait for a rate limit, and before a request is repeated. What it throws is an uncaught exception. */
  readonly onWait?: (wait: Wait) => void;
  /** Told of each answer that says what is left of a rate limit. What it throws is an uncaught exception. */
  readonly onLimit?: (limit: LimitState) => void;
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
  /** As `close`: `await using provider = createProvider(…)`. */
  [Symbol.asyncDispose](): Promise<void>;
}

/** The names of orgs, in the form of the host rules. */
export function hostPolicy(options: ProviderOptions): HostPolicy {
  const names = Object.entries(options.orgs ?? {}).map(([name, { url }]) => [name.toLowerCase(), url] as const);
  return { ...options, names: Object.fromEntries(names) };
}
