import type { Item } from '../org/field-values.ts';
import { valueAt } from './api-org.ts';

/**
 * Which links an object has beside those to itself and to its lifecycle. A target that begins with `~` is below the
 * object, one that begins with `/` is anywhere in the org. `{name}` is a field of the object, `{0}` the first value in the
 * path of its place.
 */
interface LinkRule {
  /** Whether it links to itself. Default: it does. */
  readonly hasSelf?: false;
  /** What it calls itself, where that is not its own path. */
  readonly self?: string;
  /** Whether activate or deactivate is offered by its status. Default: where its path has them. */
  readonly hasLifecycle?: false;
  readonly links?: Targets;
  /** Only when it is answered on its own, not in a list. */
  readonly alone?: Targets;
  /** Links that depend on a field: the field, and its values with their links. Where there is `alone`, for lists only. */
  readonly by?: string;
  readonly cases?: Readonly<Record<string, Targets>>;
  /** As `cases`, and only on its own. */
  readonly aloneCases?: Readonly<Record<string, Targets>>;
}

type Targets = Readonly<Record<string, Target>>;

/** Where there are several of one name, each has a name of its own beside its target. */
type Target = string | readonly (readonly [name: string, target: string])[];

const USER_ACTIONS: Targets = {
  suspend: '~/lifecycle/suspend',
  resetPassword: '~/lifecycle/reset_password',
  forgotPassword: '~/credentials/forgot_password',
  expirePassword: '~/lifecycle/expire_password',
  changeRecoveryQuestion: '~/credentials/change_recovery_question',
  changePassword: '~/credentials/change_password',
  deactivate: '~/lifecycle/deactivate',
};

const WELL_KNOWN = '/oauth2/{id}/.well-known/';

const CONFIRMATION: Targets = { verify: '~/verify' };
const EMAIL_TEMPLATE = '/api/v1/brands/{0}/templates/email/{1}';
const COMMUNICATION = '/api/v1/org/privacy/oktaCommunication';
const FOOTER = '/api/v1/org/preferences';

