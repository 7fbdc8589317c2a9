/** The org that the statements ask: twenty apps, most of them with three keys, and 450 users. */

import { createSimulator, type Org, type Simulator } from '../../src/simulator/index.ts';
import type { SimulatedApp, SimulatedKey } from '../../src/simulator/org/org.ts';

/** The modulus of a 2048-bit key. */
export const MODULUS: string = Buffer.alloc(256, 0x81).toString('base64url');

const APPS = 20;
const USERS = 450;
const CREATED = '2023-01-01T00:00:00.000Z';
const POINT = {
  x: 'f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU',
  y: 'x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0',
} as const;

/** An id of Okta's length. */
export function idOf(prefix: string, index: number): string {
  return prefix + String(index).padStart(17, '0');
}

const org: Org = { id: idOf('00o', 0), apps: Array.from({ length: APPS }, (_, index) => appAt(index)) };

/** Every fifth app is a bookmark, which has no keys to ask for. */
function appAt(index: number): SimulatedApp {
  const isClient = index % 5 !== 4;
  return {
    id: idOf('0oa', index),
    name: isClient ? 'oidc_client' : 'bookmark',
    label: `App ${index}`,
    status: 'ACTIVE',
    created: CREATED,
    lastUpdated: CREATED,
    signOnMode: isClient ? 'OPENID_CONNECT' : 'BOOKMARK',
    appSettings: {},
    ...(isClient && { oauthClient: { applicationType: 'service', authMethod: 'private_key_jwt' } }),
    keys: isClient ? [0, 1, 2].map((position) => keyAt(index, position)) : [],
  };
}

/** The second key is inactive, the third is of the other kind. */
function keyAt(app: number, position: number): SimulatedKey {
  return {
    id: idOf('pks', 3 * app + position),
    created: CREATED,
    lastUpdated: CREATED,
    status: position === 1 ? 'INACTIVE' : 'ACTIVE',
    alg: null,
    kid: `kid-${app}-${position}`,
    use: 'sig',
    material: position === 2 ? { kty: 'EC', ...POINT, crv: 'P-256' } : { kty: 'RSA', n: MODULUS, e: 'AQAB' },
  };
}

const users = Array.from({ length: USERS }, (_, index) => ({
  id: idOf('00u', index),
  status: 'ACTIVE',
  profile: { login: `user${index}@example.com`, department: index % 3 === 0 ? 'ops' : 'eng' },
}));

/** The simulator, but for its users, of whom there are too few for questions about pages. */
export function openOrg(): { readonly simulator: Simulator; readonly fetch: (request: Request) => Promise<Response> } {
  const simulator = createSimulator({ org });
  return {
    simulator,
    fetch: async (request) => {
      const answer = await simulator.handle(request);
      const url = new URL(request.url);
      return url.pathname === '/api/v1/users' ? pageOfUsers(url) : answer;
    },
  };
}

/** Okta's list leaves out users who left, unless a filter asks for them: nobody has. */
function pageOfUsers({ href, searchParams }: URL): Response {
  const found = searchParams.has('filter') ? [] : users;
  const start = Number(searchParams.get('after') ?? 0);
  const end = start + Number(searchParams.get('limit') ?? 200);
  const next = new URL(href);
  next.searchParams.set('after', String(end));
  const headers = { link: `<${next}>; rel="next"` };
  return Response.json(found.slice(start, end), end < found.length ? { headers } : {});
}
