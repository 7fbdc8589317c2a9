import type { Answer } from '../answer.ts';
import type { Random } from '../org/ids.ts';
import type { SimulatedApp } from '../org/org.ts';
import type { Cursors } from '../paging.ts';
import type { KeyOrder, ListShape } from './key-json.ts';

/** Okta's two engines. Orgs of the older one lack types of policies, authenticators and devices. */
export type Edition = 'classic' | 'identity-engine';

/** What operations read and change. */
export interface Backend {
  readonly orgId: string;
  readonly subdomain: string;
  readonly edition: Edition;
  /** By id, in list order. Apps are never changed, only replaced. */
  readonly apps: Map<string, SimulatedApp>;
  readonly cursors: Cursors;
  readonly random: Random;
  readonly now: () => Date;
  readonly switches: {
    readonly listShape: ListShape;
    readonly keyOrder: KeyOrder;
    readonly missingFeatures: readonly string[];
  };
}

/** One call of an operation, after everything that is common to all operations was checked. */
export interface Call {
  readonly url: URL;
  /** The values of the path's `{…}` segments, decoded; empty where the path has none. */
  readonly appId: string;
  readonly keyId: string;
  /** Empty where the operation takes no body. */
  readonly body: string;
  /** Reports a request that our own client must never send. */
  readonly violate: (what: string) => void;
}

export type Handler = (backend: Backend, call: Call) => Answer;

/** One method of one path. */
export interface Operation {
  readonly handler: Handler;
  readonly queryParameters: readonly string[];
  readonly takesBody: boolean;
}
