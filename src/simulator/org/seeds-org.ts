import type { CollectionRule, Scene } from './collections.ts';
import type { Item } from './field-values.ts';
import { createRandom, generatedKid } from './ids.ts';

/** Objects of lists that hold fixed names, each with a field of its own. */
function named(field: string, names: readonly string[]): CollectionRule {
  return { idField: field, seed: (scene) => names.map((name, index) => scene.make({ [field]: name }, index)) };
}

const NOTIFICATIONS = [
  'CONNECTOR_AGENT',
  'USER_LOCKED_OUT',
  'APP_IMPORT',
  'RATELIMIT_NOTIFICATION',
  'OKTA_ANNOUNCEMENT',
];

function subscriptions(scene: Scene): readonly Item[] {
  return NOTIFICATIONS.map((notificationType, index) =>
    scene.make(
      { notificationType, status: index % 2 === 0 ? 'subscribed' : 'unsubscribed', channels: ['email'] },
      index,
    ),
  );
}

function zones(scene: Scene): readonly Item[] {
  const zone = (name: string, index: number, overrides: Item): Item =>
    ofIpZone(scene.make({ type: 'IP', name, usage: 'POLICY', system: false, proxies: null, ...overrides }, index));
  return [
    zone('LegacyIpZone', 0, { system: true }),
    zone('BlockedIpZone', 1, { system: true, usage: 'BLOCKLIST' }),
    zone('Offices', 2, { gateways: [{ type: 'CIDR', value: '192.0.2.0/24' }] }),
    zone('Data centres', 3, { gateways: [{ type: 'RANGE', value: '198.51.100.1-198.51.100.9' }] }),
    zone('Old office', 4, { status: 'INACTIVE', gateways: [{ type: 'CIDR', value: '203.0.113.0/24' }] }),
  ];
}

/** Only dynamic zones have the other fields. */
function ofIpZone({ asns, ipServiceCategories, locations, proxyType, useAsExemptList, ...zone }: Item): Item {
  return { gateways: [], ...zone };
}

function features(scene: Scene): readonly Item[] {
  return ['ENABLED', 'DISABLED', 'ENABLED'].map((status, index) => scene.make({ status }, index));
}

function trustedOrigins(scene: Scene): readonly Item[] {
  const scopes = [{ type: 'CORS' }, { type: 'REDIRECT' }];
  return [scene.make({ scopes }, 0), scene.make({ scopes: scopes.slice(0, 1) }, 1)];
}

function idps(scene: Scene): readonly Item[] {
  const kinds = [
    ['SAML2', 'Partner SAML', samlProtocol],
    ['OIDC', 'Partner OIDC', oidcProtocol],
    ['GOOGLE', 'Google', oidcProtocol],
  ] as const;
  return kinds.map(([type, name, protocol], index) =>
    scene.make({ type, name, issuerMode: 'DYNAMIC', protocol: protocol(`idp ${scene.seed} ${index}`), policy }, index),
  );
}

/** Recorded: what Okta proves itself with to the provider is answered in clear. */
function oidcProtocol(seed: string): Item {
  const client_secret = createRandom(seed).text(24, 'base64url');
  const at = (path: string, binding: string): Item => ({ url: `https://idp.example.com/${path}`, binding });
  return {
    type: 'OIDC',
    endpoints: {
      authorization: at('authorize', 'HTTP-REDIRECT'),
      token: at('token', 'HTTP-POST'),
      userInfo: at('userinfo', 'HTTP-REDIRECT'),
      jwks: at('keys', 'HTTP-REDIRECT'),
    },
    scopes: ['openid', 'profile', 'email'],
    issuer: { url: 'https://idp.example.com' },
    credentials: { client: { client_id: 'your-client-id', client_secret } },
  };
}

function samlProtocol(seed: string): Item {
  return {
    type: 'SAML2',
    endpoints: {
      sso: { url: 'https://idp.example.com/saml', binding: 'HTTP-POST', destination: 'https://idp.example.com/saml' },
      acs: { binding: 'HTTP-POST', type: 'INSTANCE' },
    },
    settings: { nameFormat: 'urn:oasis:names:tc:SAML:1.1:nameid-format:unspecified' },
    credentials: {
      trust: {
        issuer: 'urn:example:idp',
        audience: 'https://www.okta.com/saml2',
        kid: generatedKid(createRandom(seed)),
      },
    },
  };
}

