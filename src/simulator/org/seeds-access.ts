import type { CollectionRule, Scene } from './collections.ts';
import { daysFrom, type Item } from './field-values.ts';
import { createRandom, generatedKid } from './ids.ts';
import type { SimulatedApp } from './org.ts';
import { DEPARTMENTS } from './seeds-people.ts';

const APPS = '/api/v1/apps';
const USERS = '/api/v1/users';
const GROUPS = '/api/v1/groups';
const SERVERS = '/api/v1/authorizationServers';

function appOf({ apps, values }: Scene): SimulatedApp | undefined {
  return apps.find(({ id }) => id === values[0]);
}

/** Bookmarks are for everyone, other applications for two departments each; Okta's own two for the administrators. */
function groupsOfApp(scene: Scene): readonly Item[] {
  if (appOf(scene)?.isUnassigned) return [];
  const position = scene.apps.findIndex(({ id }) => id === scene.values[0]);
  const all = scene.items(GROUPS);
  const departments = [1 + (position % DEPARTMENTS.length), 1 + ((3 * position + 1) % DEPARTMENTS.length)];
  const chosen = appOf(scene)?.signOnMode === 'BOOKMARK' ? [0, 9] : position < 2 ? [0, 9] : departments;
  const groups = all.filter((_group, index) => chosen.includes(index));
  return groups.map(({ id }, index) => ({
    id,
    lastUpdated: daysFrom(scene, -30),
    priority: index,
    profile: {},
  }));
}

/** Whoever is in a group of the application, and two who were assigned on their own. */
function usersOfApp(scene: Scene): readonly Item[] {
  if (appOf(scene)?.isUnassigned) return [];
  const [appId = ''] = scene.values;
  const position = scene.apps.findIndex(({ id }) => id === appId);
  const everyone = scene.items(`${GROUPS}/${scene.items(GROUPS)[0]?.['id']}/users`);
  const groups = scene.items(`${APPS}/${appId}/groups`).slice(position < 2 ? 1 : 0);
  const byGroup = groups.flatMap(({ id }) => scene.items(`${GROUPS}/${id}/users`));
  const alone = everyone.filter((_one, index) => index === position % 40 || index === (position + 7) % 40);
  const scopes = new Map<Item, string>();
  for (const one of alone) scopes.set(one, 'USER');
  for (const one of byGroup) if (!scopes.has(one)) scopes.set(one, 'GROUP');
  return [...scopes].map(([one, scope]) => appUser(scene, one, scope));
}

/** What is assigned disappears with what it was assigned to. */
function whereExists(list: string): (scene: Scene, item: Item) => Item | undefined {
  return (scene, item) => (scene.items(list).some(({ id }) => id === item['id']) ? item : undefined);
}

function appUser(scene: Scene, one: Item, scope: string): Item {
  const profile = one['profile'] as Item;
  return {
    id: one['id'],
    externalId: null,
    created: daysFrom(scene, -60),
    lastUpdated: daysFrom(scene, -10),
    scope,
    status: one['status'] === 'SUSPENDED' ? 'SUSPENDED' : 'ACTIVE',
    statusChanged: daysFrom(scene, -60),
    passwordChanged: null,
    syncState: 'DISABLED',
    credentials: { userName: profile['login'] },
    profile: { email: profile['email'] },
  };
}

// What is shown of an application is made where its links are.
function appsOfGroup(scene: Scene): readonly Item[] {
  const isAssigned = ({ id: appId }: SimulatedApp): boolean => {
    return scene.items(`${APPS}/${appId}/groups`).some(({ id }) => id === scene.values[0]);
  };
  return scene.apps.filter(isAssigned).map(({ id }) => ({ id }));
}

function appLinks(scene: Scene): readonly Item[] {
  const isAssigned = ({ id: appId }: SimulatedApp): boolean => {
    return scene.items(`${APPS}/${appId}/users`).some(({ id }) => id === scene.values[0]);
  };
  const apps = scene.apps.filter(isAssigned).filter(({ status }) => status === 'ACTIVE');
  return apps.map((app, index) => ({
    id: `${app.id}-link`,
    label: app.label,
    linkUrl: `https://example.com/home/${app.name}/${app.id}/2557`,
    logoUrl: 'https://example.com/default.png',
    appName: app.name,
    appInstanceId: app.id,
    appAssignmentId: app.id.replace('0oa', '0ua'),
    credentialsSetup: false,
    hidden: false,
    sortOrder: index,
  }));
}

