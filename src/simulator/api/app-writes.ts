import { noContent, success } from '../answer.ts';
import { urlsOf, writtenAppJson } from '../apps/json.ts';
import { invalid, notFound, stillActive } from '../errors.ts';
import type { Item } from '../org/field-values.ts';
import { oktaId } from '../org/ids.ts';
import {
  type LifecycleStatus,
  type OAuthClient,
  oktaTime,
  type SignOnMode,
  type SimulatedApp,
  type TokenEndpointAuthMethod,
} from '../org/org.ts';
import { type ApiOrg, itemsOf, valueAt } from './api-org.ts';
import type { ApiCall, Outcome } from './crud.ts';

/** What changes applications; `apps.ts` reads them. */

export function createApp(call: ApiCall): Outcome {
  const refusal = refuseApp(call.body);
  if (refusal !== undefined) return refusal;
  const { backend } = call.org;
  const now = oktaTime(backend.now());
  const isActive = call.url.searchParams.get('activate') !== 'false';
  const base = {
    id: oktaId(backend.random, '0oa'),
    created: now,
    keys: [],
    status: isActive ? 'ACTIVE' : 'INACTIVE',
    grantedScopes: [],
  };
  return store(call, { ...base, ...described(call.body, now) } as SimulatedApp);
}

export function replaceApp(call: ApiCall): Outcome | undefined {
  const app = appOf(call);
  if (app === undefined) return undefined;
  const refusal = refuseApp(call.body);
  if (refusal !== undefined) return refusal;
  const now = oktaTime(call.org.backend.now());
  const replaced = { ...app, ...described({ ...call.body, name: app.name }, now) };
  return store(call, keepingSecret(replaced, app, call.org));
}

/** UNVERIFIED: that a PUT without the secret, which no GET shows, keeps it. */
function keepingSecret(app: SimulatedApp, before: SimulatedApp, org: ApiOrg): SimulatedApp {
  const clientSecret = app.oauthClient?.clientSecret ?? before.oauthClient?.clientSecret;
  if (app.oauthClient?.clientSecret !== undefined) setSecret(org, app.id, app.oauthClient.clientSecret);
  if (app.oauthClient === undefined || clientSecret === undefined) return app;
  return { ...app, oauthClient: { ...app.oauthClient, clientSecret } };
}

function setSecret(org: ApiOrg, appId: string, clientSecret: string): void {
  const path = secretsOf(appId);
  const [active] = itemsOf(org, path).filter(({ status }) => status === 'ACTIVE');
  if (active !== undefined) org.lists.get(path)?.set(String(active['id']), { ...active, client_secret: clientSecret });
}

function secretsOf(appId: string): string {
  return `/api/v1/apps/${appId}/credentials/secrets`;
}

/** Recorded: the Admin Console keeps its policy. UNVERIFIED: the error for what is no policy of access. */
export function assignPolicy(call: ApiCall): Outcome | undefined {
  const app = appOf(call);
  const policyId = call.match.values[1] ?? '';
  if (app === undefined) return undefined;
  if (app.name === 'saasure')
    return invalid('Policy', `This policy belongs to "${app.label}", and re-assignment of this policy is not allowed`);
  const policy = itemsOf(call.org, '/api/v1/policies').find(({ id }) => id === policyId);
  if (policy?.['type'] !== 'ACCESS_POLICY') return notFound(policyId, 'Policy');
  call.org.backend.apps.set(app.id, { ...app, accessPolicy: policyId });
  return noContent();
}

export function deleteApp(call: ApiCall): Outcome | undefined {
  const app = appOf(call);
  if (app === undefined) return undefined;
  if (app.status === 'ACTIVE') return stillActive();
  call.org.backend.apps.delete(app.id);
  return noContent();
}

export function setAppStatus(status: LifecycleStatus): (call: ApiCall) => Outcome | undefined {
  return (call) => {
    const app = appOf(call);
    if (app === undefined) return undefined;
    const lastUpdated = oktaTime(call.org.backend.now());
    call.org.backend.apps.set(app.id, { ...app, status, lastUpdated });
    return success(200, {});
  };
}

function appOf({ org, match }: ApiCall): SimulatedApp | undefined {
  return org.backend.apps.get(match.values[0] ?? '');
}

// Okta names the members that are missing. UNVERIFIED: the causes' words.
function refuseApp(body: Item): Outcome | undefined {
  for (const name of ['label', 'signOnMode']) {
    if (typeof body[name] !== 'string') return invalid(name, `${name}: The field cannot be left blank`);
  }
  return undefined;
}

function store({ org, url }: ApiCall, app: SimulatedApp): Outcome {
  org.backend.apps.set(app.id, app);
  return success(200, writtenAppJson(app, urlsOf(org.backend, url), secretOf(org, app)));
}

function secretOf(org: ApiOrg, { id, oauthClient }: SimulatedApp): string | undefined {
  if (oauthClient?.authMethod.startsWith('client_secret') !== true) return undefined;
  const active = itemsOf(org, secretsOf(id)).find(({ status }) => status === 'ACTIVE');
  return typeof active?.['client_secret'] === 'string' ? active['client_secret'] : undefined;
}

/** What a body says about an application, with Okta's defaults. Keys are kept: they have operations of their own. */
function described(body: Item, lastUpdated: string): Omit<SimulatedApp, 'created' | 'id' | 'keys' | 'status'> {
  const signOnMode = String(body['signOnMode']) as SignOnMode;
  const oauthClient = signOnMode === 'OPENID_CONNECT' ? readClient(body) : undefined;
  const name = body['name'] ?? (oauthClient === undefined ? 'bookmark' : 'oidc_client');
  return {
    name: String(name),
    label: String(body['label']),
    lastUpdated,
    signOnMode,
    appSettings: (valueAt(body, 'settings.app') ?? {}) as SimulatedApp['appSettings'],
    ...(oauthClient !== undefined && { oauthClient }),
    given: withoutOwn(body),
  };
}

/** Keys and the secret have operations of their own, and are not shown from a body. */
function withoutOwn(body: Item): Item {
  const copy = structuredClone(body) as { settings?: Inner; credentials?: Inner };
  delete copy.settings?.oauthClient?.['jwks'];
  delete copy.credentials?.oauthClient?.['client_secret'];
  return copy as Item;
}

type Inner = { oauthClient?: Record<string, unknown> };

function readClient(body: Item): OAuthClient {
  const applicationType = valueAt(body, 'settings.oauthClient.application_type') ?? 'web';
  const jwksUri = valueAt(body, 'settings.oauthClient.jwks_uri');
  const signingAlg = valueAt(body, 'settings.oauthClient.request_object_signing_alg');
  const clientSecret = valueAt(body, 'credentials.oauthClient.client_secret');
  const authMethod = valueAt(body, 'credentials.oauthClient.token_endpoint_auth_method') ?? 'client_secret_basic';
  return {
    applicationType: String(applicationType) as OAuthClient['applicationType'],
    authMethod: String(authMethod) as TokenEndpointAuthMethod,
    dpopBound: valueAt(body, 'settings.oauthClient.dpop_bound_access_tokens') === true,
    ...(typeof jwksUri === 'string' && { jwksUri }),
    ...(typeof signingAlg === 'string' && { requestObjectSigningAlg: signingAlg }),
    ...(typeof clientSecret === 'string' && { clientSecret }),
  };
}
