import type { ApiOrg } from './api/api-org.ts';
import type { Backend } from './apps/operation.ts';
import type { OAuthState } from './oauth/state.ts';
import type { Windows } from './rate-limit.ts';
import type { RateHeaders } from './respond.ts';

/** Everything that outlives a request. */
export interface Desk extends Backend {
  readonly subdomain: string;
  readonly token: string;
  readonly readOnlyToken: string | undefined;
  readonly windows: Windows;
  readonly oauth: OAuthState;
  /** What the provider documents describe beyond the operations of `router.ts`; read when it is first needed. */
  readonly api: () => ApiOrg;
  readonly violations: string[];
  readonly switches: Backend['switches'] & {
    readonly rateLimit: number;
    readonly rateWindowMs: number;
    readonly othersPerCall: number;
    readonly rateHeaders: RateHeaders;
    readonly concurrencyLimit: number;
    readonly dateSkewMs: number;
    readonly ungrantedScopes: UngrantedScopes;
    readonly isOutsideTokenZone: boolean;
  };
}

/** What becomes of a token request that asks for more than the app was granted. */
export type UngrantedScopes = 'dropped' | 'refused';

/** One request, read completely. */
export interface Incoming {
  readonly method: string;
  readonly url: URL;
  /** Path and query as they came over the wire. */
  readonly target: string;
  readonly headers: Headers;
  readonly body: string;
  /** Whether it came over a connection; otherwise its headers are not yet complete. */
  readonly isFromWire: boolean;
  /** How many requests are running, this one included. */
  readonly inFlight: number;
}

/** The org's time, as its headers show it: what assertions, proofs and tokens are judged by. */
export function orgTimeMs({ now, switches }: Pick<Desk, 'now' | 'switches'>): number {
  return now().getTime() + switches.dateSkewMs;
}

/** Records what no client should send. */
export function violate(desk: Desk, { method, target }: Incoming, what: string): void {
  desk.violations.push(`${method} ${target.split('?', 1)[0]}: ${what}`);
}
