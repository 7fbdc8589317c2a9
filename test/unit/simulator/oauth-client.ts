import { createHash, randomUUID } from 'node:crypto';

import { type CryptoKey, exportJWK, generateKeyPair, type JWK, SignJWT } from 'jose';

import type { ServiceApp, Simulator, SimulatorOptions } from '../../../src/simulator/index.ts';
import { call, NOW, ORIGIN, type Reply, simulate } from './client.ts';

/** A client as an independent library makes it: nothing here is the simulator's own arithmetic. */

export const TOKEN_URL: string = `${ORIGIN}/oauth2/v1/token`;
export const CLIENT_ID = '0oaServiceClient0001';
export const SCOPES: readonly string[] = ['okta.apps.read', 'okta.apps.manage', 'okta.users.read', 'okta.roles.read'];

export interface TestKey {
  readonly alg: string;
  readonly jwk: JWK & { readonly kid: string };
  readonly privateKey: CryptoKey;
}

/** Key pairs are made once, and slowly: RSA takes a tenth of a second. */
const made = new Map<string, Promise<TestKey>>();

export function keyNamed(kid: string, alg = 'RS256'): Promise<TestKey> {
  const name = `${kid} ${alg}`;
  const key = made.get(name) ?? makeKey(kid, alg);
  made.set(name, key);
  return key;
}

async function makeKey(kid: string, alg: string): Promise<TestKey> {
  const { publicKey, privateKey } = await generateKeyPair(alg, { extractable: true });
  return { alg, privateKey, jwk: { ...(await exportJWK(publicKey)), kid } };
}

export interface ServiceOptions {
  readonly app?: Partial<ServiceApp>;
  readonly options?: SimulatorOptions;
}

/** A simulator with one service app, whose key is `keyNamed('first')` unless others are given. */
export async function simulateService({ app = {}, options = {} }: ServiceOptions = {}): Promise<Simulator> {
  const { jwk } = await keyNamed('first');
  const service = { clientId: CLIENT_ID, label: 'Nightly Audit', publicKeys: [jwk], scopes: SCOPES, ...app };
  return simulate({ ...options, serviceApps: [service] });
}

export function secondsAt(time: Date): number {
  return Math.floor(time.getTime() / 1000);
}

export interface JwtChange {
  readonly key?: TestKey;
  readonly header?: Readonly<Record<string, unknown>>;
  /** `undefined` leaves a claim out. */
  readonly claims?: Readonly<Record<string, unknown>>;
  readonly now?: Date;
}

export async function assertion({ key, header = {}, claims = {}, now = NOW }: JwtChange = {}): Promise<string> {
  const { alg, privateKey, jwk } = key ?? (await keyNamed('first'));
  const iat = secondsAt(now);
  const payload = { iss: CLIENT_ID, sub: CLIENT_ID, aud: TOKEN_URL, iat, exp: iat + 300, jti: randomUUID(), ...claims };
  return new SignJWT(payload).setProtectedHeader({ alg, kid: jwk.kid, ...header }).sign(privateKey);
}

export interface ProofChange extends JwtChange {
  readonly method?: string;
  readonly url?: string;
  readonly nonce?: string | undefined;
  readonly accessToken?: string;
}

export async function proof(change: ProofChange = {}): Promise<string> {
  const { header = {}, claims = {}, now = NOW, method = 'POST', url = TOKEN_URL, nonce, accessToken } = change;
  const { alg, privateKey, jwk } = change.key ?? (await keyNamed('proof', 'ES256'));
  const ath = accessToken && createHash('sha256').update(accessToken).digest('base64url');
  const payload = { htm: method, htu: url, iat: secondsAt(now), jti: randomUUID(), nonce, ath, ...claims };
  return new SignJWT(payload).setProtectedHeader({ typ: 'dpop+jwt', alg, jwk, ...header }).sign(privateKey);
}

export interface TokenRequest {
  /** Members of the form; `undefined` leaves one out. */
  readonly form?: Readonly<Record<string, string | undefined>>;
  readonly headers?: Readonly<Record<string, string>>;
  readonly url?: string;
  readonly method?: string;
}

export async function askToken(sim: Simulator, request: TokenRequest = {}): Promise<Reply> {
  const form = {
    grant_type: 'client_credentials',
    scope: SCOPES.join(' '),
    client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
    client_assertion: 'client_assertion' in (request.form ?? {}) ? undefined : await assertion(),
    ...request.form,
  };
  const sent = Object.entries(form).filter((entry): entry is [string, string] => entry[1] !== undefined);
  const { method = 'POST', url = TOKEN_URL } = request;
  const response = await sim.handle(
    new Request(url, {
      method,
      headers: {
        accept: 'application/json',
        'content-type': 'application/x-www-form-urlencoded',
        ...request.headers,
      },
      ...(method === 'POST' && { body: new URLSearchParams(sent).toString() }),
    }),
  );
  const text = await response.text();
  return {
    status: response.status,
    headers: response.headers,
    body: (text === '' ? {} : JSON.parse(text)) as Reply['body'],
  };
}

/** The access token of an answer that must hold one. */
export function tokenIn({ status, body }: Reply): string {
  const token: unknown = body['access_token'];
  if (status !== 200 || typeof token !== 'string') throw new Error(`no token: ${status} ${JSON.stringify(body)}`);
  return token;
}

export async function bearer(sim: Simulator, request: string, token: string): Promise<Reply> {
  return call(sim, request, { headers: { authorization: `Bearer ${token}` } });
}

/** A token bound to the key of `proof`, and the nonce that came with it. */
export async function boundToken(sim: Simulator): Promise<{ readonly token: string; readonly nonce: string }> {
  const refused = await askToken(sim, { headers: { dpop: await proof() } });
  const nonce = refused.headers.get('dpop-nonce') ?? '';
  const given = await askToken(sim, { headers: { dpop: await proof({ nonce }) } });
  return { token: tokenIn(given), nonce: given.headers.get('dpop-nonce') ?? '' };
}