const SCOPES = ['okta.users.read', 'okta.groups.read', 'okta.apps.read', 'okta.apps.manage', 'okta.logs.read'];

/** Only service applications were granted scopes of Okta's own API. */
function grants(scene: Scene): readonly Item[] {
  const app = appOf(scene);
  const position = scene.apps.findIndex(({ id }) => id === scene.values[0]);
  if (app?.oauthClient === undefined) return [];
  const admin = scene.items(USERS)[0]?.['id'];
  return (app.grantedScopes ?? SCOPES.slice(0, 2 + (position % 4))).map((scopeId, index) => ({
    id: scene.make({}, index)['id'],
    status: 'ACTIVE',
    created: daysFrom(scene, -90),
    createdBy: { id: admin, type: 'User' },
    lastUpdated: daysFrom(scene, -90),
    issuer: 'https://my-org.okta.com',
    clientId: app.id,
    scopeId,
    source: 'ADMIN',
  }));
}

/** One secret, or two where one is about to be replaced; none where a key pair takes its place. */
function secrets(scene: Scene): readonly Item[] {
  const app = appOf(scene);
  if (!app?.oauthClient?.authMethod.startsWith('client_secret')) return [];
  const position = scene.apps.findIndex(({ id }) => id === app.id);
  const statuses = position % 2 === 0 ? ['ACTIVE'] : ['ACTIVE', 'INACTIVE'];
  return statuses.map((status, index) => {
    const times = { created: daysFrom(scene, -250 + index), lastUpdated: daysFrom(scene, -250 + index) };
    const made = scene.make({}, index);
    return {
      id: made['id'],
      ...times,
      status,
      client_secret: (status === 'ACTIVE' ? app.oauthClient?.clientSecret : undefined) ?? made['client_secret'],
      secret_hash: made['secret_hash'],
    };
  });
}

/** The key that the whole org signs with, and an older one that ends soon. */
function signingKeys(scene: Scene): readonly Item[] {
  const daysLeft = appOf(scene)?.signingDaysLeft ?? 3350;
  const kid = appOf(scene)?.signingKid ?? generatedKid(createRandom(`signing ${scene.values[0]}`));
  const keys = [scene.make({ kid }, 0), scene.make({}, 1)];
  return keys.map((key, index) => ({
    ...key,
    created: daysFrom(scene, -300 - 3000 * index),
    lastUpdated: daysFrom(scene, -300 - 3000 * index),
    expiresAt: daysFrom(scene, index === 0 ? daysLeft : 20),
  }));
}

function servers(scene: Scene): readonly Item[] {
  const server = (index: number, id: unknown, name: string, audience: string): Item =>
    scene.make(
      {
        id,
        name,
        audiences: [audience],
        issuer: `https://my-org.okta.com/oauth2/${id}`,
        credentials: signing(scene, index),
      },
      index,
    );
  return [
    server(0, scene.make({}, 0)['id'], 'default', 'api://default'),
    server(1, scene.make({}, 1)['id'], 'Partner API', 'api://partners'),
    { ...server(2, scene.make({}, 2)['id'], 'Old API', 'api://old'), status: 'INACTIVE' },
  ];
}

/** Recorded: Okta renews the key of a server by itself, unless it was told not to. */
function signing(scene: Scene, index: number): Item {
  const kid = generatedKid(createRandom(`server ${scene.seed} ${index}`));
  const rotationMode = index === 2 ? 'MANUAL' : 'AUTO';
  return { signing: { kid, rotationMode, lastRotated: daysFrom(scene, index === 2 ? -400 : -40), nextRotation: null } };
}

function scopes(scene: Scene): readonly Item[] {
  return ['openid', 'profile', 'email', 'orders:read', 'orders:write'].map((name, index) => {
    const system = index < 3;
    return scene.make({ name, description: null, system, default: false }, index);
  });
}

function claims(scene: Scene): readonly Item[] {
  const names = [
    ['sub', '(appuser != null) ? appuser.userName : app.clientId'],
    ['department', 'user.department'],
  ];
  return names.map(([name, value], index) =>
    scene.make({ name, value, claimType: 'RESOURCE', valueType: index === 0 ? 'SYSTEM' : 'EXPRESSION' }, index),
  );
}

