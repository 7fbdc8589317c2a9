/**
 * What a session tells whoever listens to its progress.
 *
 * @module
 */

import type { ProgressEvent, ScanProgress } from '../exec/progress.ts';
import { systemClock } from '../http/pacing/clock.ts';
import type { SessionOptions } from './options.ts';
import { apart } from './provider/client.ts';
import type { ProviderOptions } from './provider/options.ts';

/** Statements of a session are counted from 1. */
export interface Listener {
  /** What the provider has to be made with. */
  readonly ofRequests: Required<Pick<ProviderOptions, 'onWait' | 'onLimit'>>;
  begin(): StatementListener;
}

export interface StatementListener {
  readonly onScan: (progress: ScanProgress) => void;
  readonly onRequest: (sent: number, most: number) => void;
  readonly onEnd: () => void;
}

export function createListener(options: SessionOptions, onProgress: (event: ProgressEvent) => void): Listener {
  const { clock = systemClock, onWait, onLimit } = options;
  const tell = apart(onProgress) ?? onProgress;
  let statements = 0;
  return {
    ofRequests: {
      onWait: (wait) => {
        onWait?.(wait);
        tell({ ...wait, kind: 'wait', until: clock.now() + wait.ms });
      },
      onLimit: (limit) => {
        onLimit?.(limit);
        tell({ ...limit, kind: 'limit' });
      },
    },
    begin: () => {
      statements += 1;
      const statement = statements;
      let isOver = false;
      return {
        onScan: (progress) => tell({ ...progress, kind: 'scan', statement }),
        onRequest: (sent, most) => tell({ kind: 'requests', statement, sent, most }),
        onEnd: () => {
          if (!isOver) tell({ kind: 'end', statement });
          isOver = true;
        },
      };
    },
  };
}

/** Both whoever listens to the session and whoever listens to this statement. */
export function statementListener(
  ofSession: StatementListener | undefined,
  onProgress: ((event: ProgressEvent) => void) | undefined,
): StatementListener | undefined {
  const tell = apart(onProgress);
  if (tell === undefined) return ofSession;
  let isOver = false;
  return {
    onScan: (progress) => {
      ofSession?.onScan(progress);
      tell({ ...progress, kind: 'scan', statement: 1 });
    },
    onRequest: (sent, most) => {
      ofSession?.onRequest(sent, most);
      tell({ kind: 'requests', statement: 1, sent, most });
    },
    onEnd: () => {
      ofSession?.onEnd();
      if (!isOver) tell({ kind: 'end', statement: 1 });
      isOver = true;
    },
  };
}
