import { accessPolicyOf, type OAuthClient, POLICY_IDS, type SimulatedApp } from '../org/org.ts';
import { embeddedKeyJson } from './key-json.ts';
import type { Edition } from './operation.ts';

/** What app objects say about their org. */
export interface OrgUrls {
  /** Scheme and host, without a slash at the end. */
  readonly origin: string;
  /** `00o…`. */
  readonly orgId: string;
  readonly edition: Edition;
}

export function urlsOf({ orgId, edition }: Pick<OrgUrls, 'edition' | 'orgId'>, { origin }: URL): OrgUrls {
  return { origin, orgId, edition };
}

/** An application as Okta answers it in the list and on its own: members, nulls and order as recorded in 2025. */
export function appJson(app: SimulatedApp, org: OrgUrls): object {
  return withGiven(madeJson(app, org), app.given ?? {});
}

function madeJson(app: SimulatedApp, org: OrgUrls): Members {
  return {
    id: app.id,
    orn: `orn:okta:idp:${org.orgId}:apps:${app.name}:${app.id}`,
    name: app.name,
    label: app.label,
    status: app.status,
    lastUpdated: app.lastUpdated,
    created: app.created,
    accessibility: { selfService: false, errorRedirectUrl: null, loginRedirectUrl: null },
    visibility: visibility(app),
    features: [],
    signOnMode: app.signOnMode,
    credentials: credentials(app),
    universalLogout: universalLogout(app),
    settings: settings(app),
    _links: links(app, org),
  };
}

type Members = Readonly<Record<string, unknown>>;

/** Members that a body may name and that stay what Okta says. */
const OWN: readonly string[] = ['id', 'orn', 'name', 'label', 'status', 'created', 'lastUpdated', 'signOnMode'].concat([
  'features',
  'universalLogout',
  '_links',
  '_embedded',
]);

/** What Okta does not know it keeps as it came; of what it knows, what was left out has its default. */
function withGiven(made: Members, given: Members): Members {
  const entries = Object.entries(given).filter(([name]) => !OWN.includes(name));
  return { ...made, ...Object.fromEntries(entries.map(([name, value]) => [name, laidOver(made[name], value)])) };
}

function laidOver(below: unknown, above: unknown): unknown {
  if (!isMembers(below) || !isMembers(above)) return above;
  const members = Object.entries(above).map(([name, value]) => [name, laidOver(below[name], value)]);
  return { ...below, ...Object.fromEntries(members) };
}

