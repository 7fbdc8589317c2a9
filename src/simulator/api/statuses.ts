import type { SuccessStatus } from '../answer.ts';
import type { ApiMethod } from './documents.ts';

/** Operations that answer 201; all others that answer with a body answer 200. Templates are those of `ApiNode`. */
const CREATED: ReadonlySet<string> = new Set([
  ...['', '/{}', '/{}/activate', '/{}/deactivate', '/{}/pause', '/{}/resume', '/{}/retry', '/{}/stop', '/settings'].map(
    (rest) => `POST /api/v1/agentPools/{}/updates${rest}`,
  ),
  'POST /api/v1/apps/{}/logo',
  'POST /api/v1/apps/{}/credentials/csrs',
  'POST /api/v1/apps/{}/credentials/csrs/{}/lifecycle/publish',
  'POST /api/v1/apps/{}/credentials/keys/generate',
  'POST /api/v1/apps/{}/credentials/keys/{}/clone',
  'POST /api/v1/apps/{}/credentials/secrets',
  'POST /api/v1/apps/{}/cwo/connections',
  'POST /api/v1/apps/{}/federated-claims',
  'PUT /api/v1/apps/{}/federated-claims/{}',
  'POST /api/v1/apps/{}/group-push/mappings',
  'POST /api/v1/apps/{}/interclient-allowed-apps',
  'POST /api/v1/authorizationServers',
  'POST /api/v1/authorizationServers/{}/claims',
  'POST /api/v1/authorizationServers/{}/policies',
  'POST /api/v1/authorizationServers/{}/policies/{}/rules',
  'POST /api/v1/authorizationServers/{}/resourceservercredentials/keys',
  'POST /api/v1/authorizationServers/{}/scopes',
  'POST /api/v1/brands',
  'POST /api/v1/brands/{}/templates/email/{}/customizations',
  'POST /api/v1/brands/{}/themes/{}/background-image',
  'POST /api/v1/brands/{}/themes/{}/favicon',
  'POST /api/v1/captchas',
  'POST /api/v1/domains',
  'POST /api/v1/email-servers',
  'POST /api/v1/groups/{}/owners',
  'POST /api/v1/groups/{}/roles',
  'POST /api/v1/identity-sources/{}/sessions',
  'POST /api/v1/idps/{}/credentials/csrs',
  'POST /api/v1/idps/{}/credentials/csrs/{}/lifecycle/publish',
  'POST /api/v1/idps/{}/credentials/keys/generate',
  'POST /api/v1/idps/{}/credentials/keys/{}/clone',
  'POST /integrations/api/v1/api-services',
  'POST /integrations/api/v1/api-services/{}/credentials/secrets',
  'POST /api/v1/meta/schemas/user/linkedObjects',
  'POST /api/v1/orgs',
  'POST /api/v1/principal-rate-limits',
  'POST /privileged-access/api/v1/okta-service-accounts',
  'POST /api/v1/realm-assignments',
  'POST /api/v1/realm-assignments/operations',
  'POST /api/v1/ssf/stream',
  'POST /api/v1/telephony-providers',
  'POST /api/v1/users/{}/roles',
]);

/** Operations that are only begun when they are answered. */
const ACCEPTED: ReadonlySet<string> = new Set([
  'POST /api/v1/directories/{}/groups/{}/query',
  ...['bulk-delete', 'bulk-group-memberships-delete', 'bulk-group-memberships-upsert'].map(bulkOperation),
  ...['bulk-groups-delete', 'bulk-groups-upsert', 'bulk-upsert'].map(bulkOperation),
  'POST /security/api/v1/security-events',
  'DELETE /api/v1/groups/rules/{}',
]);

/** Operations that answer 200 and an empty object. UNVERIFIED: the last two. */
const EMPTY_OBJECT: readonly RegExp[] = [
  /^POST \/api\/v1\/apps\/\{\}\/lifecycle\//,
  /^POST \/api\/v1\/users\/\{\}\/lifecycle\//,
  /^PUT \/api\/v1\/users\/\{\}\/roles\/\{\}\/targets\/catalog\/apps$/,
  /^PUT \/api\/v1\/groups\/\{\}\/roles\/\{\}\/targets\/catalog\/apps\/\{\}$/,
];

/** Operations that answer 200 and no body at all, as recorded. */
const EMPTY: readonly RegExp[] = [/^POST \/api\/v1\/logStreams\/\{\}\/lifecycle\//, /\/(un)?subscribe$/];

/** Whether the body of an operation that says nothing is empty, and no empty object. */
export function hasEmptyBody(key: string): boolean {
  return EMPTY.some((pattern) => pattern.test(key));
}

/** The status with which an operation succeeds. `key` is its HTTP method and the template of its path. */
export function statusOf(key: string, { response }: ApiMethod): SuccessStatus {
  if (CREATED.has(key)) return 201;
  if (ACCEPTED.has(key)) return 202;
  if (response.kind !== 'none' || [...EMPTY_OBJECT, ...EMPTY].some((pattern) => pattern.test(key))) return 200;
  return 204;
}

function bulkOperation(name: string): string {
  return `POST /api/v1/identity-sources/{}/sessions/{}/${name}`;
}
