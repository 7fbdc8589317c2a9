/**
 * What the tool tries: texts of some kind, and who judges what comes of one.
 *
 * @module
 */

import type fc from 'fast-check';

/** The built package: what its users run. */
export interface Product {
  readonly library: typeof import('../../src/index.ts');
  readonly simulator: typeof import('../../src/simulator/index.ts');
}

export interface Fault {
  /** `internal`: XX000 or an error that is none of ours. `rejection`: nobody waited for it. `sent`: a request that nobody asked for. */
  readonly kind: 'internal' | 'rejection' | 'sent' | 'hang' | 'crash' | 'lag' | 'leak';
  readonly detail: string;
}

export interface Kind {
  readonly name: string;
  /** Texts in one batch: what is made anew for each batch is cheap among so many. */
  readonly batchSize: number;
  /** A text without a fault, which has everything loaded that the others need. */
  readonly harmless: string;
  texts(product: Product): Promise<fc.Arbitrary<string>>;
  open(product: Product): Promise<Judge>;
}

export interface Judge {
  /** What is wrong with what comes of a text; nothing for an answer, and for an error of the author's. */
  judge(text: string): Promise<Fault | undefined>;
  close(): Promise<void>;
}

/** What is wrong with an error that somebody gets. */
export function faultOf(error: unknown, { library }: Product): Fault | undefined {
  if (!(error instanceof library.QueryError)) {
    return { kind: 'internal', detail: `no error of ours: ${error instanceof Error ? error.stack : String(error)}` };
  }
  if (error.sqlState !== 'XX000') return undefined;
  const { cause } = error;
  const because = cause instanceof Error ? `\n  caused by ${cause.stack}` : '';
  return { kind: 'internal', detail: `XX000: ${error.message}${because}` };
}
