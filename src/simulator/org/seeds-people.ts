import type { CollectionRule, Scene } from './collections.ts';
import { daysFrom, type Item } from './field-values.ts';
import type { AdminRole } from './org.ts';

const USERS = '/api/v1/users';
const GROUPS = '/api/v1/groups';

const FIRST_NAMES = ['Ada', 'Grace', 'Alan', 'Edsger', 'Barbara', 'Donald', 'Frances', 'Ken', 'Margaret', 'Tony'];
const LAST_NAMES = ['Archer', 'Brook', 'Carter', 'Dale', 'Ellis', 'Ford'];

export const DEPARTMENTS: readonly string[] = [
  ...['Engineering', 'Finance', 'Legal', 'Marketing', 'Operations', 'People', 'Sales', 'Support'],
];

const COUNT = FIRST_NAMES.length * LAST_NAMES.length;

/** Sixty people, a few of them in states that audits look for. */
function users(scene: Scene): readonly Item[] {
  const typeId = String(scene.items('/api/v1/meta/types/user')[0]?.['id']);
  return Array.from({ length: COUNT }, (_, index) => user(scene, index, typeId));
}

function user(scene: Scene, index: number, typeId: string): Item {
  const status = userStatus(index);
  const firstName = FIRST_NAMES[index % FIRST_NAMES.length];
  const lastName = LAST_NAMES[Math.floor(index / FIRST_NAMES.length)];
  const login = `${firstName}.${lastName}@example.com`.toLowerCase();
  const isNew = status === 'STAGED' || status === 'PROVISIONED';
  const department = DEPARTMENTS[index % DEPARTMENTS.length];
  return {
    id: scene.make({}, index)['id'],
    status,
    created: daysFrom(scene, -700 + 11 * index),
    activated: status === 'STAGED' ? null : daysFrom(scene, -699 + 11 * index),
    statusChanged: daysFrom(scene, status === 'ACTIVE' ? -699 + 11 * index : -5 - index),
    // Every seventh has not signed in for months.
    lastLogin: isNew ? null : daysFrom(scene, index % 7 === 3 ? -120 - index : -(index % 9)),
    lastUpdated: daysFrom(scene, -5 - (index % 40)),
    passwordChanged: isNew ? null : daysFrom(scene, -20 - 6 * index),
    type: { id: typeId },
    profile: { firstName, lastName, mobilePhone: null, secondEmail: null, login, email: login, department },
    credentials: {
      password: {},
      emails: [{ value: login, status: 'VERIFIED', type: 'PRIMARY' }],
      provider: { type: 'OKTA', name: 'OKTA' },
    },
  };
}

function userStatus(index: number): string {
  const special = new Map([
    [11, 'SUSPENDED'],
    [23, 'SUSPENDED'],
    [29, 'LOCKED_OUT'],
    [31, 'PASSWORD_EXPIRED'],
    [37, 'RECOVERY'],
    [41, 'PROVISIONED'],
    [43, 'STAGED'],
    [47, 'DEPROVISIONED'],
    [53, 'DEPROVISIONED'],
    [59, 'DEPROVISIONED'],
  ]);
  return special.get(index) ?? 'ACTIVE';
}

const TEAMS: readonly (readonly [name: string, description: string | null])[] = [
  ['Administrators', 'May change the org'],
  ['Contractors', null],
  ['On call', 'Answers at night'],
];

/** Everyone, a group for each department, and three that cut across. */
function groups(scene: Scene): readonly Item[] {
  const departments = DEPARTMENTS.map((name) => [name, `The ${name} department`] as const);
  const all = [['Everyone', 'All users in your organization'] as const, ...departments, ...TEAMS];
  return all.map(([name, description], index) => ({
    id: scene.make({}, index)['id'],
    created: daysFrom(scene, -720),
    lastUpdated: daysFrom(scene, -90 + index),
    lastMembershipUpdated: daysFrom(scene, -3 - index),
    objectClass: ['okta:user_group'],
    type: index === 0 ? 'BUILT_IN' : 'OKTA_GROUP',
    profile: { name, description },
  }));
}

/** Members are kept by id alone: what is shown of them is the user. */
function members(scene: Scene): readonly Item[] {
  const group = scene.items(GROUPS).find(({ id }) => id === scene.values[0]);
  const name = (group?.['profile'] as Item | undefined)?.['name'];
  const isMember = (one: Item, index: number): boolean => {
    if (one['status'] === 'DEPROVISIONED') return false;
    if (name === 'Everyone') return true;
    const team = TEAMS.findIndex(([each]) => each === name);
    if (team >= 0) return index % 6 === team;
    return (one['profile'] as Item)['department'] === name;
  };
  return scene
    .items(USERS)
    .filter(isMember)
    .map(({ id }) => ({ id }));
}

/** The user that an item refers to by its id; who was deactivated is in no group any more. */
function referredUser(scene: Scene, { id }: Item): Item | undefined {
  const user = scene.items(USERS).find((each) => each['id'] === id);
  return user?.['status'] === 'DEPROVISIONED' ? undefined : user;
}