const policy: Item = {
  provisioning: { action: 'AUTO', profileMaster: false, groups: { action: 'NONE' } },
  accountLink: { filter: null, action: 'AUTO' },
  subject: { userNameTemplate: { template: 'idpuser.email' }, filter: null, matchType: 'USERNAME' },
  maxClockSkew: 120_000,
};

/** Recorded: the secret of an integration is in the answer that made it, and asterisks everywhere else. */
export const HASHED = '************';

function integrationSecrets(scene: Scene): readonly Item[] {
  return [scene.make({ client_secret: HASHED, secret_hash: HASHED }, 0)];
}

/** Recorded: what an authenticator may be used for, and how Okta Verify proves that it is the user. */
const AUTHENTICATOR_SETTINGS: ReadonlyMap<string, Item> = new Map<string, Item>([
  ['okta_email', { allowedFor: 'any', tokenLifetimeInMinutes: 5 }],
  ['phone_number', { allowedFor: 'recovery' }],
  [
    'okta_verify',
    {
      compliance: { fips: 'OPTIONAL' },
      channelBinding: { style: 'NUMBER_CHALLENGE', required: 'NEVER' },
      userVerification: 'PREFERRED',
      userVerificationMethods: ['BIOMETRICS', 'PIN'],
      appInstanceId: '',
    },
  ],
]);

function authenticators(scene: Scene): readonly Item[] {
  const kinds = [
    ['okta_email', 'email', 'Email'],
    ['okta_password', 'password', 'Password'],
    ['okta_verify', 'app', 'Okta Verify'],
    ['webauthn', 'security_key', 'FIDO2 (WebAuthn)'],
    ['phone_number', 'phone', 'Phone'],
  ];
  return kinds.map(([key, type, name], index) => {
    const { settings: _madeUp, ...made } = scene.make({ key, type, name }, index);
    const status = key === 'phone_number' ? 'INACTIVE' : 'ACTIVE';
    const settings = AUTHENTICATOR_SETTINGS.get(String(key));
    return { ...made, status, ...(settings !== undefined && { settings }) };
  });
}

/** Recorded: what is unusual of a user, by where and by how fast. */
function behaviors(scene: Scene): readonly Item[] {
  const history = { minEventsNeededForEvaluation: 0, maxEventsUsedForEvaluation: 50 };
  const place = { type: 'ANOMALOUS_LOCATION', name: 'New City' };
  return [
    scene.make({ ...place, settings: { ...history, granularity: 'LAT_LONG', radiusKilometers: 24 } }, 0),
    scene.make({ type: 'VELOCITY', name: 'Velocity', settings: { velocityKph: 805 } }, 1),
  ];
}

function logStreams(scene: Scene): readonly Item[] {
  const settings = { accountId: '123456789012', eventSourceName: 'okta', region: 'us-east-1' };
  return [
    scene.make({ type: 'aws_eventbridge', name: 'Security lake', settings }, 0),
    scene.make({ type: 'aws_eventbridge', name: 'Old pipeline', status: 'INACTIVE', settings }, 1),
  ];
}

/** What else a method has depends on its type, and is in its settings. */
function authenticatorMethods(): readonly Item[] {
  return [
    { type: 'push', status: 'ACTIVE', settings: { algorithms: ['ES256', 'RS256'], keyProtection: 'ANY' } },
    { type: 'totp', status: 'ACTIVE', settings: { timeIntervalInSeconds: 30, passCodeLength: 6 } },
    { type: 'sms', status: 'INACTIVE' },
  ];
}

/** An object of which there is one, with these values. */
function single(values: Item): CollectionRule {
  return { seed: (scene) => [scene.make(values, 0)] };
}

function linkedObjects(scene: Scene): readonly Item[] {
  const side = (name: string): Item => ({ name, title: name, description: `The ${name}`, type: 'USER' });
  return [
    { primary: side('manager'), associated: side('subordinate') },
    { primary: side('mentor'), associated: side('mentee') },
  ].map((item, index) => scene.make(item, index));
}

/** Who a user's manager is: the user before. */
function linkedUsers(scene: Scene): readonly Item[] {
  const users = scene.items('/api/v1/users');
  const position = users.findIndex(({ id }) => id === scene.values[0]);
  const other = users[Math.max(0, position - 1)]?.['id'];
  return [{ id: other, _links: { self: { href: `https://my-org.okta.com/api/v1/users/${other}` } } }];
}

