/**
 * Results that are kept as tables of the session, so that the next question about them costs no request. They are bounded in number,
 * in size and in age, and the one that was used least recently goes first.
 *
 * @module
 */

import type { Session } from '../../session/session.ts';
import type { Handle, HandleBounds, Handles } from '../contract.ts';

const HANDLE_BOUNDS: HandleBounds = { most: 20, mostBytes: 64 * 2 ** 20, ageMs: 10 * 60_000 };

/** As a handle may be written, in a statement or as an argument. */
const NAMES = /\br_\d+\b/gi;

export function createHandles(session: Session, now: () => number, bounds: HandleBounds = HANDLE_BOUNDS): Handles {
  /** The one that was used least recently first. */
  const kept = new Map<string, Handle & { readonly until: number }>();
  let made = 0;
  const drop = async (name: string): Promise<void> => {
    kept.delete(name);
    // What is under way may have ended the engine, and its tables with it.
    await session.query(`DROP TABLE IF EXISTS ${name}`).catch(() => undefined);
  };
  const bytes = (): number => [...kept.values()].reduce((sum, each) => sum + each.bytes, 0);
  const sweep = async (): Promise<void> => {
    const old = [...kept.values()].filter(({ until }) => until <= now());
    for (const { name } of old) await drop(name);
  };
  const get = (name: string): Handle | undefined => {
    const found = kept.get(name.toLowerCase());
    if (found === undefined || found.until <= now()) return undefined;
    kept.delete(found.name);
    kept.set(found.name, found);
    return found;
  };
  return {
    bounds,
    next: () => {
      made += 1;
      return `r_${made}`;
    },
    keep: async (handle) => {
      await sweep();
      if (handle.bytes > bounds.mostBytes) {
        await drop(handle.name);
        return false;
      }
      kept.set(handle.name, { ...handle, until: now() + bounds.ageMs });
      while (kept.size > bounds.most || bytes() > bounds.mostBytes) {
        const [oldest] = kept.keys();
        if (oldest === undefined || oldest === handle.name) break;
        await drop(oldest);
      }
      return true;
    },
    get,
    namedIn: (text) => [...new Set(text.match(NAMES) ?? [])].flatMap((name) => get(name) ?? []),
    drop,
    sweep,
    get count() {
      return kept.size;
    },
  };
}
