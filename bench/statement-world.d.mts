import type { createSession } from '../src/index.ts';
import type { createSimulator, demoOrg } from '../src/simulator/index.ts';
import type { Statement } from './statements.d.mts';

/** The product that is measured: as built, or its sources. */
export interface Product {
  readonly createSession: typeof createSession;
  readonly createSimulator: typeof createSimulator;
  readonly demoOrg: typeof demoOrg;
}

export interface World {
  count(statement: Statement): Promise<{ readonly requests: number; readonly rows: number }>;
  /** The plan as EXPLAIN (FORMAT JSON) gives it, and milliseconds. */
  explain(statement: Statement): Promise<{ readonly plan: unknown; readonly ms: number }>;
  violations(): readonly string[];
  close(): Promise<void>;
}

export declare function openWorld(product: Product): Promise<World>;
