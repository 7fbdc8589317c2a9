/** A small org in which every control holds, and how tests change it. */

import { createSimulator, demoOrg, type SimulatedApp, type Simulator } from '../../src/simulator/index.ts';

export type Item = Readonly<Record<string, unknown>>;
/** What undoes a change. */
export type Undo = () => void;

const DAY_MS = 86_400_000;

/** A time so many days ago, as Okta prints it. */
export function daysAgo(now: Date, days: number): string {
  return `${new Date(now.getTime() - days * DAY_MS).toISOString().slice(0, 19)}.000Z`;
}

/** Lays members over all items of a list, or over those at one place. */
export function set(org: Simulator, path: string, members: Item, place?: number): Undo {
  return org.edit(path, (items) =>
    items.map((item, index) => (place === undefined || index === place ? laidOver(item, members) : item)),
  );
}

/** Puts these in place of the items of a list. */
export function put(org: Simulator, path: string, ...items: readonly Item[]): Undo {
  return org.edit(path, () => items);
}

/** Adds an item that is like the first, members aside. */
export function add(org: Simulator, path: string, members: Item): Undo {
  return org.edit(path, (items) => [...items, laidOver(items[0] ?? {}, members)]);
}

export function setApp(org: Simulator, label: string, members: Partial<SimulatedApp>): Undo {
  return org.editApps((apps) => apps.map((app) => (app.label === label ? { ...app, ...members } : app)));
}

export function appId(org: Simulator, label: string): string {
  const app = org.apps().find((each) => each.label === label);
  if (app === undefined) throw new Error(`there is no application ${label}`);
  return app.id;
}

/** The ids of a list, in order. */
export function idsOf(org: Simulator, path: string): readonly string[] {
  let ids: readonly string[] = [];
  org.edit(path, (items) => {
    ids = items.map(({ id }) => String(id));
    return items;
  });
  return ids;
}

/** The ids of the policies of a type: the one for employees, or of the Admin Console, and the default one. */
export function policiesOf(org: Simulator, type: string): readonly string[] {
  let ids: readonly string[] = [];
  org.edit('/api/v1/policies', (items) => {
    ids = items.filter((item) => item['type'] === type).map(({ id }) => String(id));
    return items;
  });
  return ids;
}

export function rulesOf(policyId: string | undefined): string {
  return `/api/v1/policies/${policyId}/rules`;
}

/** Lays members over the policies of a type. */
export function setPolicies(org: Simulator, type: string, members: Item): Undo {
  return org.edit('/api/v1/policies', (items) =>
    items.map((item) => (item['type'] === type ? laidOver(item, members) : item)),
  );
}

function laidOver(item: Item, members: Item): Item {
  const entries = Object.entries(members).map(([name, value]) => {
    const before = item[name];
    return [name, isItem(before) && isItem(value) ? laidOver(before, value) : value];
  });
  return { ...item, ...Object.fromEntries(entries) };
}

