import { noContent, success } from '../answer.ts';
import { appJson } from '../apps/json.ts';
import { invalid, stillActive } from '../errors.ts';
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
import { valueAt } from './api-org.ts';
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
  return store(call, { ...app, ...described({ name: app.name, ...call.body }, oktaTime(call.org.backend.now())) });
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
  return success(200, appJson(app, { origin: url.origin, orgId: org.backend.orgId }));
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
  };
}

function readClient(body: Item): OAuthClient {
  const applicationType = valueAt(body, 'settings.oauthClient.application_type') ?? 'web';
  const authMethod = valueAt(body, 'credentials.oauthClient.token_endpoint_auth_method') ?? 'client_secret_basic';
  return {
    applicationType: String(applicationType) as OAuthClient['applicationType'],
    authMethod: String(authMethod) as TokenEndpointAuthMethod,
    dpopBound: valueAt(body, 'settings.oauthClient.dpop_bound_access_tokens') === true,
  };
}
