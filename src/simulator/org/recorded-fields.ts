import type { Item } from './field-values.ts';

/** How recorded answers differ in their fields from the documents. All by the template of the list or object. */

/** Fields that no recorded answer had; whoever sets one reads it back, except for the secret. */
const ABSENT: ReadonlyMap<string, readonly string[]> = new Map([
  ['/api/v1/apps/{}/connections/default', ['authScheme', 'baseUrl']],
  ['/api/v1/apps/{}/grants', ['userId']],
  ['/api/v1/apps/{}/users', ['lastSync']],
  ['/api/v1/authenticators', ['agreeToTerms', 'description', 'provider']],
  ['/api/v1/authorizationServers', ['accessTokenEncryptedResponseAlgorithm', 'jwks', 'jwks_uri']],
  ['/api/v1/authorizationServers/{}/associatedServers', ['accessTokenEncryptedResponseAlgorithm', 'jwks', 'jwks_uri']],
  ['/api/v1/authorizationServers/{}/claims', ['group_filter_type']],
  ['/api/v1/brands', ['emailDomainId', 'locale']],
  ...['error/customized', 'error/preview', 'sign-in/customized', 'sign-in/preview'].map(
    (page): [string, readonly string[]] => [`/api/v1/brands/{}/pages/${page}`, ['contentSecurityPolicySetting']],
  ),
  ['/api/v1/brands/{}/pages/sign-out/customized', ['url']],
  ['/api/v1/brands/{}/themes', ['loadingPageTouchPointVariant']],
  ['/api/v1/captchas', ['secretKey']],
  [
    '/api/v1/device-assurances',
    ['callerContext', 'devicePostureChecks', 'displayRemediationMode', 'gracePeriod', 'jailbreak'].concat([
      'osVersionConstraints',
      'thirdPartySignalProviders',
    ]),
  ],
  // Only groups of applications have a source.
  ['/api/v1/groups', ['source']],
  ['/api/v1/groups/rules', ['allGroupsValid']],
  ['/api/v1/iam/resource-sets/{}/resources', ['conditions']],
  ['/api/v1/idps/{}/credentials/keys', ['alg']],
  ['/api/v1/org/privacy/oktaSupport', ['caseNumber']],
  ['/api/v1/rate-limit-settings/per-client', ['useCaseModeOverrides']],
]);

/** Whether a made-up object has a field. */
export function isShown(template: string, field: string): boolean {
  return ABSENT.get(template)?.includes(field) !== true;
}

/** Fields that are taken, and never given. */
const WRITE_ONLY: ReadonlyMap<string, readonly string[]> = new Map([
  ['/api/v1/authorizationServers/{}/associatedServers', ['trusted']],
  ['/api/v1/captchas', ['secretKey']],
  ['/api/v1/iam/resource-sets', ['resources']],
  ['/api/v1/iam/roles', ['permissions']],
]);

/** Fields that only Okta sets, as it does `_links`, even where a client sends them. */
const READ_ONLY: readonly string[] = ['id', 'created', 'lastUpdated'];

/** Lists whose objects are active however they were sent. */
const BORN_ACTIVE: readonly string[] = ['/api/v1/behaviors', '/api/v1/logStreams'];

/** What of a body is stored. */
export function storable(template: string, body: Item, stored: readonly string[]): Item {
  const dropped = [
    '_links',
    ...READ_ONLY.filter((name) => stored.includes(name)),
    ...(WRITE_ONLY.get(template) ?? []),
    ...(BORN_ACTIVE.includes(template) ? ['status'] : []),
  ];
  return Object.fromEntries(Object.entries(body).filter(([name]) => !dropped.includes(name)));
}

/** Values of fields that a create leaves out. `made` is the object with its new id. */
const DEFAULTS: ReadonlyMap<string, (made: Item) => Item> = new Map<string, (made: Item) => Item>([
  [
    '/api/v1/authorizationServers',
    ({ id, created }) => ({
      issuer: `https://my-org.okta.com/oauth2/${id}`,
      issuerMode: 'DYNAMIC',
      credentials: { signing: { kid: `kid of ${id}`, rotationMode: 'AUTO', lastRotated: created, nextRotation: null } },
      default: false,
    }),
  ],
  ['/api/v1/authorizationServers/{}/policies', () => ({ system: false, conditions: { clients: { include: [] } } })],
  ['/api/v1/authorizationServers/{}/policies/{}/rules', () => ({ system: false })],
  ['/api/v1/groups', () => ({ profile: { description: null } })],
  ['/api/v1/policies', () => ({ priority: 1, conditions: null, system: false })],
  ['/api/v1/realms', () => ({ profile: { domains: [] } })],
  ['/api/v1/users/{}/factors', () => ({ status: 'PENDING_ACTIVATION' })],
  ['/api/v1/zones', () => ({ usage: 'POLICY' })],
]);

/** What Okta fills in where a create says nothing. */
export function defaultsFor(template: string, made: Item): Item {
  return DEFAULTS.get(template)?.(made) ?? {};
}

/** Lists in which a PUT keeps what it does not name. */
const KEPT_BY_PUT: readonly string[] = [
  '/api/v1/authenticators',
  '/api/v1/authorizationServers/{}/policies/{}/rules',
  '/api/v1/brands',
  '/api/v1/brands/{}/themes',
  '/api/v1/principal-rate-limits',
];

/** Whether a PUT to an object of a list leaves the fields that it does not name. */
export function keepsUnnamed(template: string): boolean {
  return KEPT_BY_PUT.includes(template);
}
