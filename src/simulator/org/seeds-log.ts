import type { CollectionRule, Scene } from './collections.ts';
import type { Item } from './field-values.ts';
import type { SimulatedApp } from './org.ts';

const EVENTS = 240;
/** The events of a week. */
const STEP_MS = (7 * 86_400_000) / EVENTS;

interface Kind {
  readonly eventType: string;
  readonly displayMessage: string;
  readonly result?: 'FAILURE';
  readonly severity?: 'WARN';
  readonly target?: 'app' | 'policy' | 'token' | 'user';
}

const KINDS: readonly Kind[] = [
  { eventType: 'user.session.start', displayMessage: 'User login to Okta' },
  { eventType: 'user.authentication.sso', displayMessage: 'User single sign on to app', target: 'app' },
  { eventType: 'user.authentication.auth_via_mfa', displayMessage: 'Authentication of user via MFA' },
  { eventType: 'user.authentication.sso', displayMessage: 'User single sign on to app', target: 'app' },
  { eventType: 'user.session.start', displayMessage: 'User login to Okta', result: 'FAILURE', severity: 'WARN' },
  { eventType: 'app.oauth2.token.grant.access_token', displayMessage: 'OAuth2 access token is granted', target: 'app' },
  { eventType: 'user.account.update_profile', displayMessage: 'Update user profile for Okta', target: 'user' },
  { eventType: 'application.user_membership.add', displayMessage: 'Add user to application membership', target: 'app' },
];

/** Who added the newest key of an application, once in the week. UNVERIFIED: what else the target names. */
const KEY_ADDED: Kind = {
  eventType: 'app.oauth2.credentials.lifecycle.create',
  displayMessage: 'Create OAuth2 client credential',
  target: 'app',
};
const KEY_ADDED_AT = 238;

/** What administrators did, and what was refused, by the place in the week. The names are of Okta's list of event types. */
const RARE: ReadonlyMap<number, Kind> = new Map<number, Kind>([
  [30, { eventType: 'policy.rule.update', displayMessage: 'Update of Rule', target: 'policy' }],
  [70, { eventType: 'user.account.privilege.grant', displayMessage: 'Grant user privilege', target: 'user' }],
  [110, { eventType: 'system.api_token.create', displayMessage: 'Create API token', target: 'token' }],
  [150, { eventType: 'policy.lifecycle.update', displayMessage: 'Update of Policy', target: 'policy' }],
  [190, { eventType: 'user.mfa.factor.deactivate', displayMessage: 'Reset factor for user', target: 'user' }],
  [
    222,
    {
      eventType: 'policy.evaluate_sign_on',
      displayMessage: 'Evaluation of sign-on policy',
      result: 'FAILURE',
      severity: 'WARN',
      target: 'policy',
    },
  ],
]);

/** Oldest first, which is the order of the list. */
function events(scene: Scene): readonly Item[] {
  const users = scene.items('/api/v1/users').filter(({ status }) => status !== 'STAGED' && status !== 'PROVISIONED');
  return Array.from({ length: EVENTS }, (_, index) => event(scene, users, index));
}

function event(scene: Scene, users: readonly Item[], index: number): Item {
  const kind = index === KEY_ADDED_AT ? KEY_ADDED : (RARE.get(index) ?? (KINDS[index % KINDS.length] as Kind));
  const actor = users[(index * 7) % users.length] ?? {};
  const app = index === KEY_ADDED_AT ? appOfNewestKey(scene) : scene.apps[(index * 5) % scene.apps.length];
  const published = new Date(scene.now.getTime() - (EVENTS - index) * STEP_MS).toISOString();
  const result = kind.result ?? 'SUCCESS';
  return {
    actor: { ...person(actor), detailEntry: null },
    client: {
      userAgent: { rawUserAgent: 'Mozilla/5.0', os: 'Mac OS X', browser: 'CHROME' },
      zone: 'null',
      device: 'Computer',
      id: null,
      ipAddress: `192.0.2.${1 + (index % 200)}`,
      geographicalContext: { city: 'Dublin', state: null, country: 'Ireland', postalCode: null },
    },
    authenticationContext: { authenticationStep: 0, externalSessionId: `trs${String(index % 40).padStart(22, '0')}` },
    displayMessage: kind.displayMessage,
    eventType: kind.eventType,
    outcome: { result, reason: result === 'FAILURE' ? 'INVALID_CREDENTIALS' : null },
    published,
    securityContext: { asNumber: 64500, asOrg: 'example', isp: 'example', domain: 'example.com', isProxy: false },
    severity: kind.severity ?? 'INFO',
    debugContext: { debugData: { requestUri: '/api/v1/authn' } },
    legacyEventType: null,
    transaction: { type: 'WEB', id: `transaction-${index}`, detail: {} },
    uuid: scene.make({}, index)['uuid'],
    version: '0',
    request: { ipChain: [] },
    target: targetOf(scene, kind, actor, app),
  };
}

function named(item: Item | undefined, type: string): Item {
  return { id: item?.['id'], type, alternateId: 'unknown', displayName: item?.['name'], detailEntry: null };
}

function appOfNewestKey({ apps }: Scene): SimulatedApp | undefined {
  const newest = ({ keys }: SimulatedApp): string =>
    keys
      .map(({ created }) => created)
      .sort()
      .at(-1) ?? '';
  return apps.toSorted((a, b) => newest(b).localeCompare(newest(a)))[0];
}

function person(user: Item): Item {
  const profile = (user['profile'] ?? {}) as Item;
  const displayName = `${profile['firstName']} ${profile['lastName']}`;
  return { id: user['id'], type: 'User', alternateId: profile['login'], displayName };
}

function targetOf(scene: Scene, { target }: Kind, user: Item, app: SimulatedApp | undefined): readonly Item[] | null {
  if (target === undefined || app === undefined) return null;
  if (target === 'user') return [person(user)];
  if (target === 'policy') return [named(scene.items('/api/v1/policies')[0], 'PolicyEntity')];
  if (target === 'token') return [named(scene.items('/api/v1/api-tokens')[0], 'Token')];
  return [{ id: app.id, type: 'AppInstance', alternateId: app.label, displayName: app.label, detailEntry: null }];
}

export const LOG: readonly (readonly [string, CollectionRule])[] = [
  ['/api/v1/logs', { idField: 'uuid', seed: events }],
];
