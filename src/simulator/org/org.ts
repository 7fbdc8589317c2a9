/**
 * The org as it is stored: what apps, keys and people are.
 *
 * Entry of the room `org/`: state, its builders, seeds, ids and values of fields. It knows no HTTP.
 *
 * @module
 */

/** The policies that apps are linked to, by their type and place. */
export const POLICY_IDS: ReadonlyMap<string, string> = new Map([
  ['PROFILE_ENROLLMENT 1', 'rst00000000000000001'],
  ['ACCESS_POLICY 1', 'rst00000000000000002'],
  ['ACCESS_POLICY 0', 'rst00000000000000003'],
]);

/** The policy by which users sign in to an application. Recorded: the Admin Console has one of its own. */
export function accessPolicyOf({ name, accessPolicy }: Pick<SimulatedApp, 'accessPolicy' | 'name'>): string {
  return accessPolicy ?? POLICY_IDS.get(`ACCESS_POLICY ${name === 'saasure' ? 0 : 1}`) ?? '';
}

/** What Okta's lifecycle calls switch between. */
export type LifecycleStatus = 'ACTIVE' | 'INACTIVE';

/** How users sign in to an application; `OPENID_CONNECT` is the only kind with public keys. */
export type SignOnMode =
  | 'AUTO_LOGIN'
  | 'BOOKMARK'
  | 'BROWSER_PLUGIN'
  | 'OPENID_CONNECT'
  | 'SAML_2_0'
  | 'SECURE_PASSWORD_STORE';

/** How an OIDC client proves itself at the token endpoint. */
export type TokenEndpointAuthMethod = 'client_secret_basic' | 'client_secret_post' | 'none' | 'private_key_jwt';

/** The public half of a key pair, as base64url members of a JWK. */
export type KeyMaterial =
  | { readonly kty: 'RSA'; readonly n: string; readonly e: string }
  | { readonly kty: 'EC'; readonly x: string; readonly y: string; readonly crv: string | null };

/** One stored public key of an application. Timestamps are ISO 8601 in UTC; `null` is what was not sent. */
export interface SimulatedKey {
  /** `pks…`, 20 characters. */
  readonly id: string;
  readonly created: string;
  readonly lastUpdated: string;
  readonly status: LifecycleStatus;
  readonly alg: string | null;
  readonly kid: string | null;
  readonly use: 'enc' | 'sig' | null;
  readonly material: KeyMaterial;
}

/** What only an OIDC application has. */
export interface OAuthClient {
  readonly applicationType: 'browser' | 'native' | 'service' | 'web';
  readonly authMethod: TokenEndpointAuthMethod;
  /** A key that signs request objects must match this algorithm, so the last such key cannot be deactivated. */
  readonly requestObjectSigningAlg?: string;
  /** Where Okta fetches the client's keys; such a client has none stored. */
  readonly jwksUri?: string;
  /** The secret that the client was given or chose. Default: the active one of its list of secrets, which is made up. */
  readonly clientSecret?: string;
  /** Whether its access tokens are bound to a key, and a request for one without a DPoP proof is refused. Default: no. */
  readonly dpopBound?: boolean;
}

/** What a service application may do beyond its scopes: everything, reading, or nothing at all. */
export type AdminRole = 'manager' | 'none' | 'reader';

/** One application of the org and its keys, in the order they were added. */
export interface SimulatedApp {
  /** `0oa…`, 20 characters. */
  readonly id: string;
  /** The key of the app's definition, such as `oidc_client` or `bookmark`; several apps share one. */
  readonly name: string;
  readonly label: string;
  readonly status: LifecycleStatus;
  readonly created: string;
  readonly lastUpdated: string;
  readonly signOnMode: SignOnMode;
  /** `credentials.signing.kid`: the key with which Okta signs for this app. */
  readonly signingKid?: string;
  /** Days until the certificate of that key ends. Default: more than nine years. */
  readonly signingDaysLeft?: number;
  /** `settings.app`: what the app's definition asks for. */
  readonly appSettings: Readonly<Record<string, boolean | string | null>>;
  /** Absent for other modes than OIDC, and for Okta's own two OIDC apps. */
  readonly oauthClient?: OAuthClient;
  readonly keys: readonly SimulatedKey[];
  /** Members of the last body that made or replaced it, in place of what is made up. */
  readonly given?: Readonly<Record<string, unknown>>;
  /** The id of the policy by which users sign in to it. Default: the org's own. */
  readonly accessPolicy?: string;
  /** Whether it was assigned to nobody at first. Default: it was assigned to groups and users that seed data makes up. */
  readonly isUnassigned?: boolean;
  /** What its list of grants begins with. Default: some that seed data makes up. */
  readonly grantedScopes?: readonly string[];
  /** What its list of admin roles begins with. Default: what seed data says. */
  readonly adminRole?: AdminRole;
}

/** The data that a simulator starts from. It is copied, so one org can seed many simulators. */
export interface Org {
  /** `00o…`, 20 characters. */
  readonly id: string;
  /** In the order in which the list answers them. */
  readonly apps: readonly SimulatedApp[];
}

/** A time as Okta prints it: with milliseconds, which are zero in every recorded answer. */
export function oktaTime(time: Date): string {
  return `${time.toISOString().slice(0, 19)}.000Z`;
}