/** The clients that used a server, or that a user has consented to. */
function clients(scene: Scene): readonly Item[] {
  const apps = scene.apps.filter(({ oauthClient }) => oauthClient?.applicationType === 'web').slice(0, 3);
  return apps.map(({ id, label }) => ({ client_id: id, client_name: label, client_uri: null, logo_uri: null }));
}

/** A binding goes by the id of its role. */
function bindings(scene: Scene): readonly Item[] {
  return scene.items('/api/v1/iam/roles').map(({ id }, index) => scene.make({ id }, index));
}

/** The users who have a role of their own. */
function usersWithRoles(scene: Scene): readonly Item[] {
  const administrators = scene.items(USERS).filter(({ id }) => scene.items(`${USERS}/${id}/roles`).length > 0);
  return administrators.map(({ id }) => ({ id, orn: `orn:okta:directory:${scene.orgId}:users:${id}` }));
}

function serverPolicies(scene: Scene): readonly Item[] {
  const conditions = { clients: { include: ['ALL_CLIENTS'] } };
  return ['Default Policy', 'Partners'].map((name, index) =>
    scene.make({ type: 'OAUTH_AUTHORIZATION_POLICY', name, system: index === 0, conditions }, index),
  );
}

function serverRules(scene: Scene): readonly Item[] {
  const conditions = { people: { groups: { include: ['EVERYONE'] } }, grantTypes: { include: ['client_credentials'] } };
  const actions = { token: { accessTokenLifetimeMinutes: 60, refreshTokenLifetimeMinutes: 0 } };
  return ['Default Policy Rule', 'Short tokens'].map((name, index) =>
    scene.make({ type: 'RESOURCE_ACCESS', name, system: index === 0, conditions, actions }, index),
  );
}

function idpUsers(scene: Scene): readonly Item[] {
  const users = scene.items(USERS).slice(0, 3);
  return users.map(({ id }, index) => scene.make({ id, externalId: `external-${index + 1}`, profile: {} }, index));
}

function interclientApps(field: string): (scene: Scene) => readonly Item[] {
  return ({ apps, values }) => {
    const others = apps.filter(({ id, oauthClient }) => oauthClient !== undefined && id !== values[0]);
    return others.slice(0, 2).map(({ id }) => ({ [field]: id }));
  };
}

export const ACCESS: readonly (readonly [string, CollectionRule])[] = [
  [APPS, { derive: ({ apps }) => apps.map(({ id, label, name }) => ({ id, label, name })) }],
  [`${APPS}/{}/groups`, { seed: groupsOfApp, view: whereExists(GROUPS) }],
  [`${APPS}/{}/users`, { seed: usersOfApp, view: whereExists(USERS) }],
  [`${APPS}/{}/grants`, { seed: grants }],
  [`${APPS}/{}/credentials/secrets`, { seed: secrets }],
  [`${APPS}/{}/credentials/keys`, { idField: 'kid', seed: signingKeys }],
  [`${APPS}/{}/interclient-allowed-apps`, { seed: interclientApps('interclient_allowed_application') }],
  [`${APPS}/{}/interclient-target-apps`, { seed: interclientApps('interclient_target_application') }],
  [`${GROUPS}/{}/apps`, { derive: appsOfGroup }],
  [`${USERS}/{}/appLinks`, { derive: appLinks }],
  [`${USERS}/{}/clients`, { idField: 'client_id', seed: clients }],
  [SERVERS, { seed: servers }],
  [`${SERVERS}/{}/scopes`, { seed: scopes }],
  [`${SERVERS}/{}/claims`, { seed: claims }],
  [`${SERVERS}/{}/clients`, { idField: 'client_id', seed: clients }],
  [`${SERVERS}/{}/policies`, { seed: serverPolicies }],
  [`${SERVERS}/{}/policies/{}/rules`, { seed: serverRules }],
  ['/api/v1/idps/{}/users', { seed: idpUsers }],
  ['/api/v1/iam/resource-sets/{}/bindings', { seed: bindings }],
  ['/api/v1/iam/assignees/users', { derive: usersWithRoles }],
];
