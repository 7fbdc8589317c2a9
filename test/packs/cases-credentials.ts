/** One change of the org in which all hold, by which each control of the pack fails. */

import type { SimulatedApp, SimulatedKey, Simulator } from '../../src/simulator/index.ts';
import { add, appId, daysAgo, idsOf, set, setApp, type Undo } from './org.ts';

/** Makes one change; the time is the org's. */
export type Change = (org: Simulator, now: Date) => Undo;

const SERVICE = 'Identity Sync';
const CLIENT = 'Employee Portal';

function keysOf(org: Simulator, label: string): readonly SimulatedKey[] {
  return org.keys(appId(org, label));
}

/** Changes the first key of the service. */
function key(members: (now: Date) => Partial<SimulatedKey>): Change {
  return (org, now) => {
    const [first, ...others] = keysOf(org, SERVICE);
    return setApp(org, SERVICE, { keys: [{ ...(first as SimulatedKey), ...members(now) }, ...others] });
  };
}

function client(label: string, members: Partial<NonNullable<SimulatedApp['oauthClient']>>): Change {
  return (org) => {
    const { oauthClient } = org.apps().find((app) => app.label === label) ?? {};
    return setApp(org, label, { oauthClient: { ...(oauthClient as NonNullable<typeof oauthClient>), ...members } });
  };
}

const secrets = (org: Simulator): string => `/api/v1/apps/${appId(org, CLIENT)}/credentials/secrets`;

export const CREDENTIALS: ReadonlyMap<string, Change> = new Map<string, Change>([
  ['signing-keys-young', key((now) => ({ created: daysAgo(now, 91) }))],
  ['signing-keys-spare', (org) => setApp(org, SERVICE, { keys: keysOf(org, SERVICE).slice(0, 1) })],
  ['keys-replaced-off', key((now) => ({ created: daysAgo(now, 181) }))],
  ['keys-inactive-removed', key((now) => ({ status: 'INACTIVE', lastUpdated: daysAgo(now, 31) }))],
  ['keys-not-shared', (org) => setApp(org, CLIENT, { keys: keysOf(org, SERVICE).slice(0, 1) })],
  ['keys-strong', key(() => ({ use: null }))],
  [
    'keys-few',
    (org) => {
      const [first] = keysOf(org, SERVICE);
      const many = Array.from({ length: 45 }, (_, index) => ({ ...(first as SimulatedKey), id: `pks${index}` }));
      return setApp(org, SERVICE, { keys: many });
    },
  ],
  ['key-urls-https', client('Expense Reports', { jwksUri: 'http://expenses.example.net/keys.json' })],
  ['client-secrets-young', (org, now) => set(org, secrets(org), { created: daysAgo(now, 181) })],
  [
    'client-secrets-inactive-removed',
    (org, now) => add(org, secrets(org), { id: 'ocsOld', status: 'INACTIVE', lastUpdated: daysAgo(now, 31) }),
  ],
  [
    'client-secrets-without-reach',
    // Its grants are asked for after they were changed.
    (org) => add(org, `/api/v1/apps/${appId(org, CLIENT)}/grants`, { id: 'oag2', scopeId: 'okta.users.manage' }),
  ],
  [
    'services-scopes-few',
    (org) => add(org, `/api/v1/apps/${appId(org, SERVICE)}/grants`, { id: 'oag3', scopeId: 'okta.groups.manage' }),
  ],
  [
    'services-not-super',
    (org) => {
      const roles = `/oauth2/v1/clients/${appId(org, SERVICE)}/roles`;
      return add(org, roles, { id: 'irb1', type: 'SUPER_ADMIN', label: 'Super Administrator', status: 'ACTIVE' });
    },
  ],
  ['services-used', (org) => org.edit('/api/v1/logs', (events) => events.slice(0, 1))],
  ['saml-certificates-valid', certificateEnding],
  ['api-tokens-used', (org, now) => set(org, '/api/v1/api-tokens', { expiresAt: daysAgo(now, -9) }, 0)],
  [
    'api-tokens-owner-active',
    (org) => set(org, '/api/v1/api-tokens', { userId: idsOf(org, '/api/v1/users').at(-1) }, 0),
  ],
  ['api-tokens-from-zones', (org) => set(org, '/api/v1/api-tokens', { network: { connection: 'ANYWHERE' } }, 0)],
]);

function certificateEnding(org: Simulator, now: Date): Undo {
  const keys = `/api/v1/apps/${appId(org, 'Source Control')}/credentials/keys`;
  return set(org, keys, { expiresAt: daysAgo(now, -29) }, 0);
}
