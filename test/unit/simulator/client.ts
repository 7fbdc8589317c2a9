import { generateKeyPairSync } from 'node:crypto';

import {
  createSimulator,
  type Org,
  type SimulatedApp,
  type Simulator,
  type SimulatorOptions,
} from '../../../src/simulator/index.ts';

export const ORIGIN = 'https://my-org.okta.com';
export const NOW: Date = new Date('2026-11-23T08:00:00.250Z');

/** A clock that tests move by hand. */
export interface TestClock {
  readonly now: () => Date;
  readonly advance: (ms: number) => void;
}

export function testClock(): TestClock {
  let time = NOW.getTime();
  return {
    now: () => new Date(time),
    advance: (ms) => {
      time += ms;
    },
  };
}

export function simulate(options: SimulatorOptions = {}): Simulator {
  return createSimulator({ now: () => NOW, ...options });
}

/** What a call came to, with the body parsed. */
export interface Reply {
  readonly status: number;
  readonly headers: Headers;
  readonly body: Json;
}

/** What JSON.parse gives, of which any member may be absent: the assertion on it is its check. */
export interface Json {
  readonly [name: string]: Json | undefined;
}

/** The items of a list. */
export function itemsOf(json: Json | undefined): readonly Json[] {
  if (!Array.isArray(json)) throw new Error(`not a list: ${JSON.stringify(json)}`);
  return json as readonly Json[];
}

/** The item with which a test goes on. */
export function firstOf(json: Json | undefined): Json {
  const [first] = itemsOf(json);
  if (first === undefined) throw new Error('the list is empty');
  return first;
}

export interface CallOptions {
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
  readonly token?: string;
}

/** Sends a well-behaved request: a token, Accept, and Content-Type with a body. */
export async function call(sim: Simulator, request: string, options: CallOptions = {}): Promise<Reply> {
  const response = await sim.handle(makeRequest(sim, request, options));
  const text = await response.text();
  const body = (text === '' ? undefined : JSON.parse(text)) as Json;
  return { status: response.status, headers: response.headers, body };
}

export function makeRequest(sim: Simulator, request: string, { body, headers = {}, token }: CallOptions = {}): Request {
  const [method = '', path = ''] = request.split(' ');
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  return new Request(path.startsWith('http') ? path : ORIGIN + path, {
    method,
    headers: {
      accept: 'application/json',
      authorization: `SSWS ${token ?? sim.token}`,
      ...(text !== undefined && { 'content-type': 'application/json' }),
      ...headers,
    },
    ...(text !== undefined && { body: text }),
  });
}

export function rsaKey(overrides: object = {}, bits = 2048): object {
  // Only the length matters here, and 0x80 at the front makes it exact.
  const modulus = Buffer.alloc(bits / 8, 0x81);
  return {
    kty: 'RSA',
    use: 'sig',
    alg: 'RS256',
    kid: 'new',
    n: modulus.toString('base64url'),
    e: 'AQAB',
    ...overrides,
  };
}

export function ecKey(overrides: object = {}): object {
  const jwk = generateKeyPairSync('ec', { namedCurve: 'P-256' }).publicKey.export({ format: 'jwk' });
  return { ...jwk, use: 'sig', kid: 'ec', ...overrides };
}

export function appLabelled(sim: Simulator, label: string): SimulatedApp {
  const app = sim.apps().find((each) => each.label === label);
  if (app === undefined) throw new Error(`the demo org has no app ${label}`);
  return app;
}

export function jwksPath(app: SimulatedApp): string {
  return `/api/v1/apps/${app.id}/credentials/jwks`;
}

/** The org with one app changed. */
export function changed(org: Org, label: string, change: Partial<SimulatedApp>): Org {
  return { ...org, apps: org.apps.map((app) => (app.label === label ? { ...app, ...change } : app)) };
}
