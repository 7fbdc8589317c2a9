/** One statement of each kind, and how to see in the org what came of it. */

import type { FaultMatch, Simulator } from '../../src/simulator/index.ts';
import type { Value } from '../../src/values.ts';

/** Small pages, so that few apps make a list of three. */
const PAGE = 4;
export const APPS = 11;

/** 2048 bits of nothing in particular. */
const MODULUS = Buffer.alloc(256, 0xab).toString('base64url');
const KID = 'added-by-test';

export type KindName = 'list' | 'fan-out' | 'point look-up' | 'INSERT' | 'DELETE' | 'EXEC' | 'UPDATE';

export interface Kind {
  readonly name: KindName;
  /** What its method may do to the org when it is sent twice. */
  readonly does: 'read' | 'remove' | 'change';
  /** The request that a fault hits, where the statement makes several. */
  readonly hit: (org: Simulator) => { readonly match: FaultMatch; readonly skip?: number };
  readonly sql: (org: Simulator) => string;
  /** All rows of the answer, by what the org holds. */
  readonly rows: (org: Simulator) => readonly (readonly Value[])[];
  /** How often its effect is there. */
  readonly effects: (org: Simulator) => number;
}

function app(org: Simulator, at: number): string {
  return org.apps()[at]?.id ?? '';
}

/** The second key of an app of a uniform org is inactive, the others are active. */
function key(org: Simulator, appAt: number, at: number): { readonly id: string; readonly status: string } {
  return org.keys(app(org, appAt))[at] ?? { id: '', status: '' };
}

function where(org: Simulator, keyAt: number): string {
  return `subdomain = 'my-org' AND appId = '${app(org, 1)}' AND keyId = '${key(org, 1, keyAt).id}'`;
}

const none = (): readonly (readonly Value[])[] => [];
const nothing = (): number => 0;

export const KINDS: readonly Kind[] = [
  {
    name: 'list',
    does: 'read',
    // Its third and last page.
    hit: () => ({ match: { method: 'GET', path: /^\/api\/v1\/apps\?/ }, skip: 2 }),
    sql: () => `SELECT id, label FROM okta.apps.applications WHERE subdomain = 'my-org' AND "limit" = ${PAGE}`,
    rows: (org) => org.apps().map(({ id, label }) => [id, label]),
    effects: nothing,
  },
  {
    name: 'fan-out',
    does: 'read',
    hit: (org) => ({ match: { method: 'GET', path: new RegExp(`/${app(org, 5)}/credentials/jwks$`) } }),
    sql: () => `SELECT appId, id, created FROM okta.apps.jwks WHERE subdomain = 'my-org'`,
    rows: (org) => org.apps().flatMap(({ id, keys }) => keys.map((each) => [id, each.id, new Date(each.created)])),
    effects: nothing,
  },
  {
    name: 'point look-up',
    does: 'read',
    hit: () => ({ match: { method: 'GET' } }),
    sql: (org) => `SELECT id, status FROM okta.apps.jwks WHERE ${where(org, 0)}`,
    rows: (org) => [[key(org, 1, 0).id, 'ACTIVE']],
    effects: nothing,
  },
  {
    name: 'INSERT',
    does: 'change',
    hit: () => ({ match: { method: 'POST' } }),
    sql: (org) =>
      `INSERT INTO okta.apps.jwks (subdomain, appId, kty, "use", kid, n, e)
       VALUES ('my-org', '${app(org, 1)}', 'RSA', 'sig', '${KID}', '${MODULUS}', 'AQAB')`,
    rows: none,
    effects: (org) => org.keys(app(org, 1)).filter(({ kid }) => kid === KID).length,
  },
  {
    name: 'DELETE',
    does: 'remove',
    hit: () => ({ match: { method: 'DELETE' } }),
    sql: (org) => `DELETE FROM okta.apps.jwks WHERE ${where(org, 1)}`,
    rows: none,
    effects: (org) => 3 - org.keys(app(org, 1)).length,
  },
  {
    name: 'EXEC',
    does: 'change',
    hit: () => ({ match: { method: 'POST' } }),
    sql: (org) =>
      `EXEC okta.apps.jwks.activate_oauth2_client_json_web_key
       @subdomain = 'my-org', @appId = '${app(org, 1)}', @keyId = '${key(org, 1, 1).id}'`,
    rows: none,
    effects: (org) => (key(org, 1, 1).status === 'ACTIVE' ? 1 : 0),
  },
  {
    name: 'UPDATE',
    does: 'change',
    hit: () => ({ match: { method: 'POST' } }),
    sql: (org) => `UPDATE okta.apps.jwks SET status = 'INACTIVE' WHERE ${where(org, 0)}`,
    rows: none,
    effects: (org) => (key(org, 1, 0).status === 'INACTIVE' ? 1 : 0),
  },
];
