import { PRIVATE_MEMBERS, readNewKey } from '../apps/new-key.ts';
import { createRandom, oktaId } from '../org/ids.ts';
import { type AdminRole, oktaTime, type SimulatedApp, type SimulatedKey } from '../org/org.ts';

/** A service application that may ask for access tokens, in addition to the apps of the org. */
export interface ServiceApp {
  /** Its id, too. Default: one is made up. */
  readonly clientId?: string;
  /** Default: `Service app 1`, `Service app 2`, … */
  readonly label?: string;
  /** Public JWKs, each with a `kid` where there are several. */
  readonly publicKeys: readonly object[];
  /** What it is granted, such as `okta.apps.read`; `OKTA_SCOPES` names all. */
  readonly scopes: readonly string[];
  /** Whether its access tokens are bound to a key of its own by DPoP. Default: no. */
  readonly dpopBound?: boolean;
  /** What it may do with its scopes: everything, reading, or, for want of an admin role, nothing. Default: `manager`. */
  readonly role?: AdminRole;
}

/** Service applications as apps of the org. Throws a TypeError for a key that is private or none. */
export function buildServiceApps(apps: readonly ServiceApp[], seed: number, now: Date): readonly SimulatedApp[] {
  const random = createRandom(`service apps ${seed}`);
  const time = oktaTime(now);
  return apps.map(({ clientId, label, publicKeys, scopes, dpopBound = false, role = 'manager' }, index) => ({
    id: clientId ?? oktaId(random, '0oa'),
    name: 'oidc_client',
    label: label ?? `Service app ${index + 1}`,
    status: 'ACTIVE',
    created: time,
    lastUpdated: time,
    signOnMode: 'OPENID_CONNECT',
    appSettings: {},
    oauthClient: { applicationType: 'service', authMethod: 'private_key_jwt', dpopBound },
    keys: publicKeys.map((key): SimulatedKey => {
      return { id: oktaId(random, 'pks'), created: time, lastUpdated: time, ...readPublicKey(key) };
    }),
    grantedScopes: scopes,
    adminRole: role,
  }));
}

function readPublicKey(jwk: object): Omit<SimulatedKey, 'created' | 'id' | 'lastUpdated'> {
  if (PRIVATE_MEMBERS.some((name) => name in jwk)) throw new TypeError('A service app takes public keys only.');
  const members = Object.entries(jwk).filter(([name]) => STORED_MEMBERS.includes(name));
  const key = readNewKey(Object.fromEntries(members));
  if (key === undefined) throw new TypeError('A key of a service app must be a public JWK of type RSA or EC.');
  return key;
}

/** Others, such as `key_ops` and `ext`, are what libraries add. */
const STORED_MEMBERS: readonly string[] = ['kty', 'use', 'alg', 'kid', 'n', 'e', 'x', 'y', 'crv'];
