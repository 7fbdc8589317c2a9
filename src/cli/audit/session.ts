/**
 * The session that controls of one org run in.
 *
 * @module
 */

import type { OrgSession } from '../../audit/run.ts';
import type { ProgressEvent } from '../../exec/progress.ts';
import type { SessionOptions } from '../../session/options.ts';
import { createSession } from '../../session/session.ts';

/** A run is one look at an org: what a control has read, the others need not ask for. */
const SHARING = { cacheTtlMs: 24 * 3_600_000, cacheMaxBytes: 500 * 2 ** 20 } as const;

/** Opens a session that only reads, and counts what it sends. */
export function openOrg(options: SessionOptions, org: string): OrgSession {
  let before = 0;
  let current = 0;
  let statement = 0;
  const onProgress = (event: ProgressEvent): void => {
    if (event.kind === 'requests') {
      if (event.statement !== statement) {
        before += current;
        current = 0;
        statement = event.statement;
      }
      current = Math.max(current, event.sent);
    }
    options.onProgress?.(event);
  };
  const session = createSession({ ...options, ...SHARING, subdomain: org, readOnly: true, onProgress });
  return { session, requests: () => before + current, close: () => session.close() };
}