/** Of the items of a list by the template of their own path, whether or not it can be called. All are recorded. */
const RULES: ReadonlyMap<string, LinkRule> = new Map<string, LinkRule>([
  ['/api/v1/api-tokens/{}', { links: { user: '/api/v1/users/{userId}' } }],
  ['/api/v1/apps/{}/connections/default', { by: 'status', cases: { DISABLED: { activate: '~/lifecycle/activate' } } }],
  ['/api/v1/apps/{}/credentials/csrs/{}', { links: { publish: '~/lifecycle/publish' } }],
  ['/api/v1/idps/{}/credentials/csrs/{}', { links: { publish: '~/lifecycle/publish' } }],
  ['/api/v1/apps/{}/credentials/secrets/{}', { hasSelf: false, by: 'status', cases: { INACTIVE: { delete: '~' } } }],
  ['/api/v1/apps/{}/grants/{}', { links: { app: '/api/v1/apps/{0}', client: '/oauth2/v1/clients/{clientId}' } }],
  ['/api/v1/apps/{}/groups/{}', { links: { app: '/api/v1/apps/{0}', group: '/api/v1/groups/{id}' } }],
  ['/api/v1/apps/{}/users/{}', { hasSelf: false, links: { app: '/api/v1/apps/{0}', user: '/api/v1/users/{id}' } }],
  [
    '/api/v1/authenticators/{}',
    { links: { methods: '~/methods' }, by: 'key', cases: { okta_verify: { enroll: '/idp/authenticators' } } },
  ],
  [
    '/api/v1/authorizationServers/{}',
    {
      links: {
        rotateKey: '~/credentials/lifecycle/keyRotate',
        metadata: ['oauth-authorization-server', 'openid-configuration'].map((name): [string, string] => [
          name,
          WELL_KNOWN + name,
        ]),
        keys: '~/credentials/keys',
        claims: '~/claims',
        policies: '~/policies',
        scopes: '~/scopes',
      },
    },
  ],
  [
    '/api/v1/authorizationServers/{}/credentials/lifecycle/keyRotate',
    { self: '/api/v1/authorizationServers/{0}/credentials/keys/{kid}' },
  ],
  ['/api/v1/authorizationServers/{}/policies/{}', { links: { rules: '~/rules' } }],
  ['/api/v1/brands/{}', { links: { themes: '~/themes' } }],
  [
    '/api/v1/brands/{}/templates/email/{}',
    { links: { defaultContent: '~/default-content', test: '~/test', customizations: '~/customizations' } },
  ],
  [
    '/api/v1/brands/{}/templates/email/{}/customizations/{}',
    { links: { preview: '~/preview', template: EMAIL_TEMPLATE, test: `${EMAIL_TEMPLATE}/test` } },
  ],
  [
    '/api/v1/brands/{}/templates/email/{}/customizations/{}/preview',
    { links: { template: EMAIL_TEMPLATE, test: `${EMAIL_TEMPLATE}/test` } },
  ],
  [
    '/api/v1/brands/{}/themes/{}',
    { links: { favicon: '~/favicon', logo: '~/logo', 'background-image': '~/background-image' } },
  ],
  [
    '/api/v1/devices/{}',
    {
      links: { users: '~/users' },
      by: 'status',
      cases: {
        ACTIVE: { suspend: '~/lifecycle/suspend' },
        SUSPENDED: { unsuspend: '~/lifecycle/unsuspend', deactivate: '~/lifecycle/deactivate' },
      },
    },
  ],
  ['/api/v1/domains/{}', { links: { ...CONFIRMATION, brand: '/api/v1/brands/{brandId}' } }],
  [
    '/api/v1/eventHooks/{}',
    { by: 'status', cases: { ACTIVE: { verify: '~/lifecycle/verify' }, INACTIVE: { delete: '~' } } },
  ],
  [
    '/api/v1/features/{}',
    {
      links: { dependents: '~/dependents', dependencies: '~/dependencies', helpDoc: '/help' },
      by: 'status',
      cases: { DISABLED: { enable: '~/enable' }, ENABLED: { disable: '~/disable' } },
    },
  ],
  [
    '/api/v1/groups/{}',
    {
      hasSelf: false,
      links: {
        logo: ['medium', 'large'].map((size): [string, string] => [size, `/assets/img/logos/groups/okta-${size}.png`]),
        users: '~/users',
        apps: '~/apps',
      },
    },
  ],
  ['/api/v1/groups/{}/roles/{}', { hasSelf: false, links: { assignee: '/api/v1/groups/{0}' } }],
  ['/api/v1/users/{}/roles/{}', { hasSelf: false, links: { assignee: '/api/v1/users/{0}' } }],
  ['/api/v1/iam/resource-sets/{}', { links: { bindings: '~/bindings', resources: '~/resources' } }],
  [
    '/api/v1/iam/resource-sets/{}/resources/{}',
    { links: { resource: '/api/v1/iam/resource-sets/{0}/resources/{id}' } },
  ],
  ['/api/v1/iam/roles/{}', { links: { permissions: '~/permissions' } }],
  ['/api/v1/iam/roles/{}/permissions/{}', { links: { role: '/api/v1/iam/roles/{0}' } }],
  [
    '/api/v1/idps/{}',
    {
      hasSelf: false,
      hasLifecycle: false,
      links: { authorize: '/oauth2/v1/authorize?idp={id}', clientRedirectUri: '/oauth2/v1/authorize/callback' },
    },
  ],
  ['/api/v1/inlineHooks/{}', { by: 'status', cases: { ACTIVE: { execute: '~/execute' }, INACTIVE: { delete: '~' } } }],
  ['/api/v1/meta/schemas/user/{}', { links: { type: '/api/v1/meta/types/user/oty1' } }],
  ['/api/v1/meta/types/user/{}', { links: { schema: '/api/v1/meta/schemas/user/{id}' } }],
  [
    '/api/v1/org',
    {
      hasSelf: false,
      links: {
        preferences: FOOTER,
        uploadLogo: '/api/v1/org/logo',
        oktaCommunication: COMMUNICATION,
        logo: '/assets/img/logos/default.png',
        oktaSupport: '/api/v1/org/privacy/oktaSupport',
        contacts: '/api/v1/org/contacts',
      },
    },
  ],
  ['/api/v1/org/captcha', { links: { captcha: '/api/v1/captchas/{captchaId}' } }],
  [
    '/api/v1/org/contacts/{}',
    {
      hasSelf: false,
      by: 'contactType',
      cases: {
        BILLING: { billing: '/api/v1/org/contacts/billing' },
        TECHNICAL: { technical: '/api/v1/org/contacts/technical' },
      },
      alone: { user: '/api/v1/users/{userId}' },
    },
  ],
  [
    FOOTER,
    {
      hasSelf: false,
      by: 'showEndUserFooter',
      cases: {
        true: { hideEndUserFooter: `${FOOTER}/hideEndUserFooter` },
        false: { showEndUserFooter: `${FOOTER}/showEndUserFooter` },
      },
    },
  ],
  [
    COMMUNICATION,
    {
      hasSelf: false,
      by: 'optOutEmailUsers',
      cases: { true: { optIn: `${COMMUNICATION}/optIn` }, false: { optOut: `${COMMUNICATION}/optOut` } },
    },
  ],
  ['/api/v1/org/privacy/oktaSupport', { hasSelf: false, links: { grant: '/api/v1/org/privacy/oktaSupport/grant' } }],
  [
    '/api/v1/policies/{}',
    { links: { rules: '~/rules' }, by: 'type', cases: { ACCESS_POLICY: { mappings: '~/mappings' } } },
  ],
  ...['/api/v1/roles/{}/subscriptions/{}', '/api/v1/users/{}/subscriptions/{}'].map((path): [string, LinkRule] => [
    path,
    {
      by: 'status',
      cases: { subscribed: { unsubscribe: '~/unsubscribe' }, unsubscribed: { subscribe: '~/subscribe' } },
    },
  ]),
  ['/api/v1/sessions/{}', { links: { refresh: '~/lifecycle/refresh', user: '/api/v1/users/{userId}' } }],
  [
    '/api/v1/users/{}',
    {
      hasLifecycle: false,
      alone: {
        schema: '/api/v1/meta/schemas/user/osc1',
        resetFactors: '~/lifecycle/reset_factors',
        type: '/api/v1/meta/types/user/{type.id}',
      },
      by: 'status',
      aloneCases: {
        ACTIVE: USER_ACTIONS,
        PASSWORD_EXPIRED: USER_ACTIONS,
        STAGED: { activate: '~/lifecycle/activate' },
      },
    },
  ],
  [
    '/api/v1/users/{}/factors/{}',
    {
      links: { user: '/api/v1/users/{0}' },
      by: 'status',
      cases: {
        PENDING_ACTIVATION: { activate: '~/lifecycle/activate', resend: [['sms', '~/resend']] },
        ACTIVE: { verify: '~/verify' },
      },
    },
  ],
  ['/integrations/api/v1/api-services/{}', { links: { secrets: '~/credentials/secrets' } }],
  ['/integrations/api/v1/api-services/{}/credentials/secrets/{}', { hasLifecycle: false }],
]);

