/** One session that asks whichever simulated org is in place, so that many orgs cost one engine. */

import { createSession, QueryError, type Session } from '../../src/index.ts';
import type { Simulator } from '../../src/simulator/index.ts';
import { type Control, defaultsOf } from './packs.ts';

export interface Verdict {
  readonly resource: string;
  readonly status: string;
  readonly reason: string;
  /** All columns of the row, by name. */
  readonly cells: Readonly<Record<string, unknown>>;
}

export interface AuditDesk {
  readonly session: Session;
  /** Rows of a control, or the error of its statement. */
  readonly judge: (simulator: Simulator, control: Control) => Promise<readonly Verdict[] | { readonly code: string }>;
  readonly close: () => Promise<void>;
}

/** @param now the machine's time, which is the engine's too */
export function openDesk(now: Date): AuditDesk {
  let simulator: Simulator | undefined;
  const session = createSession({
    token: 'sim-token',
    subdomain: 'my-org',
    now: () => now,
    fetch: async (request) => {
      if (simulator === undefined) throw new TypeError('no org is in place');
      return simulator.handle(request);
    },
  });
  const judge: AuditDesk['judge'] = async (asked, control) => {
    simulator = asked;
    try {
      const { columns, rows } = await session.query(control.sql, { parameters: defaultsOf(control) });
      const at = ['resource', 'status', 'reason'].map((name) => columns.findIndex((column) => column.name === name));
      return rows.map((row) => {
        const [resource, status, reason] = at.map((place) => row[place]);
        const cells = Object.fromEntries(columns.map(({ name }, place) => [name, row[place]]));
        return { resource: textOf(resource), status: textOf(status), reason: textOf(reason), cells };
      });
    } catch (error) {
      if (!(error instanceof QueryError)) throw error;
      return { code: error.code };
    }
  };
  return { session, judge, close: () => session.close() };
}

// What is no text is a mistake of the control, which tests shall see.
function textOf(value: unknown): string {
  return typeof value === 'string' ? value : `${value}?`;
}

/** The statuses of an answer, each once, in order. */
export function statusesOf(answer: readonly Verdict[] | { readonly code: string }): readonly string[] {
  return 'code' in answer ? [answer.code] : [...new Set(answer.map(({ status }) => status))].sort();
}
