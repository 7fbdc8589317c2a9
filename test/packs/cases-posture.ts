/** One change of the org in which all hold, by which each control of the pack fails. */

import type { SimulatedApp, Simulator } from '../../src/simulator/index.ts';
import type { Change } from './cases-credentials.ts';
import {
  add,
  appId,
  daysAgo,
  EMAIL,
  type Item,
  idsOf,
  policiesOf,
  put,
  rulesOf,
  set,
  setApp,
  setPolicies,
  type Undo,
  VERIFY,
  WEBAUTHN,
} from './org.ts';

const USERS = '/api/v1/users';
const GROUPS = '/api/v1/groups';
const SERVERS = '/api/v1/authorizationServers';

/** Changes the list below the user at a place. */
const ofUser =
  (place: number, list: string, ...items: readonly Item[]): Change =>
  (org) =>
    put(org, `${USERS}/${idsOf(org, USERS).at(place)}/${list}`, ...items);

const ofGroup =
  (place: number, list: string, ...items: readonly Item[]): Change =>
  (org) =>
    put(org, `${GROUPS}/${idsOf(org, GROUPS)[place]}/${list}`, ...items);

/** Changes the last rule of the default policy of a type. */
const rule =
  (type: string, members: Item): Change =>
  (org) =>
    set(org, rulesOf(policiesOf(org, type)[1]), members, 1);

const single =
  (path: string, members: Item): Change =>
  (org) =>
    set(org, path, members);

const first =
  (path: string, members: Item): Change =>
  (org) =>
    set(org, path, members, 0);

const password =
  (settings: Item): Change =>
  (org) =>
    setPolicies(org, 'PASSWORD', { settings });

const console = (members: Item): Change => {
  return (org) => set(org, rulesOf(policiesOf(org, 'ACCESS_POLICY')[0]), members, 1);
};

const server =
  (rest: string, members: Item): Change =>
  (org) =>
    set(org, `${SERVERS}/${idsOf(org, SERVERS)[0]}/${rest}`, members, 0);

function serverRule(org: Simulator): Undo {
  const [id] = idsOf(org, SERVERS);
  const [policy] = idsOf(org, `${SERVERS}/${id}/policies`);
  return set(
    org,
    `${SERVERS}/${id}/policies/${policy}/rules`,
    { actions: { token: { accessTokenLifetimeMinutes: 600 } } },
    0,
  );
}

const given =
  (label: string, body: SimulatedApp['given']): Change =>
  (org) =>
    setApp(org, label, { given: body as NonNullable<SimulatedApp['given']> });

const settings = (oauthClient: Item): NonNullable<SimulatedApp['given']> => ({ settings: { oauthClient } });

const NATIVE = 'Warehouse Scanner';
const ROLE = { id: 'ra9', type: 'SUPER_ADMIN', label: 'Super', status: 'ACTIVE', assignmentType: 'USER' };
const SMS = { id: 'mbl9', factorType: 'sms', provider: 'OKTA', vendorName: 'OKTA', status: 'ACTIVE', profile: {} };
const GRANT = { ...ROLE, id: 'gra9', assignmentType: 'GROUP' };
const session = (members: Item): Item => ({ actions: { signon: { session: members } } });
const method = (members: Item): Item => ({ actions: { appSignOn: { verificationMethod: members } } });