/** A place that links are made for. */
export interface LinkPlace {
  /** The template of the object's own path. */
  readonly template: string;
  /** The values in the path of its list, or of the object itself where it is in none. */
  readonly values: readonly string[];
  readonly origin: string;
  /** The object's own URL; undefined where it has none. */
  readonly self: string;
  readonly isAlone: boolean;
  /** The HTTP methods that a URL takes. */
  readonly allowed: (url: string) => readonly string[];
  /** `activate`, `deactivate`, … below the object's own path. */
  readonly lifecycle: readonly string[];
}

/** Whether links of the objects with this path are known. */
export function hasLinkRule(template: string): boolean {
  return RULES.has(template);
}

/** The `_links` of an object. */
export function linksFor(item: Item, place: LinkPlace): object {
  const rule = RULES.get(place.template) ?? {};
  const targets = { ...(rule.hasLifecycle !== false && lifecycleTargets(item, place)), ...ruled(rule, item, place) };
  const links = Object.entries(targets).map(([name, target]): [string, unknown] => [name, linked(target, item, place)]);
  return {
    ...(rule.hasSelf !== false && {
      self: link(rule.self === undefined ? place.self : resolved(rule.self, item, place), place),
    }),
    ...Object.fromEntries(links),
  };
}

function ruled(rule: LinkRule, item: Item, { isAlone }: LinkPlace): Targets {
  const value = String(rule.by && item[rule.by]);
  return {
    ...rule.links,
    ...(isAlone && rule.alone),
    ...(!(isAlone && rule.alone) && rule.cases?.[value]),
    ...(isAlone && rule.aloneCases?.[value]),
  };
}

function lifecycleTargets(item: Item, { lifecycle }: LinkPlace): Targets {
  const refused = item['status'] === 'ACTIVE' ? 'activate' : 'deactivate';
  const offered = lifecycle.filter((verb) => verb !== refused && /^(de)?activate$/.test(verb));
  return Object.fromEntries(offered.map((verb) => [verb, `~/lifecycle/${verb}`]));
}

function linked(target: Target, item: Item, place: LinkPlace): unknown {
  if (typeof target === 'string') return link(resolved(target, item, place), place);
  return target.map(([name, each]) => ({ name, ...link(resolved(each, item, place), place) }));
}

function resolved(target: string, item: Item, { self, origin, values }: LinkPlace): string {
  const path = target.replaceAll(/\{([^}]*)\}/g, (_whole, name: string) =>
    encodeURIComponent(String(/^\d+$/.test(name) ? values[Number(name)] : valueAt(item, name))),
  );
  return path.startsWith('~') ? self + path.slice(1) : origin + path;
}

function link(href: string, { allowed }: LinkPlace): object {
  const allow = allowed(href);
  return { href, ...(allow.length > 0 && { hints: { allow } }) };
}