function referredGroup(scene: Scene, { id }: Item): Item | undefined {
  return scene.items(GROUPS).find((each) => each['id'] === id);
}

function groupsOfUser(scene: Scene): readonly Item[] {
  return scene.items(GROUPS).filter(({ id }) => hasMember(scene, String(id), scene.values[0]));
}

function hasMember(scene: Scene, groupId: string, userId: string | undefined): boolean {
  return scene.items(`${GROUPS}/${groupId}/users`).some(({ id }) => id === userId);
}

const FACTORS: readonly (readonly [type: string, provider: string, prefix: string])[] = [
  ['push', 'OKTA', 'opf'],
  ['token:software:totp', 'OKTA', 'ost'],
  ['sms', 'OKTA', 'mbl'],
];

// Every fifth user has no factor at all.
function factors(scene: Scene): readonly Item[] {
  const position = positionOfUser(scene);
  const count = position % 5 === 4 ? 0 : 3 - (position % 3);
  return FACTORS.slice(0, count).map(([factorType, provider, prefix], index) => ({
    id: prefix + String(scene.make({}, index)['id']).slice(3),
    factorType,
    provider,
    vendorName: provider,
    status: 'ACTIVE',
    created: daysFrom(scene, -200 + position),
    lastUpdated: daysFrom(scene, -20),
    profile: factorType === 'sms' ? { phoneNumber: '+15555550100' } : { credentialId: emailOfUser(scene) },
  }));
}

function positionOfUser(scene: Scene): number {
  return scene.items(USERS).findIndex(({ id }) => id === scene.values[0]);
}

function emailOfUser(scene: Scene): unknown {
  return (scene.items(USERS).find(({ id }) => id === scene.values[0])?.['profile'] as Item | undefined)?.['email'];
}

const ROLES: readonly (readonly [type: string, label: string])[] = [
  ['SUPER_ADMIN', 'Super Administrator'],
  ['APP_ADMIN', 'Application Administrator'],
  ['USER_ADMIN', 'Group Administrator'],
  ['READ_ONLY_ADMIN', 'Read-only Administrator'],
  ['HELP_DESK_ADMIN', 'Help Desk Administrator'],
];

/** The first five users are administrators, of two kinds each. */
function rolesOfUser(scene: Scene): readonly Item[] {
  const position = positionOfUser(scene);
  if (position < 0 || position >= ROLES.length) return [];
  return [position, position + 1].map((index) => role(scene, index, 'USER'));
}

/** The administrators' group and the help desk have roles. */
function rolesOfGroup(scene: Scene): readonly Item[] {
  const position = scene.items(GROUPS).findIndex(({ id }) => id === scene.values[0]);
  return position === 0 || position > DEPARTMENTS.length ? [3, 4].map((index) => role(scene, index, 'GROUP')) : [];
}

/** Which roles clients have: the first service may do everything, and a web application has its role with a client secret. */
const CLIENT_ROLES: ReadonlyMap<string, readonly number[]> = new Map([
  ['Payroll Sync', [0, 3]],
  ['Employee Portal', [4]],
]);

/** Indexes of {@link ROLES}. */
const ADMIN_ROLES: Readonly<Record<AdminRole, readonly number[]>> = { manager: [0], reader: [3], none: [] };

function rolesOfClient(scene: Scene): readonly Item[] {
  const { label = '', adminRole } = scene.apps.find(({ id }) => id === scene.values[0]) ?? {};
  return (adminRole === undefined ? (CLIENT_ROLES.get(label) ?? []) : ADMIN_ROLES[adminRole]).map((index) =>
    role(scene, index, 'CLIENT'),
  );
}

function role(scene: Scene, index: number, assignmentType: string): Item {
  const [type, label] = ROLES[index % ROLES.length] ?? [];
  const times = { created: daysFrom(scene, -300), lastUpdated: daysFrom(scene, -30) };
  return { id: scene.make({}, index)['id'], label, type, status: 'ACTIVE', ...times, assignmentType };
}

const PLATFORMS = ['MACOS', 'WINDOWS', 'IOS', 'ANDROID'];

function devices(scene: Scene): readonly Item[] {
  return Array.from({ length: 20 }, (_, index) => {
    const id = scene.make({}, index)['id'];
    const serialNumber = `SN${1000 + index}`;
    const status = new Map([
      [7, 'SUSPENDED'],
      [13, 'DEACTIVATED'],
    ]).get(index);
    return {
      id,
      status: status ?? 'ACTIVE',
      created: daysFrom(scene, -400 + index),
      lastUpdated: daysFrom(scene, -index),
      profile: {
        displayName: `Device ${index + 1}`,
        platform: PLATFORMS[index % PLATFORMS.length],
        manufacturer: 'Example',
        model: `Model ${index % 4}`,
        osVersion: `1${index % 5}.0`,
        serialNumber,
        registered: true,
        secureHardwarePresent: index % 3 > 0,
      },
      resourceType: 'UDDevice',
      resourceDisplayName: { value: serialNumber, sensitive: false },
      resourceId: id,
      resourceAlternateId: null,
    };
  });
}

