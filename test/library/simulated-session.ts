/** A session on a simulated org in the same process. */

import { expect } from 'vitest';
import { createSession, type Session, type SessionOptions } from '../../src/index.ts';
import { createSimulator, type Simulator } from '../../src/simulator/index.ts';

export interface SimulatedSession {
  readonly session: Session;
  readonly simulator: Simulator;
  /** Closes it, and fails where it sent what no client should. */
  close(): Promise<void>;
}

export function openSession(options: SessionOptions = {}): SimulatedSession {
  const simulator = createSimulator();
  const session = createSession({
    token: simulator.token,
    subdomain: 'my-org',
    fetch: (request) => simulator.handle(request),
    ...options,
  });
  const close = async (): Promise<void> => {
    await session.close();
    expect(simulator.violations).toEqual([]);
  };
  return { session, simulator, close };
}