export const POSTURE: ReadonlyMap<string, Change> = new Map<string, Change>([
  ['super-admins-bounded', ofUser(0, 'roles')],
  ['administrators-active', first(USERS, { status: 'LOCKED_OUT' })],
  ['administrators-seen', (org, now) => set(org, USERS, { lastLogin: daysAgo(now, 31) }, 0)],
  ['administrators-have-factors', ofUser(0, 'factors')],
  ['administrators-have-keys', ofUser(0, 'factors', { ...SMS, factorType: 'push' })],
  ['tokens-not-of-super-admins', (org) => set(org, '/api/v1/api-tokens', { userId: idsOf(org, USERS)[0] }, 0)],
  ['role-groups-small', manyMembers],
  ['role-groups-owned', ofGroup(2, 'owners')],
  ['everyone-grants-nothing', ofGroup(0, 'roles', GRANT)],
  ['rules-make-no-administrators', ofGroup(1, 'roles', GRANT)],
  [
    'new-clients-without-roles',
    single('/api/v1/org/settings/clientPrivilegesSetting', { clientPrivilegesSetting: true }),
  ],
  ['no-third-party-admins', single('/api/v1/org/orgSettings/thirdPartyAdminSetting', { thirdPartyAdmin: true })],
  ['support-access-closed', single('/api/v1/org/privacy/oktaSupport', { support: 'ENABLED' })],
  ['users-have-factors', ofUser(3, 'factors')],
  ['users-not-on-weak-factors', ofUser(3, 'factors', SMS)],
  ['weak-authenticators-off', (org) => set(org, '/api/v1/authenticators', { settings: { allowedFor: 'any' } }, EMAIL)],
  ['phishing-resistant-available', withoutResistant],
  [
    'push-number-challenge',
    (org) => set(org, '/api/v1/authenticators', { settings: { channelBinding: { required: 'NEVER' } } }, VERIFY),
  ],
  [
    'verify-knows-user',
    (org) => set(org, '/api/v1/authenticators', { settings: { userVerification: 'PREFERRED' } }, VERIFY),
  ],
  [
    'enrolment-required',
    (org) =>
      setPolicies(org, 'MFA_ENROLL', {
        settings: { authenticators: [{ key: 'okta_verify', enroll: { self: 'OPTIONAL' } }] },
      }),
  ],
  ['sessions-idle-end', rule('OKTA_SIGN_ON', session({ maxSessionIdleMinutes: 121 }))],
  ['sessions-end', rule('OKTA_SIGN_ON', session({ maxSessionLifetimeMinutes: 0 }))],
  ['sessions-not-persistent', rule('OKTA_SIGN_ON', session({ usePersistentCookie: true }))],
  ['sessions-need-factors', rule('OKTA_SIGN_ON', { actions: { signon: { requireFactor: false } } })],
  ['app-rules-two-factors', rule('ACCESS_POLICY', method({ factorMode: '1FA' }))],
  ['console-two-factors', console(method({ factorMode: '1FA' }))],
  [
    'console-phishing-resistant',
    console(method({ constraints: [{ possession: { phishingResistant: 'REQUIRED' } }, { knowledge: {} }] })),
  ],
  ['console-sessions-end', single('/api/v1/first-party-app-settings/admin-console', { sessionIdleTimeoutMinutes: 16 })],
  ['behaviours-watched', (org) => set(org, '/api/v1/behaviors', { status: 'INACTIVE' })],
  ['password-length', password({ password: { complexity: { minLength: 11 } } })],
  ['password-common-refused', password({ password: { complexity: { dictionary: { common: { exclude: false } } } } })],
  ['password-not-name', password({ password: { complexity: { excludeUsername: false } } })],
  ['password-history', password({ password: { age: { historyCount: 4 } } })],
  ['password-lockout', password({ password: { lockout: { maxAttempts: 0 } } })],
  ['recovery-no-question', password({ recovery: { factors: { recovery_question: { status: 'ACTIVE' } } } })],
  ['recovery-no-phone', password({ recovery: { factors: { okta_sms: { status: 'ACTIVE' } } } })],
  [
    'recovery-tokens-short',
    password({
      recovery: { factors: { okta_email: { properties: { recoveryToken: { tokenLifetimeMinutes: 61 } } } } },
    }),
  ],
  [
    'recovery-stepped-up',
    rule('PASSWORD', { actions: { selfServicePasswordReset: { requirement: { stepUp: { required: false } } } } }),
  ],
  ['threatinsight-blocks', single('/api/v1/threats/configuration', { action: 'audit' })],
  [
    'blocklist-filled',
    (org) =>
      org.edit('/api/v1/zones', (zones) => zones.map((zone) => ({ ...zone, gateways: [], ipServiceCategories: null }))),
  ],
  ['zones-not-wide', (org) => set(org, '/api/v1/zones', { gateways: [{ type: 'CIDR', value: '10.0.0.0/8' }] }, 2)],
  ['origins-https', first('/api/v1/trustedOrigins', { origin: 'http://localhost:8080' })],
  [
    'unknown-devices-lock-nobody',
    single('/attack-protection/api/v1/user-lockout-settings', { preventBruteForceLockoutFromUnknownDevices: false }),
  ],
  ['bots-stopped', single('/api/v1/bot-protection/configuration', { mode: 'LOG_ONLY' })],
  ['access-tokens-short', serverRule],
  ['server-policies-name-clients', server('policies', { conditions: { clients: { include: ['ALL_CLIENTS'] } } })],
  [
    'server-keys-rotate',
    (org, now) =>
      set(org, SERVERS, { credentials: { signing: { rotationMode: 'MANUAL', lastRotated: daysAgo(now, 91) } } }, 0),
  ],
  ['clients-no-implicit', given('Employee Portal', settings({ grant_types: ['implicit'] }))],
  [
    'clients-redirect-https',
    given('Employee Portal', settings({ redirect_uris: ['http://portal.example.com/callback'] })),
  ],
  ['public-clients-pkce', given(NATIVE, { credentials: { oauthClient: { pkce_required: false } } })],
  ['refresh-tokens-rotate', given(NATIVE, settings({ refresh_token: { rotation_type: 'STATIC' } }))],
  ['hooks-https', first('/api/v1/inlineHooks', { channel: { config: { uri: 'http://example.com/hook' } } })],
  ['idps-link-within-bounds', first('/api/v1/idps', { policy: { accountLink: { filter: null } } })],
  ['log-streamed', (org) => set(org, '/api/v1/logStreams', { status: 'INACTIVE' })],
  ['users-seen', (org, now) => set(org, USERS, { lastLogin: daysAgo(now, 91) }, 4)],
  ['users-begun', (org) => set(org, USERS, { lastLogin: null }, 4)],
  ['users-suspended-briefly', (org, now) => set(org, USERS, { statusChanged: daysAgo(now, 91) }, 5)],
  ['apps-have-users', nobodyHas],
  ['leavers-lose-apps', leaverKeeps],
  ['group-rules-valid', first('/api/v1/groups/rules', { status: 'INVALID' })],
  ['apps-federated', (org) => setApp(org, 'Source Control', { signOnMode: 'BROWSER_PLUGIN' })],
]);