function isItem(value: unknown): value is Item {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** What of the demo org is kept: one application of each kind that controls judge. */
const APPS = ['Okta Admin Console', 'Okta Dashboard', 'Identity Sync', 'Expense Reports', 'Employee Portal'].concat([
  'Warehouse Scanner',
  'Source Control',
]);

/** The people: two super administrators, an administrator, two more, and one who is suspended. */
const PEOPLE = [0, 1, 2, 5, 6, 11];

/** An org in which every control holds. */
export function hardenedOrg(now: Date): Simulator {
  const org = createSimulator({ org: demoOrg({ now }), now: () => now });
  hardenPeople(org, now);
  hardenApps(org, now);
  hardenPolicies(org);
  hardenSettings(org);
  return org;
}

const FACTOR = { provider: 'FIDO', vendorName: 'FIDO', status: 'ACTIVE', factorType: 'webauthn', profile: {} };

function hardenPeople(org: Simulator, now: Date): void {
  org.edit('/api/v1/users', (users) => users.filter((_user, index) => PEOPLE.includes(index)));
  set(org, '/api/v1/users', { lastLogin: daysAgo(now, 2), statusChanged: daysAgo(now, 5) });
  const users = idsOf(org, '/api/v1/users');
  const role = { status: 'ACTIVE', assignmentType: 'USER' };
  for (const [index, id] of users.entries()) {
    const type = index < 2 ? 'SUPER_ADMIN' : 'APP_ADMIN';
    put(org, `/api/v1/users/${id}/factors`, { ...FACTOR, id: `fwf${index}` });
    put(org, `/api/v1/users/${id}/roles`, ...(index < 3 ? [{ ...role, id: `ra${index}`, type, label: type }] : []));
  }
  org.edit('/api/v1/groups', (groups) => groups.filter((_group, index) => [0, 1, 9].includes(index)));
  const [everyone, engineers, admins] = idsOf(org, '/api/v1/groups');
  put(org, `/api/v1/groups/${everyone}/roles`);
  put(org, `/api/v1/groups/${engineers}/roles`);
  put(org, `/api/v1/groups/${admins}/roles`, { ...role, id: 'gra1', type: 'READ_ONLY_ADMIN', label: 'Read-only' });
  put(org, `/api/v1/groups/${admins}/owners`, { id: users[0], type: 'USER', displayName: 'Ada Archer' });
  put(org, `/api/v1/groups/${admins}/users`, { id: users[2] });
  set(org, '/api/v1/groups/rules', { actions: { assignUserToGroups: { groupIds: [engineers] } } });
  set(org, '/api/v1/api-tokens', { userId: users[3], network: { connection: 'ZONE', include: ['nzoOffices'] } });
  set(org, '/api/v1/api-tokens', { expiresAt: daysAgo(now, -28) });
}

function hardenApps(org: Simulator, now: Date): void {
  org.editApps((apps) => apps.filter(({ label }) => APPS.includes(label)));
  const young = (app: SimulatedApp): SimulatedApp['keys'] =>
    app.keys.map((key, index) => ({ ...key, created: daysAgo(now, 30 - 10 * index), lastUpdated: daysAgo(now, 2) }));
  org.editApps((apps) =>
    apps.map((app) => ({ ...app, keys: young(app), grantedScopes: ['okta.users.read'], adminRole: 'none' as const })),
  );
  const client = org.apps().find(({ label }) => label === 'Expense Reports')?.oauthClient;
  if (client !== undefined)
    setApp(org, 'Expense Reports', { oauthClient: { ...client, jwksUri: 'https://expenses.example.net/keys.json' } });
  setApp(org, 'Warehouse Scanner', {
    given: { settings: { oauthClient: { refresh_token: { rotation_type: 'ROTATE' } } } },
  });
  const [, engineers] = idsOf(org, '/api/v1/groups');
  const [user] = idsOf(org, '/api/v1/users');
  for (const { id } of org.apps()) {
    put(org, `/api/v1/apps/${id}/groups`, { id: engineers, priority: 0, profile: {} });
    put(org, `/api/v1/apps/${id}/users`, { id: user, scope: 'USER', status: 'ACTIVE', credentials: {}, profile: {} });
  }
  const secrets = `/api/v1/apps/${appId(org, 'Employee Portal')}/credentials/secrets`;
  org.edit(secrets, ([first]) => [{ ...first, created: daysAgo(now, 20), lastUpdated: daysAgo(now, 20) }]);
  const target = [{ id: appId(org, 'Identity Sync'), type: 'AppInstance' }];
  const used = { uuid: 'used', eventType: 'app.oauth2.token.grant.access_token', published: daysAgo(now, 1), target };
  add(org, '/api/v1/logs', used);
}

function hardenPolicies(org: Simulator): void {
  const password = {
    complexity: { minLength: 15, minSymbol: 1, dictionary: { common: { exclude: true } } },
    age: { maxAgeDays: 60, minAgeMinutes: 1440, historyCount: 5 },
    lockout: { maxAttempts: 3 },
  };
  const factors = { recovery_question: { status: 'INACTIVE' } };
  setPolicies(org, 'PASSWORD', { settings: { password, recovery: { factors } } });
  const authenticators = [
    { key: 'okta_password', enroll: { self: 'REQUIRED' } },
    { key: 'okta_verify', enroll: { self: 'REQUIRED' } },
  ];
  setPolicies(org, 'MFA_ENROLL', { settings: { authenticators } });
  const session = { maxSessionIdleMinutes: 15, maxSessionLifetimeMinutes: 720 };
  setRules(org, 'OKTA_SIGN_ON', { actions: { signon: { requireFactor: true, session } } });
  const constraints = [{ possession: { phishingResistant: 'REQUIRED' } }];
  setRules(org, 'ACCESS_POLICY', {
    actions: { appSignOn: { verificationMethod: { factorMode: '2FA', constraints } } },
  });
  const requirement = { stepUp: { required: true } };
  setRules(org, 'PASSWORD', { actions: { selfServicePasswordReset: { requirement } } });
}

function setRules(org: Simulator, type: string, members: Item): void {
  for (const id of policiesOf(org, type)) set(org, rulesOf(id), members);
}

/** Places in the list of authenticators. */
export const EMAIL = 0;
export const VERIFY = 2;
export const WEBAUTHN = 3;

function hardenSettings(org: Simulator): void {
  const authenticators = '/api/v1/authenticators';
  const verify = {
    compliance: { fips: 'REQUIRED' },
    channelBinding: { required: 'ALWAYS' },
    userVerification: 'REQUIRED',
  };
  set(org, authenticators, { settings: { allowedFor: 'recovery' } }, EMAIL);
  set(org, authenticators, { settings: verify }, VERIFY);
  add(org, authenticators, { id: 'autCard', key: 'smart_card_idp', name: 'Smart Card Authenticator', settings: {} });
  set(org, '/api/v1/threats/configuration', { action: 'block' });
  set(org, '/api/v1/bot-protection/configuration', { mode: 'ENFORCED' });
  const lockouts = '/attack-protection/api/v1/user-lockout-settings';
  set(org, lockouts, { preventBruteForceLockoutFromUnknownDevices: true });
  add(org, '/api/v1/zones', {
    id: 'nzoDynamic',
    type: 'DYNAMIC_V2',
    name: 'DefaultEnhancedDynamicZone',
    usage: 'BLOCKLIST',
    gateways: null,
    ipServiceCategories: { include: ['ALL_ANONYMIZERS'] },
  });
  set(org, '/api/v1/authorizationServers', { credentials: { signing: { rotationMode: 'AUTO' } } });
  for (const id of idsOf(org, '/api/v1/authorizationServers'))
    set(org, `/api/v1/authorizationServers/${id}/policies`, { conditions: { clients: { include: ['0oaPartner'] } } });
  set(org, '/api/v1/idps', { policy: { accountLink: { filter: { groups: { include: ['00gPartners'] } } } } });
}
