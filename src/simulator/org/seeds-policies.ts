import type { CollectionRule, Scene } from './collections.ts';
import { daysFrom, type Item } from './field-values.ts';
import { accessPolicyOf, POLICY_IDS } from './org.ts';

const GROUPS = '/api/v1/groups';
const POLICIES = '/api/v1/policies';

/** What is particular to one type of policies. */
interface PolicyKind {
  readonly type: string;
  /** The type of its rules. */
  readonly ruleType: string;
  /** Of its ids. */
  readonly prefix: string;
  /** Of its two policies, the default one last. */
  readonly names: readonly [string, string];
  readonly settings?: Item;
  /** Whom its rules are for; recorded as null where a policy is for all. */
  readonly isForAll?: true;
  /** Recorded: the rule that applies when no other does is called otherwise among global session policies. */
  readonly lastRule: string;
  /** What the rule at a place does, from 0. Members as in Okta's specification, and as recorded where there is a recording. */
  readonly actions: (place: number, isDefault: boolean) => Item;
}

const NAMES = ['Employees', 'Default Policy'] as const;

function kind(
  type: string,
  prefix: string,
  actions: PolicyKind['actions'],
  rest: Partial<PolicyKind> = {},
): PolicyKind {
  return { type, ruleType: type, prefix, names: NAMES, lastRule: 'Catch-all Rule', actions, ...rest };
}

const PASSWORD_SETTINGS: Item = {
  password: {
    complexity: {
      minLength: 8,
      minLowerCase: 1,
      minUpperCase: 1,
      minNumber: 1,
      minSymbol: 0,
      excludeUsername: true,
      dictionary: { common: { exclude: false } },
      excludeAttributes: [],
    },
    age: { maxAgeDays: 0, expireWarnDays: 0, minAgeMinutes: 0, historyCount: 4 },
    lockout: { maxAttempts: 10, autoUnlockMinutes: 0, userLockoutNotificationChannels: [], showLockoutFailures: false },
  },
  recovery: {
    factors: {
      recovery_question: { status: 'ACTIVE', properties: { complexity: { minLength: 4 } } },
      okta_email: { status: 'ACTIVE', properties: { recoveryToken: { tokenLifetimeMinutes: 60 } } },
      okta_sms: { status: 'INACTIVE' },
      okta_call: { status: 'INACTIVE' },
    },
  },
  delegation: { options: { skipUnlock: false } },
};

const ENROLMENT_SETTINGS: Item = {
  type: 'AUTHENTICATORS',
  authenticators: [
    { key: 'okta_email', enroll: { self: 'OPTIONAL' } },
    { key: 'okta_password', enroll: { self: 'REQUIRED' } },
    { key: 'okta_verify', enroll: { self: 'OPTIONAL' } },
    { key: 'webauthn', enroll: { self: 'OPTIONAL' } },
  ],
};

/** The first rule asks for a second factor, the last one does not. */
function session(place: number): Item {
  return {
    signon: {
      access: 'ALLOW',
      requireFactor: place === 0,
      primaryFactor: 'PASSWORD_IDP',
      factorPromptMode: 'ALWAYS',
      rememberDeviceByDefault: false,
      session: { usePersistentCookie: false, maxSessionIdleMinutes: 720, maxSessionLifetimeMinutes: 0 },
    },
  };
}

/** Okta's own console asks administrators for a factor that cannot be phished, everything else for any two or for one. */
function access(place: number, isDefault: boolean): Item {
  const constraints = isDefault
    ? []
    : [{ possession: { phishingResistant: 'REQUIRED', userVerification: 'OPTIONAL' } }];
  const factorMode = isDefault && place > 0 ? '1FA' : '2FA';
  const reauthenticateIn = isDefault && place > 0 ? 'PT12H' : 'PT2H';
  return {
    appSignOn: {
      access: 'ALLOW',
      verificationMethod: { factorMode, type: 'ASSURANCE', reauthenticateIn, constraints },
    },
  };
}