function manyMembers(org: Simulator): Undo {
  const [, , admins] = idsOf(org, GROUPS);
  const [user] = idsOf(org, USERS);
  const undo = [
    org.edit(USERS, (users) => [
      ...users,
      ...Array.from({ length: 21 }, (_, index) => ({ ...users[0], id: `00uMany${index}` })),
    ]),
    put(org, `${GROUPS}/${admins}/users`, ...Array.from({ length: 21 }, (_, index) => ({ id: `00uMany${index}` })), {
      id: user,
    }),
  ];
  return () => {
    for (const each of undo) each();
  };
}

/** Okta Verify keeps its methods, of which none is FastPass. */
function withoutResistant(org: Simulator): Undo {
  return org.edit('/api/v1/authenticators', (all) => all.filter((_one, index) => index < WEBAUTHN));
}

function nobodyHas(org: Simulator): Undo {
  const app = `/api/v1/apps/${appId(org, 'Source Control')}`;
  const undo = [put(org, `${app}/users`), put(org, `${app}/groups`)];
  return () => {
    for (const each of undo) each();
  };
}

function leaverKeeps(org: Simulator): Undo {
  const leaver = idsOf(org, USERS).at(-1);
  return add(org, `/api/v1/apps/${appId(org, 'Source Control')}/users`, { id: leaver, status: 'ACTIVE' });
}
