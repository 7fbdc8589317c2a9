import type { ApiNode } from './api-tree.ts';

/** What the objects of a list are called, and how their ids begin. */
export interface ObjectType {
  /** As Okta writes it into E0000007. */
  readonly type: string;
  readonly prefix: string;
  /** For names of seed data. */
  readonly noun: string;
}

/**
 * By the template of the list or object, in Okta's own words where an answer was recorded.
 * UNVERIFIED: the others, and all that are made from the path.
 */
const KNOWN: ReadonlyMap<string, readonly [type: string, prefix: string]> = new Map([
  ['/api/v1/users', ['User', '00u']],
  ['/api/v1/groups', ['UserGroup', '00g']],
  ['/api/v1/groups/rules', ['GroupRule', '0pr']],
  ['/api/v1/apps', ['AppInstance', '0oa']],
  ['/api/v1/agentPools', ['AppInstance', '0oa']],
  ['/api/v1/api-tokens', ['Token', '00T']],
  ['/api/v1/authorizationServers', ['AuthorizationServer', 'aus']],
  ['/api/v1/authorizationServers/{}/scopes', ['OAuth2Scope', 'scp']],
  ['/api/v1/authorizationServers/{}/claims', ['OAuth2Claim', 'ocl']],
  ['/api/v1/authorizationServers/{}/clients', ['PublicClientApp', '0oa']],
  ['/api/v1/authorizationServers/{}/policies', ['Policy', '00p']],
  ['/api/v1/authorizationServers/{}/policies/{}/rules', ['PolicyRule', '0pr']],
  ['/api/v1/policies', ['Policy', '00p']],
  ['/api/v1/policies/{}/rules', ['PolicyRule', '0pr']],
  ['/api/v1/authenticators', ['Authenticator', 'aut']],
  ['/api/v1/behaviors', ['BehaviorSettings', 'bhv']],
  ['/api/v1/brands', ['Brand', 'bnd']],
  ['/api/v1/brands/{}/themes', ['Theme', 'thd']],
  ['/api/v1/captchas', ['Captcha', 'cap']],
  ['/api/v1/devices', ['Device', 'guo']],
  ['/api/v1/device-assurances', ['DeviceAssuranceRuleManagerImpl', 'dae']],
  ['/api/v1/domains', ['CustomDomain', 'OcD']],
  ['/api/v1/eventHooks', ['Webhook', 'who']],
  ['/api/v1/inlineHooks', ['InlineHook', 'cal']],
  ['/api/v1/hook-keys', ['HookKey', 'HKY']],
  ['/api/v1/features', ['Feature', 'ftr']],
  ['/api/v1/iam/roles', ['CustomRole', 'cr0']],
  ['/api/v1/iam/resource-sets', ['IAMPolicy', 'iam']],
  ['/api/v1/iam/resource-sets/{}/resources', ['IAMResource', 'ire']],
  ['/api/v1/idps', ['IdpTrust', '0oa']],
  ['/api/v1/idps/credentials/keys', ['IdpTrust', 'key']],
  ['/api/v1/logStreams', ['AppInstance', '0oa']],
  ['/api/v1/mappings', ['ProfileMapping', 'prm']],
  ['/api/v1/meta/types/user', ['CVDType', 'oty']],
  ['/api/v1/meta/uischemas', ['UISchemaEntity', 'uis']],
  ['/api/v1/meta/schemas/user/linkedObjects', ['LinkedObjectProperty', 'lob']],
  ['/api/v1/push-providers', ['PushProviderConfigEntity', 'ppc']],
  ['/api/v1/realms', ['Realm', 'guo']],
  ['/api/v1/realm-assignments', ['RealmAssignment', 'rul']],
  ['/api/v1/templates/sms', ['AppInstance', 'cst']],
  ['/api/v1/trustedOrigins', ['TrustedOrigin', 'tos']],
  ['/api/v1/zones', ['NetworkZone', 'nzo']],
  ['/api/v1/apps/{}/credentials/secrets', ['OAuth2ClientSecretMediated', 'ocs']],
  ['/api/v1/apps/{}/credentials/csrs', ['CertificateSigningRequest', 'csr']],
  ['/api/v1/idps/{}/credentials/csrs', ['CertificateSigningRequest', 'csr']],
  ['/api/v1/apps/{}/credentials/keys', ['JsonWebKey', 'key']],
  ['/api/v1/apps/{}/features', ['PublicAppFeatureSetName', 'aff']],
  ['/api/v1/apps/{}/grants', ['OAuth2ScopeConsentGrant', 'oag']],
  ['/api/v1/users/{}/grants', ['OAuth2ScopeConsentGrant', 'oag']],
  ['/api/v1/users/{}/clients/{}/grants', ['OAuth2ScopeConsentGrant', 'oag']],
  ['/api/v1/apps/{}/tokens', ['OAuth2RefreshTokenTx', 'oar']],
  ['/api/v1/apps/{}/users', ['AppUser', '00u']],
  ['/api/v1/apps/{}/groups', ['AppGroup', '00g']],
  ['/api/v1/apps/{}/cwo/connections', ['Connection', 'con']],
  ['/api/v1/users/{}/factors', ['UserFactor', 'mbl']],
  ['/api/v1/users/{}/roles', ['RoleAssignment', 'ra1']],
  ['/api/v1/groups/{}/roles', ['RoleAssignment', 'gra']],
  ['/oauth2/v1/clients/{}/roles', ['RoleAssignment', 'irb']],
  ['/integrations/api/v1/api-services', ['APIServiceIntegration', '0oa']],
  ['/integrations/api/v1/api-services/{}/credentials/secrets', ['APIServiceIntegrationSecret', 'ocs']],
]);

export function typeOf(node: ApiNode): ObjectType {
  const list = node.isParameter ? node.parent : node;
  const words = nounOf((list ?? node).segment);
  const [type, prefix] = KNOWN.get((list ?? node).template) ?? [pascalCase(words), '0ox'];
  return { type, prefix, noun: words };
}

/** `trustedOrigins` and `trusted-origins` are `Trusted origin`. */
function nounOf(segment: string): string {
  const words = segment
    .replaceAll(/([a-z])([A-Z])/g, '$1 $2')
    .replaceAll(/[-_.]/g, ' ')
    .trim()
    .toLowerCase();
  const singular = words.replace(/ies$/, 'y').replace(/(?<=[^s])s$/, '');
  return singular.charAt(0).toUpperCase() + singular.slice(1);
}

function pascalCase(words: string): string {
  return words.replaceAll(/(^| )([a-z])/gi, (_match, _space, letter: string) => letter.toUpperCase());
}
