/**
 * What the tool and the process in which it tries things say to each other.
 *
 * @module
 */

import type { Fault } from './kind.ts';
import type { Rest } from './watch.ts';

export type ToChild =
  /** Texts of a seed, from one of them on. */
  | { readonly kind: 'batch'; readonly seed: number; readonly from: number }
  /** Says what text has this number. */
  | { readonly kind: 'text'; readonly seed: number; readonly at: number }
  /** One text by itself, whose lag is measured. */
  | { readonly kind: 'probe'; readonly text: string };

export interface Found {
  readonly text: string;
  readonly fault: Fault;
}

export interface BatchReport extends Rest {
  readonly tried: number;
  readonly found: readonly Found[];
  /** Texts that took longer than the bound of the lag: others may have had the processor. */
  readonly slow: readonly string[];
  /** Milliseconds. */
  readonly lag: { readonly worst: number; readonly p99: number };
}

export interface ProbeReport {
  readonly fault?: Fault | undefined;
  /** Milliseconds for which the event loop was held. */
  readonly lag: number;
}

export type ToParent =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'batch'; readonly report: BatchReport }
  | { readonly kind: 'probe'; readonly report: ProbeReport };
