/**
 * What access to each path is called, as Okta's API document says operation by operation: `okta.apps` stands for
 * `okta.apps.read` to read and `okta.apps.manage` to change. The first path that a call is at or below counts.
 */
const FAMILIES: readonly (readonly [path: string, ...families: readonly string[]])[] = [
  ['/api/v1/agentPools', 'okta.agentPools'],
  ['/api/v1/api-tokens/current'],
  ['/api/v1/api-tokens', 'okta.apiTokens'],
  ['/api/v1/apps/{}/grants', 'okta.appGrants'],
  ['/api/v1/apps/{}/group-push/mappings', 'okta.apps', 'okta.groups'],
  ['/api/v1/apps/{}/interclient-allowed-apps', 'okta.apps.interclientTrust'],
  ['/api/v1/apps/{}/interclient-target-apps', 'okta.apps.interclientTrust'],
  ['/api/v1/apps', 'okta.apps'],
  ['/api/v1/authenticators', 'okta.authenticators'],
  ['/api/v1/authorizationServers', 'okta.authorizationServers'],
  ['/api/v1/behaviors', 'okta.behaviors'],
  ['/api/v1/bot-protection', 'okta.botProtection'],
  ['/api/v1/brands/{}/templates', 'okta.templates'],
  ['/api/v1/brands', 'okta.brands'],
  ['/api/v1/captchas', 'okta.captchas'],
  ['/api/v1/device-assurances', 'okta.deviceAssurance'],
  ['/api/v1/device-integrations', 'okta.deviceIntegrations'],
  ['/api/v1/device-posture-checks', 'okta.devicePostureChecks'],
  ['/api/v1/devices', 'okta.devices'],
  ['/api/v1/directories', 'okta.directories.groups'],
  ['/api/v1/domains', 'okta.domains'],
  ['/api/v1/dr', 'okta.dr'],
  ['/api/v1/email-domains', 'okta.emailDomains'],
  ['/api/v1/email-servers', 'okta.emailServers'],
  ['/api/v1/eventHooks', 'okta.eventHooks'],
  ['/api/v1/features', 'okta.features'],
  ['/api/v1/first-party-app-settings', 'okta.apps'],
  ['/api/v1/groups/{}/roles', 'okta.roles'],
  ['/api/v1/groups', 'okta.groups'],
  ['/api/v1/hook-keys', 'okta.inlineHooks'],
  ['/api/v1/iam', 'okta.roles'],
  ['/api/v1/identity-sources', 'okta.identitySources'],
  ['/api/v1/inlineHooks', 'okta.inlineHooks'],
  ['/api/v1/idps', 'okta.idps'],
  ['/api/v1/logStreams', 'okta.logStreams'],
  ['/api/v1/logs', 'okta.logs'],
  ['/api/v1/mappings', 'okta.profileMappings'],
  ['/api/v1/meta/schemas/logStream', 'okta.logStreams'],
  ['/api/v1/meta/schemas/user/linkedObjects', 'okta.linkedObjects'],
  ['/api/v1/meta/schemas', 'okta.schemas'],
  ['/api/v1/meta/types', 'okta.userTypes'],
  ['/api/v1/meta/uischemas', 'okta.uischemas'],
  ['/api/v1/org/captcha', 'okta.captchas'],
  ['/api/v1/org/factors', 'okta.users'],
  ['/api/v1/org', 'okta.orgs'],
  ['/api/v1/orgs', 'okta.orgs'],
  ['/api/v1/policies', 'okta.policies'],
  ['/api/v1/principal-rate-limits', 'okta.principalRateLimits'],
  ['/api/v1/push-providers', 'okta.pushProviders'],
  ['/api/v1/rate-limit-settings', 'okta.rateLimits'],
  ['/api/v1/realm-assignments', 'okta.realmAssignments'],
  ['/api/v1/realms', 'okta.realms'],
  ['/api/v1/roles', 'okta.roles'],
  ['/api/v1/security-events-providers', 'okta.securityEventsProviders'],
  ['/api/v1/sessions', 'okta.sessions'],
  ['/api/v1/ssf', 'ssf'],
  ['/api/v1/telephony-providers', 'okta.customTelephonyProvider'],
  ['/api/v1/templates', 'okta.templates'],
  ['/api/v1/threats', 'okta.threatInsights'],
  ['/api/v1/trustedOrigins', 'okta.trustedOrigins'],
  ['/api/v1/users/{}/factors/questions'],
  ['/api/v1/users/{}/risk', 'okta.userRisk'],
  ['/api/v1/users/{}/roles', 'okta.roles'],
  ['/api/v1/users', 'okta.users'],
  ['/api/v1/zones', 'okta.networkZones'],
  ['/attack-protection/api/v1', 'okta.orgs'],
  ['/integrations/api/v1', 'okta.oauthIntegrations'],
  ['/oauth2/v1/clients', 'okta.roles'],
  ['/okta-personal-settings/api/v1', 'okta.personal.adminSettings'],
  ['/privileged-access/api/v1/okta-service-accounts', 'okta.serviceAccounts.okta'],
  ['/privileged-access/api/v1/service-accounts', 'okta.serviceAccounts'],
  ['/webauthn-registration/api/v1', 'okta.users'],
];

/** Calls whose scope is not what their HTTP method suggests. */
const EXCEPTIONS: readonly (readonly [request: RegExp, scopes: readonly string[]])[] = [
  [/^POST \/api\/v1\/brands\/[^/]+\/templates\/email\/[^/]+\/test$/, ['okta.templates.read']],
  [/^POST \/api\/v1\/directories\/[^/]+\/groups\/[^/]+\/query$/, ['okta.directories.groups.read']],
  [/^GET \/api\/v1\/org\/privacy\/aerial$/, ['okta.orgs.manage']],
  [/^POST \/api\/v1\/policies\/simulate$/, ['okta.policies.read']],
  [/^POST \/api\/v1\/idps\/[^/]+\/users\/[^/]+$/, ['okta.users.manage']],
];

/** All scopes of Okta's API: what an application needs that may do everything. */
export const OKTA_SCOPES: readonly string[] = [...new Set(FAMILIES.flatMap(([, ...families]) => families))]
  .flatMap((family) => [`${family}.read`, `${family}.manage`])
  // The log can only be read.
  .filter((scope) => scope !== 'okta.logs.manage');

/** The scopes that a call needs, all of them; none where Okta names none. */
export function scopesFor(method: string, pathname: string): readonly string[] {
  const exception = EXCEPTIONS.find(([request]) => request.test(`${method} ${pathname}`));
  if (exception !== undefined) return exception[1];
  const segments = pathname.split('/');
  const [, ...families] = FAMILIES.find(([path]) => isAtOrBelow(segments, path.split('/'))) ?? [''];
  return families.map((family) => `${family}.${method === 'GET' ? 'read' : 'manage'}`);
}

/** Whether these scopes are enough. Who may manage may read. */
export function hasScopes(granted: readonly string[], wanted: readonly string[]): boolean {
  return wanted.every((scope) => granted.includes(scope) || granted.includes(scope.replace(/\.read$/, '.manage')));
}

function isAtOrBelow(segments: readonly string[], path: readonly string[]): boolean {
  return path.every((part, index) => part === '{}' || part === segments[index]);
}
