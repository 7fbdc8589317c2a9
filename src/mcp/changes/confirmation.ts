/**
 * What binds the word of a person to what they were shown: the statement, each request as it was resolved, and a time limit. It goes
 * to the client and back, signed with a key that this process made and nobody else has, and counts once.
 *
 * @module
 */

import { createHash, createHmac, randomBytes } from 'node:crypto';
import { createRequestStateCodec } from '@modelcontextprotocol/server';
import type { PlannedChange } from '../../exec/outcome.ts';
import type { Confirmations } from '../decisions.ts';

/** A person reads it meanwhile. */
const CONFIRMATION_MS = 10 * 60_000;

/** What is signed. Nothing in it can be read: digests with the same key stand for what they are of. */
interface Bound {
  readonly id: string;
  readonly statement: string;
  readonly change: string;
  /** Milliseconds since 1970. */
  readonly until: number;
}

export function createConfirmations(now: () => number): Confirmations {
  const key = randomBytes(32);
  // The codec has a time limit of its own, in seconds by the system's clock; this one is in what it signs.
  const codec = createRequestStateCodec<Bound>({ key, ttlSeconds: (2 * CONFIRMATION_MS) / 1000 });
  const seal = (value: unknown): string => createHmac('sha256', key).update(JSON.stringify(value)).digest('base64url');
  const ofStatement = (text: string): string => seal(['statement', text]);
  const ofChange = (change: PlannedChange): string => seal(['change', ...partsOf(change)]);
  /** Until when they could come again. */
  const used = new Map<string, number>();
  return {
    bind: async (statement, change) => {
      const id = randomBytes(9).toString('base64url');
      const bound = { id, statement: ofStatement(statement), change: ofChange(change), until: now() + CONFIRMATION_MS };
      return { id, state: await codec.mint(bound) };
    },
    check: async (state, statement) => {
      const bound = await verified(state, (text) => codec.verify(text, undefined as never));
      if (bound === undefined) return { kind: 'altered' };
      const { id, until } = bound;
      for (const [each, end] of used) if (end <= now()) used.delete(each);
      if (until <= now()) return { kind: 'late', id };
      if (used.has(id)) return { kind: 'used', id };
      used.set(id, until);
      if (bound.statement !== ofStatement(statement)) return { kind: 'other-statement', id };
      return { kind: 'good', id, isSame: (change) => ofChange(change) === bound.change };
    },
  };
}

/** Each request by what is really sent, host and body included, in its order. */
function partsOf({ tag, resource, requests }: PlannedChange): readonly unknown[] {
  return [
    tag,
    resource,
    requests.length,
    createHash('sha256')
      .update(requests.map(({ digest }) => digest).join())
      .digest('hex'),
  ];
}

/** Of what is wrong with it, nothing needs to be known but that. */
async function verified(state: string, verify: (state: string) => Promise<Bound>): Promise<Bound | undefined> {
  try {
    return await verify(state);
  } catch {
    return undefined;
  }
}
