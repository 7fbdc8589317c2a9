import { fileURLToPath } from 'node:url';
import { expect } from 'vitest';
import { createSession, loadRegistry, type QueryResult, type Session, type SessionOptions } from '../../src/index.ts';

/** The registry of a provider that exists only in `test/fixtures`. */
export const DESK: string = fileURLToPath(new URL('../fixtures/desk', import.meta.url));

/** A request that must come next, and what it is answered. */
export interface Exchange {
  /** Method and URL. */
  readonly request: string;
  /** Headers that it must have, `undefined` for those that it must not have. Default: the document's api_key. */
  readonly headers?: Readonly<Record<string, string | undefined>>;
  /** The JSON body; default: none. */
  readonly body?: unknown;
  readonly status?: number;
  readonly answer?: unknown;
  readonly answerHeaders?: Readonly<Record<string, string>>;
}

export const KEY: Readonly<Record<string, string>> = { authorization: 'Key k-123' };

/** A session whose requests must be exactly these, in this order. */
export async function deskSession(
  exchanges: readonly Exchange[],
  options: SessionOptions = {},
): Promise<{ readonly session: Session; readonly done: () => Promise<void> }> {
  const left = [...exchanges];
  const session = createSession({
    registry: await loadRegistry(DESK),
    trustRegistry: true,
    environment: (name) => (name === 'DESK_KEY' ? 'k-123' : undefined),
    fetch: async (request) => answerTo(request, left.shift()),
    ...options,
  });
  const done = async (): Promise<void> => {
    await session.close();
    expect(left).toEqual([]);
  };
  return { session, done };
}

async function answerTo(request: Request, exchange: Exchange | undefined): Promise<Response> {
  const { headers = KEY, body, status = 200, answer, answerHeaders = {} } = exchange ?? {};
  const text = await request.text();
  expect({
    request: `${request.method} ${request.url}`,
    headers: Object.fromEntries(Object.keys(headers).map((name) => [name, request.headers.get(name) ?? undefined])),
    body: text === '' ? undefined : JSON.parse(text),
  }).toEqual({ request: exchange?.request, headers, body });
  return new Response(answer === undefined ? null : JSON.stringify(answer), {
    status,
    headers: { ...(answer !== undefined && { 'content-type': 'application/json' }), ...answerHeaders },
  });
}

/** Runs one statement against exactly these exchanges. */
export async function runOnDesk(
  sql: string,
  exchanges: readonly Exchange[],
  options: SessionOptions = {},
): Promise<QueryResult> {
  const { session, done } = await deskSession(exchanges, options);
  try {
    return await session.query(sql);
  } finally {
    await done();
  }
}