function isMembers(value: unknown): value is Members {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/**
 * The answer to a create or a replacement, which has the client's secret where the client proves itself by one. The
 * specification: it is only shown then.
 */
export function writtenAppJson(app: SimulatedApp, org: OrgUrls, secret: string | undefined): object {
  const json = appJson(app, org);
  return secret === undefined
    ? json
    : (laidOver(json, { credentials: { oauthClient: { client_secret: secret } } }) as object);
}

/**
 * Every org has the Admin Console and the Dashboard: OIDC apps that show nothing of their client. Decoders that
 * expect `settings.oauthClient` of every OIDC app fail on them.
 */
function isBuiltIn(app: SimulatedApp): boolean {
  return app.signOnMode === 'OPENID_CONNECT' && app.oauthClient === undefined;
}

function visibility(app: SimulatedApp): object {
  const isHidden = app.oauthClient !== undefined;
  return {
    ...(!isBuiltIn(app) && { autoLaunch: false }),
    autoSubmitToolbar: false,
    hide: { iOS: isHidden, web: isHidden },
    appLinks: Object.fromEntries(appLinkNames(app).map((name) => [name, true])),
  };
}

function appLinkNames(app: SimulatedApp): readonly string[] {
  if (app.oauthClient !== undefined) return ['oidc_client_link'];
  if (!isBuiltIn(app)) return ['login'];
  return app.name === 'saasure' ? ['admin'] : [];
}

function credentials(app: SimulatedApp): object {
  const storesPasswords = ['AUTO_LOGIN', 'BROWSER_PLUGIN', 'SECURE_PASSWORD_STORE'].includes(app.signOnMode);
  const client = app.oauthClient;
  return {
    ...(storesPasswords && { scheme: 'EDIT_USERNAME_AND_PASSWORD' }),
    userNameTemplate: { template: `\${source.login}`, type: 'BUILT_IN' },
    ...(storesPasswords && { revealPassword: false }),
    signing: app.signingKid === undefined ? {} : { kid: app.signingKid },
    ...(client !== undefined && { oauthClient: clientCredentials(app.id, client) }),
  };
}

// The secret itself is left out, as in the recorded reads; only the answer to a create carried it.
function clientCredentials(appId: string, client: OAuthClient): object {
  return {
    autoKeyRotation: true,
    client_id: appId,
    token_endpoint_auth_method: client.authMethod,
    pkce_required: client.applicationType === 'native' || client.applicationType === 'browser',
  };
}

function universalLogout(app: SimulatedApp): object | null {
  if (isBuiltIn(app)) return null;
  if (app.oauthClient === undefined) return { status: 'UNSUPPORTED' };
  return {
    status: 'DISABLED',
    supportType: 'FULL',
    identityStack: 'NOT_SHARED',
    protocol: 'GLOBAL_TOKEN_REVOCATION',
  };
}

function settings(app: SimulatedApp): object {
  return {
    app: app.appSettings,
    notifications: { vpn: { network: { connection: 'DISABLED' }, message: null, helpUrl: null } },
    manualProvisioning: false,
    implicitAssignment: false,
    ...(!isBuiltIn(app) && { emOptInStatus: 'NONE', notes: { admin: null, enduser: null } }),
    ...(app.signOnMode === 'SAML_2_0' && { signOn: samlSignOn }),
    ...(app.signOnMode === 'AUTO_LOGIN' && { signOn: { redirectUrl: null, loginUrl: 'https://example.com/login' } }),
    ...(app.oauthClient !== undefined && { oauthClient: oauthSettings(app, app.oauthClient) }),
  };
}

const samlSignOn = {
  defaultRelayState: null,
  ssoAcsUrlOverride: null,
  audienceOverride: null,
  recipientOverride: null,
  destinationOverride: null,
  attributeStatements: [],
};

function oauthSettings(app: SimulatedApp, client: OAuthClient): object {
  const isService = client.applicationType === 'service';
  return {
    client_uri: null,
    logo_uri: null,
    redirect_uris: isService ? [] : ['https://example.com/callback'],
    response_types: isService ? ['token'] : ['code'],
    grant_types: isService ? ['client_credentials'] : ['authorization_code', 'refresh_token'],
    // An app without keys has no `jwks` member at all.
    ...(app.keys.length > 0 && { jwks: { keys: app.keys.map(embeddedKeyJson) } }),
    ...(client.jwksUri !== undefined && { jwks_uri: client.jwksUri }),
    application_type: client.applicationType,
    consent_method: 'REQUIRED',
    issuer_mode: 'DYNAMIC',
    ...(!isService && { refresh_token: { rotation_type: 'STATIC' } }),
    idp_initiated_login: { mode: 'DISABLED', default_scope: [] },
    wildcard_redirect: 'DISABLED',
    dpop_bound_access_tokens: client.dpopBound ?? false,
    ...(client.requestObjectSigningAlg !== undefined && {
      request_object_signing_alg: client.requestObjectSigningAlg,
    }),
  };
}

// Recorded: apps of Classic orgs are linked to no policy.
function links(app: SimulatedApp, { origin, edition }: OrgUrls): object {
  const hasPolicies = edition === 'identity-engine';
  const self = `${origin}/api/v1/apps/${app.id}`;
  const home = `${origin}/home/${app.name}/${app.id}`;
  const lifecycle = (verb: string): object => ({ [verb]: { href: `${self}/lifecycle/${verb}` } });
  return {
    ...(app.signOnMode === 'SAML_2_0' && samlLinks(app, origin, self)),
    uploadLogo: { href: `${self}/logo`, hints: { allow: ['POST'] } },
    appLinks: appLinkNames(app).map((name) => ({ name, href: `${home}/2557`, type: 'text/html' })),
    ...(app.status === 'INACTIVE' && lifecycle('activate')),
    ...(hasPolicies && {
      profileEnrollment: { href: `${origin}/api/v1/policies/${POLICY_IDS.get('PROFILE_ENROLLMENT 1')}` },
      policies: { href: `${self}/policies`, hints: { allow: ['PUT'] } },
    }),
    groups: { href: `${self}/groups` },
    logo: [{ name: 'medium', href: `${origin}/assets/img/logos/default.png`, type: 'image/png' }],
    ...(app.oauthClient !== undefined && clientCredentialsLink(app.oauthClient, self)),
    ...(hasPolicies && { accessPolicy: { href: `${origin}/api/v1/policies/${accessPolicyOf(app)}` } }),
    users: { href: `${self}/users` },
    ...(app.status === 'ACTIVE' && lifecycle('deactivate')),
  };
}

// The help page is on the org's admin host, seen in recordings.
function samlLinks(app: SimulatedApp, origin: string, self: string): object {
  const admin = origin.replace(/\.okta\.com$/, '-admin.okta.com');
  return {
    help: { href: `${admin}/app/${app.name}/${app.id}/setup/help/SAML_2_0/external-doc`, type: 'text/html' },
    metadata: { href: `${self}/sso/saml/metadata`, type: 'application/xml' },
  };
}

// Recorded apps name `jwks` or `secrets`, never both. UNVERIFIED: that public clients have no such link.
function clientCredentialsLink(client: OAuthClient, self: string): object {
  if (client.authMethod === 'none') return {};
  const name = client.authMethod === 'private_key_jwt' ? 'jwks' : 'secrets';
  return { clientCredentials: [{ name, href: `${self}/credentials/${name}` }] };
}