function principalRateLimits(scene: Scene): readonly Item[] {
  const tokens = scene.items('/api/v1/api-tokens').slice(0, 2);
  return tokens.map(({ id }, index) =>
    scene.make({ principalType: 'SSWS_TOKEN', principalId: id, defaultPercentage: 50 }, index),
  );
}

function external(field: string): CollectionRule {
  const seed = (scene: Scene): readonly Item[] =>
    [1, 2].map((index) => scene.make({ [field]: `external-${index}` }, index));
  return { idField: field, seed };
}

export const ORG_LISTS: readonly (readonly [string, CollectionRule])[] = [
  ['/api/v1/zones', { seed: zones }],
  ['/api/v1/idps', { seed: idps }],
  ['/api/v1/features', { seed: features }],
  ['/integrations/api/v1/api-services/{}/credentials/secrets', { seed: integrationSecrets }],
  ['/api/v1/trustedOrigins', { seed: trustedOrigins }],
  ['/api/v1/authenticators', { seed: authenticators }],
  ['/api/v1/authenticators/{}/methods', { idField: 'type', seed: authenticatorMethods }],
  ['/api/v1/behaviors', { seed: behaviors }],
  ['/api/v1/logStreams', { seed: logStreams }],
  ['/api/v1/threats/configuration', single({ action: 'audit', excludeZones: [] })],
  ['/api/v1/first-party-app-settings/{}', single({ sessionIdleTimeoutMinutes: 15, sessionMaxLifetimeMinutes: 720 })],
  ['/api/v1/org/privacy/oktaSupport', single({ support: 'DISABLED', expiration: null })],
  ['/api/v1/bot-protection/configuration', single({ mode: 'LOG_ONLY', level: 'MEDIUM', supportedFlows: ['SIGN_IN'] })],
  ['/api/v1/org/preferences', single({ showEndUserFooter: true })],
  ['/api/v1/org/privacy/oktaCommunication', single({ optOutEmailUsers: true })],
  ['/api/v1/apps/{}/features', named('name', ['USER_PROVISIONING', 'INBOUND_PROVISIONING'])],
  ['/api/v1/brands/{}/templates/email', named('name', ['UserActivation', 'ForgotPassword', 'AccountLockout'])],
  ['/api/v1/brands/{}/pages/sign-in/widget-versions', named('sign_in_widget_version', ['*', '7.30', '7.29', '6'])],
  ['/api/v1/iam/roles/{}/permissions', named('label', ['okta.users.read', 'okta.groups.read'])],
  ['/api/v1/org/contacts', named('contactType', ['BILLING', 'TECHNICAL'])],
  ['/api/v1/org/privacy/oktaSupport/cases', named('caseNumber', ['01819421', '01819422'])],
  ['/api/v1/dr/status', named('domain', ['my-org.okta.com', 'login.example.com'])],
  ['/api/v1/meta/schemas/logStream', named('id', ['aws_eventbridge', 'splunk_cloud_logstreaming'])],
  ['/api/v1/meta/schemas/user/linkedObjects', { idField: 'primary.name', seed: linkedObjects }],
  ['/api/v1/roles/{}/subscriptions', { idField: 'notificationType', seed: subscriptions }],
  ['/api/v1/users/{}/subscriptions', { idField: 'notificationType', seed: subscriptions }],
  ['/api/v1/users/{}/linkedObjects/{}', { seed: linkedUsers }],
  ['/okta-personal-settings/api/v1/export-blocklists', named('domain', ['yahoo.com', 'example.net'])],
  ['/api/v1/identity-sources/{}/groups', external('externalId')],
  ['/api/v1/identity-sources/{}/users', external('externalId')],
  ['/api/v1/directories/{}/groups/{}/query', external('id')],
  ['/api/v1/principal-rate-limits', { seed: principalRateLimits }],
  ['/api/v1/ssf/stream', named('stream_id', ['stream-1', 'stream-2'])],
  ['/api/v1/groups/{}/roles/{}/targets/catalog/apps', named('name', ['oidc_client', 'bookmark'])],
  ['/api/v1/users/{}/roles/{}/targets/catalog/apps', named('name', ['oidc_client', 'bookmark'])],
  ['/oauth2/v1/clients/{}/roles/{}/targets/catalog/apps', named('name', ['oidc_client', 'bookmark'])],
  ['/api/v1/identity-sources/{}/groups/{}/membership', named('memberExternalId', ['external-1', 'external-2'])],
];