function password(place: number): Item {
  const requirement = { primary: { methods: ['email'] }, stepUp: { required: place === 0 } };
  return {
    passwordChange: { access: 'ALLOW' },
    selfServicePasswordReset: { access: 'ALLOW', requirement },
    selfServiceUnlock: { access: 'DENY' },
  };
}

const profileEnrollment: Item = {
  access: 'ALLOW',
  preRegistrationInlineHooks: null,
  targetGroupIds: null,
  unknownUserAction: 'DENY',
  activationRequirements: { emailVerification: true },
  progressiveProfilingAction: 'DISABLED',
};

/** Every type that a list can ask for. */
const KINDS: readonly PolicyKind[] = [
  kind('OKTA_SIGN_ON', '00p', session, { ruleType: 'SIGN_ON', lastRule: 'Default Rule' }),
  kind('PASSWORD', '00p', password, { settings: PASSWORD_SETTINGS, lastRule: 'Default Rule' }),
  kind('MFA_ENROLL', '00p', (place) => ({ enroll: { self: place === 0 ? 'LOGIN' : 'CHALLENGE' } }), {
    settings: ENROLMENT_SETTINGS,
    lastRule: 'Default Rule',
  }),
  kind('IDP_DISCOVERY', '00p', () => ({
    idp: { providers: [{ type: 'OKTA' }], idpSelectionType: 'SPECIFIC', shouldFallBackToOkta: false },
  })),
  kind('ACCESS_POLICY', 'rst', access, { names: ['Okta Admin Console', 'Any two factors'], isForAll: true }),
  kind('PROFILE_ENROLLMENT', 'rst', () => ({ profileEnrollment }), { isForAll: true }),
  kind('POST_AUTH_SESSION', 'rst', () => ({ postAuthSession: { failureActions: [] } })),
  kind('ENTITY_RISK', 'rst', () => ({ entityRisk: { actions: [] } })),
];

function policies(scene: Scene): readonly Item[] {
  const everyone = scene.items(GROUPS)[0]?.['id'];
  return KINDS.flatMap(({ type, prefix, names, settings, isForAll }, kindIndex) =>
    names.map((name, index) => ({
      type,
      id: POLICY_IDS.get(`${type} ${index}`) ?? prefix + String(scene.make({}, 2 * kindIndex + index)['id']).slice(3),
      status: 'ACTIVE',
      name,
      description: `Policy of type ${type}`,
      priority: index + 1,
      system: index === 1,
      conditions: isForAll ? null : { people: { groups: { include: [everyone] } } },
      created: daysFrom(scene, -500),
      lastUpdated: daysFrom(scene, -20 - index),
      ...(settings !== undefined && { settings }),
    })),
  );
}

function policyRules(scene: Scene): readonly Item[] {
  const policy = scene.items(POLICIES).find(({ id }) => id === scene.values[0]);
  const found = KINDS.find(({ type }) => type === policy?.['type']) ?? (KINDS[0] as PolicyKind);
  return ['Outside the office', found.lastRule].map((name, index) => ({
    type: found.ruleType,
    id: scene.make({}, index)['id'],
    status: 'ACTIVE',
    name,
    priority: index + 1,
    created: daysFrom(scene, -400),
    lastUpdated: daysFrom(scene, -10),
    system: index === 1,
    conditions: { people: { users: { exclude: [] } }, network: { connection: index === 0 ? 'ZONE' : 'ANYWHERE' } },
    actions: found.actions(index, policy?.['system'] === true),
  }));
}

/** The applications that are linked to a policy. */
function appsOfPolicy(scene: Scene): readonly Item[] {
  const [policyId] = scene.values;
  const isLinked = (app: Scene['apps'][number]): boolean =>
    accessPolicyOf(app) === policyId || POLICY_IDS.get('PROFILE_ENROLLMENT 1') === policyId;
  return scene.apps.filter(isLinked).map(({ id }) => ({ id }));
}

export const POLICY_LISTS: readonly (readonly [string, CollectionRule])[] = [
  [POLICIES, { seed: policies }],
  [`${POLICIES}/{}/rules`, { seed: policyRules }],
  [`${POLICIES}/{}/app`, { derive: appsOfPolicy }],
];
