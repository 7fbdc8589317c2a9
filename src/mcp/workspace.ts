/**
 * What the calls of a server share: the session, and the results that are kept in it.
 *
 * @module
 */

import type { LimitState } from '../http/pacing/governor.ts';
import type { Registry } from '../registry/registry.ts';
import type { Session } from '../session/session.ts';
import { createConfirmations } from './changes/confirmation.ts';
import type { HandleBounds, Terms, Workspace } from './contract.ts';
import type { AuditFile } from './decisions.ts';
import { createHandles } from './results/handles.ts';

export interface WorkspaceOptions {
  readonly session: Session;
  readonly registry: Registry;
  readonly terms: Terms;
  readonly limits: LimitBook;
  /** Where decisions about changes are written. Without it there are none. */
  readonly audit?: AuditFile | undefined;
  readonly bounds?: HandleBounds;
}

export function createWorkspace({ session, registry, terms, limits, audit, bounds }: WorkspaceOptions): Workspace {
  return {
    session,
    registry,
    terms,
    handles: createHandles(session, terms.now, bounds),
    limits: () => limits.all(terms.now()),
    changes: audit && { audit, confirmations: createConfirmations(terms.now) },
  };
}

/** What answers have said of rate limits. */
export interface LimitBook {
  readonly learn: (limit: LimitState) => void;
  /** Of windows that have not ended. */
  all(now: number): readonly LimitState[];
}

export function createLimitBook(): LimitBook {
  const limits = new Map<string, LimitState>();
  return {
    learn: (limit) => {
      limits.set(`${limit.origin} ${limit.bucket}`, limit);
    },
    all: (now) => [...limits.values()].filter(({ resetsAt }) => resetsAt > now),
  };
}
