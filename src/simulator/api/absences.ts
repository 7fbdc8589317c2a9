import type { ErrorAnswer } from '../answer.ts';
import { featureIsOff, invalidRequest, noProvisioning } from '../errors.ts';
import type { SignOnMode } from '../org/org.ts';
import type { ApiOrg } from './api-org.ts';
import type { ApiMatch } from './api-tree.ts';

/** Which applications Okta can provision. UNVERIFIED: that it is the way of signing in that tells. */
const PROVISIONED: readonly SignOnMode[] = ['SAML_2_0'];

/** Types of policies that belong to features, and one that orgs of the new engine no longer have. */
const REFUSED_POLICIES: ReadonlyMap<string, () => ErrorAnswer> = new Map([
  ['CLIENT_UPDATE', featureIsOff],
  ['DEVICE_SIGNAL_COLLECTION', featureIsOff],
  ['IDENTITY_CLAIM_SOURCING', featureIsOff],
  ['SESSION_VIOLATION_DETECTION', () => invalidRequest('type')],
]);

/** The error for what this org does not have, although Okta has it. */
export function refuseAbsent(org: ApiOrg, { node, values }: ApiMatch, url: URL): ErrorAnswer | undefined {
  const { template } = node;
  if (org.backend.switches.missingFeatures.some((prefix) => template === prefix || template.startsWith(`${prefix}/`)))
    return featureIsOff();
  if (/^\/api\/v1\/apps\/\{\}\/features(\/|$)/.test(template)) {
    const app = org.backend.apps.get(values[0] ?? '');
    return app !== undefined && !PROVISIONED.includes(app.signOnMode) ? noProvisioning() : undefined;
  }
  return template === '/api/v1/policies' ? REFUSED_POLICIES.get(url.searchParams.get('type') ?? '')?.() : undefined;
}
