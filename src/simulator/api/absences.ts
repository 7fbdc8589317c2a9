import type { ErrorAnswer } from '../answer.ts';
import { featureIsOff, invalidRequest, noProvisioning } from '../errors.ts';
import type { SignOnMode } from '../org/org.ts';
import type { ApiOrg } from './api-org.ts';
import type { ApiMatch } from './api-tree.ts';

/** Which applications Okta can provision. UNVERIFIED: that it is the way of signing in that tells. */
const PROVISIONED: readonly SignOnMode[] = ['SAML_2_0'];

const invalidType = (): ErrorAnswer => invalidRequest('type');

/** Types of policies that belong to features, and one that orgs of the new engine no longer have. */
const REFUSED_POLICIES: ReadonlyMap<string, () => ErrorAnswer> = new Map([
  ['CLIENT_UPDATE', featureIsOff],
  ['DEVICE_SIGNAL_COLLECTION', featureIsOff],
  ['IDENTITY_CLAIM_SOURCING', featureIsOff],
  ['SESSION_VIOLATION_DETECTION', invalidType],
]);

/** Types that orgs of the Classic Engine lack. UNVERIFIED: that it is these, which belong to the other engine. */
const NOT_CLASSIC_POLICIES: readonly string[] = [
  ...['ACCESS_POLICY', 'ENTITY_RISK', 'POST_AUTH_SESSION', 'PROFILE_ENROLLMENT', ...REFUSED_POLICIES.keys()],
];

/**
 * What is marked in Okta's specification as of Okta Identity Engine only. UNVERIFIED: that a Classic org answers as if a feature were
 * off.
 */
const NOT_CLASSIC: readonly string[] = [
  '/.well-known/ssf-configuration',
  '/api/v1/apps/{}/cwo/connections',
  '/api/v1/apps/{}/interclient-allowed-apps',
  '/api/v1/apps/{}/interclient-target-apps',
  '/api/v1/apps/{}/policies',
  '/api/v1/authenticators',
  '/api/v1/brands/{}/well-known-uris',
  '/api/v1/captchas',
  '/api/v1/device-assurances',
  '/api/v1/device-posture-checks',
  '/api/v1/devices',
  '/api/v1/email-servers',
  '/api/v1/meta/uischemas',
  '/api/v1/org/captcha',
  '/api/v1/security-events-providers',
  '/api/v1/ssf/stream',
  '/api/v1/telephony-providers',
  '/api/v1/users/{}/authenticator-enrollments',
  '/api/v1/users/{}/devices',
  '/attack-protection/api/v1/authenticator-settings',
  '/webauthn-registration',
];

/** The error for what this org does not have, although Okta has it. */
export function refuseAbsent({ backend }: ApiOrg, { node, values }: ApiMatch, url: URL): ErrorAnswer | undefined {
  const { template } = node;
  const isClassic = backend.edition === 'classic';
  const missing = isClassic ? [...backend.switches.missingFeatures, ...NOT_CLASSIC] : backend.switches.missingFeatures;
  if (missing.some((prefix) => template === prefix || template.startsWith(`${prefix}/`))) return featureIsOff();
  if (/^\/api\/v1\/apps\/\{\}\/features(\/|$)/.test(template)) {
    const app = backend.apps.get(values[0] ?? '');
    return app !== undefined && !PROVISIONED.includes(app.signOnMode) ? noProvisioning() : undefined;
  }
  if (template !== '/api/v1/policies') return undefined;
  const type = url.searchParams.get('type') ?? '';
  return isClassic && NOT_CLASSIC_POLICIES.includes(type) ? invalidType() : REFUSED_POLICIES.get(type)?.();
}