function usersOfDevice(scene: Scene): readonly Item[] {
  const position = scene.items('/api/v1/devices').findIndex(({ id }) => id === scene.values[0]);
  const all = scene.items(USERS);
  return all.slice(position, position + 2).map((one) => deviceUser(scene, one));
}

function deviceUser(scene: Scene, one: Item): Item {
  return { created: daysFrom(scene, -50), managementStatus: 'MANAGED', screenLockType: 'BIOMETRIC', user: one };
}

function devicesOfUser(scene: Scene): readonly Item[] {
  const isOwner = ({ user: owner }: Item): boolean => (owner as Item)['id'] === scene.values[0];
  const own = scene.items('/api/v1/devices').filter(({ id }) => {
    return scene.items(`/api/v1/devices/${id}/users`).some(isOwner);
  });
  return own.map((device, index) => ({
    created: daysFrom(scene, -50),
    deviceUserId: scene.make({}, index)['deviceUserId'],
    device,
  }));
}

function groupRules(scene: Scene): readonly Item[] {
  const all = scene.items(GROUPS);
  return DEPARTMENTS.slice(0, 3).map((department, index) => ({
    type: 'group_rule',
    id: scene.make({}, index)['id'],
    status: index === 2 ? 'INACTIVE' : 'ACTIVE',
    name: `${department} by department`,
    created: daysFrom(scene, -100),
    lastUpdated: daysFrom(scene, -80),
    conditions: {
      people: { users: { exclude: [] }, groups: { exclude: [] } },
      expression: { value: `user.department=="${department}"`, type: 'urn:okta:expression:1.0' },
    },
    actions: { assignUserToGroups: { groupIds: [all[index + 1]?.['id']] } },
  }));
}

function owners(scene: Scene): readonly Item[] {
  const position = scene.items(GROUPS).findIndex(({ id }) => id === scene.values[0]);
  return [position, position + 12].map((index): Item => {
    const owner = scene.items(USERS)[index];
    const profile = owner?.['profile'] as Item | undefined;
    return {
      id: owner?.['id'],
      type: 'USER',
      resolved: true,
      originId: null,
      originType: 'OKTA_DIRECTORY',
      displayName: `${profile?.['firstName']} ${profile?.['lastName']}`,
      lastUpdated: daysFrom(scene, -40),
    };
  });
}

/** Tokens outlive their owners: the third belongs to someone who left, the fourth was not used for long. */
function apiTokens(scene: Scene): readonly Item[] {
  const all = scene.items(USERS);
  return [0, 1, 47, 2, 11, 0].map((position, index) => ({
    id: scene.make({}, index)['id'],
    name: ['Terraform', 'Backup', 'Old importer', 'Reports', 'Ticket bridge', 'Simulator'][index],
    userId: all[position]?.['id'],
    clientName: 'Okta API',
    tokenWindow: 'P30D',
    network: { connection: index % 2 === 0 ? 'ANYWHERE' : 'ZONE' },
    expiresAt: daysFrom(scene, index === 3 ? 1 : 28),
    created: daysFrom(scene, -400 + 60 * index),
    lastUpdated: daysFrom(scene, index === 3 ? -29 : -2),
  }));
}

function userTypes(scene: Scene): readonly Item[] {
  return ['user', 'contractor'].map((name, index) =>
    scene.make({ name, displayName: name, description: `The type ${name}`, default: index === 0 }, index),
  );
}

export const PEOPLE: readonly (readonly [string, CollectionRule])[] = [
  [USERS, { seed: users }],
  [GROUPS, { seed: groups }],
  [`${GROUPS}/{}/users`, { seed: members, view: referredUser }],
  [`${GROUPS}/{}/owners`, { seed: owners }],
  [`${GROUPS}/{}/roles`, { seed: rolesOfGroup }],
  [`${GROUPS}/{}/roles/{}/targets/groups`, { seed: firstGroups, view: referredGroup }],
  [`${GROUPS}/rules`, { seed: groupRules }],
  [`${USERS}/{}/groups`, { derive: groupsOfUser }],
  [`${USERS}/{}/factors`, { seed: factors }],
  [`${USERS}/{}/roles`, { seed: rolesOfUser }],
  [`${USERS}/{}/roles/{}/targets/groups`, { seed: firstGroups, view: referredGroup }],
  ['/oauth2/v1/clients/{}/roles', { seed: rolesOfClient }],
  ['/oauth2/v1/clients/{}/roles/{}/targets/groups', { seed: firstGroups, view: referredGroup }],
  [`${USERS}/{}/devices`, { derive: devicesOfUser }],
  ['/api/v1/devices', { seed: devices }],
  ['/api/v1/devices/{}/users', { idField: 'user.id', seed: usersOfDevice }],
  ['/api/v1/api-tokens', { seed: apiTokens }],
  ['/api/v1/meta/types/user', { seed: userTypes }],
];

function firstGroups(scene: Scene): readonly Item[] {
  return scene
    .items(GROUPS)
    .slice(1, 3)
    .map(({ id }) => ({ id }));
}
